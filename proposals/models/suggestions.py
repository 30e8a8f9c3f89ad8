"""A suggestion of a deputy (代表建议、批评和意见), those who co-sign it, and what it is kept together with."""

import re

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from accounts.models import Role
from accounts.rules import oversees_all, roles_of, units_of
from common import clock, preferences
from common.fields import BigramField, BoundedTextField
from common.models import StateChange, StoredFile
from common.text import half_width
from deputies.models import Committee, Delegation, Deputy, Session, all_but_the_name

from .. import states
from .handling import UNLISTED, Assignment
from .topics import Category

S = states.SuggestionState
MOST_LEADS = 50  # deputies whose names fit what was looked for
NUMBER = re.compile(
    r"(?:第|\w{0,4}[〔\[(](?P<year>20\d\d)[〕\])])?0*(?P<number>\d{1,6})号?"
)  # 12, 第012号, 闭〔2026〕003号
ASSIGNED = Q(assigned_on__isnull=False) & ~Q(state=S.WITHDRAWN)
TEXT_LIMIT = 20_000  # characters of each part; a suggestion of several thousand is usual (D8.3)


class Publication(models.TextChoices):
    """How much of a suggestion and its reply the public reads (D1.13), most first."""

    FULL = "full", _("in full")
    SUMMARY = "summary", _("as a summary")
    NONE = "none", pgettext_lazy("publication", "not public")


class Verdict(models.TextChoices):
    """What signers say of attitude and of result, best first (D1.15)."""

    SATISFIED = "satisfied", _("satisfied")
    BASICALLY = "basically", _("basically satisfied")
    DISSATISFIED = "dissatisfied", _("dissatisfied")


class Solved(models.TextChoices):
    """What signers say of the matter itself, best first."""

    YES = "yes", pgettext_lazy("solved", "yes")
    PARTLY = "partly", pgettext_lazy("solved", "partly")
    NO = "no", pgettext_lazy("solved", "no")


class Meaning(models.TextChoices):
    """What a reply class says in every scheme of letters (D1.11), best first; rates ask for this, never for a letter."""

    SOLVED = "solved", _("solved or basically solved")
    PLANNED = "planned", _("being solved or in a plan")
    LATER = "later", _("not possible at present")
    REFERENCE = "reference", _("kept for reference")


class MergeGroup(models.Model):
    """Suggestions on one matter that units handle together (并案, D1.6); each keeps its own reply and rating."""

    matter = models.CharField(_("matter"), max_length=100)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )

    NAMES_NOBODY = True

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("suggestions handled together")
        verbose_name_plural = _("suggestions handled together")

    def __str__(self):
        return self.matter


def late_on(day) -> Q:
    """What is late on a day; of one that is at hand, :attr:`Suggestion.is_late` says the same of today."""
    return Q(state__in=states.WITH_UNITS, due_on__lt=day)


class SuggestionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Published ones are everybody's; before, its author's, its signers', its units', and the congress staff's."""
        return self.filter(Q(published_on__isnull=False) | _known_to(user))

    def known_to(self, user):
        """Visible to ``user`` whether published or not: the author, signers, units and the congress's staff."""
        return self.filter(_known_to(user))

    def of_staff(self, user):
        """What this member of the congress's staff works with: all that was filed, or a committee's own."""
        filed = self.filter(submitted_at__isnull=False)
        if user.is_superuser or oversees_all(user):
            return filed
        return filed.filter(committee__unit__in=units_of(user, Role.COMMITTEE))

    def of_units(self, units):
        """Those in which one of these units takes part."""
        return self.filter(_held_by(units), state__in=states.KNOWN_TO_UNITS)

    def cosigned_by(self, deputy):
        """Those of others that a deputy co-signs."""
        return self.filter(
            cosignatures__deputy=deputy,
            cosignatures__state=states.CoSignatureState.AGREED,
            cosignatures__text_version=F("text_version"),
        ).exclude(lead=deputy)

    def untouched(self):
        """Drafts in which nothing is written yet."""
        blank = dict.fromkeys(("title", "facts", "reasons", "request"), "")
        return self.filter(state=S.DRAFT, claim=None, files=None, **blank)

    def with_answers(self):
        """With ``agreed_count``, who co-signs the text as it stands, and ``asked_count``, who has not answered yet."""
        asked = CoSignature.objects.filter(state=states.CoSignatureState.ASKED)
        return self.annotate(
            agreed_count=_number_of(CoSignature.objects.agreed()), asked_count=_number_of(asked)
        )

    def public(self):
        return self.filter(published_on__isnull=False)

    def assigned(self):
        """Every suggestion that was ever assigned: what rates divide by."""
        return self.filter(ASSIGNED)

    def late(self, day):
        """A reply is owed and the day by which it was due has passed."""
        return self.filter(late_on(day))

    def undecided(self):
        """Answered, and nobody has decided yet whether the public reads it (D1.13)."""
        return self.filter(state__in=states.ANSWERED, publication="")

    def key(self):
        """Those that the council of chairpersons chose, alone or with others (D1.14)."""
        return self.filter(pk__in=self.model.key_items.through.objects.values("suggestion"))

    def of_year(self, year):
        return self.filter(year=year)

    def matching(self, text, reader=None):
        """By words of title or text (two characters suffice), by number, or by the name of the lead deputy.

        With ``reader`` the text counts only where they may read it: nobody finds out what is in it by asking.
        """
        if not (text := text.strip()):
            return self
        if numbered := NUMBER.fullmatch(half_width(text)):
            of_year = {"year": int(numbered["year"])} if numbered["year"] else {}
            return self.filter(number=int(numbered["number"]), **of_year)
        if reader is None:
            return self.filter(search__words=text)
        leads = list(Deputy.objects.matching(text).order_by().values_list("pk", flat=True)[:MOST_LEADS])
        may_read = Q(publication=Publication.FULL) | _known_to(reader)
        return self.filter(
            (Q(search__words=text) & may_read) | Q(title_words__words=text) | Q(lead__in=leads)
        )

    def with_units(self):
        """With ``parts``, what each unit that takes part has in it."""
        parts = Assignment.objects.taking_part().select_related("unit").order_by("part", "pk")
        return self.prefetch_related(Prefetch("assignments", parts, to_attr="parts"))

    def for_lists(self):
        """With everything a line of a list prints."""
        return self.select_related("lead", "reply_class").defer(*UNLISTED, *all_but_the_name("lead"))


