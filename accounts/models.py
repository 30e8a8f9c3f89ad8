"""People who sign in, where they belong, and the areas and units of the city."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from common import audit
from common.audit_models import AuditEntry
from common.fields import BlindIndexField, EncryptedField
from common.text import half_width

MOBILE_NUMBER = r"^1[3-9]\d{9}$"
MOBILE = RegexValidator(MOBILE_NUMBER, _("Enter a mobile number of 11 digits, for example 13800001234."))
NO_MOBILE = RegexValidator(  # it would stand in the database as it is
    MOBILE_NUMBER,
    _("This is a mobile number. It has a field of its own, and signs in as well."),
    inverse_match=True,
)


class UserQuerySet(models.QuerySet):
    def with_role(self, *roles):
        """People who hold one of these roles today, each once."""
        return self.filter(memberships__in=Membership.objects.current().filter(role__in=roles)).distinct()

    def matching(self, text):
        """By a part of the name or user name, or by the whole phone number."""
        text = half_width(text)
        return (
            self.filter(Q(name__icontains=text) | Q(username__icontains=text) | Q(phone=text))
            if text
            else self
        )


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, username, password=None, **fields):
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username, password=None, **fields):
        """The first account of a portal; ``manage.py createsuperuser`` asks for no verb of ours, so it is recorded here."""
        user = self.create_user(username, password, is_staff=True, is_superuser=True, **fields)
        audit.record("account.created", about=user, superuser=True)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, with a phone number or a user name. One full name, as Chinese names are."""

    username = models.CharField(
        _("user name"), max_length=40, unique=True, validators=[RegexValidator(r"^[\w.@+-]+$"), NO_MOBILE]
    )
    phone = EncryptedField(_("mobile phone"), max_length=11, null=True, blank=True, validators=[MOBILE])
    phone_index = BlindIndexField(source="phone", unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    is_staff = models.BooleanField(_("works in the staff area"), default=False)
    is_active = models.BooleanField(
        _("may sign in"), default=True, help_text=_("Take the tick away instead of deleting somebody.")
    )
    must_change_password = models.BooleanField(_("must choose a new password"), default=False)
    password_changed_at = models.DateTimeField(_("password chosen at"), null=True, editable=False)
    date_joined = models.DateTimeField(pgettext_lazy("account", "since"), default=timezone.now)

    objects = UserManager()
    history = HistoricalRecords(
        excluded_fields=["password", "password_changed_at", "last_login", "phone_index"]
    )

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["pk"]
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self):
        return self.name or self.username

    def set_password(self, raw_password):
        super().set_password(raw_password)
        self.password_changed_at = timezone.now()

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name


class AreaQuerySet(models.QuerySet):
    def inside(self, code):
        """The area with this code and everything in it: scope is a prefix of the code."""
        return self.filter(code__startswith=code)


class Area(models.Model):
    """An administrative division by its GB/T 2260 code; the tree is in the code, so a prefix is a scope.

    Codes have 4 digits for a prefecture (3605), 6 for a district or county (360502), 9 for a street, town or township.
    """

    class Kind(models.TextChoices):
        CITY = "city", pgettext_lazy("division", "city")
        DISTRICT = "district", _("district")
        COUNTY = "county", _("county")
        STREET = "street", _("subdistrict (street)")
        TOWN = "town", _("town")
        TOWNSHIP = "township", _("township")
        OTHER = "other", _("other area")

    code = models.CharField(
        _("code"),
        max_length=12,
        unique=True,
        validators=[
            RegexValidator(r"^\d{4}(\d{2}(\d{3}(\d{3})?)?)?$", _("A code has 4, 6, 9 or 12 digits."))
        ],
    )
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)

    NAMES_NOBODY = True  # common.audit may keep what it is called
    objects = AreaQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["code"]
        verbose_name = pgettext_lazy("division", "area")
        verbose_name_plural = _("areas")

    def __str__(self):
        return self.name

    @property
    def parent_code(self):
        """The code of the area this one lies in; empty for a prefecture."""
        lengths = [4, 6, 9, 12]
        at = lengths.index(len(self.code))
        return self.code[: lengths[at - 1]] if at else ""


class UnitQuerySet(models.QuerySet):
    def current(self, day=None):
        day = day or timezone.localdate()
        return self.filter(Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=day))

    def named(self, name, day=None):
        """Units that are or were called so on ``day``: by full name, short name or a dated alias."""
        day = day or timezone.localdate()
        alias = UnitAlias.objects.filter(name=name).filter(
            Q(since__isnull=True) | Q(since__lte=day), Q(until__isnull=True) | Q(until__gt=day)
        )
        return self.filter(Q(name=name) | Q(short_name=name) | Q(aliases__in=alias)).distinct()


