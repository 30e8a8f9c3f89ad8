"""Where deputies receive citizens: homes, stations and points, who works there, and which deputies belong to them (D3.1–3.2)."""

import datetime as dt
from functools import reduce
from operator import or_

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from accounts.models import MOBILE, Area
from accounts.rules import area_codes, sees_whole_city
from common import clock, memory
from common.fields import (
    BigramField,
    BlindIndexField,
    BoundedTextField,
    EncryptedField,
    LettersField,
    PinyinField,
)
from common.models import StateChange, StoredFile
from common.text import half_width
from deputies.models import Deputy, Level

from .. import states

S = states.StationState


class Star(models.IntegerChoices):
    """What a station was awarded; below three there is no star (D3.5)."""

    NONE = 0, _("not rated")
    THREE = 3, _("three stars")
    FOUR = 4, _("four stars")
    FIVE = 5, _("five stars")


def below(prefixes, path="area__code") -> Q:
    """What lies in an area whose code starts with one of these."""
    return reduce(or_, (Q(**{f"{path}__startswith": code}) for code in prefixes), Q(pk__in=[]))


def current(day=None) -> Q:
    """Rows with ``since`` and ``until`` that hold on a day."""
    day = day or clock.today()
    return Q(Q(since__isnull=True) | Q(since__lte=day), Q(until__isnull=True) | Q(until__gt=day))


class StationQuerySet(models.QuerySet):
    def open(self):
        """Where citizens are received today; what is being put right goes on."""
        return self.filter(state__in=states.OPEN_STATIONS)

    def public(self):
        """What the public finds: also a merged or closed one by its address, which says so, but in no list."""
        return self.open()

    def inside(self, code):
        return self.filter(area__code__startswith=code)

    def trees_of(self, user):
        """The stations where somebody works, and those below them: a home answers for its stations and points."""
        own = [post.station_id for post in posts_of(user)]
        if not own:
            return self.none()
        return self.filter(Q(pk__in=own) | Q(parent__in=own) | Q(parent__parent__in=own))

    def managed_by(self, user):
        """With which this person works: the city's staff with all, a local office with its area's, staff with their tree."""
        if user.is_superuser or sees_whole_city(user):
            return self
        if not user.is_authenticated:
            return self.none()
        own = Q(pk__in=self.model.objects.trees_of(user).values("pk"))
        return self.filter(below(area_codes(user)) | own)

    def matching(self, text):
        """By two characters of name, address or village, or by the first letters of its name."""
        text = half_width(text)
        if not text:
            return self
        if text.isascii() and text.isalpha():
            letters = text.lower()
            return self.filter(Q(letters__startswith=letters) | Q(initials__startswith=letters))
        return self.filter(search__words=text)

    def with_counts(self):
        """With ``deputy_count``, the deputies resident today; counted for the rows of a page, not for all of a list."""
        resident = Residency.objects.current().filter(station=OuterRef("pk")).order_by().values("station")
        counted = Subquery(resident.annotate(number=Count("pk")).values("number"))
        return self.annotate(deputy_count=Coalesce(counted, 0))

    def for_lists(self):
        return self.select_related("area", "parent")


