"""What units answer, in which class, and what the signers say of it (D1.10, D1.11, D1.15)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from accounts.models import Role
from accounts.rules import is_office, oversees_all, units_of
from common import preferences
from common.fields import BoundedTextField
from common.models import StateChange, StoredFile
from deputies.models import Deputy

from .. import states
from .handling import ANSWERING, Assignment, unlisted
from .suggestions import TEXT_LIMIT, Meaning, Publication, Solved, Suggestion, Verdict


class ReplyClassQuerySet(models.QuerySet):
    def in_force(self):
        """The letters of the scheme this congress uses (setting ``suggestion.class_scheme``)."""
        return self.filter(scheme=preferences.get("suggestion.class_scheme"))


class ReplyClass(models.Model):
    """A letter of a scheme and what it says. The letters do not mean the same everywhere, so rates ask for ``meaning``."""

    scheme = models.CharField(_("scheme"), max_length=10)
    code = models.CharField(_("letter"), max_length=4)
    text = models.CharField(pgettext_lazy("reply class", "text"), max_length=100)
    meaning = models.CharField(_("counts as"), max_length=10, choices=Meaning)

    NAMES_NOBODY = True
    objects = ReplyClassQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["scheme", "code"]
        verbose_name = _("class of replies")
        verbose_name_plural = _("classes of replies")
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="reply_class_once")]

    def __str__(self):
        return f"{self.code} {self.text}"

    @property
    def needs_commitment(self):
        """Something that is planned is promised, with a day and somebody who answers for it (D1.12)."""
        return self.meaning == Meaning.PLANNED


class ReplyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """In work, its unit's own; signed, for who takes part in the suggestion; replies published in full, for all."""
        signed = Q(state=states.ReplyState.SIGNED)
        seen = (
            signed
            & Q(assignment__part__in=ANSWERING)
            & Q(assignment__suggestion__published_on__isnull=False)
            & Q(assignment__suggestion__publication=Publication.FULL)
        )
        if not user.is_authenticated:
            return self.filter(seen)
        if user.is_superuser:
            return self
        own = Q(assignment__unit__in=units_of(user, Role.UNIT_OFFICER, Role.UNIT_SIGNER))
        seen |= own & Q(assignment__state__in=states.TAKING_PART)
        if oversees_all(user):
            seen |= signed
        else:
            seen |= signed & Q(assignment__suggestion__in=Suggestion.objects.known_to(user).values("pk"))
        return self.filter(seen)

    def signed(self):
        return self.filter(state=states.ReplyState.SIGNED)

    def open(self):
        return self.exclude(state=states.ReplyState.SIGNED)

    def for_lists(self):
        """With everything a line of a list prints."""
        part = "assignment__suggestion"
        return self.select_related("assignment__unit", f"{part}__lead").defer("text", *unlisted(part))

    def for_letters(self):
        """With everything that stands on the letter and around it."""
        return self.select_related(
            "reply_class",
            "corrects",
            "assignment__unit",
            "assignment__suggestion__lead",
            "assignment__suggestion__session__term__area",
        ).prefetch_related("files__file", "commitments")


class Reply(models.Model):
    """A letter of a unit: to the deputies, or as a co-unit to the lead unit. Frozen when it is signed.

    What was wrong in a signed one is put right by a new row of kind ``correction`` that says why.
    """

    MOVES = states.REPLY_MOVES

    class Kind(models.TextChoices):
        REPLY = "reply", pgettext_lazy("kind of letter", "reply")
        OPINION = "opinion", _("opinion of a co-handling unit")
        SECOND = "second", _("reply after a commitment was fulfilled")
        CORRECTION = "correction", _("corrected reply")

    class Adoption(models.TextChoices):
        """What became of the suggestion as such, apart from whether the matter is solved (D1.11)."""

        ADOPTED = "adopted", _("adopted")
        PARTLY = "partly", _("adopted in part")
        EXPLAINED = "explained", _("explained")
        NOT = "not", _("not adopted")

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="replies", verbose_name=_("assignment")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.REPLY, editable=False)
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)
    reply_class = models.ForeignKey(
        ReplyClass,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("class"),
    )
    adoption = models.CharField(_("adoption"), max_length=10, choices=Adoption, blank=True)
    document_no = models.CharField(_("document no."), max_length=60, blank=True)
    text = BoundedTextField(_("text of the reply"), max_length=TEXT_LIMIT, blank=True)
    contact_person = models.CharField(_("contact person"), max_length=60, blank=True)
    contact_phone = models.CharField(_("office phone"), max_length=40, blank=True)
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="corrections",
        verbose_name=_("corrects"),
    )
    correction_reason = models.CharField(_("what was corrected and why"), max_length=500, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=states.ReplyState,
        default=states.ReplyState.DRAFT,
        editable=False,
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("signed by"),
    )
    signed_on = models.DateField(_("signed on"), null=True, editable=False)
    signed_as = models.CharField(  # the letter keeps the name its unit had on that day
        _("name of the unit"), max_length=100, blank=True, editable=False
    )

    objects = ReplyQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        verbose_name = pgettext_lazy("noun", "reply")
        verbose_name_plural = _("replies")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=~Q(state="signed"), name="reply_in_work_once"
            )
        ]

    def __str__(self):
        return _("On %(suggestion)s: %(what)s") % {
            "suggestion": self.assignment.suggestion,
            "what": self.get_kind_display(),
        }

    def get_absolute_url(self):
        return reverse("proposals:letter", args=[self.pk])

    @property
    def suggestion(self):
        return self.assignment.suggestion