class Unit(models.Model):
    """Any organisation that can be asked, or that people work in: departments, streets, committees, companies, courts."""

    class Kind(models.TextChoices):
        OFFICE = "office", _("deputies' office")
        COMMITTEE = "committee", _("special or working committee")
        GOVERNMENT = "government", _("government office")
        DEPARTMENT = "department", _("department")
        LOCAL = "local", _("county, street or township")
        COURT = "court", _("court or procuratorate")
        PARTY = "party", _("party body")
        COMPANY = "company", _("company or institution")

    name = models.CharField(_("full name"), max_length=100, unique=True)
    short_name = models.CharField(_("short name"), max_length=40, blank=True, db_index=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("area")
    )
    superior = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subordinates",
        verbose_name=_("superior unit"),
    )
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    dissolved_on = models.DateField(_("dissolved on"), null=True, blank=True)
    display_order = models.PositiveIntegerField(_("order"), default=1000)

    NAMES_NOBODY = True
    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["display_order", "pk"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.CheckConstraint(
                name="unit_dissolved_after_founded",
                condition=Q(dissolved_on__isnull=True)
                | Q(founded_on__isnull=True)
                | Q(dissolved_on__gte=models.F("founded_on")),
                violation_error_message=_("A unit cannot be dissolved before it was founded."),
            )
        ]

    def __str__(self):
        return self.short_name or self.name


class UnitAlias(models.Model):
    """Another name of a unit, and from when until when it was in use: offices are renamed in reforms (D8.3)."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="aliases", verbose_name=_("unit"))
    name = models.CharField(_("name"), max_length=100, db_index=True)
    since = models.DateField(pgettext_lazy("date", "from"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        constraints = [
            models.CheckConstraint(
                name="unit_alias_until_after_since",
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gt=models.F("since")),
                violation_error_message=_("The name ends before it begins."),
            )
        ]

    def __str__(self):
        return self.name


class Role(models.TextChoices):
    """What somebody does (D12). Being a deputy is no role here: it is a mandate."""

    OFFICE = "office", _("city deputies' office")
    COMMITTEE = "committee", _("committee officer")
    COUNTY_OFFICE = "county_office", _("district or county office")
    TOWNSHIP_OFFICE = "township_office", _("street or township office")
    GOVERNMENT_OFFICE = "government_office", _("government office (assigns)")
    UNIT_OFFICER = "unit_officer", _("handling unit officer")
    UNIT_SIGNER = "unit_signer", _("handling unit signer")
    LEADER = "leader", _("standing committee leader")
    SYSTEM_ADMIN = "system_admin", _("system administrator")
    SECURITY_ADMIN = "security_admin", _("security administrator")
    AUDITOR = "auditor", _("audit administrator")


ONE_ADMINISTRATOR = _(
    "Nobody holds two of the three administrators' roles (system, security, audit). Take the other one away first."
)


class MembershipQuerySet(models.QuerySet):
    def current(self, day=None):
        day = day or timezone.localdate()
        return self.filter(
            Q(since__isnull=True) | Q(since__lte=day), Q(until__isnull=True) | Q(until__gt=day)
        )


class Membership(models.Model):
    """A role somebody holds at a unit (a committee is one) or for an area, from when until when.

    Scope follows the area's code: a county office sees everything whose code starts with its own.
    """

    CONGRESS_ROLES = (Role.OFFICE, Role.COMMITTEE, Role.COUNTY_OFFICE, Role.TOWNSHIP_OFFICE)
    ADMIN_ROLES = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)  # 三员, GB/T 22239; nobody holds two
    STAFF_ROLES = (*CONGRESS_ROLES, *ADMIN_ROLES)
    AREA_ROLES = (Role.COUNTY_OFFICE, Role.TOWNSHIP_OFFICE)
    UNIT_ROLES = (Role.COMMITTEE, Role.UNIT_OFFICER, Role.UNIT_SIGNER)

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("unit")
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("area")
    )
    since = models.DateField(pgettext_lazy("date", "from"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("role of a person")
        verbose_name_plural = _("roles of people")
        constraints = [
            models.UniqueConstraint(
                "user", "role", Coalesce("unit", 0), Coalesce("area", 0), name="membership_once"
            ),
            models.CheckConstraint(
                name="membership_area_role_has_area",
                condition=~Q(role__in=["county_office", "township_office"]) | Q(area__isnull=False),
                violation_error_message=_("This role needs an area."),
            ),
            models.CheckConstraint(
                name="membership_unit_role_has_unit",
                condition=~Q(role__in=["committee", "unit_officer", "unit_signer"]) | Q(unit__isnull=False),
                violation_error_message=_("This role needs a unit."),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(role__in=["system_admin", "security_admin", "auditor"]),
                name="membership_one_administrator",
                violation_error_message=ONE_ADMINISTRATOR,
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.label}"

    @property
    def label(self):
        """The role and where it is held: “handling unit officer · 市水利局”."""
        return " · ".join(str(part) for part in (self.get_role_display(), self.unit, self.area) if part)


class SignInManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(kind__in=SignIn.KINDS)


class SignIn(AuditEntry):
    """The part of the audit log that tells of the door: who came, who failed, who was locked out, who left."""

    KINDS = ("sign_in.done", "sign_in.failed", "sign_in.locked", "sign_in.ended")

    objects = SignInManager()

    class Meta:
        proxy = True
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-in log")
