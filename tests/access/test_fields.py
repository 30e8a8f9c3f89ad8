"""Field × role: who reads a phone number or an address in full, who masked, who not at all (R-02).

A page or a sheet that could show one is a function in ``PLACES`` and a row in ``TABLE``; then a walk through every address
there is finds none where no row allows it.
"""

import io

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import NoReverseMatch, reverse
from openpyxl import load_workbook

from common.models import ImportBatch
from deputies import actions
from deputies.models import Deputy

from .. import factories
from .test_urls import TABLE as ADDRESSES

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.same_everywhere,
]  # every page answers on both: test_every_address.py

VALUES = {  # in full, and as it is masked
    "phone": ("13979001234", "139****1234"),
    "landline": ("0790-6441234", "079****1234"),
    "address": ("针尖路七号", "针尖****"),
    "asked": ("13979005678", "139****5678"),  # the phone a correction asks for
    "account": ("13979009999", "139****9999"),  # the phone of an account
}
NEEDLES = [full for full, _mask in VALUES.values()]
HEADINGS = "姓名,代表团,性别,联系电话,通讯地址\n"
ROW = f"梁芳,渝水区,{{sex}},{VALUES['phone'][0]} {VALUES['landline'][0]},{VALUES['address'][0]}\n"


@pytest.fixture
def needle(cast, sign_in):
    """Somebody of the street whose data came by a roster, were changed and shall be corrected; the deputy of the cast."""
    cast["deputy"].deputy.delete()
    factories.DelegationFactory()
    client = sign_in(cast["office"])
    confirmed = _send(client, HEADINGS + ROW.format(sex="女"))
    client.post(confirmed.context["urls"]["confirm"])
    deputy = Deputy.objects.get()
    deputy.mandates.update(area=factories.AreaFactory(code="360502001"))
    deputy.user = cast["deputy"]
    deputy.user.phone = VALUES["account"][0]
    deputy.user.save()
    deputy.phone, deputy.landline, deputy.address = "13800000000", "", ""
    deputy.save()
    for name in ("phone", "landline", "address"):
        setattr(deputy, name, VALUES[name][0])
    deputy.save()
    asked = VALUES["asked"][0]
    actions.ask_correction(deputy, field="phone", new_value=asked, by=deputy.user, reason=f"新号{asked}")
    return deputy


def _send(client, text):
    file = SimpleUploadedFile("roster.csv", text.encode())
    return client.post(reverse("admin:deputies_deputy_import"), {"import_file": file}, follow=True)


def _page(name, *args):
    return lambda client, needle: client.get(
        reverse(name, args=[arg(needle) for arg in args])
    ).content.decode()


def _sheet(response):
    if response.status_code != 200:
        return ""
    cells = load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)
    return "\n".join(str(cell) for row in cells for cell in row)


def _preview(client, needle):
    return _send(client, HEADINGS + ROW.format(sex="男")).content.decode()


def _errors(client, needle):
    page = _send(client, HEADINGS + ROW.format(sex="?"))
    return _sheet(client.get(page.context["urls"]["errors"])) if "urls" in page.context else ""


def _export(client, needle):
    return _sheet(client.post(reverse("admin:deputies_deputy_export"), {"format": "0", "resource": "0"}))


def _completion(client, needle):
    asked = {
        "app_label": "deputies",
        "model_name": "mandate",
        "field_name": "deputy",
        "term": VALUES["phone"][0],
    }
    answer = client.get(reverse("admin:autocomplete"), asked)
    assert needle.name in answer.content.decode("unicode-escape") or answer.status_code != 200
    return answer.content.decode("unicode-escape")


def own(needle):
    return needle.pk


def account(needle):
    return needle.user_id


def correction(needle):
    return needle.corrections.get().pk


def batch(needle):
    return ImportBatch.objects.confirmed().get().pk


