"""Deputies, what they were elected to, the groups they work in, and what they agreed to publish."""

import datetime as dt
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, Value, When
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from accounts.models import MOBILE, Area
from accounts.rules import area_codes, sees_whole_city
from common.fields import BigramField, BlindIndexField, EncryptedField, LettersField, PinyinField
from common.models import PolicyText, StateChange, StoredFile
from common.text import half_width, personal_name, veiled

from .. import states
from .terms import Committee, Delegation, Level, Term


class DeputyGroupQuerySet(models.QuerySet):
    def with_members(self):
        """With ``member_count``, the number of sitting deputies in it."""
        return self.annotate(member_count=Count("mandates", filter=Q(mandates__state__in=states.SITTING)))

    def with_heads(self):
        """With head and deputy head, where they are still deputies; in two queries more."""
        return self.prefetch_related(
            *(Prefetch(name, Deputy.objects.sitting()) for name in ("head", "deputy_head"))
        )


class DeputyGroup(models.Model):
    """Deputies of one profession or area who work together, led by a committee (Deputies Law Art. 26–27)."""

    class Kind(models.TextChoices):
        PROFESSION = "profession", _("by profession")
        AREA = "area", _("by area")

    term = models.ForeignKey(Term, models.PROTECT, related_name="groups", verbose_name=_("term"))
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PROFESSION)
    committee = models.ForeignKey(
        Committee, models.PROTECT, null=True, blank=True, related_name="groups", verbose_name=_("led by")
    )
    head = models.ForeignKey(
        "Deputy", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("group head")
    )
    deputy_head = models.ForeignKey(
        "Deputy",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deputy group head"),
    )
    liaison = models.CharField(_("liaison officer"), max_length=60, blank=True)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    display_order = models.PositiveSmallIntegerField(_("order"), default=100)

    NAMES_NOBODY = True
    objects = DeputyGroupQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["display_order", "pk"]
        verbose_name = _("deputy group")
        verbose_name_plural = _("deputy groups")
        constraints = [models.UniqueConstraint(fields=["term", "name"], name="group_once")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("deputies:group", args=[self.pk])


class DeputyQuerySet(models.QuerySet):
    def sitting(self):
        """People who hold a mandate that has not ended, each once."""
        return self.filter(Exists(Mandate.objects.sitting().filter(deputy=OuterRef("pk"))))

    def acting(self):
        """Sitting ones whose duties are not suspended (Deputies Law Art. 61)."""
        return self.filter(Exists(Mandate.objects.acting().filter(deputy=OuterRef("pk"))))

    def matching(self, text):
        """By name (two characters suffice), surname, pinyin or initials."""
        text = half_width(text)
        if not text:
            return self
        if text.isascii():
            letters = text.lower()
            return self.filter(
                Q(pinyin__startswith=letters)
                | Q(letters__startswith=letters.replace(" ", ""))
                | Q(initials__startswith=letters)
            )
        if len(personal_name(text)) == 1:
            return self.alias(surname=Left("name", 1)).filter(surname=personal_name(text))
        return self.filter(search__words=personal_name(text))

    def elected(self, *, level="", group=None, delegation=None, area=None):
        """Deputies with a sitting mandate that fits all of these."""
        fitting = {
            "level": level,
            "group": group,
            "delegation": delegation,
            "area__code__startswith": area and area.code,
        }
        fitting = {name: value for name, value in fitting.items() if value}
        if not fitting:
            return self
        return self.filter(Exists(Mandate.objects.sitting().filter(deputy=OuterRef("pk"), **fitting)))

    def with_mandates(self):
        """With ``shown_mandates``, the sitting ones, highest level first; one query more."""
        shown = Prefetch("mandates", Mandate.objects.sitting().for_pages(), to_attr="shown_mandates")
        return self.prefetch_related(shown)

    def with_consents(self):
        """With ``photo_is_public`` and ``introduction_is_public``: whether the deputy agreed."""
        agreed = Consent.objects.in_force().filter(deputy=OuterRef("pk"))
        return self.annotate(
            photo_is_public=Exists(agreed.filter(kind=Consent.Kind.PHOTO)),
            introduction_is_public=Exists(agreed.filter(kind=Consent.Kind.INTRODUCTION)),
        )

    def for_cards(self):
        """Everything a card prints, in two queries."""
        return self.with_mandates().with_consents().only("name", "pinyin", "post", "photo_id")

    def changed_since(self, moment):
        """Whose entry or mandate has a new version since then."""
        versions = Deputy.history.filter(history_date__gte=moment).order_by()
        mandates = Mandate.history.filter(history_date__gte=moment).order_by()
        return self.filter(pk__in=versions.values("id").union(mandates.values("deputy_id")))

    def with_number(self, number):
        """By a whole mobile number, or by the beginning of a deputy card number; for staff only."""
        cards = Mandate.objects.filter(card_no__istartswith=number, deputy=OuterRef("pk"))
        return self.filter(Q(phone=number) | Exists(cards))

    def in_areas(self, codes):
        """Deputies with a mandate in an area whose code starts with one of these, each once."""
        inside = reduce(or_, (Q(area__code__startswith=code) for code in codes), Q(pk__in=[]))
        return self.filter(Exists(Mandate.objects.filter(inside, deputy=OuterRef("pk"))))

    def managed_by(self, user):
        """Whom this member of staff works with: everybody, or a local office those of its area."""
        if user.is_superuser or sees_whole_city(user):
            return self
        return self.in_areas(area_codes(user))

    def visible_to(self, user):
        """Sitting deputies are public; those whose mandates ended are seen by their staff and by themselves."""
        if user.is_superuser or sees_whole_city(user):
            return self
        if not user.is_authenticated:
            return self.sitting()
        return self.filter(
            Q(user=user)
            | Q(pk__in=self.model.objects.sitting().values("pk"))
            | Q(pk__in=self.model.objects.in_areas(area_codes(user)).values("pk"))
        )


class Deputy(models.Model):
    """A person who is or was a deputy of some congress. What they were elected to is a :class:`Mandate`."""

    class Sex(models.TextChoices):
        MALE = "M", _("male")
        FEMALE = "F", _("female")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="deputy",
        verbose_name=_("account"),
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    pinyin = PinyinField(
        _("pinyin"), help_text=_("Sorted by this. Change it where a family reads its name differently.")
    )
    sex = models.CharField(_("sex"), max_length=1, choices=Sex)
    ethnicity = models.CharField(_("ethnic group"), max_length=20, default="汉族")
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    birth_month = models.PositiveSmallIntegerField(
        _("month of birth"), null=True, blank=True, help_text=_("Empty where the roster left it open.")
    )
    native_place = models.CharField(_("native place"), max_length=60, blank=True)
    party = models.CharField(_("party"), max_length=40, blank=True)
    education = models.CharField(_("education"), max_length=20, blank=True)
    degree = models.CharField(_("degree"), max_length=20, blank=True)
    post = models.CharField(_("work unit and post"), max_length=120, blank=True)
    category = models.CharField(pgettext_lazy("deputy", "category"), max_length=40, blank=True)
    phone = EncryptedField(_("mobile phone"), max_length=11, blank=True, validators=[MOBILE])
    phone_index = BlindIndexField(source="phone")
    landline = EncryptedField(_("office phone"), max_length=40, blank=True)
    address = EncryptedField(_("postal address"), max_length=200, blank=True, mask=veiled)
    photo = models.ForeignKey(
        StoredFile,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("photo"),
    )
    introduction = models.TextField(_("introduction"), blank=True)
    takes_messages = models.BooleanField(
        _("citizens may write to them"),
        default=True,
        help_text=_(
            "By the form of their station. The deputy decides; without it the station gets the message."
        ),
    )  # D3.6: deputies may switch off being messaged
    letters = LettersField()
    initials = LettersField(only_initials=True)
    search = BigramField(sources=["name"])

    objects = DeputyQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["letters", "initials", "search", "phone_index"])

    class Meta:
        ordering = ["pinyin", "pk"]
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        indexes = [
            models.Index(fields=["pinyin", "id"], name="deputy_by_pinyin"),
            models.Index(Left("name", 1), "pinyin", "id", name="deputy_by_surname"),
        ]
        constraints = [
            models.CheckConstraint(
                name="deputy_birth_month_1_to_12",
                condition=Q(birth_month__isnull=True)
                | Q(birth_month__range=(1, 12), birth_year__isnull=False),
                violation_error_message=_("The month of birth is between 1 and 12, and needs a year."),
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("deputies:detail", args=[self.pk])

    @property
    def birth_label(self):
        """“1985年6月”, or the year alone where the month is open."""
        if not self.birth_month:
            return str(self.birth_year or "")
        return date_format(dt.date(self.birth_year, self.birth_month, 1), "YEAR_MONTH_FORMAT")


def all_but_the_name(path) -> list[str]:
    """For ``defer``: what a list that only names the deputy at ``path`` need not read, let alone unseal."""
    columns = {column.name for column in Deputy._meta.concrete_fields} - {"id", "name", "user"}
    return [f"{path}__{name}" for name in sorted(columns)]


class MandateQuerySet(models.QuerySet):
    def sitting(self):
        return self.filter(state__in=states.SITTING)

    def acting(self):
        """In office; who is suspended from duties acts as a deputy in nothing (Deputies Law Art. 61)."""
        return self.filter(state=states.MandateState.ACTIVE)

    def for_pages(self):
        """With everything a page prints of a mandate, highest level first."""
        rank = Case(*(When(level=level, then=Value(n)) for n, level in enumerate(Level)), default=Value(99))
        return self.select_related("term__area", "delegation", "group", "area").order_by(
            rank, "-term__starts_on", "pk"
        )

    def managed_by(self, user):
        """Mandates of the people this member of staff works with."""
        if user.is_superuser or sees_whole_city(user):
            return self
        return self.filter(deputy__in=Deputy.objects.managed_by(user))

    def matching(self, text):
        """By the deputy's name as the public list finds it, or by the number of the card."""
        if not (text := text.strip()):
            return self
        return self.filter(Q(deputy__in=Deputy.objects.matching(text)) | Q(card_no=text))

    def sitting_by_level(self):
        """``[(level, number)]`` of people with a sitting mandate, highest level first."""
        counted = dict(
            self.sitting().order_by().values_list("level").annotate(Count("deputy", distinct=True))
        )
        return [(level, counted[level]) for level in Level if level in counted]

    def areas_of_deputies(self):
        """The areas in which a sitting deputy was elected or works, in official order."""
        return Area.objects.filter(Exists(self.sitting().filter(area=OuterRef("pk"))))


class Mandate(models.Model):
    """What a deputy was elected to: a congress for a term, by a delegation, with a card; one person may hold several."""

    MOVES = states.MANDATE_MOVES

    deputy = models.ForeignKey(Deputy, models.CASCADE, related_name="mandates", verbose_name=_("deputy"))
    term = models.ForeignKey(Term, models.PROTECT, related_name="mandates", verbose_name=_("term"))
    level = models.CharField(_("level"), max_length=12, choices=Level)
    card_no = models.CharField(_("deputy card no."), max_length=30, blank=True)
    delegation = models.ForeignKey(
        Delegation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mandates",
        verbose_name=_("delegation"),
    )
    electing_unit = models.CharField(_("electing unit or district"), max_length=100, blank=True)
    group = models.ForeignKey(
        DeputyGroup,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="mandates",
        verbose_name=_("deputy group"),
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="mandates", verbose_name=_("area")
    )  # where the deputy lives or works, for lists by area
    station_name = models.CharField(
        _("liaison station"), max_length=100, blank=True
    )  # as the roster names it
    display_order = models.PositiveIntegerField(_("order on the roster"), default=100000)
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=states.MandateState,
        default=states.MandateState.ACTIVE,
        editable=False,
    )
    state_since = models.DateField(_("in this state since"), null=True, blank=True, editable=False)
    announcement_no = models.CharField(_("announcement no."), max_length=60, blank=True, editable=False)

    objects = MandateQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["display_order", "pk"]
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        constraints = [
            models.UniqueConstraint(fields=["deputy", "term"], name="mandate_once"),
            models.UniqueConstraint(
                fields=["term", "card_no"],
                condition=~Q(card_no=""),
                name="mandate_card_once",
                violation_error_message=_("Another deputy of this term has this card number."),
            ),
        ]
        indexes = [
            models.Index(fields=["level", "state", "deputy"], name="mandate_of_level"),
            models.Index(fields=["deputy", "state"], name="mandate_of_deputy"),
            # the list of the staff area, whole and by each of its filters
            models.Index(fields=["display_order", "id"], name="mandate_in_order"),
            models.Index(fields=["level", "display_order", "id"], name="mandate_of_level_in_order"),
            models.Index(fields=["state", "display_order", "id"], name="mandate_of_state_in_order"),
            models.Index(fields=["delegation", "display_order", "id"], name="mandate_of_delegation"),
            models.Index(fields=["group", "display_order", "id"], name="mandate_of_group_in_order"),
            models.Index(fields=["card_no"], name="mandate_by_card"),
        ]

    def __str__(self):
        return f"{self.deputy} · {self.term}"

    def short_label(self):
        """“city deputy · 城建环资组”, for a card."""
        label = _("%(level)s deputy") % {"level": Level(self.level).label}
        return f"{label} · {self.group}" if self.group else str(label)


class MandateChange(StateChange):
    """One step in the life of a mandate."""

    record = models.ForeignKey(Mandate, models.CASCADE, related_name="changes")


class ConsentQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """A deputy's own consent to have something of theirs published (PIPL 25), to the version of the text they read."""

    class Kind(models.TextChoices):
        PHOTO = PolicyText.Kind.PHOTO.value, _("photo")
        INTRODUCTION = PolicyText.Kind.INTRODUCTION.value, _("introduction")

    deputy = models.ForeignKey(Deputy, models.CASCADE, related_name="consents", verbose_name=_("deputy"))
    kind = models.CharField(_("what is published"), max_length=20, choices=Kind)
    version = models.PositiveIntegerField(_("version"))
    given_at = models.DateTimeField(_("given at"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)  # where a signed paper is kept

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "-pk"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["deputy", "kind"], condition=Q(withdrawn_at=None), name="consent_in_force_once"
            )
        ]

    def __str__(self):
        return f"{self.deputy} · {self.get_kind_display()}"
