"""The departments that report in on a citizen's opinion (民意收集—部门报到, D3.4)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Role, Unit
from accounts.rules import is_office, units_of
from common import clock
from common.fields import BoundedTextField
from common.models import StateChange, StoredFile

from .. import states
from .opinions import Opinion
from .receptions import clock_day

D = states.DispatchState


class DispatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A department its own, and whoever handles the opinion."""
        if user.is_superuser or is_office(user):
            return self
        if not user.is_authenticated:
            return self.none()
        own = Q(unit__in=units_of(user, Role.UNIT_OFFICER, Role.UNIT_SIGNER))
        return self.filter(own | Q(opinion__in=Opinion.objects.handled_by(user)))

    def of_units(self, units):
        return self.filter(unit__in=units)

    def working(self):
        return self.filter(state__in=states.WORKING)

    def late(self, day):
        """The step that is due now was due before ``day``."""
        return self.working().filter(due_on__lt=day)

    def for_lists(self):
        unread = ("result", "opinion__search", "opinion__public_text", "opinion__public_answer")
        return self.select_related("unit", "opinion__station__area").defer(*unread)


class Dispatch(models.Model):
    """An order to a department, which must report in (部门报到): sign in a working day, be there in 5, solve in 15 (D3.4).

    ``due_on`` is the day by which the next of these is due, ``solve_by`` the last of them; it moves once when the
    extension asked for is granted.
    """

    MOVES = states.DISPATCH_MOVES

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="dispatches", verbose_name=_("opinion"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="dispatches", verbose_name=_("department"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    words = BoundedTextField(_("what is asked of it"), max_length=1000, blank=True)
    sent_at = models.DateTimeField(_("dispatched at"), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    due_on = models.DateField(_("due on"), null=True, editable=False)
    solve_by = models.DateField(_("to be solved by"), editable=False)
    reported_at = models.DateTimeField(_("reported in at"), null=True, editable=False)
    on_site_on = models.DateField(_("on the spot on"), null=True, editable=False)
    solved_on = models.DateField(_("solved on"), null=True, editable=False)
    result = BoundedTextField(_("what was done"), max_length=2000, blank=True, editable=False)
    proposed_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("proposed department"),
    )
    extension_asked_at = models.DateTimeField(_("more time asked for at"), null=True, editable=False)
    extension_reason = models.CharField(
        _("why more time is needed"), max_length=500, blank=True, editable=False
    )
    extension_granted = models.BooleanField(_("more time granted"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=D, default=D.SENT, editable=False)

    objects = DispatchQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("order to a department")
        verbose_name_plural = _("orders to departments")
        constraints = [
            models.UniqueConstraint(
                fields=["opinion", "unit"],
                condition=Q(state__in=["sent", "reported_in", "on_site"]),
                name="dispatch_once_at_a_time",
            ),
            models.CheckConstraint(
                name="dispatch_solved_has_day", condition=~Q(state="solved") | Q(solved_on__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "due_on"], name="dispatch_of_unit"),
            models.Index(fields=["state", "due_on"], name="dispatch_due"),
        ]

    def __str__(self):
        return f"{self.unit} · {self.opinion}"

    def get_absolute_url(self):
        return reverse("stations:dispatch", args=[self.pk])

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.state in states.WORKING and self.due_on < clock.today()

    @property
    def tone(self) -> str:
        """The colour of its badge, which only repeats what the word says."""
        if self.is_late or self.state == D.RETURNED:
            return "is-late"
        return "is-good" if self.state == D.SOLVED else "is-info"

    @property
    def sent_on(self):
        """The day of the order at the office, from which all its days are counted."""
        return clock_day(self.sent_at)

    @property
    def waits_for_extension(self) -> bool:
        return self.extension_asked_at is not None and self.extension_granted is None


class DispatchChange(StateChange):
    """One step of an order."""

    record = models.ForeignKey(Dispatch, models.CASCADE, related_name="changes")


class DispatchPicture(models.Model):
    """A photo with which a department shows what it found or did."""

    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="pictures")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("picture"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("picture of a department")
        verbose_name_plural = _("pictures of departments")

    def __str__(self):
        return str(self.file)