class Suggestion(models.Model):
    """What a deputy asks for. Facts below the text are written by ``actions`` only, so that rates can be counted in
    one query; the units' own part is :class:`Assignment`.

    ``year`` is the calendar year it belongs to: of its session, or of its submission.
    """

    MOVES = states.SUGGESTION_MOVES

    class Origin(models.TextChoices):
        SESSION = "session", _("at a session")
        BETWEEN = "between", _("between sessions")
        MOTION = "motion", _("motion turned into a suggestion")  # by the presidium of a session (D1.3)

    class Rejection(models.TextChoices):
        """What cannot be a suggestion (D1.4)."""

        PERSONAL = "personal_interest", _("a personal matter of the deputy or relatives")
        FORWARDED = "forwarded_letter", _("only passes on a letter or petition")
        CASE = "case_in_progress", _("about a case in court or arbitration")
        TENDER = "tender_interference", _("names a winner in a tender")
        ACCUSATION = "accusation", _("an accusation or complaint against a person")
        ADVERT = "academic_or_advert", _("academic debate, advertising or a product")
        CONSULTATION = "legal_consultation", _("only asks for legal or policy advice")
        NO_CONTENT = "no_content", _("no concrete content")
        JURISDICTION = "out_of_jurisdiction", _("not within the powers of this city")
        ILLEGAL = "illegal", _("against the law")
        OTHER = "other", pgettext_lazy("rejection", "other")

    origin = models.CharField(_("put forward"), max_length=10, choices=Origin, default=Origin.BETWEEN)
    session = models.ForeignKey(
        Session, models.PROTECT, null=True, blank=True, related_name="suggestions", verbose_name=_("session")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("no."), null=True, blank=True)
    lead = models.ForeignKey(
        Deputy, models.PROTECT, related_name="suggestions", verbose_name=_("lead deputy")
    )
    delegation = models.ForeignKey(
        Delegation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="suggestions",
        verbose_name=_("delegation"),
    )

    title = models.CharField(_("title"), max_length=100, blank=True)
    facts = BoundedTextField(_("the facts"), max_length=TEXT_LIMIT, blank=True)
    reasons = BoundedTextField(_("the reasons"), max_length=TEXT_LIMIT, blank=True)
    request = BoundedTextField(_("what is asked for"), max_length=TEXT_LIMIT, blank=True)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="suggestions",
        verbose_name=pgettext_lazy("suggestion", "category"),
    )
    wish = models.CharField(  # empty: it came on paper and the deputy was not asked
        _("may be published"), max_length=10, choices=Publication, default=Publication.FULL, blank=True
    )
    wish_reason = models.CharField(_("why not"), max_length=200, blank=True)
    text_version = models.PositiveIntegerField(default=1, editable=False)  # of what co-signers agreed to
    cosign_until = models.DateField(_("co-signers answer until"), null=True, blank=True)

    state = models.CharField(_("state"), max_length=12, choices=S, default=S.DRAFT, editable=False)
    committee = models.ForeignKey(
        Committee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="suggestions",
        verbose_name=_("supervising committee"),
    )
    merge_group = models.ForeignKey(
        MergeGroup,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="suggestions",
        verbose_name=_("handled together with"),
    )
    rejection = models.CharField(
        _("why not accepted"), max_length=20, choices=Rejection, blank=True, editable=False
    )
    began_at = models.DateTimeField(_("begun at"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    registered_at = models.DateTimeField(_("registered at"), null=True, editable=False)
    assigned_on = models.DateField(_("assigned on"), null=True, editable=False)
    due_on = models.DateField(_("reply due on"), null=True, editable=False)  # of the last answering unit
    replied_on = models.DateField(_("replied on"), null=True, editable=False)  # for the first time, all units
    concluded_on = models.DateField(_("concluded on"), null=True, editable=False)
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)

    in_time = models.BooleanField(_("first reply in time"), null=True, editable=False)
    met = models.BooleanField(_("deputy met face to face"), null=True, editable=False)  # before the reply
    reply_class = models.ForeignKey(
        "ReplyClass",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="suggestions",
        verbose_name=_("class"),
    )
    meaning = models.CharField(_("counts as"), max_length=10, choices=Meaning, blank=True, editable=False)
    first_verdict = models.CharField(
        _("first rating of the result"), max_length=12, choices=Verdict, blank=True, editable=False
    )
    verdict = models.CharField(
        _("rating of the result"), max_length=12, choices=Verdict, blank=True, editable=False
    )
    attitude = models.CharField(
        _("rating of the handling"), max_length=12, choices=Verdict, blank=True, editable=False
    )
    solved = models.CharField(
        _("matter solved, say the signers"), max_length=10, choices=Solved, blank=True, editable=False
    )

    publication = models.CharField(
        _("publication"), max_length=10, choices=Publication, blank=True, editable=False
    )
    public_summary = BoundedTextField(_("public summary"), max_length=2000, blank=True, editable=False)
    publication_reason = models.CharField(_("why not public"), max_length=200, blank=True, editable=False)
    published_on = models.DateField(_("published on"), null=True, editable=False)

    search = BigramField(sources=["title", "facts", "reasons", "request", "lead_name"])
    title_words = BigramField(sources=["title"])

    objects = SuggestionQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["search", "title_words"])

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        constraints = [
            models.CheckConstraint(
                name="suggestion_session_or_between",
                condition=Q(origin="between", session__isnull=True) | Q(origin__in=["session", "motion"]),
                violation_error_message=_("A suggestion of a session names its session, others name none."),
            ),
            models.UniqueConstraint(
                fields=["session", "number"],
                condition=Q(session__isnull=False),
                name="suggestion_number_once_a_session",
            ),
            models.UniqueConstraint(
                fields=["year", "number"],
                condition=Q(session__isnull=True),
                name="suggestion_number_once_a_year",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="suggestion_by_state"),
            models.Index(fields=["state", "due_on"], name="suggestion_due"),
            models.Index(fields=["committee", "state", "-id"], name="suggestion_of_committee"),
            models.Index(fields=["category", "-id"], name="suggestion_of_category"),
            models.Index(fields=["year", "-id"], name="suggestion_of_year"),
            models.Index(fields=["lead", "-id"], name="suggestion_of_lead"),
            models.Index(fields=["number"], name="suggestion_by_number"),
            models.Index(
                fields=["state", "-id"],
                condition=Q(submitted_at__isnull=False),
                name="suggestion_filed_by_state",
            ),
            models.Index(
                fields=["-id"],
                condition=Q(publication="", state__in=sorted(states.ANSWERED), submitted_at__isnull=False),
                name="suggestion_undecided",
            ),
            models.Index(
                fields=["lead", "-id"],
                condition=Q(state__in=sorted(states.WITH_AUTHOR)),
                name="suggestion_with_author",
            ),
            models.Index(
                fields=["-published_on", "-id"],
                condition=Q(published_on__isnull=False),
                name="suggestion_published",
            ),
            models.Index(  # an older year lies behind all that was published since
                fields=["year", "-published_on", "-id"],
                condition=Q(published_on__isnull=False),
                name="suggestion_published_of_year",
            ),
        ]

    def __str__(self):
        return self.title or str(_("suggestion without a title"))

    def get_absolute_url(self):
        return reverse("proposals:detail", args=[self.pk])

    @property
    def lead_name(self):
        return self.lead.name

    @property
    def label(self):
        """The number as papers write it, by the patterns in the settings: 第012号, 闭〔2026〕003号."""
        if self.number is None:
            return ""
        key = "suggestion.number_session" if self.session_id else "suggestion.number_year"
        return preferences.get(key).format(number=self.number, year=self.year)

    @property
    def tone(self):
        """The colour of its badge, which only repeats what the word says."""
        if self.is_late or self.state in (S.RETURNED, S.NOT_ACCEPTED):
            return "is-late"
        if self.state in (S.CONCLUDED, S.ARCHIVED):
            return "is-good"
        return "is-soon" if self.state in (S.REHANDLING, S.REPLIED) else "is-info"

    @property
    def is_on_paper(self):
        """Entered from a table: its text is a paper at the office, and only the title is here."""
        return bool(self.submitted_at and not self.facts)

    @property
    def is_late(self):
        return bool(self.state in states.WITH_UNITS and self.due_on and self.due_on < clock.today())

    def signers(self):
        """The deputies whose suggestion it is: the lead, then who co-signed the text as it stands."""
        agreed = [row.deputy for row in self.cosignatures.agreed().select_related("deputy")]
        return [self.lead, *agreed]


