"""The project as a stranger finds it: its start, its documents, its limits."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = settings.BASE_DIR


ALL = {"SECRET_KEY": "x" * 60, "FIELD_KEYS": "y" * 32, "ALLOWED_HOSTS": "portal.example"}


def manage(*arguments, **environment):
    kept = {name: value for name, value in os.environ.items() if name not in ALL}
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
