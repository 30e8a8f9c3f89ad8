"""What belongs to a citizen's opinion: the words that hold one back, its photos, its answers, its ratings (D3.6)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from common.fields import BoundedTextField, EncryptedField
from common.models import StoredFile
from deputies.models import Deputy
from proposals.models import Verdict

from .opinions import TEXT_LIMIT, Opinion


class HeldWord(models.Model):
    """A word that has an online message looked at before anybody else reads it (D3.6); it is never dropped for it."""

    word = models.CharField(_("word"), max_length=40, unique=True)

    NAMES_NOBODY = True
    history = HistoricalRecords()

    class Meta:
        ordering = ["word"]
        verbose_name = _("word on the list")
        verbose_name_plural = pgettext_lazy("noun", "words on the list")

    def __str__(self):
        return self.word


class OpinionPicture(models.Model):
    """A photo with an opinion. Private until staff put it before the public together with the answer (R-11)."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="pictures")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("picture"))
    is_public = models.BooleanField(_("public"), default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("picture of an opinion")
        verbose_name_plural = _("pictures of opinions")

    def __str__(self):
        return str(self.file)


class OpinionAnswer(models.Model):
    """What the citizen is told: on the way or at the end; several may follow each other (D3.6)."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="answers", verbose_name=_("opinion"))
    text = BoundedTextField(_("answer"), max_length=TEXT_LIMIT)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    is_final = models.BooleanField(_("ends the round"), default=True)
    deputy = models.ForeignKey(
        Deputy, models.SET_NULL, null=True, related_name="+", verbose_name=_("answered by the deputy")
    )  # empty: for the station or an office
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("answer to an opinion")
        verbose_name_plural = _("answers to opinions")
        constraints = [
            models.UniqueConstraint(
                fields=["opinion", "round"], condition=Q(is_final=True), name="opinion_answered_once_a_round"
            )
        ]

    def __str__(self):
        return self.text[:40]


class OpinionRating(models.Model):
    """What the citizen says of a round: three levels; the first “dissatisfied” has it handled once more (D3.4, D3.6)."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="ratings", verbose_name=_("opinion"))
    round = models.PositiveSmallIntegerField(_("round"))
    verdict = models.CharField(_("rating"), max_length=12, choices=Verdict)
    words = EncryptedField(_("in the citizen's words"), max_length=500, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("rating of an opinion")
        verbose_name_plural = _("ratings of opinions")
        constraints = [
            models.UniqueConstraint(fields=["opinion", "round"], name="opinion_rated_once_a_round")
        ]

    def __str__(self):
        return str(self.get_verdict_display())
