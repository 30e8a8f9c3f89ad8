"""Deputies in the staff area: lists and their filters, photos, moves, corrections, accounts, what is masked."""

import io
import re

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image

from common.models import StoredFile
from deputies.models import Deputy, Mandate
from deputies.resources import RosterResource
from tests.factories import (
    CorrectionFactory,
    DelegationFactory,
    DeputyGroupFactory,
    FenyiFactory,
    MandateFactory,
    TermFactory,
    UserFactory,
)
from tests.forms import form_of

pytestmark = pytest.mark.django_db
LIST = "admin:deputies_deputy_changelist"
PHONE = "13979001234"


@pytest.fixture
def clerk(sign_in, office):
    return sign_in(office)


def names(page):
    return [deputy.name for deputy in page.context["cl"].result_list]


def photo(name="我.png", size=(900, 600)):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "PNG")
    out.seek(0)
    out.name = name
    return out


@pytest.mark.parametrize(
    ("term", "found"),
    [("梁鑫", ["梁鑫"]), ("liang", ["梁鑫"]), (PHONE, ["梁鑫"]), ("xy10-7", ["王芳"]), (PHONE[:7], [])],
)
def test_the_office_finds_people_by_name_pinyin_phone_or_card(clerk, term, found):
    MandateFactory(deputy__name="梁鑫", deputy__phone=PHONE, card_no="XY10-001")
    MandateFactory(deputy__name="王芳", card_no="XY10-700")
    assert names(clerk.get(reverse(LIST), {"q": term})) == found


def test_filters_ask_what_deputies_were_elected_to(clerk):
    farm = DeputyGroupFactory(name="农业农村组")
    MandateFactory(deputy__name="安一", group=farm)
    MandateFactory(deputy__name="白二", ended=True)
    MandateFactory(deputy__name="蔡三", delegation=DelegationFactory(name="分宜县", area=FenyiFactory()))
    assert names(clerk.get(reverse(LIST))) == ["安一", "蔡三"]
    assert names(clerk.get(reverse(LIST), {"sitting": "no"})) == ["白二"]
    assert names(clerk.get(reverse(LIST), {"group": farm.pk})) == ["安一"]
    assert names(clerk.get(reverse(LIST), {"delegation": Mandate.objects.last().delegation_id})) == ["蔡三"]
    assert names(clerk.get(reverse(LIST), {"level": "township"})) == []
    assert names(clerk.get(reverse(LIST), {"level": "nonsense", "group": "x"})) == ["安一", "蔡三"]


def test_a_local_office_sees_the_deputies_of_its_area_only(sign_in, yushui_office):
    MandateFactory(deputy__name="安一")
    elsewhere = MandateFactory(deputy__name="白二", area=FenyiFactory()).deputy
    client = sign_in(yushui_office)
    assert names(client.get(reverse(LIST))) == ["安一"]
    assert client.get(reverse("admin:deputies_deputy_change", args=[elsewhere.pk])).status_code == 302


def test_phones_are_masked_in_lists_and_hidden_from_who_need_not_know_them(clerk, sign_in, committee_officer):
    deputy = MandateFactory(deputy__phone=PHONE).deputy
    form = reverse("admin:deputies_deputy_change", args=[deputy.pk])
    listed = clerk.get(reverse(LIST)).content.decode()
    assert PHONE not in listed
    assert "139****1234" in listed
    assert PHONE in clerk.get(form).content.decode()
    read = sign_in(committee_officer).get(form).content.decode()
    assert PHONE not in read
    assert "photo" not in read and "None" not in read  # who only reads is shown no field of the form alone


def test_an_export_shows_phones_to_the_office_and_masks_them_where_no_reader_is_named(clerk):
    MandateFactory(deputy__phone=PHONE, deputy__landline="0790-6441234")
    sheet = clerk.post(reverse("admin:deputies_deputy_export"), {"format": "0", "resource": "0"})
    rows = list(load_workbook(io.BytesIO(sheet.content)).active.iter_rows(values_only=True))
    assert rows[2][rows[1].index("联系电话")] == f"{PHONE}、0790-6441234"
    (row,) = RosterResource().export(Deputy.objects.with_mandates()).dict
    assert row["联系电话"] == "139****1234"


