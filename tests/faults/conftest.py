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
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

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


@pytest.fixture
def report(request, capsys):
    """Say what a fault did as one line of JSON: what was lost and what was done twice, above all."""

    def say(**figures):
        with capsys.disabled():
            sys.stdout.write(
                "\n" + json.dumps({"fault": request.node.name.removeprefix("test_")} | figures) + "\n"
            )
        return figures

    return say


class Postgres:
    """A server of our own; root may not run one, so that it belongs to ``postgres`` then."""

    def __init__(self, folder):
        self.port, self.folder = free_port(), folder
        self.owner = "postgres" if os.geteuid() == 0 else None
        if self.owner:
            shutil.chown(folder, self.owner, self.owner)
        self.run(
            "initdb", "--auth", "trust", "--username", "portal", "--encoding", "UTF8", "--locale", "C.UTF-8"
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

    def crash(self):
        self.run("pg_ctl", "-m", "immediate", "stop")

    @property
    def url(self):
        return f"postgres://portal@127.0.0.1:{self.port}/postgres"

    def ask(self, query):
        with psycopg.connect(self.url) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def postgres():
    if not SERVERS:
        pytest.skip("No PostgreSQL server is installed.")
    with tempfile.TemporaryDirectory() as folder:  # pytest's own is open to its owner only
        server = Postgres(Path(folder))
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
        self.manage("migrate", "-v0")
        self.manage("collectstatic", "--noinput", "-v0")

    def manage(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=self.told, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *command, **given):
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
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

    def ask(self, path, method="GET"):
        """``(status, body, seconds)``; status 0 where nobody answered."""
        start = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), time.monotonic() - start
        except (OSError, http.client.HTTPException):
            return 0, "", time.monotonic() - start
        finally:
            connection.close()

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.log.close()


@pytest.fixture
def portal(tmp_path):
    """Set up a portal: ``portal(database, redis)``."""
    made = []

    def set_up(*where, **given):
        made.append(Portal(tmp_path, *where, **given))
        return made[-1]

    yield set_up
    [each.stop() for each in made]


class Storm:
    """Eight visitors who write one thing after another until they are told to stop, each thing once."""

    def __init__(self, portal, path="write"):
        self.portal, self.path, self.lock = portal, path, threading.Lock()
        self.next, self.answers, self.stopped = 0, {}, threading.Event()
        self.threads = [threading.Thread(target=self.visit) for _ in range(8)]

    def visit(self):
        while not self.stopped.is_set():
            with self.lock:
                number, self.next = self.next, self.next + 1
            status, body, seconds = self.portal.ask(f"/{self.path}/{number}/", "POST")
            self.answers[number] = (status, body, seconds, time.monotonic())
            if status != 201:
                time.sleep(0.05)

    def __enter__(self):
        [thread.start() for thread in self.threads]
        return self

    def __exit__(self, *_error):
        self.stopped.set()
        [thread.join() for thread in self.threads]

    @property
    def promised(self):
        """What visitors were told is written."""
        return {number for number, (status, *_rest) in self.answers.items() if status == 201}

    def statuses(self):
        return {status for status, *_rest in self.answers.values()}

    def lost(self, there):
        return len(self.promised - set(there))


@pytest.fixture
def storm():
    return Storm
