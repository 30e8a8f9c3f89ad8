import io
import json
import logging

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common import logs
from common.tasks import tick

from .. import factories

NEEDLES = {  # planted everywhere a visitor or a record could bring them
    "phone": "13812340000",
    "name": "needle-login",
    "password": "Needle-Password-1",
    "other password": "Needle-Password-2",
    "search": "欧阳寻针",
    "e-mail": "needle@example.cn",
    "lost page": "needle-of-a-stranger",
    "browser": "NeedleBrowser",
    "agent": "Needle-Referer",
}


@pytest.fixture
def lines(settings):
    """What a server would print at the most talkative level there is; a function that gives it as objects."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.JsonFormatter())
    root, ours = logging.getLogger(), logging.getLogger("portal")
    before = root.level, ours.level
    root.addHandler(handler)
    root.setLevel("DEBUG")
    ours.setLevel("INFO")
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(before[0])
    ours.setLevel(before[1])


def requests(lines):
    return [line for line in lines() if line["message"] == "request"]


@pytest.mark.django_db
def test_a_request_is_one_line(lines, sign_in, office):
    answer = sign_in(office).get("/deputies/?q=%E6%AC%A7", headers={"user-agent": "x"})
    (line,) = requests(lines)
    assert line.pop("at").endswith("+08:00")
    assert isinstance(line.pop("ms"), int)
    assert line.pop("request") == answer["X-Request-ID"]
    assert line == {
        "level": "INFO",
        "logger": "portal",
        "message": "request",
        "method": "GET",
        "path": "/deputies/",
        "status": 200,
        "user": office.pk,
    }


@pytest.mark.django_db
def test_a_number_is_taken_only_from_our_own_proxy_and_only_if_it_is_one(client, settings):
    given = {"x-request-id": "0123-abcd-4567"}
    assert client.get("/healthz", headers=given)["X-Request-ID"] != "0123-abcd-4567"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert client.get("/healthz", headers=given)["X-Request-ID"] == "0123-abcd-4567"
    for false in ("", "short", "x" * 65, "13812340000\n{}", "<script>alert(1)</script>"):
        made = client.get("/healthz", headers={"x-request-id": false})["X-Request-ID"]
        assert logs.ACCEPTED.fullmatch(made)
        assert made != false


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/deputies/groups/4711/", "/deputies/groups/4711/"),
        ("/accounts/password/reset/key/2s-needle/", "/accounts/password/reset/key/…-…/"),
        ("/admin/deputies/deputy/12/change/", "/admin/deputies/deputy/12/change/"),
        ("/admin/needle/13812340000/", "/admin/…"),
        ("/13812340000/", None),
        ("/static/13812340000.css", None),
    ],
)
def test_of_an_address_only_numbers_of_records_are_kept(lines, sign_in, superuser, address, shown):
    sign_in(superuser).get(address)
    (line,) = requests(lines)
    assert line.get("path") == shown


@pytest.mark.django_db
def test_nothing_personal_is_written_down(lines):
    user = factories.UserFactory(
        username=NEEDLES["name"], phone=NEEDLES["phone"], email=NEEDLES["e-mail"], is_staff=True
    )
    user.set_password(NEEDLES["password"])
    user.save()
    client = Client(
        raise_request_exception=False,
        headers={"user-agent": NEEDLES["browser"], "referer": f"http://testserver/{NEEDLES['agent']}"},
    )
    sign_in = reverse("account_login")
    client.post(sign_in, {"login": NEEDLES["phone"], "password": NEEDLES["other password"]})
    client.post(sign_in, {"login": NEEDLES["phone"], "password": NEEDLES["password"]})
    assert client.get("/my/").status_code == 200
    client.get("/deputies/", {"q": NEEDLES["search"]})
    client.get(f"/{NEEDLES['lost page']}/{NEEDLES['phone']}/")
    client.post("/my/", {"phone": NEEDLES["phone"]})
    client.get("/", headers={"host": NEEDLES["lost page"]})
    client.post(reverse("account_reset_password"), {"email": NEEDLES["e-mail"]})

    logging.getLogger("some.library").error("Could not mail %s", NEEDLES["e-mail"])
    logging.getLogger("some.library").error(f"Could not mail {NEEDLES['e-mail']}")
    with pytest.raises(IntegrityError) as failure, transaction.atomic():
        User.objects.create(username=NEEDLES["name"], phone=NEEDLES["phone"])
    logging.getLogger("common.jobs").error("Job %s failed", "x", exc_info=failure.value)

    text = json.dumps(lines(), ensure_ascii=False)
    needles = NEEDLES | {
        "session": client.cookies["sessionid"].value,
        "csrf": client.cookies["csrftoken"].value,
    }
    assert [name for name, needle in needles.items() if needle in text] == []
    assert len(requests(lines)) >= 8


def test_a_failure_tells_its_kind_and_its_way_but_not_its_words(lines):
    try:
        try:
            raise KeyError("13812340000")
        except KeyError as error:
            raise ValueError("欧阳") from error
    except ValueError:
        logging.getLogger("common.jobs").exception("Job %s failed", "nightly")
    (line,) = lines()
    assert line["message"] == "Job nightly failed"
    assert line["error"] == "ValueError from KeyError"
    assert line["way"][0].startswith("tests/common/test_logs.py:")


@pytest.mark.django_db(transaction=True)
def test_an_errand_is_a_line_with_the_number_of_its_request(lines, settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    token = logs.request_id.set("the-request")
    tick.apply()
    assert logs.request_id.get() == "the-request"
    logs.request_id.reset(token)
    (line,) = [line for line in lines() if line["message"] == "task"]
    assert (line["request"], line["task"], line["outcome"]) == ("the-request", "common.tasks.tick", "SUCCESS")
