"""How stations are rated: the score sheet of a year as data, each station's review, and the stars that came of it (D3.5)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from common.fields import BoundedTextField
from common.models import StateChange, StoredFile

from .. import states
from .stations import OfStationQuerySet, Star, Station


class StarMove(models.TextChoices):
    """What a year's decision does to a station's stars (D3.5)."""

    FIRST_AWARD = "first_award", _("first award")
    PROMOTE = "promote", pgettext_lazy("stars", "promoted")
    KEEP = "keep", pgettext_lazy("stars", "kept")
    DEMOTE = "demote", pgettext_lazy("stars", "demoted")
    REVOKE = "revoke", pgettext_lazy("stars", "revoked")
    MERGE = "merge", pgettext_lazy("stars", "merged")


class Scheme(models.Model):
    """The score sheet of a year. Lines, step and quota start from the office's settings and are its own from then on."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    name = models.CharField(pgettext_lazy("scheme", "name"), max_length=100)
    line_five = models.PositiveSmallIntegerField(_("five stars from (points)"), default=90)
    line_four = models.PositiveSmallIntegerField(_("four stars from (points)"), default=80)
    line_three = models.PositiveSmallIntegerField(_("three stars from (points)"), default=70)
    max_step = models.PositiveSmallIntegerField(_("stars move in a year by at most"), default=1)
    max_bonus = models.PositiveSmallIntegerField(_("bonus at most (points)"), default=10)
    quota_five = models.PositiveSmallIntegerField(
        _("five stars for at most (%)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    rectify_months = models.PositiveSmallIntegerField(
        _("period to rectify (months)"), default=3, validators=[MinValueValidator(3), MaxValueValidator(6)]
    )
    publicity_workdays = models.PositiveSmallIntegerField(_("published for (working days)"), default=5)
    opened_on = models.DateField(_("round opened on"), null=True, editable=False)

    NAMES_NOBODY = True
    history = HistoricalRecords()

    class Meta:
        ordering = ["-year"]
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        constraints = [
            models.CheckConstraint(
                name="scheme_lines_rise",
                condition=Q(line_three__lt=models.F("line_four"), line_four__lt=models.F("line_five")),
                violation_error_message=_("Five stars need more points than four, four more than three."),
            )
        ]

    def __str__(self):
        return self.name

    def star_for(self, points) -> int:
        """The stars so many points are worth by themselves, whatever the station held before."""
        for line, star in (
            (self.line_five, Star.FIVE),
            (self.line_four, Star.FOUR),
            (self.line_three, Star.THREE),
        ):
            if points >= line:
                return star
        return Star.NONE


class Reward(models.Model):
    """Money for a star and a move, in yuan (D3.5: rewards are paid by star and move)."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="rewards")
    stars = models.PositiveSmallIntegerField(_("stars"), choices=Star)
    move = models.CharField(pgettext_lazy("stars", "move"), max_length=12, choices=StarMove)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=10, decimal_places=2)

    history = HistoricalRecords()

    class Meta:
        ordering = ["-stars", "move"]
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")
        constraints = [models.UniqueConstraint(fields=["scheme", "stars", "move"], name="reward_once")]

    def __str__(self):
        return f"{self.get_stars_display()} · {self.get_move_display()}"


class Criterion(models.Model):
    """One line of a score sheet: so many points, from where, at most how many.

    ``measure`` names what ``liaison_stations.measures`` counts for a computed one. ``share`` is how much each piece of
    evidence gives, or each fault takes (“less one time −0.5”, D3.5).
    """

    class Source(models.TextChoices):
        COMPUTED = "computed", _("computed from records")
        EVIDENCE = "evidence", _("entered with evidence")
        BONUS = "bonus", _("bonus, entered with evidence")
        DEDUCTED = "deducted", _("deducted")
        VETO = "veto", _("veto: no star this year")

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="criteria", verbose_name=_("score sheet"))
    group = models.CharField(_("group"), max_length=40)
    name = models.CharField(pgettext_lazy("criterion", "criterion"), max_length=100)
    detail = models.CharField(_("how it is scored"), max_length=300, blank=True)
    points = models.DecimalField(_("points at most"), max_digits=5, decimal_places=1)
    source = models.CharField(pgettext_lazy("criterion", "source"), max_length=10, choices=Source)
    measure = models.CharField(_("what is counted"), max_length=40, blank=True)
    share = models.DecimalField(_("points each"), max_digits=5, decimal_places=1, null=True, blank=True)
    display_order = models.PositiveSmallIntegerField(_("order"), default=100)

    NAMES_NOBODY = True
    history = HistoricalRecords()

    class Meta:
        ordering = ["display_order", "pk"]
        verbose_name = pgettext_lazy("noun", "criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="criterion_once"),
            models.CheckConstraint(
                name="criterion_computed_by_measure",
                condition=Q(source="computed") & ~Q(measure="") | ~Q(source="computed") & Q(measure=""),
                violation_error_message=_(
                    "A computed criterion names what is counted; another names nothing."
                ),
            ),
        ]

    def __str__(self):
        return self.name


class StarReviewQuerySet(OfStationQuerySet):
    def visible_to(self, user):
        """Those of the stations somebody works with."""
        return self.managed_by(user)

    def for_lists(self):
        return self.select_related("station__area", "scheme")


class StarReview(models.Model):
    """One station in one yearly round, from the self-score to the final star."""

    MOVES = states.REVIEW_MOVES

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="reviews", verbose_name=_("score sheet"))
    station = models.ForeignKey(Station, models.PROTECT, related_name="reviews", verbose_name=_("station"))
    old_stars = models.PositiveSmallIntegerField(_("stars before"), choices=Star, editable=False)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=1, null=True, editable=False)
    has_veto = models.BooleanField(_("veto"), default=False, editable=False)
    new_stars = models.PositiveSmallIntegerField(_("stars decided"), choices=Star, null=True, editable=False)
    move = models.CharField(
        pgettext_lazy("stars", "move"), max_length=12, choices=StarMove, blank=True, editable=False
    )
    reason = BoundedTextField(_("reason"), max_length=1000, blank=True, editable=False)
    faults = BoundedTextField(
        _("what must be put right"), max_length=2000, blank=True, editable=False
    )  # filled: a written notice follows when it is final
    merge_into = models.ForeignKey(
        Station,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("to be merged into"),
    )
    published_on = models.DateField(_("published on"), null=True, editable=False)
    objections_until = models.DateField(_("objections until"), null=True, editable=False)
    is_spot_checked = models.BooleanField(_("spot-checked by the city"), default=False, editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=states.ReviewState, default=states.ReviewState.SELF, editable=False
    )

    NAMES_NOBODY = True
    objects = StarReviewQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-scheme__year", "station__display_order", "pk"]
        verbose_name = _("star review")
        verbose_name_plural = _("star reviews")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "station"], name="review_once_a_year"),
            models.CheckConstraint(
                name="review_decided_has_stars",
                condition=~Q(state__in=["decided", "published", "final"])
                | (Q(new_stars__isnull=False, score__isnull=False) & ~Q(move="")),
            ),
        ]
        indexes = [models.Index(fields=["scheme", "state"], name="review_by_state")]

    def __str__(self):
        return f"{self.station} {self.scheme.year}"

    def get_absolute_url(self):
        return reverse("stations:review", args=[self.pk])


class StarReviewChange(StateChange):
    """One step of a review."""

    record = models.ForeignKey(StarReview, models.CASCADE, related_name="changes")


class ReviewScore(models.Model):
    """The points of one criterion in a review: what was counted, what each stage gave. The last one given holds."""

    STAGES = ("self_points", "township_points", "county_points", "city_points")

    review = models.ForeignKey(StarReview, models.CASCADE, related_name="scores", verbose_name=_("review"))
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+", verbose_name=_("criterion"))
    computed = models.DecimalField(_("computed"), max_digits=5, decimal_places=1, null=True)
    self_points = models.DecimalField(_("by the station"), max_digits=5, decimal_places=1, null=True)
    township_points = models.DecimalField(_("by the township"), max_digits=5, decimal_places=1, null=True)
    county_points = models.DecimalField(_("by the county"), max_digits=5, decimal_places=1, null=True)
    city_points = models.DecimalField(_("by the city"), max_digits=5, decimal_places=1, null=True)
    note = models.CharField(_("evidence or reason"), max_length=500, blank=True)
    evidence = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, related_name="+", verbose_name=_("file with evidence")
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["criterion__display_order", "criterion_id"]
        verbose_name = _("points of a criterion")
        verbose_name_plural = _("points of criteria")
        constraints = [models.UniqueConstraint(fields=["review", "criterion"], name="score_once")]

    def __str__(self):
        return f"{self.criterion}: {self.points}"

    @property
    def points(self):
        """What counts: given by the latest stage, else what was computed; ``None`` where nothing is known yet."""
        given = [getattr(self, stage) for stage in reversed(self.STAGES)]
        return next((points for points in (*given, self.computed) if points is not None), None)


class StarRecordQuerySet(OfStationQuerySet):
    def of_year(self, year):
        return self.filter(year=year)

    def public(self):
        return self.filter(published_on__isnull=False)

    def praised(self):
        """To be praised at the preparatory meeting: who rose, was awarded for the first time, or kept five (D3.5)."""
        return self.filter(
            Q(move__in=[StarMove.PROMOTE, StarMove.FIRST_AWARD]) | Q(move=StarMove.KEEP, new_stars=Star.FIVE)
        )


class StarRecord(models.Model):
    """The ledger of stars (D3.5): what a station held and holds, by which score and for which reason; never changed.

    ``year`` is the year that was rated; imported history knows neither score nor decision.
    """

    station = models.ForeignKey(
        Station, models.CASCADE, related_name="star_records", verbose_name=_("station")
    )
    review = models.OneToOneField(
        StarReview, models.PROTECT, null=True, editable=False, related_name="record", verbose_name=_("review")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=1, null=True, blank=True)
    old_stars = models.PositiveSmallIntegerField(_("stars before"), choices=Star, null=True, blank=True)
    new_stars = models.PositiveSmallIntegerField(_("stars"), choices=Star)
    move = models.CharField(pgettext_lazy("stars", "move"), max_length=12, choices=StarMove, blank=True)
    reason = BoundedTextField(_("reason"), max_length=1000, blank=True)
    reward_amount = models.DecimalField(
        _("reward (yuan)"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)

    NAMES_NOBODY = True
    objects = StarRecordQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-year", "-decided_on", "-pk"]
        verbose_name = _("star record")
        verbose_name_plural = _("star records")
        indexes = [
            models.Index(fields=["station", "-year"], name="star_record_of_station"),
            models.Index(fields=["year", "move"], name="star_record_of_year"),
        ]

    def __str__(self):
        return f"{self.station} {self.year} {self.get_new_stars_display()}"


class RectificationQuerySet(OfStationQuerySet):
    def open(self):
        return self.filter(outcome="")


class Rectification(models.Model):
    """The written notice before a demotion, and the period in which the station can put things right (D3.5: 3–6 months)."""

    class Outcome(models.TextChoices):
        IMPROVED = "improved", _("put right")
        FAILED = "failed", _("not put right: demoted")

    station = models.ForeignKey(
        Station, models.CASCADE, related_name="rectifications", verbose_name=_("station")
    )
    review = models.ForeignKey(
        StarReview,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="rectifications",
        verbose_name=_("review"),
    )
    issued_on = models.DateField(_("notice issued on"))
    until = models.DateField(_("to be put right by"))
    faults = BoundedTextField(_("what must be put right"), max_length=2000)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True, editable=False)
    checked_on = models.DateField(_("checked on"), null=True, editable=False)
    findings = BoundedTextField(_("what the check found"), max_length=1000, blank=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("issued by"),
    )

    NAMES_NOBODY = True
    objects = RectificationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-issued_on", "-pk"]
        verbose_name = _("notice to rectify")
        verbose_name_plural = _("notices to rectify")
        constraints = [
            models.CheckConstraint(
                name="rectification_until_after_issue",
                condition=Q(until__gt=models.F("issued_on")),
                violation_error_message=_("The period ends before it begins."),
            ),
            models.UniqueConstraint(
                fields=["station"], condition=Q(outcome=""), name="rectification_open_once"
            ),
        ]

    def __str__(self):
        return f"{self.station} {self.issued_on:%Y-%m-%d}"


class StarObjection(models.Model):
    """What somebody says against a published star, and what was answered; within the days of publicity (D3.5)."""

    review = models.ForeignKey(
        StarReview, models.CASCADE, related_name="objections", verbose_name=_("review")
    )
    text = BoundedTextField(_("objection"), max_length=2000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    answer = BoundedTextField(_("answer"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("objection to stars")
        verbose_name_plural = _("objections to stars")

    def __str__(self):
        return self.text[:40]
