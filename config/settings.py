"""The one settings file: tests, development and production load it and differ by environment variables.

Every variable is told in ``docs/settings.md``. Values that offices change are rows (``common.preferences``), not
variables.
"""

import os
from ipaddress import ip_network
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")


def required(variable, example):
    """Stop the start with a sentence that says what to set."""
    raise ImproperlyConfigured(
        f"{variable} is not set. Outside DEBUG the portal needs it, e.g. {variable}={example}"
    )


# Mode and secrets
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="only-for-development-" * 3 if DEBUG else "")
if not SECRET_KEY:
    required("SECRET_KEY", "$(python3 -c 'import secrets; print(secrets.token_urlsafe(50))')")
FIELD_KEYS = env.list("FIELD_KEYS", default=["only-for-development-" * 3] if DEBUG else [])
if not FIELD_KEYS:
    required("FIELD_KEYS", "$(python3 -c 'import secrets; print(secrets.token_urlsafe(32))')")
if min(map(len, FIELD_KEYS)) < 32:
    raise ImproperlyConfigured("Each of FIELD_KEYS needs at least 32 characters.")
CRYPTO_SUITE = env("CRYPTO_SUITE", default="aes")  # or sm, 国密
if CRYPTO_SUITE not in ("aes", "sm"):
    raise ImproperlyConfigured(f"CRYPTO_SUITE is aes or sm, not {CRYPTO_SUITE}.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEBUG else [])
if not ALLOWED_HOSTS:
    required("ALLOWED_HOSTS", "portal.example.gov.cn")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000")  # links in e-mails; never taken from a request

# Apps: highest floor first, each imports only from those below (docs/architecture.md)
INSTALLED_APPS = [
    "home",
    "liaison_stations",
    "proposals",
    "deputies",
    "notices",
    "accounts",
    "common",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "accounts.apps.SessionsConfig",  # allauth.usersessions
    "axes",
    "csp",
    "import_export",
    "lucide",
    "rules",
    "simple_history",
    "home.apps.StaffConfig",  # Django's admin with our desk
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",  # so that templates/components/_field.html can stand beside Django's own widgets
]
MIDDLEWARE = [
    "common.logs.RequestLogMiddleware",  # first: it measures all the others
    "common.early_cache.EarlyCacheMiddleware",  # before all whose work it saves
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "common.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "common.middleware.AuditMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "common.middleware.RequestSizeMiddleware",  # before anything reads the body
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SignedInMiddleware",
    "common.middleware.MoveRefusedMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it sees who was locked out
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.context.page",
            ]
        },
    }
]
FORM_RENDERER = "common.forms.FieldRenderer"

# Databases: SQLite unless DATABASE_URL names a PostgreSQL
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'portal.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # writers queue instead of failing late
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"] |= {"ENGINE": "common.postgresql", "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    # questions here are short: compiling one, or calling helpers, takes PostgreSQL longer than answering it; and on a
    # disk without a moving arm a row found by an index costs hardly more than the next one
    short = "-c jit=off -c parallel_setup_cost=10000 -c random_page_cost=1.1"
    DATABASES["default"]["OPTIONS"] = {"options": short} | DATABASES["default"].get("OPTIONS", {})

# Cache and tasks: in this process unless REDIS_URL names a Redis
REDIS_URL = env("REDIS_URL", default="")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "common.caching.RedisOrMemoryCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 0.4, "socket_timeout": 0.4},  # seconds
    }
PAGE_CACHE_SECONDS = env.int("PAGE_CACHE_SECONDS", default=0 if DEBUG else 60)
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL  # without Redis, errands run in this process
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 0}  # what could not be handed over is due at the next tick
CELERY_TASK_TIME_LIMIT = 3600  # seconds
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "common.tasks.tick", "schedule": 15, "options": {"expires": 14}},  # seconds
}
# What a killed worker held is with another within 50 seconds; a task that takes longer may run twice at once
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 45,  # seconds, as all of these
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 0.4,
        "socket_timeout": 0.4,
    }

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]