class Station(models.Model):
    """A place with a plaque, opening hours and deputies: a home (家) of a town or street, a station (站), a point (点)."""

    MOVES = states.STATION_MOVES

    class Kind(models.TextChoices):
        HOME = "home", pgettext_lazy("station", "deputies' home")
        STATION = "station", pgettext_lazy("station", "liaison station")
        POINT = "point", pgettext_lazy("station", "liaison point")

    class Nature(models.TextChoices):
        GENERAL = "general", pgettext_lazy("station", "general")
        SECTOR = "sector", pgettext_lazy("station", "of a sector")

    class Demonstration(models.TextChoices):
        CITY = "city", _("city demonstration station")
        PROVINCE = "province", _("provincial demonstration station")

    RANKS = {Kind.HOME: 0, Kind.STATION: 1, Kind.POINT: 2}

    number = models.CharField(_("no."), max_length=20, blank=True, help_text=_("As the office files it."))
    name = models.CharField(pgettext_lazy("station", "name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.STATION)
    nature = models.CharField(_("nature"), max_length=10, choices=Nature, default=Nature.GENERAL)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="stations", verbose_name=_("street, town or township")
    )
    village = models.CharField(_("village or community"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    floor_area = models.PositiveIntegerField(_("floor area (m²)"), null=True, blank=True)
    rooms = models.CharField(
        _("functional areas"), max_length=200, blank=True, help_text=_("Reception, meetings, exhibition …")
    )
    plaque_on = models.DateField(_("plaque put up on"), null=True, blank=True)
    phone = models.CharField(_("telephone of the station"), max_length=40, blank=True)  # public, no person's
    opening_hours = models.CharField(_("opening hours"), max_length=200, blank=True)
    reception_note = models.CharField(
        _("reception days, as announced"), max_length=100, blank=True
    )  # in words; the rule that makes the days is a ReceptionRule
    funding = models.DecimalField(
        _("yearly funding (yuan)"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    stars = models.PositiveSmallIntegerField(_("stars"), choices=Star, default=Star.NONE, editable=False)
    demonstration = models.CharField(_("demonstration"), max_length=10, choices=Demonstration, blank=True)
    is_city_managed = models.BooleanField(
        _("under city-level management"),
        default=False,
        help_text=_("City, county and township together approve its plan and assess it."),
    )
    takes_messages = models.BooleanField(_("takes online messages"), default=True)
    photo = models.ForeignKey(
        StoredFile,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("photo"),
    )
    introduction = BoundedTextField(_("introduction"), max_length=2000, blank=True)
    display_order = models.PositiveIntegerField(_("order"), default=100000)
    state = models.CharField(_("state"), max_length=12, choices=S, default=S.RUNNING, editable=False)
    state_since = models.DateField(_("in this state since"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    pinyin = PinyinField(_("pinyin"), source="name", editable=False)
    letters = LettersField()
    initials = LettersField(only_initials=True)
    search = BigramField(sources=["name", "address", "village"])

    NAMES_NOBODY = True
    objects = StationQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["pinyin", "letters", "initials", "search"])

    class Meta:
        ordering = ["display_order", "pk"]
        verbose_name = pgettext_lazy("noun", "liaison station")
        verbose_name_plural = _("liaison stations")
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="station_number_once"),
            models.CheckConstraint(
                name="station_place_whole",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                violation_error_message=_("Enter both latitude and longitude, or neither."),
            ),
            models.CheckConstraint(
                name="station_merged_somewhere",
                condition=(Q(state="merged") & Q(merged_into__isnull=False))
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="station_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("pk")),
                violation_error_message=_("A station cannot belong to itself."),
            ),
        ]
        indexes = [
            models.Index(fields=["display_order", "id"], name="station_in_order"),
            models.Index(fields=["area", "display_order", "id"], name="station_of_area"),
            models.Index(fields=["stars", "display_order", "id"], name="station_of_stars"),
            models.Index(fields=["kind", "display_order", "id"], name="station_of_kind"),
            models.Index(fields=["state", "display_order", "id"], name="station_of_state"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("stations:detail", args=[self.pk])

    def clean(self):
        """A home has stations and points below it, a station has points (家–站–点, D3.1)."""
        rank = self.RANKS.get(self.kind, 0)
        if self.parent and self.RANKS[self.parent.kind] >= rank:
            raise ValidationError(
                {"parent": _("A %(kind)s cannot belong to this one.") % {"kind": self.get_kind_display()}}
            )
        if self.pk and any(self.RANKS[child.kind] <= rank for child in self.children.only("kind")):
            raise ValidationError(
                {"kind": _("Stations or points belong to it that would not fit. Change those first.")}
            )

    @property
    def is_open(self):
        return self.state in states.OPEN_STATIONS


class StationChange(StateChange):
    """One step in the life of a station."""

    record = models.ForeignKey(Station, models.CASCADE, related_name="changes")


class StationPost(models.Model):
    """Who works for a station: its head, deputy heads and liaison officers, with an account or only named (D3.2)."""

    class Duty(models.TextChoices):
        HEAD = "head", _("station head")
        DEPUTY_HEAD = "deputy_head", _("deputy station head")
        OFFICER = "officer", _("liaison officer")

    station = models.ForeignKey(Station, models.CASCADE, related_name="posts", verbose_name=_("station"))
    duty = models.CharField(_("duty"), max_length=12, choices=Duty)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    phone = EncryptedField(_("mobile phone"), max_length=11, blank=True, validators=[MOBILE])
    phone_index = BlindIndexField(source="phone")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="station_posts",
        verbose_name=_("account"),
        help_text=_("Who has one works with the station's receptions and opinions in the browser."),
    )
    since = models.DateField(pgettext_lazy("date", "from"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    history = HistoricalRecords(excluded_fields=["phone_index"])

    class Meta:
        ordering = ["pk"]
        verbose_name = _("post at a station")
        verbose_name_plural = _("posts at stations")
        indexes = [models.Index(fields=["user", "station"], name="station_post_of_user")]

    def __str__(self):
        return f"{self.name} · {self.get_duty_display()}"


def posts_of(user) -> list:
    """The posts somebody holds today; like roles read once a change."""
    if not user.is_authenticated or not user.is_active:
        return []
    if not hasattr(user, "_station_posts"):  # the same throughout a request
        key = "posts", user.pk, clock.today()
        user._station_posts = memory.kept(key, lambda: list(user.station_posts.filter(current())))
    return user._station_posts


class OfStationQuerySet(models.QuerySet):
    """Rows that belong to a station."""

    def managed_by(self, user):
        """Those at the stations with which this person works."""
        if user.is_superuser or sees_whole_city(user):
            return self
        return self.filter(station__in=Station.objects.managed_by(user))

    def matching(self, text):
        """Those at the stations that a word finds."""
        return self.filter(station__in=Station.objects.matching(text)) if text.strip() else self


class ResidencyQuerySet(OfStationQuerySet):
    def current(self, day=None):
        return self.filter(current(day))

    def of_open(self):
        """Today's, at stations that receive citizens."""
        return self.current().filter(station__state__in=states.OPEN_STATIONS)

    def in_year(self, year: int):
        """Who belonged to a station on at least one day of a year."""
        first = dt.date(year, 1, 1)
        return self.filter(
            Q(since__isnull=True) | Q(since__year__lte=year), Q(until__isnull=True) | Q(until__gt=first)
        )

    def matching(self, text):
        """By the deputy, as the public list finds them."""
        return self.filter(deputy__in=Deputy.objects.matching(text)) if text.strip() else self

    def leaders(self):
        """Leading officials who are deputies (领导干部代表)."""
        return self.exclude(leads_at="")

    def public(self):
        """Of deputies whose mandate has not ended."""
        return self.current().filter(deputy__in=Deputy.objects.sitting())

    def for_pages(self):
        return self.select_related("deputy__photo").prefetch_related(
            Prefetch("deputy", Deputy.objects.with_mandates().with_consents())
        )


class Residency(models.Model):
    """A deputy of whatever level belongs to a station (进站), from when until when (D3.1: every deputy enters one).

    ``leads_at`` marks a leading official by the level at which they lead; that they really come is counted by level
    and year (领导干部代表进站).
    """

    station = models.ForeignKey(
        Station, models.CASCADE, related_name="residencies", verbose_name=_("station")
    )
    deputy = models.ForeignKey(Deputy, models.CASCADE, related_name="residencies", verbose_name=_("deputy"))
    leads_at = models.CharField(
        _("leading official at"),
        max_length=12,
        choices=Level,
        blank=True,
        help_text=_("Empty: no leading official."),
    )
    since = models.DateField(pgettext_lazy("date", "from"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = ResidencyQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["deputy__pinyin", "pk"]
        verbose_name = _("deputy of a station")
        verbose_name_plural = _("deputies of stations")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "deputy"], condition=Q(until__isnull=True), name="residency_once"
            ),
            models.CheckConstraint(
                name="residency_until_after_since",
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gt=models.F("since")),
                violation_error_message=_("It ends before it begins."),
            ),
        ]
        indexes = [models.Index(fields=["leads_at", "deputy"], name="residency_of_leaders")]

    def __str__(self):
        return f"{self.deputy} · {self.station}"


def stations_of(deputy):
    """The stations a deputy belongs to today."""
    return Station.objects.filter(
        Exists(Residency.objects.current().filter(station=OuterRef("pk"), deputy=deputy))
    )