class SuggestionChange(StateChange):
    """One step in the life of a suggestion."""

    record = models.ForeignKey(Suggestion, models.CASCADE, related_name="changes")


class SuggestionFile(models.Model):
    """A picture or document that belongs to the text of a suggestion."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("enclosure of a suggestion")
        verbose_name_plural = _("enclosures of suggestions")

    def __str__(self):
        return str(self.file)


class CoSignatureQuerySet(models.QuerySet):
    def agreed(self):
        """Who said yes to the text as it stands."""
        return self.filter(state=states.CoSignatureState.AGREED, text_version=F("suggestion__text_version"))

    def waiting(self, day):
        """Asked, not answered, and still in time."""
        return self.filter(
            Q(suggestion__cosign_until__isnull=True) | Q(suggestion__cosign_until__gte=day),
            state=states.CoSignatureState.ASKED,
            suggestion__state=S.COSIGNING,
        )


class CoSignature(models.Model):
    """A deputy who was asked to co-sign, and what they answered themselves (附议). ``text_version`` is what they read."""

    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="cosignatures", verbose_name=_("suggestion")
    )
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="cosignatures", verbose_name=_("deputy"))
    state = models.CharField(
        _("answer"),
        max_length=10,
        choices=states.CoSignatureState,
        default=states.CoSignatureState.ASKED,
        editable=False,
    )
    text_version = models.PositiveIntegerField(null=True, editable=False)
    asked_at = models.DateTimeField(pgettext_lazy("co-signer", "asked at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)

    objects = CoSignatureQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("co-signer")
        verbose_name_plural = _("co-signers")
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "deputy"], name="cosigner_asked_once"),
        ]
        indexes = [
            models.Index(fields=["deputy", "state", "id"], name="cosignature_of_deputy"),
            models.Index(
                fields=["deputy", "suggestion", "text_version"],
                condition=Q(state="agreed"),
                name="cosignature_agreed",
            ),
        ]

    def __str__(self):
        return f"{self.deputy} · {self.get_state_display()}"

    def holds_for(self, suggestion):
        """Whether they said yes to the text as it stands."""
        return self.state == states.CoSignatureState.AGREED and self.text_version == suggestion.text_version

    @property
    def can_be_answered(self):
        """Co-signers are being collected, and the day until which they answer has not passed."""
        until = self.suggestion.cosign_until
        return self.suggestion.state == S.COSIGNING and (until is None or until >= clock.today())


def _known_to(user):
    if not user.is_authenticated:
        return Q(pk__in=[])
    own_answers = CoSignature.objects.filter(suggestion=OuterRef("pk"), deputy__user=user)
    filed = Q(submitted_at__isnull=False)
    with_author = Q(state__in=states.WITH_AUTHOR)
    asked = Q(Exists(own_answers)) & with_author & ~Q(state=S.DRAFT)
    seen = Q(lead__user=user) | asked | (Q(Exists(own_answers.agreed())) & ~with_author)
    if user.is_superuser or oversees_all(user):
        seen |= filed
    elif units := units_of(user, Role.COMMITTEE):
        seen |= filed & Q(committee__unit__in=units)
    if units := units_of(user, Role.UNIT_OFFICER, Role.UNIT_SIGNER):
        seen |= Q(state__in=states.KNOWN_TO_UNITS) & Q(_held_by(units))
    if Role.GOVERNMENT_OFFICE in roles_of(user):
        seen |= Q(state__in=states.KNOWN_TO_UNITS) & Q(in_government())
    return seen


def _number_of(cosignatures):
    """How many of these a suggestion has; asked of the rows that are shown, not of all."""
    of_one = cosignatures.filter(suggestion=OuterRef("pk")).order_by().values("suggestion")
    return Coalesce(Subquery(of_one.values(number=Count("pk"))), 0)


def _held_by(units):
    return Exists(
        Assignment.objects.filter(suggestion=OuterRef("pk"), unit__in=units, state__in=states.TAKING_PART)
    )


def in_government():
    """Whether a unit of the government takes part."""
    return Exists(
        Assignment.objects.in_government().filter(suggestion=OuterRef("pk"), state__in=states.TAKING_PART)
    )
