"""The project as a stranger finds it: its start, its documents, its limits."""

import io
import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

ROOT = settings.BASE_DIR


ALL = {"SECRET_KEY": "x" * 60, "FIELD_KEYS": "y" * 32, "ALLOWED_HOSTS": "portal.example"}


def manage(*arguments, **environment):
    left_out = {*ALL, "DJANGO_ALLOW_ASYNC_UNSAFE"}  # what tests in a browser set for this process
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=kept | {"DEBUG": "off"} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("missing", ALL)
def test_start_outside_debug_names_the_variable_that_is_missing(missing):
    done = manage("check", **{name: value for name, value in ALL.items() if name != missing})
    assert done.returncode != 0
    assert f"{missing} is not set" in done.stderr.splitlines()[-1]


def test_a_portal_where_a_password_opens_the_staff_area_is_warned_of():
    check = ("check", "--deploy", "--fail-level", "WARNING")
    given = ALL | {"SECRET_KEY": "".join(map(chr, range(48, 123)))}  # Django warns of a monotonous one
    assert manage(*check, **given).returncode == 0
    warned = manage(*check, **given, REQUIRE_STAFF_MFA="off")
    assert (warned.returncode, warned.stderr.count("accounts.W001")) == (1, 1)


def test_a_web_worker_begins_without_what_reads_and_writes_tables_and_letters():
    large = ("openpyxl", "lxml", "xlrd", "docxtpl", "pypinyin", "pillow_heif", "rapidfuzz")
    code = f"import sys, config.wsgi; print([name for name in {large} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_every_environment_variable_is_told_in_the_documents():
    code = (ROOT / "config" / "settings.py").read_text()
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"(\w+)"', code))
    told = set(re.findall(r"^\| `(\w+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))
    assert read == told - {"CELERY_WORKERS", "BIND"}


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_both_readmes_tell_the_same_chapters():
    def shape(name):
        text = (ROOT / name).read_text()
        return [len(mark) for mark in re.findall(r"^(#+) ", text, re.MULTILINE)], re.findall(
            r"`([^`\n]+)`", text
        )

    headings, commands = shape("README.md")
    chinese_headings, chinese_commands = shape("README.zh-CN.md")
    assert headings == chinese_headings
    assert set(commands) == set(chinese_commands)


def test_locks_carry_hashes_and_name_no_host():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^[\w.\[\]-]+==", text, re.MULTILINE)
        assert len(pins) > 30
        assert text.count("--hash=sha256:") >= len(pins)
        assert "://" not in text
        assert "--index" not in text


def test_static_files_of_production_have_hashed_names_and_brotli(tmp_path):
    done = manage(
        "collectstatic",
        "--noinput",
        "-v0",
        **ALL,
        STATIC_ROOT=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    hashed = [path for path in (tmp_path / "css").iterdir() if re.search(r"\.[0-9a-f]{12}\.css$", path.name)]
    assert hashed
    assert all((path.parent / f"{path.name}.br").exists() for path in hashed if path.stat().st_size > 1000)


FAST = """
import json
from django.conf import settings
from django.template import engines
held = settings.DATABASES["default"]
print(json.dumps({
    "connections stay open": held["CONN_MAX_AGE"] > 0 and held["CONN_HEALTH_CHECKS"],
    "templates are read once": "cached" in engines["django"].engine.template_loaders[0].__class__.__module__,
    "pages are kept": settings.PAGE_CACHE_SECONDS > 0,
    "middleware": settings.MIDDLEWARE[:3],
    "passwords": settings.PASSWORD_HASHERS,
}))
"""


def test_what_costs_most_when_forgotten_is_set_in_production():
    done = manage("shell", "-v0", "-c", FAST, **ALL, DATABASE_URL="postgres://portal@127.0.0.1/portal")
    assert json.loads(done.stdout) == {
        "connections stay open": True,
        "templates are read once": True,
        "pages are kept": True,
        "middleware": [
            "common.logs.RequestLogMiddleware",
            "common.early_cache.EarlyCacheMiddleware",
            "django.middleware.security.SecurityMiddleware",
        ],
        "passwords": ["accounts.hashing.QueueingPasswordHasher"],
    }


COOKIES = """
import json
from django.conf import settings
print(json.dumps({
    settings.SESSION_COOKIE_NAME: [
        settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE,
        settings.SESSION_COOKIE_PATH, settings.SESSION_COOKIE_DOMAIN,
    ],
    settings.CSRF_COOKIE_NAME: [
        settings.CSRF_COOKIE_SECURE, settings.CSRF_COOKIE_HTTPONLY, settings.CSRF_COOKIE_SAMESITE,
        settings.CSRF_COOKIE_PATH, settings.CSRF_COOKIE_DOMAIN,
    ],
    settings.LANGUAGE_COOKIE_NAME: [
        settings.LANGUAGE_COOKIE_SECURE, settings.LANGUAGE_COOKIE_HTTPONLY, settings.LANGUAGE_COOKIE_SAMESITE,
        settings.LANGUAGE_COOKIE_PATH, settings.LANGUAGE_COOKIE_DOMAIN,
    ],
}))
"""


def test_cookies_of_production_go_over_https_to_this_host_alone_and_to_no_script():
    """A browser takes a ``__Host-`` cookie only with ``Secure``, the path ``/`` and no domain (R-06)."""
    closed = [True, True, "Lax", "/", None]
    done = manage("shell", "-v0", "-c", COOKIES, **ALL)
    assert json.loads(done.stdout) == {
        "__Host-session": closed,
        "__Host-csrf": closed,
        "django_language": closed,
    }


def test_the_server_speaks_wsgi_with_as_many_threads_as_places_are_reckoned_with():
    told = [(ROOT / "Procfile").read_text(), (ROOT / "deploy" / "portal-web.service").read_text()]
    for text in told:
        assert "gunicorn config.wsgi" in text
        assert "--worker-class" not in text
    assert "--threads ${WEB_THREADS:-8}" in told[0]
    assert "--threads ${WEB_THREADS}" in told[1]
    assert "WEB_THREADS=8" in told[1]
    assert settings.PASSWORD_PLACES == 8 - 2


@pytest.mark.django_db
def test_the_database_takes_a_connection_for_each_thread():
    """SQLite has none to count; there the settings say nothing about them."""
    if connection.vendor == "sqlite":
        assert settings.DATABASES["default"].get("CONN_MAX_AGE", 0) == 0
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW max_connections")
        assert int(cursor.fetchone()[0]) >= 2 * 8 + 20


def test_the_list_of_parts_holds_every_pin_with_its_hashes_and_what_needs_it():
    """CycloneDX (R-28), for those who ask which of their portals holds a part that has a hole."""
    lock, told = (ROOT / "requirements.txt").read_text(), io.StringIO()
    call_command("sbom", stdout=told)
    bill = json.loads(told.getvalue())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    parts = {part["bom-ref"]: part for part in bill["components"]}
    assert {(part["name"], part["version"]) for part in parts.values()} == {
        tuple(pin) for pin in re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([^ \\]+)", lock, re.MULTILINE)
    }
    hashes = [
        kept["content"]
        for part in parts.values()
        for file in part["externalReferences"]
        for kept in file["hashes"]
    ]
    assert hashes == re.findall(r"--hash=sha256:(\w{64})", lock)
    assert {part["purl"] for part in parts.values()} >= {f"pkg:pypi/django@{parts['django']['version']}"}
    stands_on = {entry["ref"]: set(entry["dependsOn"]) for entry in bill["dependencies"]}
    root = bill["metadata"]["component"]["bom-ref"]
    assert stands_on.keys() == {root, *parts}
    assert set.union(*stands_on.values()) == parts.keys()
    assert "celery" in stands_on[root]
    assert "kombu" in stands_on["celery"]
