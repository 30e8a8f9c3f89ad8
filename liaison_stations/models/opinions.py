"""What citizens say (群众意见): one case whatever the channel (D3.4, D3.6)."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from accounts.models import MOBILE, Area, Role, Unit
from accounts.rules import area_codes, is_office, units_of
from common import clock
from common.fields import BigramField, BlindIndexField, BoundedTextField, EncryptedField
from common.models import StateChange
from common.text import veiled
from deputies.models import Deputy
from proposals.models import Category, Suggestion, Topic, Verdict

from .. import states
from .receptions import Reception
from .stations import Residency, Station, below

O = states.OpinionState  # noqa: E741 the letter of the noun
TEXT_LIMIT = 2000  # characters of what a citizen writes
CODE_LENGTH = 10  # digits of a receipt (D3.6: mailboxes give a query code of ten)


def veiled_name(name: str) -> str:
    """李**: enough to know one's own, not enough to be known by (D3.6)."""
    return f"{name[:1]}**" if name else ""


class OpinionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Station staff see their tree's, a deputy what is addressed to them or their station, a local office its
        area's, a department what was dispatched to it, the city's office all. What is held for review its deputies and
        departments do not see. The public reads :meth:`published` by other pages.
        """
        if user.is_superuser or is_office(user):
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(_handled_by(user) | _known_to_deputy(user) | _known_to_units(user))

    def handled_by(self, user):
        """Those this person reviews, dispatches and answers: as station staff or as an office."""
        if user.is_superuser or is_office(user):
            return self
        return self.filter(_handled_by(user)) if user.is_authenticated else self.none()

    def published(self):
        """Answered, with the citizen's consent, in the words staff put before the public (PIPL 25)."""
        return self.filter(published_on__isnull=False)

    def stories(self):
        """Published ones of which something came (a story of a result)."""
        return self.published().filter(is_story=True)

    def for_public(self):
        """What lists, pages and feeds of the public print; nothing else of it is read."""
        rows = self.select_related("station__area", "category", "deputy", "suggestion")
        return rows.defer("search", "text", "phone", "address", "pin")

    def unanswered(self):
        return self.filter(state__in=states.UNANSWERED)

    def answered_online(self):
        """Online messages with an answer that stands; what is handled again is owed another."""
        return self.filter(channel=Opinion.Channel.ONLINE, state__in=states.TOLD)

    def solved(self):
        """Problems solved by deputies of all levels (D10.2): answered as solved, by whatever channel they came."""
        return self.filter(solved=Opinion.Solved.YES, state__in=states.TOLD)

    def late(self, day):
        """The step that is due now was due before ``day``."""
        return self.filter(state__in=states.UNANSWERED, due_on__lt=day)

    def closed(self):
        return self.filter(state__in=states.ENDED)

    def to_blank(self, before):
        """Closed before that day, and whose it was is still known; the oldest first."""
        return self.filter(closed_on__lt=before, blanked_on__isnull=True).order_by("closed_on", "pk")

    def with_phone(self, number):
        return self.filter(phone=number)

    def matching(self, text):
        """By the receipt code, else by words (two characters suffice)."""
        if not (text := text.strip()):
            return self
        digits = text.replace(" ", "")
        if digits.isdecimal() and len(digits) == CODE_LENGTH:
            return self.filter(code=digits)
        return self.filter(search__words=text)

    def for_lists(self):
        """With the text, for what has no subject is called by its first words."""
        unread = ("search", "public_text", "public_answer")
        return self.select_related("station__area", "deputy", "category").defer(*unread)