def test_what_is_exported_can_be_imported_and_changes_nothing(clerk):
    TermFactory()
    MandateFactory(
        deputy__name="梁鑫",
        deputy__birth_year=1985,
        deputy__birth_month=10,
        deputy__phone=PHONE,
        display_order=1,
    )
    MandateFactory(deputy__name="王·芳", deputy__sex="M", deputy__birth_year=1970, display_order=2)
    export = clerk.post(reverse("admin:deputies_deputy_export"), {"format": "1", "resource": "0"})
    file = io.BytesIO(export.content)
    file.name = "roster.csv"
    preview = clerk.post(reverse("admin:deputies_deputy_import"), {"import_file": file}, follow=True)
    assert preview.context["plan"].counts == {"new": 0, "changed": 0, "unchanged": 2, "error": 0}


def test_unknown_groups_are_listed_and_made_only_when_ticked(clerk):
    TermFactory()
    DelegationFactory()
    file = io.BytesIO("姓名,代表团,专业代表小组\n梁鑫,渝水区,农业农村组\n".encode())
    file.name = "roster.csv"
    preview = clerk.post(reverse("admin:deputies_deputy_import"), {"import_file": file}, follow=True)
    assert [str(record) for record, _kind in preview.context["missing"]] == ["农业农村组"]
    assert preview.context["plan"].counts["error"] == 1
    ticked = clerk.post(preview.context["urls"]["missing"], {"create_missing": "1"}, follow=True)
    assert ticked.context["plan"].counts == {"new": 1, "changed": 0, "unchanged": 0, "error": 0}
    clerk.post(ticked.context["urls"]["confirm"])
    assert Mandate.objects.get().group.name == "农业农村组"


def test_a_photo_is_made_small_and_replaces_the_former_one(clerk, django_capture_on_commit_callbacks):
    deputy = MandateFactory().deputy
    url = reverse("admin:deputies_deputy_change", args=[deputy.pk])
    data = form_of(clerk.get(url))
    for _time in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            assert clerk.post(url, data | {"new_photo": photo()}).status_code == 302
    deputy.refresh_from_db()
    assert StoredFile.objects.count() == 1
    folder = f"private/{str(deputy.photo.key)[:2]}/{deputy.photo.key}"
    assert sorted(default_storage.listdir(folder)[1]) == ["large", "small"]
    clerk.post(url, data | {"remove_photo": "on"})
    deputy.refresh_from_db()
    assert deputy.photo is None


def test_a_photo_that_is_none_is_refused_and_what_was_typed_stays(clerk):
    deputy = MandateFactory().deputy
    url = reverse("admin:deputies_deputy_change", args=[deputy.pk])
    fake = io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    fake.name = "me.svg"
    page = clerk.post(url, form_of(clerk.get(url)) | {"new_photo": fake, "post": "新职务"})
    assert "new_photo" in page.context["adminform"].form.errors
    assert "新职务" in page.content.decode()
    deputy.refresh_from_db()
    assert deputy.post != "新职务"


def test_a_group_of_another_term_is_refused(clerk):
    mandate = MandateFactory()
    other = DeputyGroupFactory(name="外届组", term=TermFactory(number=9, starts_on="2016-10-01"))
    url = reverse("admin:deputies_mandate_change", args=[mandate.pk])
    page = clerk.post(url, form_of(clerk.get(url)) | {"group": other.pk})
    assert "group" in page.context["adminform"].form.errors


def test_the_level_of_a_mandate_follows_from_its_term(clerk):
    mandate = MandateFactory()
    town = TermFactory(number=3, level="township", area=FenyiFactory())
    url = reverse("admin:deputies_mandate_change", args=[mandate.pk])
    clerk.post(url, form_of(clerk.get(url)) | {"term": town.pk, "delegation": ""})
    mandate.refresh_from_db()
    assert mandate.level == "township"


def test_a_mandate_is_suspended_with_day_announcement_and_reason(clerk, office):
    mandate = MandateFactory()
    url = reverse("admin:deputies_mandate_move", args=[mandate.pk, "suspend"])
    given = {"on": "2026-03-05", "announcement_no": "2026年第3号", "note": "依法暂停"}
    page = clerk.post(url, given, follow=True)
    mandate.refresh_from_db()
    assert (mandate.state, str(mandate.state_since), mandate.announcement_no) == (
        "suspended",
        "2026-03-05",
        "2026年第3号",
    )
    step = page.context["steps"].get()
    assert (step.by, step.note) == (office, "依法暂停")
    assert [move.target for move, _url in page.context["moves"]] == ["active", "ended"]