class ReplyChange(StateChange):
    """One step in the life of a reply."""

    record = models.ForeignKey(Reply, models.CASCADE, related_name="changes")


class ReplyFile(models.Model):
    """A document that goes with a reply."""

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("enclosure of a reply")
        verbose_name_plural = _("enclosures of replies")

    def __str__(self):
        return str(self.file)


class ClassStep(models.Model):
    """The class a suggestion got, and when it became another: by a reply, by the office's check, by promises kept."""

    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="class_steps", verbose_name=_("suggestion")
    )
    before = models.ForeignKey(
        ReplyClass,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("state", "from"),
    )
    after = models.ForeignKey(
        ReplyClass, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("state", "to")
    )
    reason = models.CharField(_("reason"), max_length=300)
    is_check = models.BooleanField(_("found by the office's check"), default=False)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("step of the class")
        verbose_name_plural = _("steps of the class")

    def __str__(self):
        return f"{self.before.code if self.before else '—'} → {self.after.code}"


class RatingQuerySet(models.QuerySet):
    def waiting(self):
        """Asked, neither given nor lapsed."""
        return self.filter(rated_at__isnull=True, lapsed_on__isnull=True)

    def given(self):
        return self.filter(rated_at__isnull=False)

    def matching(self, text):
        return self.filter(suggestion__in=Suggestion.objects.matching(text)) if text.strip() else self

    def visible_to(self, user):
        """One's own; the office all, a committee those of what it supervises. Units read sums only."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser or is_office(user):
            return self
        supervised = Q(suggestion__committee__unit__in=units_of(user, Role.COMMITTEE))
        return self.filter(Q(deputy__user=user) | supervised)


class Rating(models.Model):
    """What one signer says of one round of handling, asked by the congress, never by the unit (D1.15).

    It has no default; one not given in time has lapsed and counts nowhere. Never changed once given.
    """

    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="ratings", verbose_name=_("suggestion")
    )
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="ratings", verbose_name=_("deputy"))
    round = models.PositiveSmallIntegerField(_("round"))
    asked_on = models.DateField(_("asked on"))
    until = models.DateField(_("to be rated until"))
    attitude = models.CharField(_("handling work"), max_length=12, choices=Verdict, blank=True)
    result = models.CharField(_("handling result"), max_length=12, choices=Verdict, blank=True)
    solved = models.CharField(_("is the matter solved?"), max_length=10, choices=Solved, blank=True)
    words = BoundedTextField(_("in your own words"), max_length=2000, blank=True)
    rated_at = models.DateTimeField(_("rated at"), null=True, editable=False)
    entered_by = models.ForeignKey(  # of an answer on paper: who of the office copied it
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("entered from paper by"),
    )
    lapsed_on = models.DateField(_("lapsed on"), null=True, editable=False)

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering = ["round", "pk"]
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "deputy", "round"], name="rated_once_a_round")
        ]
        indexes = [
            models.Index(
                fields=["until"],
                condition=Q(rated_at__isnull=True, lapsed_on__isnull=True),
                name="rating_waiting",
            ),
            models.Index(
                fields=["deputy", "until", "id"],
                condition=Q(rated_at__isnull=True, lapsed_on__isnull=True),
                name="rating_waiting_of_deputy",
            ),
            # the list of the staff area by each of its filters
            models.Index(fields=["attitude", "-id"], name="rating_by_attitude"),
            models.Index(fields=["result", "-id"], name="rating_by_result"),
            models.Index(fields=["solved", "-id"], name="rating_by_solved"),
        ]

    def __str__(self):
        return f"{self.suggestion} · {self.deputy}"

    @property
    def is_dissatisfied(self):
        return Verdict.DISSATISFIED in (self.attitude, self.result)
