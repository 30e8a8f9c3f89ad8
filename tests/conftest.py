"""The cast: who appears in the tests. Each fixture is a user; ``sign_in(user)`` gives a client signed in as them."""

import datetime as dt
import json
import os
import shutil
import sys
from collections import Counter

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, TransactionTestCase
from hypothesis import settings as hypothesis_settings

from accounts.models import Role
from common import freshness, memory
from common.audit_models import AuditEntry
from home.management.commands.screenshots import CHROMIUM

from . import factories

# how long an example takes says more of the machine than of us
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")
BROWSER_IS_LEFT_OUT = CHROMIUM is None and not os.environ.get("CI")


def tells_faults(config):
    """Whether this is ``make faults``."""
    return config.option.markexpr.startswith("fault")


def pytest_collection_modifyitems(config, items):
    """What asks a database nothing new runs once. Where no Redis is named there is no worker to test, and where no browser is installed none to drive.

    A Redis that is named and missing, or no browser in CI, is a failure.
    """
    absent = [
        ("postgresql", connection.vendor != "postgresql"),
        ("same_everywhere", connection.vendor == "postgresql"),
        ("worker", not settings.REDIS_URL),
        ("browser", BROWSER_IS_LEFT_OUT),
        ("nginx", not shutil.which("nginx")),
        ("systemd", not shutil.which("systemd-analyze")),
        ("fault", not tells_faults(config)),
    ]
    marks = [mark for mark, is_absent in absent if is_absent]
    without = [item for item in items if any(item.get_closest_marker(mark) for mark in marks)]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if item not in without]


def pytest_sessionfinish(session):
    """In CI everything a test needs is there, so one that was skipped is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped") and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if BROWSER_IS_LEFT_OUT:
        terminalreporter.write_line("Browser tests are left out: no Chromium is installed.")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """SQLite in a file, as in production: in memory the connections of several threads cannot wait for each other."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """At the end nobody stays connected: a process that a test killed keeps PostgreSQL from dropping the database."""
    yield
    if connection.vendor == "postgresql":
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(others)


MADE_WITH_THE_TABLES = {"django_migrations", "django_content_type", "auth_permission"}


def empty_what_was_written(test_case):
    """After a test that commits. Django would empty each of a hundred tables and make its permissions anew, which takes
    seconds on PostgreSQL.
    """
    quoted = connection.ops.quote_name
    tables = set(connection.introspection.django_table_names(include_views=False))
    of_each = [
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quoted(table)})"
        for table in sorted(tables - MADE_WITH_THE_TABLES)
    ]
    watching, connection.execute_wrappers = connection.execute_wrappers, []
    try:
        with transaction.atomic(), connection.cursor() as cursor:  # references are checked at its end
            cursor.execute(" UNION ALL ".join(of_each))
            for [table] in cursor.fetchall():
                is_guarded = table == AuditEntry._meta.db_table and connection.vendor == "postgresql"
                cursor.execute(f"{'TRUNCATE' if is_guarded else 'DELETE FROM'} {quoted(table)}")
    finally:
        connection.execute_wrappers = watching


TransactionTestCase._fixture_teardown = empty_what_was_written


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch):
    monkeypatch.setattr(memory, "SLOW", 600)  # on no machine figures are older than what a test wrote
    cache.clear()
    memory.forget()
    yield
    cache.clear()
    memory.forget()


@pytest.fixture
def report(request):
    """``report(lost=…, twice=…, …)``: of what a fault did, nothing was lost and nothing done twice; ``make faults`` prints it.

    The fault is the first word of the test's name, or what its mark ``tells_fault`` says.
    """

    def say(*, lost, twice, **figures):
        fault, _, what = request.node.name.removeprefix("test_").partition("_")
        if mark := request.node.get_closest_marker("tells_fault"):
            fault, what = mark.args[0], f"{fault}_{what}"
        line = {
            "fault": fault.capitalize(),
            "what": what.replace("_", " "),
            "lost": lost,
            "twice": twice,
        } | figures
        if tells_faults(request.config):
            with request.config.pluginmanager.get_plugin("capturemanager").global_and_fixture_disabled():
                sys.stdout.write(f"\n{json.dumps(line, ensure_ascii=False)}\n")
        assert (lost, twice) == (0, 0), line
        return figures

    return say


@pytest.fixture
def makings():
    """``makings(model)``: how often something kept that is made of this table has been made until now."""
    made = Counter()

    def number(model):
        def make():
            made[model] += 1
            return model.objects.exists()

        memory.kept(("makings", model), make)
        return made[model]

    return number


@pytest.fixture
def committed(monkeypatch):
    """``committed()``: what the test wrote so far counts as committed, so that pages remember it as in production.

    On a slow machine too: nobody asks within a test whether another process changed something, for queries are counted.
    """
    monkeypatch.setattr(freshness, "SECONDS", 600)
    monkeypatch.setattr(memory, "LONGEST", 600)

    def from_now_on():
        memory.forget()
        freshness._here.written = frozenset()

    return from_now_on


@pytest.fixture
def on():
    """``on(2026, 3, 6)`` moves the clock to that morning."""
    travellers = []

    def travel(*day):
        while travellers:
            travellers.pop().stop()
        traveller = time_machine.travel(dt.datetime(*day, 1, tzinfo=dt.UTC), tick=False)
        traveller.start()
        travellers.append(traveller)
        return dt.date(*day)

    yield travel
    while travellers:
        travellers.pop().stop()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT, settings.BACKUP_ROOT = tmp_path / "media", tmp_path / "backups"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Half a second for every account of the cast would be most of the suite."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def stranger():
    return AnonymousUser()


@pytest.fixture
def superuser(db):
    return factories.UserFactory(username="super", is_staff=True, is_superuser=True)


@pytest.fixture
def office(db):
    """A clerk of the city deputies' office."""
    return factories.MembershipFactory(role=Role.OFFICE, user__name="办公室小周").user