@pytest.mark.parametrize("given", [{"note": "x"}, {"on": "2026-03-05"}, {"on": "2199-01-01", "note": "x"}])
def test_a_move_without_day_or_reason_or_in_the_future_is_asked_again(clerk, given):
    mandate = MandateFactory()
    page = clerk.post(reverse("admin:deputies_mandate_move", args=[mandate.pk, "end"]), given)
    assert page.context["form"].errors
    mandate.refresh_from_db()
    assert mandate.state == "active"


def test_a_move_that_is_no_longer_possible_says_so_on_the_record(clerk):
    mandate = MandateFactory(ended=True)
    page = clerk.get(reverse("admin:deputies_mandate_move", args=[mandate.pk, "suspend"]), follow=True)
    assert page.redirect_chain == [(reverse("admin:deputies_mandate_change", args=[mandate.pk]), 302)]
    assert len(page.context["messages"]) == 1


def test_a_correction_is_accepted_from_its_page_and_written(clerk):
    correction = CorrectionFactory(deputy=MandateFactory(deputy__post="教师").deputy)
    page = clerk.get(reverse("admin:deputies_correction_change", args=[correction.pk]))
    (_accept, url), _decline = page.context["moves"]
    clerk.post(url, {"note": ""})
    assert Deputy.objects.get().post == "校长"
    assert clerk.get(reverse("admin:deputies_correction_change", args=[correction.pk])).context["moves"] == []


def test_two_clerks_decide_one_correction_once(clerk):
    correction = CorrectionFactory(deputy=MandateFactory(deputy__post="教师").deputy)
    decline = reverse("admin:deputies_correction_move", args=[correction.pk, "decline"])
    accept = reverse("admin:deputies_correction_move", args=[correction.pk, "accept"])
    clerk.post(decline, {"note": "无证明"})
    page = clerk.post(accept, {"note": ""}, follow=True)
    assert len(page.context["messages"]) == 2
    assert Deputy.objects.get().post == "教师"
    assert correction.changes.count() == 1


def test_who_may_not_decide_does_not_even_find_it(sign_in, committee_officer):
    correction = CorrectionFactory()
    accept = reverse("admin:deputies_correction_move", args=[correction.pk, "accept"])
    assert sign_in(committee_officer).post(accept).status_code == 404
    assert not correction.changes.exists()


def test_accounts_are_made_with_slips_and_only_once(clerk):
    chosen = [
        MandateFactory(deputy__name="梁鑫", deputy__phone=PHONE).pk,
        MandateFactory(deputy__user=UserFactory()).pk,
    ]
    data = {"action": "make_accounts", "_selected_action": chosen}
    slips = clerk.post(reverse("admin:deputies_mandate_changelist"), data)
    assert slips["Content-Disposition"] == 'attachment; filename="account-slips.html"'
    password = re.search(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", slips.content.decode())[0]
    user = Deputy.objects.get(name="梁鑫").user
    assert user.check_password(password)
    assert user.must_change_password
    again = clerk.post(reverse("admin:deputies_mandate_changelist"), data, follow=True)
    assert len(again.context["messages"]) == 1


def test_the_history_tells_what_changed_and_who_did_it(clerk, office):
    deputy = MandateFactory(deputy__post="教师").deputy
    url = reverse("admin:deputies_deputy_change", args=[deputy.pk])
    clerk.post(url, form_of(clerk.get(url)) | {"post": "校长"})
    page = clerk.get(reverse("admin:deputies_deputy_history", args=[deputy.pk])).content.decode()
    assert "<del>教师</del> → <ins>校长</ins>" in page
    assert office.name in page


def test_the_change_of_the_last_week_is_a_filter(clerk):
    MandateFactory(deputy__name="安一")
    old = MandateFactory(deputy__name="白二")
    long_ago = timezone.now() - timezone.timedelta(days=30)
    Deputy.history.filter(id=old.deputy_id).update(history_date=long_ago)
    Mandate.history.filter(id=old.pk).update(history_date=long_ago)
    assert names(clerk.get(reverse(LIST), {"changed": "week"})) == ["安一"]
