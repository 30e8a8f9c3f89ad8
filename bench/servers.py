"""Databases of its own, gunicorn on ports of its own, and what its workers used of the processor. Loopback only."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
WORKERS, THREADS = int(os.environ.get("WEB_WORKERS", 2)), int(os.environ.get("WEB_THREADS", 8))
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@contextmanager
def place(name, server):
    """Where one of them lives: a database of its own on ``server`` (SQLite if empty) and a folder, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        if not server:
            yield Place(folder, f"sqlite:///{folder}/{name}.sqlite3")
            return
        database = f"bench_{name}_{os.getpid()}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE template0')
        try:
            yield Place(folder, re.sub(r"/[^/]*$", f"/{database}", server))
        finally:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


@dataclass
class Place:
    folder: str
    database: str

    def environment(self, **more) -> dict:
        """A portal as on a server, but without HTTPS."""
        kept = {name: value for name, value in os.environ.items() if name != "DEBUG"}
        return kept | {
            "DATABASE_URL": self.database,
            "SECRET_KEY": "bench" * 12,
            "FIELD_KEYS": "bench" * 12,
            "ALLOWED_HOSTS": "127.0.0.1",
            "SECURE_SSL_REDIRECT": "off",
            "REQUIRE_STAFF_MFA": "off",
            "MEDIA_ROOT": f"{self.folder}/media",
            "STATIC_ROOT": f"{self.folder}/static",
            "WEB_WORKERS": str(WORKERS),
            "WEB_THREADS": str(THREADS),
            **more,
        }

    def run(self, *arguments, **more) -> str:
        """What a Python of this place prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment(**more),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
        return done.stdout


def build_portal(place, times: int) -> float:
    """The demonstration so many times in an empty place, swept as a database in use is; seconds it took."""
    place.run("manage.py", "migrate", "-v0")
    place.run("manage.py", "collectstatic", "--noinput", "-v0")
    begin = time.monotonic()
    place.run("manage.py", "demo", "--force", "--times", str(times))
    if place.database.startswith("postgres"):
        with psycopg.connect(place.database, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
    return time.monotonic() - begin


@contextmanager
def gunicorn(application, place, **more):
    """A server with two workers, ready to answer: a :class:`Server`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS), "--preload", "--no-control-socket"]
    log = Path(place.folder) / f"{port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=place.environment(**more), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait(port, process, log)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def _wait(port, process, log):
    for _time in range(600):
        if process.poll() is not None:
            break
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"The server does not start:\n{log.read_text()[-2000:]}")


@dataclass
class Server:
    port: int
    pid: int

    def workers(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def cpu(self) -> float | None:
        """Seconds of processor all workers used so far; ``None`` where the system does not tell."""
        try:
            return sum(_used(pid) for pid in self.workers())
        except OSError:
            return None

    def memory(self) -> float | None:
        """Megabytes of the largest worker, memory shared with others counted in proportion."""
        try:
            smaps = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.workers()]
        except OSError:
            return None
        return max(int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1]) for text in smaps) / 1024

    def open(self, address) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{address}") as answer:
            return answer.read()


def _used(pid) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
