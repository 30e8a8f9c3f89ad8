"""F17: a backup while three processes write; one of them is killed, and so is the backup itself."""

import os
import signal
import sqlite3
import time

import pytest

from ..processes import until


@pytest.fixture(params=["postgresql", "sqlite"])
def places(request, tmp_path):
    """The addresses of two databases on one engine, the second one empty."""
    if request.param == "sqlite":
        return [f"sqlite:///{tmp_path}/{name}.sqlite3" for name in ("here", "there")]
    server = request.getfixturevalue("postgres")
    server.execute("CREATE DATABASE there TEMPLATE template0")
    return [server.url, server.url.replace("/postgres", "/there")]


def unsound(site):
    """Whether SQLite finds its file damaged; PostgreSQL mends its own by the log."""
    if not site.told["DATABASE_URL"].startswith("sqlite"):
        return False
    with sqlite3.connect(site.told["DATABASE_URL"].removeprefix("sqlite:///")) as database:
        found = database.execute("PRAGMA integrity_check").fetchone()[0]
    database.close()
    return found != "ok"


def whole_backups(folder):
    """What looks like a backup to whoever looks for the newest, or to ``restore``."""
    return sorted(folder.glob("*.zip"))


def test_f17_a_backup_is_whole_whoever_is_killed_meanwhile(places, portal, tmp_path, report):
    here, there = places
    site = portal(here)
    media = tmp_path / "media"
    media.mkdir()
    (media / "large").write_bytes(os.urandom(40 * 2**20))
    promises = {name: tmp_path / f"promised-{name}" for name in "abc"}

    def write(name):
        return site.start(*site.inside(f"write_pairs({name!r}, Path({str(promises[name])!r}))"), module=False)

    def promised():
        return {line for path in promises.values() for line in path.read_text().splitlines()}

    writers = {name: write(name) for name in promises}
    assert until(
        lambda: all(path.exists() and path.read_text().count("\n") > 5 for path in promises.values())
    )

    # killed in the middle: what it leaves looks like no backup, and nobody can take it for one
    folder = tmp_path / "backups"
    broken = site.start("manage.py", "backup", module=False)
    assert until(lambda: any(part.stat().st_size for part in folder.glob("*.part")))
    os.killpg(broken.pid, signal.SIGKILL)
    broken.wait()
    half = len(whole_backups(folder))
    assert list(folder.glob("*.part")), "it was killed before it was done"
    for part in folder.glob("*.part"):
        refusal = site.call("manage.py", "restore", str(part), refused=True)
        # or it was killed after its last byte and before it had its name: whole, and refused for what is there already
        assert "no whole backup" in refusal or "is not empty" in refusal

    # a writer is killed while the next one is made
    before = promised()
    whole = site.start("manage.py", "backup", module=False)
    assert until(lambda: any(part.stat().st_size for part in folder.glob("*.part")))
    os.killpg(writers["a"].pid, signal.SIGKILL)
    assert whole.wait(60) == 0
    time.sleep(0.5)
    for name in "bc":
        os.killpg(writers[name].pid, signal.SIGKILL)
        writers[name].wait()
    meanwhile = len(promised() - before)
    [saved] = whole_backups(folder)

    other = portal(there, empty=True, MEDIA_ROOT=str(tmp_path / "media there"))
    other.manage("restore", str(saved))
    written, restored = site.run("pairs()"), other.run("pairs()")
    figures = report(
        lost=len(promised() - written.keys()) + len(before - restored.keys()),
        twice=sum(max(pair) - 1 for pairs in (written, restored) for pair in pairs.values()),
        half=half + sum(min(pair) == 0 for pairs in (written, restored) for pair in pairs.values()),
        unsound=unsound(site) + unsound(other),
        written_meanwhile=meanwhile,
        restored=len(restored),
        written=len(written),
    )
    assert (figures["half"], figures["unsound"]) == (0, 0)
    assert figures["written_meanwhile"] > 0
