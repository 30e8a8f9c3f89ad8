"""What a station plans for a year and what it does beside receptions: both count for its stars (D3.1, D3.5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from common import clock
from common.fields import BoundedTextField
from common.models import StateChange, StoredFile
from deputies.models import Deputy

from .. import states
from .stations import OfStationQuerySet, Station


class PlanQuerySet(OfStationQuerySet):
    def public(self):
        return self.filter(state=states.PlanState.APPROVED)


class StationPlan(models.Model):
    """What a station will do in a year. The township approves it, of a station under city-level management the city (D3.5)."""

    MOVES = states.PLAN_MOVES

    station = models.ForeignKey(Station, models.CASCADE, related_name="plans", verbose_name=_("station"))
    year = models.PositiveSmallIntegerField(_("year"))
    text = BoundedTextField(pgettext_lazy("station", "plan"), max_length=5000)
    rota = BoundedTextField(
        _("rota of the deputies"), max_length=3000, blank=True, help_text=_("Who receives when.")
    )
    file = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("file")
    )
    approved_on = models.DateField(_("approved on"), null=True, editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=states.PlanState, default=states.PlanState.DRAFT, editable=False
    )

    NAMES_NOBODY = True
    objects = PlanQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-year", "station"]
        verbose_name = _("yearly plan")
        verbose_name_plural = _("yearly plans")
        constraints = [models.UniqueConstraint(fields=["station", "year"], name="plan_once_a_year")]
        indexes = [models.Index(fields=["year", "state"], name="plan_of_year")]

    def __str__(self):
        return _("%(station)s, plan of %(year)s") % {"station": self.station, "year": self.year}

    def get_absolute_url(self):
        return reverse("stations:plan", args=[self.station_id, self.year])

    @property
    def tone(self) -> str:
        """The colour of its state, beside the word."""
        return {"approved": "is-good", "returned": "is-late"}.get(self.state, "")


class StationPlanChange(StateChange):
    """One step of a plan."""

    record = models.ForeignKey(StationPlan, models.CASCADE, related_name="changes")


class EventQuerySet(OfStationQuerySet):
    def of_year(self, year):
        return self.filter(on__year=year)

    def of_kinds(self, *kinds):
        return self.filter(kind__in=kinds)

    def public(self):
        return self.filter(is_public=True)

    def matching(self, text):
        """By words of the title, or of the stations that a word finds."""
        if not (text := text.strip()):
            return self
        return self.filter(Q(title__icontains=text) | Q(station__in=Station.objects.matching(text)))


class StationEvent(models.Model):
    """Something that took place at a station or was published about it; the star sheet counts it by ``kind`` (D3.1, D3.5).

    Of ``PUBLICITY`` the ``level`` says who adopted it. ``TRAINING``, ``SUPERVISION`` and ``ASSESSMENT`` are what city,
    county and township do for stations under city-level management (提级管理); ``score`` is the assessment's.
    """

    class Kind(models.TextChoices):
        STUDY = "study", pgettext_lazy("station event", "study")
        EXCHANGE = "exchange", pgettext_lazy("station event", "exchange of experience")
        SPECIAL = "special", pgettext_lazy("station event", "special activity")
        REPORT = "report", pgettext_lazy("station event", "report to voters")
        BRIEFING = "briefing", pgettext_lazy("station event", "briefing on government affairs")
        VISIT = "visit", pgettext_lazy("station event", "visit to voters")
        PUBLICITY = "publicity", pgettext_lazy("station event", "item adopted")
        SURVEY = "survey", pgettext_lazy("station event", "survey report adopted")
        TRAINING = "training", pgettext_lazy("station event", "training")
        SUPERVISION = "supervision", pgettext_lazy("station event", "supervision visit")
        ASSESSMENT = "assessment", pgettext_lazy("station event", "assessment")

    class AdoptedAt(models.TextChoices):
        NATION = "nation", pgettext_lazy("adopted at", "national level")
        PROVINCE = "province", pgettext_lazy("adopted at", "provincial level")
        CITY = "city", pgettext_lazy("adopted at", "city level")
        COUNTY = "county", pgettext_lazy("adopted at", "county level")

    OF_MANAGEMENT = frozenset({Kind.TRAINING, Kind.SUPERVISION, Kind.ASSESSMENT})

    station = models.ForeignKey(Station, models.CASCADE, related_name="events", verbose_name=_("station"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    on = models.DateField(_("day"))
    title = models.CharField(_("title"), max_length=100)
    text = BoundedTextField(_("what was done"), max_length=3000, blank=True)
    deputies = models.ManyToManyField(
        Deputy, blank=True, related_name="station_events", verbose_name=_("deputies who took part")
    )
    people = models.PositiveIntegerField(_("people who took part"), default=0)
    level = models.CharField(_("adopted at"), max_length=10, choices=AdoptedAt, blank=True)
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    is_public = models.BooleanField(_("shown to the public"), default=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    NAMES_NOBODY = True
    objects = EventQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("event of a station")
        verbose_name_plural = _("events of stations")
        constraints = [
            models.CheckConstraint(
                name="event_score_of_assessment",
                condition=Q(score__isnull=True) | Q(kind="assessment", score__lte=120),
                violation_error_message=_("Only an assessment has a score, of at most 120."),
            ),
            models.CheckConstraint(
                name="event_level_of_publicity",
                condition=Q(level="") | Q(kind__in=["publicity", "survey"]),
                violation_error_message=_("Only what was adopted has a level."),
            ),
        ]
        indexes = [
            models.Index(fields=["station", "kind", "on"], name="event_of_station"),
            models.Index(fields=["kind", "-on", "-id"], name="event_of_kind"),
            models.Index(fields=["-on", "-id"], name="event_newest"),
        ]

    def __str__(self):
        return self.title

    @property
    def was_entered_late(self) -> bool:
        """Entered more than a month after it took place: a ledger written afterwards (D3.5 台账)."""
        return (self.at.date() - self.on) > clock.ONE_DAY * 31


class EventPicture(models.Model):
    """A photo of an event."""

    event = models.ForeignKey(StationEvent, models.CASCADE, related_name="pictures")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("picture"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("picture of an event")
        verbose_name_plural = _("pictures of events")

    def __str__(self):
        return str(self.file)
