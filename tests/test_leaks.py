"""R-18: what is secret or personal is planted, the portal is used, and it stands in no log, letter, errand, address or cache."""

import io
import logging
import re

import pytest
from celery.signals import before_task_publish, task_prerun
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common import logs
from deputies.models import Correction, Deputy, Mandate
from notices.tasks import deliver_waiting

from . import factories
from .needles import files_with, opened, tables_with

PHONE, ASKED, COLLEAGUE = "13979001234", "13979005678", "13979009999"
WRONG, OWN, CHOSEN = "Needle-Wrong-91", "Needle-Own-92", "Needle-Chosen-93"
ROSTER = f"姓名,代表团,联系电话\n针尖儿,渝水区,{PHONE}\n"
ONE_TIME = re.compile(r"\b[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}\b")


class Traced(Client):
    """A browser whose addresses are remembered."""

    places: list = []

    def request(self, **request):
        response = super().request(**request)
        self.places.append(response.headers.get("Location", ""))
        return response


@pytest.fixture
def traced(mailoutbox, settings):
    """What is written elsewhere while the portal is used: ``{place: text}``, as of when it is called."""
    written, errands = io.StringIO(), []
    handler, root = logging.StreamHandler(written), logging.getLogger()
    handler.setFormatter(logs.JsonFormatter())
    level = root.level
    root.addHandler(handler)
    root.setLevel("DEBUG")
    Traced.places = []

    def note(args=None, kwargs=None, body=None, **signal):
        errands.append((args, kwargs, body))

    task_prerun.connect(note)
    before_task_publish.connect(note)
    yield lambda: {
        "log": written.getvalue(),
        "letters": str([(letter.subject, letter.body) for letter in mailoutbox]),
        "errands": str(errands),
        "addresses": str(Traced.places),
        "cache": cached(),
    }
    task_prerun.disconnect(note)
    before_task_publish.disconnect(note)
    root.removeHandler(handler)
    root.setLevel(level)


def cached() -> str:
    cache = caches["default"]
    if isinstance(cache, LocMemCache):
        return str(cache._cache)
    server = cache._cache.get_client()
    return str([(key, server.dump(key)) for key in server.scan_iter("*")])


def knock(client, login, password):
    return client.post(reverse("account_login"), {"login": login, "password": password}, follow=True)


def use_the_portal(office) -> dict:
    """Everything people do with what is secret; ``{what: needle}``."""
    office.set_password(OWN)
    office.email = "office@example.cn"
    office.save()
    clerk = Traced()
    knock(clerk, office.username, WRONG)
    knock(clerk, office.username, OWN)
    secrets = {"phone": PHONE, "phone asked for": ASKED, "phone of a colleague": COLLEAGUE}
    secrets |= {"wrong password": WRONG, "own password": OWN, "chosen password": CHOSEN}
    secrets["session"] = clerk.cookies["sessionid"].value

    # a roster, accounts on slips, an account by hand
    sheet = SimpleUploadedFile("roster.csv", ROSTER.encode())
    preview = clerk.post(reverse("admin:deputies_deputy_import"), {"import_file": sheet}, follow=True)
    clerk.post(preview.context["urls"]["confirm"], follow=True)
    chosen = {
        "action": "make_accounts",
        "_selected_action": list(Mandate.objects.values_list("pk", flat=True)),
    }
    slips = clerk.post(reverse("admin:deputies_mandate_changelist"), chosen).content.decode()
    assert PHONE in slips
    secrets["one-time password on paper"] = ONE_TIME.search(slips)[0]
    none = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    newcomer = {
        "name": "新同事",
        "username": "newcomer",
        "phone": COLLEAGUE,
        "email": "new@example.cn",
    } | none
    page = clerk.post(reverse("admin:accounts_user_add"), newcomer, follow=True).content.decode()
    secrets["one-time password on the screen"] = ONE_TIME.search(page)[0]

    # the deputy signs in, chooses a password, asks for a correction, which is accepted
    deputy = Traced()
    knock(deputy, f"+86 {PHONE}", secrets["one-time password on paper"])
    secrets["session of the deputy, before"] = deputy.cookies["sessionid"].value
    twice = {"password1": CHOSEN, "password2": CHOSEN, "oldpassword": secrets["one-time password on paper"]}
    deputy.post(reverse("account_change_password"), twice, follow=True)
    secrets["session of the deputy"] = deputy.cookies["sessionid"].value
    User.objects.filter(deputy__isnull=False).update(email="needle@example.cn")
    proof = SimpleUploadedFile("proof.pdf", f"%PDF-1.4 {ASKED}".encode())
    ask = {"field": "phone", "new_value": ASKED, "reason": f"不再用{PHONE}", "evidence": proof}
    deputy.post(reverse("deputies:correction-ask"), ask, follow=True)
    move = reverse("admin:deputies_correction_move", args=[Correction.objects.get().pk, "accept"])
    clerk.post(move, {"note": f"已改为{ASKED}"}, follow=True)
    assert Deputy.objects.get().phone == ASKED
    assert ASKED in deputy.get(reverse("home:my")).content.decode()

    # looked at, looked for, saved as a table, printed, forgotten, left
    for name in ("change", "history"):
        clerk.get(reverse(f"admin:deputies_deputy_{name}", args=[Deputy.objects.get().pk]))
    clerk.get(reverse("admin:deputies_deputy_changelist"), {"q": ASKED})
    assert (
        clerk.post(reverse("admin:deputies_deputy_export"), {"format": "0", "resource": "0"}).status_code
        == 200
    )
    deputy.post(reverse("account_reset_password"), {"email": "needle@example.cn"}, follow=True)
    clerk.get(f"/no/such/page/{PHONE}/")
    deputy.post(reverse("account_logout"), follow=True)
    return secrets


@pytest.mark.django_db
def test_nothing_secret_or_personal_is_written_anywhere_else(
    traced, office, django_capture_on_commit_callbacks
):
    factories.DelegationFactory()
    with django_capture_on_commit_callbacks(execute=True):
        secrets = use_the_portal(office)
    deliver_waiting()
    places = traced()
    assert {place: len(text) > 10 for place, text in places.items()} == dict.fromkeys(places, True)
    found = {
        place: [what for what, needle in secrets.items() if needle in text] for place, text in places.items()
    }
    assert found == dict.fromkeys(places, [])
    passwords = [needle for what, needle in secrets.items() if "password" in what]
    assert tables_with(*passwords, PHONE, ASKED, COLLEAGUE) == {}
    assert tables_with(*passwords, places=opened) == {}
    assert files_with(*secrets.values()) == []
