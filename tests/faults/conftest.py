"""A database, a Redis and a portal of one's own, to be broken for real (``make faults``)."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from functools import cached_property
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from bs4 import BeautifulSoup
from django.conf import settings

from .. import factories
from ..processes import until

SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("fault")


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Postgres:
    """A server of our own; root may not run one, so that it belongs to ``postgres`` then."""

    def __init__(self, folder, like=None):
        """``like`` is the folder of a server that was stopped."""
        self.port, self.folder = free_port(), folder
        self.owner = "postgres" if os.geteuid() == 0 else None
        if self.owner:
            shutil.chown(folder, self.owner, self.owner)
        if like:
            subprocess.run(["cp", "-a", f"{like}/.", folder], check=True)
        else:
            self.run(
                "initdb",
                "--auth",
                "trust",
                "--username",
                "portal",
                "--encoding",
                "UTF8",
                "--locale",
                "C.UTF-8",
            )
        self.start()

    def run(self, program, *arguments):
        command = [SERVERS[-1] / program, "-D", self.folder, *arguments]
        done = subprocess.run(command, user=self.owner, capture_output=True, text=True, timeout=60, cwd="/")
        assert done.returncode == 0, done.stderr

    def start(self):
        options = f"-p {self.port} -k {self.folder} -h 127.0.0.1"
        command = [
            SERVERS[-1] / "pg_ctl",
            "-D",
            self.folder,
            "-w",
            "-o",
            options,
            "-l",
            self.folder / "log",
            "start",
        ]
        subprocess.run(command, user=self.owner, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def stop(self):
        self.run("pg_ctl", "-m", "fast", "stop")

    def crash(self):
        self.run("pg_ctl", "-m", "immediate", "stop")

    @property
    def url(self):
        return f"postgres://portal@127.0.0.1:{self.port}/postgres"

    def ask(self, query):
        with psycopg.connect(self.url) as connection:
            return connection.execute(query).fetchall()

    def execute(self, statement):
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


class Prepared:
    """Portals that were set up once, for the others to begin as a copy of."""

    def __init__(self, folder):
        self.folder = folder

    @cached_property
    def sqlite(self):
        path = self.folder / "prepared.sqlite3"
        self.set_up(f"sqlite:///{path}")
        return path

    @cached_property
    def postgres(self):
        if not SERVERS:
            pytest.skip("No PostgreSQL server is installed.")
        place = Path(tempfile.mkdtemp())  # pytest's own is open to its owner only
        server = Postgres(place)
        self.set_up(server.url)
        server.stop()
        return place

    def set_up(self, database):
        site = Portal(self.folder, database)
        site.run("set_up()")
        site.stop()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    made = Prepared(tmp_path_factory.mktemp("prepared"))
    yield made
    if "postgres" in vars(made):
        shutil.rmtree(made.postgres)


@pytest.fixture
def postgres(prepared):
    like = prepared.postgres
    with tempfile.TemporaryDirectory() as folder:
        server = Postgres(Path(folder), like)
        yield server
        if (server.folder / "postmaster.pid").exists():
            server.crash()


class Redis:
    def __init__(self):
        self.port = free_port()
        self.start()

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        assert until(lambda: self.ask("ping") == "PONG")

    def ask(self, *words):
        command = ["redis-cli", "-p", str(self.port), *words]
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()

    def stop(self):
        self.ask("shutdown", "nosave")
        self.process.wait()

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"


@pytest.fixture
def redis():
    if not shutil.which("redis-server"):
        pytest.skip("No Redis is installed.")
    server = Redis()
    yield server
    if server.process.poll() is None:
        server.stop()


class Portal:
    """The portal outside debug: gunicorn, workers, commands, on one database."""

    def __init__(self, folder, database, redis="", **given):
        self.folder, self.port, self.processes = folder, free_port(), []
        self.letters = folder / "letters"
        self.letters.touch()
        self.told = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DEBUG": "off",
            "SECRET_KEY": "x" * 60,
            "FIELD_KEYS": "x" * 60,
            "ALLOWED_HOSTS": "127.0.0.1",
            "SECURE_SSL_REDIRECT": "off",
            "REQUIRE_STAFF_MFA": "off",
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "MEDIA_ROOT": str(folder / "media"),
            "BACKUP_ROOT": str(folder / "backups"),
            "STATIC_ROOT": str(folder / "static"),
            "LETTERS": str(self.letters),
            **given,
        }
        self.log = (folder / "portal.log").open("a")

    def manage(self, *arguments):
        return self.call("manage.py", *arguments)

    def run(self, code):
        """Do something of ``inside`` in a process of this portal; what came of it."""
        return json.loads(self.call(*self.inside(f"print(json.dumps({code}))")))

    @staticmethod
    def inside(code):
        return "-c", f"import django, json; django.setup(); from tests.faults.inside import *; {code}"

    def call(self, *arguments, refused=False):
        """What a program printed that came to a good end, or to a bad one where it should refuse."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=self.told,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert (done.returncode != 0) == refused, done.stderr
        return done.stderr if refused else done.stdout

    def start(self, *command, module=True, **given):
        process = subprocess.Popen(
            [sys.executable, *["-m"][:module], *command],
            cwd=settings.BASE_DIR,
            env=self.told | given,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def serve(self):
        """Start gunicorn with two processes; its own process."""
        procfile = (settings.BASE_DIR / "Procfile").read_text()
        command = re.search(r"^web: (.*)", procfile, re.MULTILINE)[1]
        told = self.told | {"BIND": f"127.0.0.1:{self.port}"}
        command = re.sub(r"\$\{(\w+):-([^}]*)\}", lambda part: told.get(part[1], part[2]), command)
        web = self.start(*command.split())
        assert until(lambda: self.ask("/healthz")[0] == 200)
        return web

    def work(self, **given):
        """Start a worker with two processes."""
        return self.start(
            "celery", "-A", "config", "worker", "--loglevel", "warning", "--concurrency", "2", **given
        )

    def beat(self):
        """Start what asks every fifteen seconds what is due."""
        return self.start("celery", "-A", "config", "beat", "--schedule", str(self.folder / "beat"))

    def ask(self, path, method="GET", form=None, cookies=None):
        """``(status, body, seconds)``; status 0 where nobody answered. ``cookies`` are those of a browser, and kept."""
        start = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        try:
            connection.request(method, path, form and urlencode(form), headers)
            answer = connection.getresponse()
            body = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, "", time.monotonic() - start
        finally:
            connection.close()
        if cookies is not None:
            for line in answer.headers.get_all("Set-Cookie", []):
                cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        return answer.status, body, time.monotonic() - start

    def sign_in(self):
        """The cookies of the clerk's browser."""
        cookies = {}
        assert self.ask_to_sign_in(cookies) == 302
        return cookies

    def ask_to_sign_in(self, cookies):
        page = "/accounts/login/"
        self.ask(page, cookies=cookies)
        token = {"csrfmiddlewaretoken": cookies["csrftoken"]}
        form = {"login": "clerk", "password": factories.PASSWORD} | token
        return self.ask(page, "POST", form, cookies)[0]

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.log.close()


@pytest.fixture
def portal(tmp_path, prepared):
    """A portal that was set up: ``portal(database, redis)``. ``empty``: without a table."""
    made = []

    def begin(database, *redis, empty=False, **given):
        if database.startswith("sqlite") and not empty:
            shutil.copy(prepared.sqlite, database.removeprefix("sqlite:///"))
        made.append(Portal(tmp_path, database, *redis, STATIC_ROOT=str(prepared.folder / "static"), **given))
        return made[-1]

    yield begin
    [each.stop() for each in made]


class Storm:
    """Eight visitors who do one thing after another until they are told to stop, each until they have their answer.

    Who got none, or that it is not possible now, sends the same again, as often as it takes. ``forms`` makes what is
    sent of its number.
    """

    def __init__(self, portal, path, forms, cookies=None, done=302):
        self.portal, self.path, self.forms, self.cookies, self.done = portal, path, forms, cookies, done
        self.lock, self.next, self.stopped = threading.Lock(), 0, threading.Event()
        self.promised, self.answers = set(), []  # the numbers of what is done; every answer there was
        self.threads = [threading.Thread(target=self.visit) for _ in range(8)]

    def visit(self):
        while not self.stopped.is_set():
            with self.lock:
                number, self.next = self.next, self.next + 1
            given_up = time.monotonic() + 60
            while number not in self.promised and time.monotonic() < given_up:
                path, form = self.forms(self.path, number)
                status, body, seconds = self.portal.ask(
                    path, "POST", form, self.cookies and dict(self.cookies)
                )
                with self.lock:
                    self.answers.append((status, body, seconds))
                    if status == self.done:
                        self.promised.add(number)
                if status != self.done:
                    time.sleep(0.05)

    def __enter__(self):
        [thread.start() for thread in self.threads]
        return self

    def __exit__(self, *_error):
        self.stopped.set()
        [thread.join() for thread in self.threads]

    @property
    def unanswered(self):
        """How many things were begun and never done."""
        return self.next - len(self.promised)

    def statuses(self):
        return {status for status, *_rest in self.answers}

    def number_of(self, status):
        return sum(each == status for each, *_rest in self.answers)

    def lost(self, there):
        return len(self.promised - set(there))


@pytest.fixture
def writers():
    """Eight clerks who add deputies by the office's own form, each form under its key (F8): ``writers(site)``."""

    def storm(site):
        cookies = site.sign_in()
        page = BeautifulSoup(site.ask("/admin/deputies/deputy/add/", cookies=cookies)[1], "html.parser")
        fields = page.select("form[method=post] :is(input[name], select[name])")
        empty = {one["name"]: one.get("value", "") for one in fields if one.get("type") != "file"}
        empty["csrfmiddlewaretoken"] = cookies["csrftoken"]

        def filled(path, number):
            key = str(uuid.uuid5(uuid.NAMESPACE_OID, str(number)))
            return path, empty | {
                "_key": key,
                "name": f"代表{number}",
                "pinyin": f"daibiao{number}",
                "sex": "F",
            }

        return Storm(site, "/write/", filled, cookies)

    return storm


@pytest.fixture
def tellers():
    """Eight visitors who have somebody told something: ``tellers(site)``."""
    return lambda site: Storm(site, "/tell/", lambda path, number: (f"{path}{number}/", None), done=201)
