"""The congress: levels, terms, meetings, committees, delegations."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from accounts.models import Area, Unit
from common.text import ordinal


class Level(models.TextChoices):
    """The congress somebody is a deputy of."""

    NATIONAL = "national", _("national")
    PROVINCIAL = "provincial", _("provincial")
    CITY = "city", pgettext_lazy("level", "city")
    COUNTY = "county", pgettext_lazy("level", "district or county")
    TOWNSHIP = "township", pgettext_lazy("level", "town or township")


class TermQuerySet(models.QuerySet):
    def current(self, day):
        return self.filter(starts_on__lte=day).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))


class Term(models.Model):
    """The five years of one congress (Deputies Law Art. 2): “the 10th people's congress of Xinyu”."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="terms", verbose_name=_("congress of"))
    level = models.CharField(_("level"), max_length=12, choices=Level)
    number = models.PositiveSmallIntegerField(_("term no."))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    NAMES_NOBODY = True
    objects = TermQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_on", "area__code"]
        verbose_name = _("term of a congress")
        verbose_name_plural = _("terms of congresses")
        constraints = [
            models.UniqueConstraint(fields=["area", "number"], name="term_once"),
            models.CheckConstraint(
                name="term_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("The last day must come after the first."),
            ),
        ]

    def __str__(self):
        return _("%(area)s, term %(number)s") % {"area": self.area, "number": ordinal(self.number)}


class Session(models.Model):
    """One meeting of a congress: “10th congress, 4th session”."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="sessions", verbose_name=_("term"))
    number = models.PositiveSmallIntegerField(_("session no."))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    NAMES_NOBODY = True
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.UniqueConstraint(fields=["term", "number"], name="session_once"),
            models.CheckConstraint(
                name="session_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day cannot come before the first."),
            ),
        ]

    def __str__(self):
        return _("%(term)s, session %(number)s") % {"term": self.term, "number": ordinal(self.number)}


class Committee(models.Model):
    """One of the special and working committees that lead the deputy groups; its name and staff are those of a unit."""

    class Kind(models.TextChoices):
        SPECIAL = "special", _("special committee")
        WORKING = "working", _("working commission")

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="committee", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    duties = models.TextField(_("duties"), blank=True)
    display_order = models.PositiveSmallIntegerField(_("order"), default=100)

    NAMES_NOBODY = True
    history = HistoricalRecords()

    class Meta:
        ordering = ["display_order", "pk"]
        verbose_name = _("committee")
        verbose_name_plural = _("committees")

    def __str__(self):
        return self.unit.name

    def get_absolute_url(self):
        return reverse("deputies:committee", args=[self.pk])


class Delegation(models.Model):
    """The deputies a county, district or the army elected, as they sit together at a session (代表团)."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="delegations", verbose_name=_("term"))
    name = models.CharField(_("name"), max_length=60)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="delegations", verbose_name=_("area")
    )
    display_order = models.PositiveSmallIntegerField(_("order"), default=100)

    NAMES_NOBODY = True
    history = HistoricalRecords()

    class Meta:
        ordering = ["term", "display_order", "pk"]
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [models.UniqueConstraint(fields=["term", "name"], name="delegation_once")]

    def __str__(self):
        return self.name
