"""What deputies ask to be corrected of their own data."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.rules import area_codes, is_office
from common.fields import EncryptedField
from common.models import StateChange, StoredFile

from .. import states
from .people import Deputy


class CorrectionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=states.CorrectionState.OPEN)

    def visible_to(self, user):
        """The deputy's own; the offices' those of deputies they manage."""
        if user.is_superuser or is_office(user):
            return self
        if not user.is_authenticated:
            return self.none()
        managed = Deputy.objects.in_areas(area_codes(user)).values("pk")
        return self.filter(Q(deputy__user=user) | Q(deputy__in=managed))


class Correction(models.Model):
    """What a deputy says is wrong in their own data; the office accepts it (and it is changed) or declines it."""

    MOVES = states.CORRECTION_MOVES
    FIELDS = (
        "name",
        "sex",
        "ethnicity",
        "party",
        "education",
        "degree",
        "post",
        "phone",
        "landline",
        "address",
    )

    deputy = models.ForeignKey(Deputy, models.CASCADE, related_name="corrections", verbose_name=_("deputy"))
    field = models.CharField(_("what is wrong"), max_length=20)
    old_value = EncryptedField(_("so far"), max_length=200, blank=True)
    new_value = EncryptedField(_("should be"), max_length=200)
    reason = EncryptedField(_("explanation"), max_length=1000, blank=True)
    evidence = models.ForeignKey(
        StoredFile,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("evidence"),
    )
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=states.CorrectionState,
        default=states.CorrectionState.OPEN,
        editable=False,
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("correction asked for")
        verbose_name_plural = _("corrections asked for")
        constraints = [
            models.UniqueConstraint(
                fields=["deputy", "field"], condition=Q(state="open"), name="correction_open_once"
            )
        ]
        indexes = [  # the list of the staff area, whole and by state
            models.Index(fields=["-asked_at", "-id"], name="correction_newest"),
            models.Index(fields=["state", "-asked_at", "-id"], name="correction_of_state_newest"),
        ]

    def __str__(self):
        return f"{self.deputy} · {self.field_label}"

    @property
    def field_label(self):
        """The name of the entry that is said to be wrong."""
        return Deputy._meta.get_field(self.field).verbose_name

    @property
    def shown_old(self):
        return self._shown(self.old_value)

    @property
    def shown_new(self):
        return self._shown(self.new_value)

    @property
    def masked_old(self):
        return self._masked(self.old_value)

    @property
    def masked_new(self):
        return self._masked(self.new_value)

    def _shown(self, value):
        """A value of that entry as a person reads it."""
        return dict(Deputy._meta.get_field(self.field).flatchoices).get(value, value)

    def _masked(self, value):
        """The same for who need not know it."""
        column = Deputy._meta.get_field(self.field)
        return column.mask(value) if isinstance(column, EncryptedField) else self._shown(value)


class CorrectionChange(StateChange):
    """One step in the life of a correction."""

    record = models.ForeignKey(Correction, models.CASCADE, related_name="changes")