class Opinion(models.Model):
    """What somebody said to a station or its deputies, from the first word to the rating.

    ``due_on`` is the day by which the step of the present state is due, empty where nobody is waited for. Name, phone,
    address and pin are blanked when the case was closed long enough ago; the rest stays for the figures.
    """

    MOVES = states.OPINION_MOVES

    class Channel(models.TextChoices):
        RECEPTION = "reception", pgettext_lazy("channel", "at a reception")
        ONLINE = "online", pgettext_lazy("channel", "online message")
        VISIT = "visit", pgettext_lazy("channel", "on a visit")
        QUESTIONNAIRE = "questionnaire", pgettext_lazy("channel", "questionnaire")
        STREET_COUNCIL = "street_council", pgettext_lazy("channel", "street council")

    class Route(models.TextChoices):
        """How it was dealt with in the end (处理方式, D3.3)."""

        ON_THE_SPOT = "on_the_spot", _("answered on the spot")
        STATION = "station", _("answered by the station")
        DEPUTY = "deputy", _("answered by the deputy")
        DEPARTMENT = "department", _("solved by a department")
        COUNTY = "county", _("answered by the county office")
        SUGGESTION = "suggestion", _("made a deputy's suggestion")

    class Refusal(models.TextChoices):
        """Why it is not for deputies (D3.3, D3.6); each is told with a pointer to the right place."""

        LAWSUIT = "lawsuit", _("in or due for a lawsuit, reconsideration or arbitration")
        PERSONAL = "personal", _("a purely personal matter, not of public interest")
        PETITION = "petition", _("a matter for letters and visits")
        NOT_CONGRESS = "not_congress", _("not a matter of the people's congress")
        INSULT = "insult", _("insults or threats")
        ADVERT = "advert", _("advertising")
        SECRET = "secret", _("contains what must be kept secret")  # noqa: S105
        REPEATED = "repeated", _("repeats what was answered before")
        UNREACHABLE = "unreachable", _("unclear, and nobody to ask")

    class Solved(models.TextChoices):
        YES = "yes", pgettext_lazy("solved", "solved")
        PLANNED = "planned", _("in a plan, with a date")
        EXPLAINED = "explained", _("not possible now; explained")

    code = models.CharField(_("receipt code"), max_length=16, unique=True, editable=False)
    pin = EncryptedField(
        max_length=4, blank=True, editable=False
    )  # asked with the code: last digits of the phone
    channel = models.CharField(
        pgettext_lazy("opinion", "channel"), max_length=16, choices=Channel, default=Channel.ONLINE
    )
    station = models.ForeignKey(Station, models.PROTECT, related_name="opinions", verbose_name=_("station"))
    deputy = models.ForeignKey(
        Deputy,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="opinions",
        verbose_name=_("addressed to"),
    )
    reception = models.ForeignKey(
        Reception,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="opinions",
        verbose_name=_("reception"),
    )
    area = models.ForeignKey(
        Area, models.PROTECT, editable=False, related_name="+"
    )  # the station's when it came
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("opinion", "kind"),
    )
    subject = models.CharField(_("subject"), max_length=60, blank=True)
    text = BoundedTextField(_("what was said"), max_length=TEXT_LIMIT)
    name = EncryptedField(pgettext_lazy("person", "name"), max_length=60, blank=True, mask=veiled_name)
    phone = EncryptedField(_("mobile phone"), max_length=11, blank=True, validators=[MOBILE])
    phone_index = BlindIndexField(source="phone")
    address = EncryptedField(_("address or employer"), max_length=120, blank=True, mask=veiled)
    people = models.PositiveSmallIntegerField(_("people who came"), default=1)
    may_publish = models.BooleanField(_("agrees to publication"), default=False)
    found_words = models.CharField(_("words on the list"), max_length=200, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=O, default=O.SUBMITTED, editable=False)
    due_on = models.DateField(_("due on"), null=True, editable=False)
    came_at = models.DateTimeField(_("came at"), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )  # empty: sent by the citizen
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)
    refusal = models.CharField(
        _("not accepted because"), max_length=16, choices=Refusal, blank=True, editable=False
    )
    right_place = models.CharField(_("the right place"), max_length=200, blank=True, editable=False)
    route = models.CharField(_("dealt with"), max_length=16, choices=Route, blank=True, editable=False)
    solved = models.CharField(_("result"), max_length=10, choices=Solved, blank=True, editable=False)
    answered_on = models.DateField(_("answered on"), null=True, editable=False)
    verdict = models.CharField(_("rating"), max_length=12, choices=Verdict, blank=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, editable=False)
    blanked_on = models.DateField(_("personal data blanked on"), null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="joined", verbose_name=_("joined to")
    )
    suggestion = models.ForeignKey(
        Suggestion,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="opinions",
        verbose_name=_("suggestion"),
    )
    kept_told_on = models.DateField(null=True, editable=False)  # that what the suggestion promised was kept
    topic = models.ForeignKey(
        Topic,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="opinions",
        verbose_name=_("topic offered for the list"),
    )
    asked_deputy = models.ForeignKey(
        Deputy,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("asked to suggest it"),
    )
    published_on = models.DateField(_("published on"), null=True, editable=False)
    public_text = BoundedTextField(
        _("text the public reads"), max_length=TEXT_LIMIT, blank=True, editable=False
    )
    public_answer = BoundedTextField(
        _("answer the public reads"), max_length=TEXT_LIMIT, blank=True, editable=False
    )
    is_story = models.BooleanField(_("a story of a result"), default=False, editable=False)
    search = BigramField(sources=["subject", "text"])

    objects = OpinionQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["search", "phone_index", "pin", "text", "name", "phone", "address"]
    )  # what a citizen said stays in one place, where it can be blanked

    class Meta:
        ordering = ["-came_at", "-pk"]
        verbose_name = pgettext_lazy("noun", "citizen's opinion")
        verbose_name_plural = _("citizens' opinions")
        constraints = [
            models.CheckConstraint(
                name="opinion_refused_has_reason", condition=~Q(state="refused") | ~Q(refusal="")
            ),
            models.CheckConstraint(
                name="opinion_joined_somewhere", condition=~Q(state="merged") | Q(merged_into__isnull=False)
            ),
            models.CheckConstraint(
                name="opinion_answered_has_day",
                condition=~Q(state__in=["answered", "closed"]) | Q(answered_on__isnull=False),
            ),
            models.CheckConstraint(
                name="opinion_published_as_agreed",
                condition=Q(published_on__isnull=True) | (Q(may_publish=True) & ~Q(public_text="")),
            ),
        ]
        indexes = [
            models.Index(fields=["-came_at", "-id"], name="opinion_newest"),
            models.Index(fields=["station", "-came_at", "-id"], name="opinion_of_station"),
            models.Index(fields=["station", "state", "due_on"], name="opinion_of_station_due"),
            models.Index(fields=["state", "-came_at", "-id"], name="opinion_of_state"),
            models.Index(fields=["state", "due_on"], name="opinion_due"),
            models.Index(fields=["deputy", "-came_at", "-id"], name="opinion_of_deputy"),
            models.Index(fields=["area", "-came_at", "-id"], name="opinion_of_area"),
            models.Index(
                fields=["-published_on", "-id"],
                condition=Q(published_on__isnull=False),
                name="opinion_published",
            ),
            models.Index(
                fields=["station", "-published_on", "-id"],
                condition=Q(published_on__isnull=False),
                name="opinion_published_of_station",
            ),
            models.Index(
                fields=["-published_on", "-id"],
                condition=Q(published_on__isnull=False, is_story=True),
                name="opinion_stories",
            ),
            models.Index(
                fields=["area"],
                condition=Q(channel="online", state__in=["answered", "closed"]),
                name="opinion_answered_online",
            ),
            models.Index(
                fields=["area"],
                condition=Q(solved="yes", state__in=["answered", "closed"]),
                name="opinion_solved",
            ),
            models.Index(
                fields=["area", "-answered_on"],
                condition=Q(answered_on__isnull=False),
                name="opinion_answered_of_area",
            ),
            models.Index(
                fields=["station", "-answered_on"],
                condition=Q(answered_on__isnull=False),
                name="opinion_answered_of_station",
            ),
            models.Index(
                fields=["closed_on"],
                condition=Q(closed_on__isnull=False, blanked_on__isnull=True),
                name="opinion_to_blank",
            ),
        ]

    def __str__(self):
        return self.subject or f"{self.text[:24]}{'…' if len(self.text) > 24 else ''}"

    def get_absolute_url(self):
        return reverse("stations:opinion", args=[self.pk])

    @property
    def public_title(self) -> str:
        """What a published one is called, without the citizen's name if staff wrote it into the subject."""
        title = self.subject or f"{self.public_text[:24]}{'…' if len(self.public_text) > 24 else ''}"
        return title.replace(self.name, self.veiled_name) if len(self.name) > 1 else title

    @property
    def veiled_name(self) -> str:
        return veiled_name(self.name)

    @property
    def shown_code(self) -> str:
        """As it stands on the receipt: 382 947 1056."""
        return f"{self.code[:3]} {self.code[3:6]} {self.code[6:]}"

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.state in states.UNANSWERED and self.due_on < clock.today()

    @property
    def is_waited_for(self) -> bool:
        """Whether ``due_on`` is a day by which somebody here owes something, not one until which the citizen can rate."""
        return self.due_on is not None and self.state in states.UNANSWERED

    @property
    def tone(self) -> str:
        """The colour of its badge, which only repeats what the word says."""
        if self.is_late or self.state in (O.HELD, O.REFUSED):
            return "is-late"
        if self.state in states.TOLD:
            return "is-good"
        return "is-soon" if self.state in states.TO_REVIEW else "is-info"


class OpinionChange(StateChange):
    """One step of an opinion."""

    record = models.ForeignKey(Opinion, models.CASCADE, related_name="changes")


# Who sees which


def _handled_by(user) -> Q:
    trees = Q(station__in=Station.objects.trees_of(user).values("pk"))
    return trees | below(area_codes(user), "area__code")


def _known_to_deputy(user) -> Q:
    deputy = getattr(user, "deputy", None)
    if deputy is None:
        return Q(pk__in=[])
    resident = Residency.objects.current().filter(deputy=deputy).values("station")
    told = ~Q(state__in=[O.HELD, O.REFUSED])
    return told & (Q(deputy=deputy) | Q(deputy=None, station__in=resident) | Q(asked_deputy=deputy))


def _known_to_units(user) -> Q:
    units = units_of(user, Role.UNIT_OFFICER, Role.UNIT_SIGNER)
    if not units:
        return Q(pk__in=[])
    return Q(
        Exists(Unit.objects.filter(pk__in=[unit.pk for unit in units], dispatches__opinion=OuterRef("pk")))
    )
