"""The Chinese a visitor reads: complete, with every placeholder, in the office's tone."""

import re

import polib
import pytest
from django.conf import settings
from django.core.management import call_command

pytestmark = pytest.mark.same_everywhere

CHINESE = settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sdr]|\{\w*\}")


@pytest.fixture(scope="module")
def entries():
    return [entry for entry in polib.pofile(str(CHINESE)) if not entry.obsolete]


def words(entry):
    return [entry.msgstr, *entry.msgstr_plural.values()]


def test_every_string_is_translated(entries):
    assert len(entries) > 400
    assert [entry.msgid for entry in entries if entry.fuzzy or not entry.translated()] == []


def test_placeholders_survive_translation(entries):
    lost = []
    for entry in entries:
        wanted = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        for chinese in filter(None, words(entry)):
            if set(PLACEHOLDER.findall(chinese)) != wanted:
                lost.append((entry.msgid, chinese))
    assert lost == []


@pytest.mark.parametrize("word", ["!", "！", "你", "登陆", "登出", "注销", "字段无效"])
def test_the_tone_is_the_offices(entries, word):
    assert [chinese for entry in entries for chinese in words(entry) if word in chinese] == []


def test_a_catalogue_is_compiled_without_gettext(settings, tmp_path):
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Sign out"\nmsgstr "退出"\n'
    )
    settings.LOCALE_PATHS = [tmp_path]
    call_command("catalogue", skip_checks=False)
    assert polib.mofile(str(folder / "django.mo")).find("Sign out").msgstr == "退出"


@pytest.mark.django_db
def test_what_libraries_say_is_in_the_offices_tone_too(sign_in, deputy_user):
    page = sign_in(deputy_user).get("/accounts/password/change/").content.decode()
    assert "不要使用常见的密码。" in page
    assert "你的" not in page