# Files
STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(BASE_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
BACKUP_ROOT = Path(env("BACKUP_ROOT", default=str(BASE_DIR / "backups")))
BACKUPS_KEPT = env.int("BACKUPS_KEPT", default=14)
WHITENOISE_ALLOW_ALL_ORIGINS = False
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # bytes of a form without its files

# Who signs in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.PhoneOrNameBackend",
    "rules.permissions.ObjectPermissionBackend",
]
PASSWORD_HASHERS = ["accounts.hashing.QueueingPasswordHasher"]
PASSWORDS_AT_ONCE = max(1, (os.cpu_count() or 1) // env.int("WEB_WORKERS", default=2))  # of each web process
PASSWORD_PLACES = max(
    1, env.int("WEB_THREADS", default=8) - 2
)  # of each web process; two threads stay for readers
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.passwords.LengthAndClassesValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.LocalWordsValidator"},
    {"NAME": "accounts.passwords.AnotherOneValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:landing"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {"login": "accounts.forms.SignInForm"}
ACCOUNT_USER_DISPLAY = str  # messages greet by name, not by user name
ACCOUNT_RATE_LIMITS = {
    # The account's own limit is axes'. An address may be a hall where 265 deputies sign in before a session begins.
    "login": "600/5m/ip",
    "login_failed": "150/5m/ip",
    "second_factor": "10/15m/key",
}
ACCOUNT_LOGOUT_REDIRECT_URL = "home:start"
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE
MFA_ADAPTER = "accounts.second_factors.SealingAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondFactorForm",
    "reauthenticate": "accounts.forms.SecondFactorAgainForm",
}
MFA_TOTP_ISSUER = "真代实表"
REQUIRE_STAFF_MFA = env.bool("REQUIRE_STAFF_MFA", default=not DEBUG)
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
STAFF_NETWORKS = [ip_network(text) for text in env.list("STAFF_NETWORKS", default=[])]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [
    ["username", "ip_address"]
]  # one careless deputy must not lock the office's address
AXES_LOCKOUT_CALLABLE = "accounts.lockout.locked_out"
AXES_HANDLER = "accounts.lockout.CountFirstHandler"
AXES_DISABLE_ACCESS_LOG = True  # the audit log is ours
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "common.addresses.client_address"
AXES_USERNAME_CALLABLE = "accounts.lockout.canonical_login"
IDLE_MINUTES = 30  # of staff, GB/T 22239 身份鉴别 b
SESSION_COOKIE_AGE = 12 * 3600  # absolute; ASVS 7.3.2
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "home.errors.stale_form"

# E-mail: printed to the console unless EMAIL_URL names a server
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 5  # seconds
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="portal@localhost")

# Text messages and group chats: the only services the portal itself calls besides the mail server
SMS_BACKEND = env("SMS_BACKEND", default="")
WEBHOOK_HOSTS = env.list(
    "WEBHOOK_HOSTS", default=["qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn"]
)
WEBHOOK_LOOPBACK = DEBUG and env.bool("WEBHOOK_LOOPBACK", default=False)  # a stand-in on this very machine

# What a browser may load and do: nothing from elsewhere, nothing inline
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if not DEBUG:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from the machine itself
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT
    if SECURE_SSL_REDIRECT:
        SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

# Import, export and history ask for their own permissions; their defaults would not
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
SIMPLE_HISTORY_ENFORCE_HISTORY_MODEL_PERMISSIONS = True
SIMPLE_HISTORY_REVERT_DISABLED = True  # a history tells; it is not a second way to write

# The audit log: sealed with a key outside the database, kept longer than a year, copied elsewhere
AUDIT_KEY = env("AUDIT_KEY", default="") or SECRET_KEY
AUDIT_KEEP_DAYS = env.int("AUDIT_KEEP_DAYS", default=400)
AUDIT_COPY_ROOT = env("AUDIT_COPY_ROOT", default="")

# What an office may change: rows, defined in one place
OFFICE_SETTINGS = "config.office_settings.OFFICE_SETTINGS"
OFFICE_SETTING_GROUPS = "config.office_settings.GROUPS"

# Logs: one JSON object a line, for people to read only in development
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "common.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line" if DEBUG else "json"},
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "portal": {"level": "WARNING" if DEBUG else "INFO"},  # runserver has its own line for a request
        "django": {"handlers": [], "level": "WARNING"},  # Django's own handlers would print everything twice
        "django.request": {"level": "ERROR"},  # refusals are in the line of their request
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "celery.app.trace": {"level": "CRITICAL"},  # common.logs writes a line for each errand
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