PLACES = {
    "what is mine": _page("home:my"),
    "public page": _page("deputies:detail", own),
    "public list": _page("deputies:list"),
    "deputy": _page("admin:deputies_deputy_change", own),
    "deputies": _page("admin:deputies_deputy_changelist"),
    "history of the deputy": _page("admin:deputies_deputy_history", own),
    "completion": _completion,
    "export": _export,
    "correction": _page("admin:deputies_correction_change", correction),
    "corrections": _page("admin:deputies_correction_changelist"),
    "preview of a file": _preview,
    "errors of a file": _errors,
    "imported file": _page("admin:common_importbatch_change", batch),
    "account": _page("admin:accounts_user_change", account),
    "accounts": _page("admin:accounts_user_changelist"),
    "history of the account": _page("admin:accounts_user_history", account),
}
OFFICES = "office county_office township_office superuser"
STAFF = f"{OFFICES} committee_officer"
ACCOUNTS = "office security_admin superuser"

# place: value: who reads it in full; who reads it masked. Everybody else reads nothing of it.
TABLE = {
    "what is mine": dict.fromkeys(("phone", "landline", "address", "asked"), ("deputy", "")),
    "public page": {},
    "public list": {},
    "deputy": dict.fromkeys(("phone", "landline", "address"), (OFFICES, "")),
    "deputies": {"phone": ("", STAFF)},
    "history of the deputy": dict.fromkeys(("phone", "landline", "address"), ("", "office superuser")),
    "completion": {},
    "export": {
        "phone": ("office superuser", ""),
        "landline": ("office superuser", ""),
        "address": ("office superuser", ""),
    },
    "correction": dict.fromkeys(("phone", "asked"), (OFFICES, "")),
    "corrections": dict.fromkeys(("phone", "asked"), ("", OFFICES)),
    "preview of a file": {},  # it says what would change: the sex, here
    "errors of a file": dict.fromkeys(("phone", "landline", "address"), ("office superuser", "")),
    "imported file": dict.fromkeys(("phone", "landline", "address"), ("", "office superuser")),
    "account": {"account": (ACCOUNTS, "")},
    "accounts": {"account": ("", ACCOUNTS)},
    "history of the account": {"account": ("", ACCOUNTS)},
}


def test_every_place_has_a_row():
    assert TABLE.keys() == PLACES.keys()


@pytest.mark.parametrize("place", PLACES)
def test_who_reads_what(place, needle, cast, sign_in):
    for role, user in cast.items():
        text = PLACES[place](sign_in(user), needle)
        seen = {
            name: "full" if full in text else "masked"
            for name, (full, mask) in VALUES.items()
            if full in text or mask in text
        }
        expected = {
            name: "full" if role in fully.split() else "masked"
            for name, (fully, masked) in TABLE[place].items()
            if role in f"{fully} {masked}".split()
        }
        assert seen == expected, role


READ_NO_NUMBER = [
    "stranger",
    "unit_officer",
    "government_office",
    "leader",
    "committee_officer",
    "system_admin",
    "auditor",
]


def test_nobody_else_reads_a_number_anywhere(needle, cast, sign_in):
    pages = [row.address(cast) for row in ADDRESSES if row.get]
    for model in admin.site._registry:
        screen = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages += [reverse(f"{screen}_changelist"), *_pages_of(screen, model)]
    for role in READ_NO_NUMBER:
        client, looked_at, left = sign_in(cast[role]), set(), list(pages)
        while left:
            page = left.pop()
            response = client.get(page)
            looked_at.add(page)
            if response.has_header("Location") and response["Location"].partition("?")[0] not in looked_at:
                left.append(response["Location"].partition("?")[0])
            text = b"".join(response).decode("utf-8", "ignore")
            assert [value for value in NEEDLES if value in text] == [], (role, page)


def _pages_of(screen, model):
    """Those of the oldest records, the needle's among them, and of the newest."""
    records = [*model._default_manager.order_by("pk")[:2], *model._default_manager.order_by("-pk")[:1]]
    for record in records:
        for name in ("change", "history", "export", "import"):
            try:
                yield reverse(f"{screen}_{name}", args=[record.pk] if name in ("change", "history") else [])
            except NoReverseMatch:
                continue
