"""What suggestions are about: categories, and the topic list of a year that deputies take topics from (D1.18)."""

from django.conf import settings
from django.db import models
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from accounts.models import Role, Unit
from accounts.rules import is_congress_staff, units_of
from common.fields import BigramField, BoundedTextField
from common.models import StateChange
from deputies.models import Committee, Deputy, DeputyGroup

from .. import states


class CategoryQuerySet(models.QuerySet):
    def offered(self):
        return self.filter(is_offered=True)


class Category(models.Model):
    """A class of content, and the committee that supervises what is about it (D1.6)."""

    name = models.CharField(pgettext_lazy("category", "name"), max_length=40, unique=True)
    committee = models.ForeignKey(
        Committee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="categories",
        verbose_name=_("supervised by"),
    )
    display_order = models.PositiveSmallIntegerField(_("order on the list"), default=100)
    is_offered = models.BooleanField(_("offered for new suggestions"), default=True)

    NAMES_NOBODY = True
    objects = CategoryQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["display_order", "pk"]
        verbose_name = _("category of suggestions")
        verbose_name_plural = _("categories of suggestions")

    def __str__(self):
        return self.name


class TopicQuerySet(models.QuerySet):
    def listed(self):
        return self.filter(state=states.TopicState.LISTED)

    def visible_to(self, user):
        """The list is known to every deputy and leader, what was offered to its unit and the congress's staff."""
        if user.is_superuser or is_congress_staff(user):
            return self
        seen = Q(proposed_by__in=units_of(user, Role.UNIT_OFFICER, Role.UNIT_SIGNER))
        if user.has_perm("proposals.view_topic"):
            seen |= Q(state=states.TopicState.LISTED)
        return self.filter(seen)

    def next_number(self, year: int) -> int:
        return (self.filter(year=year).aggregate(last=Max("number"))["last"] or 0) + 1

    def with_claims(self):
        """With ``claim_count``, how many deputies or groups hold it."""
        held = Count("claims", filter=Q(claims__state__in=states.HELD_CLAIMS))
        return self.annotate(claim_count=held)

    def matching(self, text):
        return self.filter(search__words=text) if text else self


class Topic(models.Model):
    """One entry of the topic list (选题清单) of a year; a deputy or group takes it (领题) and researches it.

    What a unit offers has no number until the office puts it on the list.
    """

    MOVES = states.TOPIC_MOVES

    class Source(models.TextChoices):
        COMMITTEE = "committee", pgettext_lazy("source of a topic", "committee")
        DEPARTMENT = "department", pgettext_lazy("source of a topic", "department")
        STATION = "station", pgettext_lazy("source of a topic", "liaison station")
        PUBLIC = "public", _("the public")
        OFFICE = "office", pgettext_lazy("source of a topic", "deputies' office")

    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(
        _("no."), null=True, blank=True, help_text=_("Empty: the next one of the year.")
    )
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=states.TopicState,
        default=states.TopicState.LISTED,
        editable=False,
    )
    title = models.CharField(pgettext_lazy("topic", "topic"), max_length=100)
    background = BoundedTextField(_("background"), max_length=3000, blank=True)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="topics",
        verbose_name=pgettext_lazy("suggestion", "category"),
    )
    source = models.CharField(_("source"), max_length=12, choices=Source, default=Source.OFFICE)
    proposed_by = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="topics_proposed",
        verbose_name=_("proposed by"),
    )
    contact_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="topics_answered",
        verbose_name=_("unit to ask"),
    )
    contact = models.CharField(
        _("person to ask"),
        max_length=60,
        blank=True,
        help_text=_("Name and office telephone; deputies read it."),
    )
    max_claims = models.PositiveSmallIntegerField(
        _("may be taken by at most"), default=3, help_text=_("Deputies or groups at the same time.")
    )
    is_open = models.BooleanField(_("open to be taken"), default=True)
    search = BigramField(sources=["title", "background"])

    NAMES_NOBODY = True
    objects = TopicQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["search"])

    class Meta:
        ordering = ["-year", "number"]
        verbose_name = pgettext_lazy("topic", "topic")
        verbose_name_plural = _("topic list")
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="topic_once"),
            models.CheckConstraint(
                condition=~Q(state=states.TopicState.LISTED) | Q(number__isnull=False),
                name="topic_listed_has_number",
            ),
        ]
        indexes = [models.Index(fields=["-id"], condition=Q(is_open=True), name="topic_open")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("proposals:topic", args=[self.pk])

    @classmethod
    def source_of(cls, unit):
        """Where a topic comes from that this unit names; without one, from the office."""
        if unit is None:
            return cls.Source.OFFICE
        return cls.Source.COMMITTEE if unit.kind == Unit.Kind.COMMITTEE else cls.Source.DEPARTMENT

    @property
    def is_free(self):
        """Whether another deputy may take it; of a topic read ``with_claims``."""
        is_listed = self.state == states.TopicState.LISTED
        return is_listed and self.is_open and self.claim_count < self.max_claims


class TopicChange(StateChange):
    """What the office decided about a topic that was offered."""

    record = models.ForeignKey(Topic, models.CASCADE, related_name="changes")


class TopicClaimQuerySet(models.QuerySet):
    def held(self):
        return self.filter(state__in=states.HELD_CLAIMS)

    def in_work(self):
        """Taken, and no suggestion yet."""
        return self.held().exclude(state=states.ClaimState.FILED)

    def visible_to(self, user):
        """Who works on what is known to every deputy and to the congress's staff: nobody should do it twice."""
        return self if user.has_perm("proposals.view_topicclaim") else self.none()


class TopicClaim(models.Model):
    """A deputy, alone or for a group, works on a topic; it ends in a suggestion or is given back."""

    MOVES = states.CLAIM_MOVES

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="claims", verbose_name=_("topic taken"))
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="topic_claims", verbose_name=_("deputy"))
    group = models.ForeignKey(
        DeputyGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="topic_claims",
        verbose_name=_("for the group"),
    )
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=states.ClaimState,
        default=states.ClaimState.CLAIMED,
        editable=False,
    )
    suggestion = models.OneToOneField(
        "Suggestion",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="claim",
        verbose_name=_("suggestion"),
    )
    claimed_at = models.DateTimeField(_("taken at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )

    objects = TopicClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-claimed_at", "-pk"]
        verbose_name = _("topic taken")
        verbose_name_plural = _("topics taken")
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "deputy"],
                condition=~Q(state=states.ClaimState.RELEASED),
                name="topic_claimed_once_by_a_deputy",
            )
        ]

    def __str__(self):
        return f"{self.topic} · {self.group or self.deputy}"


class TopicClaimChange(StateChange):
    """One step of the work on a topic."""

    record = models.ForeignKey(TopicClaim, models.CASCADE, related_name="changes")