@pytest.fixture
def committee_officer(db):
    unit = factories.CommitteeFactory().unit
    return factories.MembershipFactory(role=Role.COMMITTEE, unit=unit).user


@pytest.fixture
def yushui_office(db):
    return factories.MembershipFactory(role=Role.COUNTY_OFFICE, area=factories.YushuiFactory()).user


@pytest.fixture
def township_office(db):
    area = factories.AreaFactory(code="360502001", name="城南街道", kind="street")
    return factories.MembershipFactory(role=Role.TOWNSHIP_OFFICE, area=area).user


@pytest.fixture
def government_office(db):
    return factories.MembershipFactory(role=Role.GOVERNMENT_OFFICE).user


@pytest.fixture
def unit_officer(db):
    return factories.MembershipFactory(role=Role.UNIT_OFFICER, unit=factories.UnitFactory()).user


@pytest.fixture
def leader(db):
    return factories.MembershipFactory(role=Role.LEADER).user


@pytest.fixture
def system_admin(db):
    return factories.MembershipFactory(role=Role.SYSTEM_ADMIN).user


@pytest.fixture
def security_admin(db):
    return factories.MembershipFactory(role=Role.SECURITY_ADMIN).user


@pytest.fixture
def auditor(db):
    """The third of the administrators: reads the audit log."""
    return factories.MembershipFactory(role=Role.AUDITOR).user


@pytest.fixture
def deputy_user(db):
    """A sitting city deputy who signs in."""
    user = factories.UserFactory(name="李代表")
    factories.MandateFactory(deputy__user=user, deputy__name="李代表")
    return user


CAST = {
    "stranger": "stranger",
    "deputy": "deputy_user",
    "unit_officer": "unit_officer",
    "government_office": "government_office",
    "leader": "leader",
    "committee_officer": "committee_officer",
    "county_office": "yushui_office",
    "township_office": "township_office",
    "office": "office",
    "system_admin": "system_admin",
    "security_admin": "security_admin",
    "auditor": "auditor",
    "superuser": "superuser",
}


@pytest.fixture
def cast(request):
    """Everybody at once: ``{role: user}``."""
    return {role: request.getfixturevalue(fixture) for role, fixture in CAST.items()}


@pytest.fixture
def sign_in():
    def signed_in(user):
        client = Client()
        if user.is_authenticated:
            client.force_login(user, "accounts.backends.PhoneOrNameBackend")
        return client

    return signed_in
