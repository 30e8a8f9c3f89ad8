"""Every kind of thing the audit log tells of, done once through the front door, makes exactly one row (G8).

An act is a generator: what stands before ``yield`` prepares, what stands behind it is what must be told in one row, of the
kind its decorator names. A new kind needs an act here, or the suite fails.
"""

import datetime as dt
import io
import re

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from common import audit, audit_chain, jobs, personal
from common.audit_models import AuditEntry
from common.models import Holiday
from common.staff import PortalAdmin
from deputies.models import Deputy
from liaison_stations.actions import opinions
from notices.models import Webhook

from .. import factories
from ..forms import form_of

pytestmark = pytest.mark.django_db
ACTS = {}
OWN, WRONG = "Battery-Staple-42", "Wrong-Horse-27"
PHONE = "13979001234"
AREAS = "区划代码,名称\n360502,渝水区\n"


def act(kind, *beside):
    """``beside`` are rows of what comes with it: an account is made for each slip."""

    def add(function):
        ACTS[kind] = function, [kind, *beside]
        return function

    return add


class World:
    """Who acts: ``clerk`` and ``auditor`` are signed in, ``ming`` is somebody with an account."""

    def __init__(self, sign_in, office, auditor, mailoutbox):
        self.sign_in, self.letters = sign_in, mailoutbox
        self.office, self.clerk, self.auditor = office, sign_in(office), sign_in(auditor)
        self.ming = factories.UserFactory(username="li.ming", name="李明", email="ming@example.cn")

    def submit(self, url, /, client=None, **changes):
        """Open a form of the staff area, fill in ``changes``, save."""
        client = client or self.clerk
        answer = client.post(url, form_of(client.get(url)) | changes)
        assert answer.status_code == 302, answer.context["errors"]

    def knock(self, password=factories.PASSWORD, client=None):
        return (client or Client()).post(reverse("account_login"), {"login": "li.ming", "password": password})

    def preview(self):
        """A file of areas that waits to be confirmed."""
        file = io.BytesIO(AREAS.encode())
        file.name = "areas.csv"
        url = reverse("admin:accounts_area_import")
        return self.clerk.post(url, {"import_file": file}, follow=True).context["urls"]["confirm"]

    def with_second_factor(self):
        """A client of 李明, who has just set up the app."""
        client = Client()
        self.knock(client=client)
        asked = client.get(reverse("mfa_activate_totp"))
        client.post(asked["Location"], {"password": factories.PASSWORD})
        key = client.get(reverse("mfa_activate_totp")).context["form"].secret
        now = int(timezone.now().timestamp()) // 30
        client.post(reverse("mfa_activate_totp"), {"code": format_hotp_value(hotp_value(key, now))})
        return client


@pytest.fixture
def an_old_row(db):
    """Of more than a year ago, at the beginning of the log."""
    with time_machine.travel(timezone.now() - dt.timedelta(days=401)):
        audit.record("setting.changed")
    audit_chain.seal()


@pytest.fixture
def world(an_old_row, sign_in, office, auditor, mailoutbox):
    return World(sign_in, office, auditor, mailoutbox)


# These begin transactions of their own; tests/common/test_backup.py does them
ELSEWHERE = {"backup.made", "backup.restored"}


@pytest.mark.parametrize("kind", [kind for kind in audit.KINDS if kind not in ELSEWHERE])
def test_everything_that_can_be_told_is_told_once_by_the_act_itself(
    kind, world, django_capture_on_commit_callbacks
):
    act, expected = ACTS[kind]
    steps = act(world)
    with django_capture_on_commit_callbacks(execute=True):
        next(steps)
    last = AuditEntry.objects.order_by("pk").last()
    with django_capture_on_commit_callbacks(execute=True):
        assert next(steps, "done") == "done"
    rows = AuditEntry.objects.filter(pk__gt=last.pk if last else 0)
    assert sorted(row.kind for row in rows) == sorted(expected)


# The door


@act("sign_in.done")
def signing_in(world):
    yield
    world.knock()


@act("sign_in.failed")
def guessing(world):
    yield
    world.knock(WRONG)


@act("sign_in.locked")
def guessing_too_often(world):
    for _guess in range(4):
        world.knock(WRONG)
    yield
    world.knock(WRONG)


@act("sign_in.ended")
def signing_out(world):
    client = world.sign_in(world.ming)
    yield
    client.post(reverse("account_logout"))


@act("access.refused")
def looking_where_one_may_not(world):
    yield
    world.auditor.get(reverse("admin:deputies_term_add"))


@act("password.changed")
def changing_one_s_password(world):
    client = world.sign_in(world.ming)
    given = {"oldpassword": factories.PASSWORD, "password1": OWN, "password2": OWN}
    yield
    client.post(reverse("account_change_password"), given)


@act("password.reset")
def choosing_a_password_by_the_link_in_a_letter(world):
    client = Client()
    client.post(reverse("account_reset_password"), {"email": world.ming.email})
    link = re.search(r"http://127\.0\.0\.1:8000(/\S+)", world.letters[0].body)[1]
    form = client.get(link, follow=True)
    yield
    client.post(form.request["PATH_INFO"], {"password1": OWN, "password2": OWN})


@act("second_factor.on")
def setting_up_the_app(world):
    client = Client()
    world.knock(client=client)
    asked = client.get(reverse("mfa_activate_totp"))
    client.post(asked["Location"], {"password": factories.PASSWORD})
    key = client.get(reverse("mfa_activate_totp")).context["form"].secret
    now = int(timezone.now().timestamp()) // 30
    yield
    client.post(reverse("mfa_activate_totp"), {"code": format_hotp_value(hotp_value(key, now))})


@act("second_factor.off")
def giving_up_the_app(world):
    client = world.with_second_factor()
    yield
    client.post(reverse("mfa_deactivate_totp"))


@act("second_factor.codes")
def making_new_recovery_codes(world):
    client = world.with_second_factor()
    yield
    client.post(reverse("mfa_generate_recovery_codes"))


@act("second_factor.removed")
def helping_somebody_who_lost_the_device(world):
    world.with_second_factor()
    yield
    page = world.clerk.get(reverse("admin:accounts_user_change", args=[world.ming.pk]))
    world.clerk.post(page.context["second_factor_url"])


# Accounts and roles


@act("account.created")
def making_an_account(world):
    url = reverse("admin:accounts_user_add")
    yield
    world.submit(url, name="王芳", username="wang.fang")


@act("account.changed")
def correcting_a_name(world):
    yield
    world.submit(reverse("admin:accounts_user_change", args=[world.ming.pk]), name="李明明")


@act("account.barred")
def barring(world):
    yield
    world.submit(reverse("admin:accounts_user_change", args=[world.ming.pk]), is_active="")


@act("account.opened")
def letting_in_again(world):
    User.objects.filter(pk=world.ming.pk).update(is_active=False)
    yield
    world.submit(reverse("admin:accounts_user_change", args=[world.ming.pk]), is_active="on")


@act("account.unlocked")
def ending_a_lock_out(world):
    yield
    world.clerk.post(reverse("admin:accounts_user_unlock", args=[world.ming.pk]))


@act("account.sessions_ended")
def signing_somebody_out_everywhere(world):
    yield
    world.clerk.post(reverse("admin:accounts_user_sessions", args=[world.ming.pk]))


@act("password.given")
def giving_a_one_time_password(world):
    yield
    world.clerk.post(reverse("admin:accounts_user_password", args=[world.ming.pk]))


@act("role.granted")
def giving_a_role(world):
    url = reverse("admin:accounts_user_change", args=[world.ming.pk])
    yield
    world.submit(url, **{"memberships-TOTAL_FORMS": 1, "memberships-0-role": Role.LEADER})


@act("role.changed")
def changing_the_last_day_of_a_role(world):
    user = factories.MembershipFactory(role=Role.LEADER).user
    yield
    url = reverse("admin:accounts_user_change", args=[user.pk])
    world.submit(url, **{"memberships-0-until": "2030-01-01"})


@act("role.revoked")
def taking_a_role_away(world):
    user = factories.MembershipFactory(role=Role.LEADER).user
    yield
    url = reverse("admin:accounts_user_change", args=[user.pk])
    world.submit(url, **{"memberships-0-DELETE": "on"})


@act("slips.printed", "account.created")
def printing_slips(world):
    mandate = factories.MandateFactory()
    yield
    data = {"action": "make_accounts", "_selected_action": [mandate.pk]}
    world.clerk.post(reverse("admin:deputies_mandate_changelist"), data)


# Records


@act("record.created")
def entering_a_holiday(world):
    yield
    world.submit(reverse("admin:common_holiday_add"), day="2026-10-01", name="国庆节")


@act("record.changed")
def renaming_a_holiday(world):
    holiday = Holiday.objects.create(day="2026-10-01", name="国庆")
    yield
    world.submit(reverse("admin:common_holiday_change", args=[holiday.pk]), name="国庆节")


@act("record.deleted")
def deleting_a_holiday(world):
    holiday = Holiday.objects.create(day="2026-10-01", name="国庆")
    yield
    world.clerk.post(reverse("admin:common_holiday_delete", args=[holiday.pk]), {"post": "yes"})


@act("record.moved")
def suspending_a_mandate(world):
    url = reverse("admin:deputies_mandate_move", args=[factories.MandateFactory().pk, "suspend"])
    yield
    world.clerk.post(url, {"on": "2026-03-05", "note": "依法暂停"})


@act("record.history")
def reading_a_history(world):
    deputy = factories.MandateFactory().deputy
    yield
    world.clerk.get(reverse("admin:deputies_deputy_history", args=[deputy.pk]))


@act("phone.seen")
def looking_at_a_phone_number(world):
    deputy = factories.MandateFactory(deputy__phone=PHONE).deputy
    yield
    page = world.clerk.get(reverse("admin:deputies_deputy_change", args=[deputy.pk]))
    assert PHONE in page.content.decode()


@act("opinion.published")
def publishing_an_opinion(world):
    answered = factories.OpinionFactory(answered=True, may_publish=True)
    yield
    opinions.publish(
        answered, by=world.office, public_text="路灯坏了一个多月。", public_answer="已更换，当晚亮灯。"
    )


@act("opinion.unpublished")
def taking_an_opinion_back_from_the_public(world):
    public = factories.OpinionFactory(
        answered=True, may_publish=True, published_on=timezone.localdate(), public_text="路灯坏了。"
    )
    yield
    opinions.take_public_back(public, by=world.office, note="群众要求撤回。")


@act("opinion.rated", "record.moved")
def rating_an_answer(world):
    answered = factories.OpinionFactory(answered=True, pin="1234")
    case = {"code": answered.code, "digits": "1234"}
    token = Client().post(reverse("stations:follow"), case).context["form"]["token"].value()
    yield
    Client().post(reverse("stations:rate"), {"token": token, "verdict": "satisfied"})


@act("opinion.guessed")
def guessing_at_a_code(world):
    for number in range(10):
        guess = {"code": "3829471056", "digits": f"{number:04}"}
        Client().post(reverse("stations:follow"), guess, REMOTE_ADDR=f"203.0.113.{number}")
    yield
    Client().post(reverse("stations:follow"), {"code": "3829471056", "digits": "1234"})


@act("opinion.blanked")
def letting_go_of_who_it_was(world):
    factories.OpinionFactory(answered=True, state="closed", closed_on=dt.date(2020, 1, 1))
    yield
    jobs.JOBS["liaison_stations.blanking"].run(timezone.now())


@act("list.exported")
def saving_a_list(world):
    factories.MandateFactory()
    yield
    world.clerk.post(reverse("admin:deputies_deputy_export"), {"format": "0", "resource": "0"})


@act("import.confirmed")
def confirming_a_file(world):
    url = world.preview()
    yield
    world.clerk.post(url)


@act("import.undone")
def taking_a_file_back(world):
    done = world.clerk.post(world.preview(), follow=True)
    yield
    world.clerk.post(done.context["undo_url"])


@act("person.exported")
def handing_over_a_copy(world):
    yield
    personal.export(*personal.find("李明"))


@act("person.erased")
def erasing_a_person(world):
    yield
    personal.erase(*personal.find("李明"))


@act("policy.published")
def writing_a_new_version(world):
    yield
    text = {"text": "新版告知", "valid_from": timezone.localdate().isoformat()}
    world.clerk.post(reverse("admin:common_policytext_versions", args=["privacy"]), text)


@act("consent.given")
def agreeing_to_a_photo(world):
    factories.MandateFactory(deputy__user=world.ming)
    client = world.sign_in(world.ming)
    yield
    client.post(reverse("deputies:consent-give", args=["photo"]), {"version": "1"})


@act("consent.withdrawn")
def withdrawing_on_paper(world):
    deputy = factories.ConsentFactory(deputy=factories.MandateFactory().deputy).deputy
    yield
    paper = {"step": "withdraw", "kind": "photo", "note": "档案2026-7"}
    world.clerk.post(reverse("admin:deputies_deputy_consents", args=[deputy.pk]), paper)


@act("suggestion.published")
def publish_a_suggestion(world):
    suggestion = factories.SuggestionFactory(registered=True, state="concluded")
    yield
    url = reverse("admin:proposals_suggestion_act", args=[suggestion.pk, "publish"])
    assert world.clerk.post(url, {"publication": "full"}).status_code == 302


@act("suggestion.rated")
def rate_a_suggestion(world):
    suggestion = factories.SuggestionFactory(registered=True, state="handling")
    deputy = factories.MandateFactory(deputy__user=world.ming).deputy
    day = timezone.localdate()
    rating = suggestion.ratings.create(deputy=deputy, round=1, asked_on=day, until=day)
    client = world.sign_in(world.ming)
    yield
    given = {"attitude": "satisfied", "result": "satisfied", "solved": "yes"}
    url = reverse("proposals:rate", args=[rating.pk])
    assert client.post(url, given).status_code == 302


@act("suggestion.saved")
def save_a_letter(world):
    letter = factories.ReplyFactory()
    yield
    assert world.clerk.get(reverse("proposals:letter-word", args=[letter.pk])).status_code == 200


@act("suggestion.printed")
def print_a_notice(world):
    part = factories.AssignmentFactory()
    yield
    url = reverse("proposals:paper", args=["assignment", part.pk])
    assert world.clerk.get(url).status_code == 200


@act("opinion.offered", "record.created")
def offer_a_matter(world):
    first, *_others = [factories.OpinionFactory() for _number in range(3)]
    yield
    url = reverse("stations:matter-offer", args=[first.pk])
    answer = world.clerk.post(url, {"title": "加强路灯维护", "background": "三个联络站的群众反映。"})
    assert answer.status_code == 302


@act("letter.resent")
def sending_failed_letters_again(world):
    chosen = [letter.pk for letter in factories.DeliveryFactory.create_batch(2, state="failed")]
    yield
    data = {"action": "resend", "_selected_action": chosen}
    world.clerk.post(reverse("admin:notices_delivery_changelist"), data)


@act("chat.tried_out")
def trying_out_a_group_chat(world):
    webhook = factories.WebhookFactory()
    yield
    data = {"action": "try_out", "_selected_action": [webhook.pk]}
    world.clerk.post(reverse("admin:notices_webhook_changelist"), data)


@act("setting.changed")
def changing_a_setting(world):
    url = reverse("admin:common_setting_value", args=["suggestion.warn_days"])
    yield
    world.clerk.post(url, {"value": "10"})


# The log itself


@act("audit.exported")
def saving_the_log(world):
    yield
    world.auditor.post(reverse("admin:common_auditentry_export"), {"format": "1", "resource": "0"})


@act("audit.purged")
def removing_what_is_old(world):
    yield
    jobs.JOBS["common.audit_purge"].run(timezone.now())


# What a row says


def test_a_row_tells_when_who_from_where_what_and_to_which_record(world):
    world.submit(reverse("admin:accounts_user_change", args=[world.ming.pk]), name="李明明", phone=PHONE)
    row = AuditEntry.objects.get(kind="account.changed")
    assert (row.actor, row.address, row.zone) == (world.office.pk, "127.0.0.1", "Asia/Shanghai")
    assert (row.model, row.object_pk, row.result) == ("accounts.user", world.ming.pk, "ok")
    assert row.detail == {"fields": ["name", "phone"]}
    assert timezone.now() - row.at < dt.timedelta(minutes=1)


def test_a_row_names_nobody_and_holds_no_number_of_anybody(world):
    deputy = factories.MandateFactory(deputy__name="梁鑫", deputy__phone=PHONE).deputy
    world.clerk.get(reverse("admin:deputies_deputy_change", args=[deputy.pk]))
    world.submit(reverse("admin:accounts_user_change", args=[world.ming.pk]), name="李明明", phone=PHONE)
    world.clerk.post(reverse("admin:accounts_user_password", args=[world.ming.pk]))
    kept = str(list(AuditEntry.objects.values()))
    for needle in (PHONE, "梁鑫", "李明", "li.ming", "ming@example.cn"):
        assert needle not in kept


def test_what_names_no_person_keeps_its_name_when_it_is_gone(world):
    holiday = Holiday.objects.create(day="2026-10-01", name="国庆节")
    world.clerk.post(reverse("admin:common_holiday_delete", args=[holiday.pk]), {"post": "yes"})
    assert AuditEntry.objects.get(kind="record.deleted").label == "2026-10-01 国庆节"


def test_a_form_saved_without_a_change_is_no_row(world):
    holiday = Holiday.objects.create(day="2026-10-01", name="国庆")
    world.submit(reverse("admin:common_holiday_change", args=[holiday.pk]))
    assert not AuditEntry.objects.filter(kind="record.changed").exists()


def test_a_group_chat_entered_changed_and_deleted_is_told_without_its_key(world):
    url = "https://oapi.dingtalk.com/robot/send?access_token=4f1e"
    new = {"name": "工委群", "kind": "dingtalk", "url": url, "groups": "corrections"}
    world.submit(reverse("admin:notices_webhook_add"), **new)
    chat = Webhook.objects.get()
    world.submit(reverse("admin:notices_webhook_change", args=[chat.pk]), url=url.replace("4f1e", "4f1f"))
    world.clerk.post(reverse("admin:notices_webhook_delete", args=[chat.pk]), {"post": "yes"})
    rows = AuditEntry.objects.filter(model="notices.webhook", object_pk=chat.pk).order_by("pk")
    assert [(row.kind, row.actor, row.detail) for row in rows] == [
        ("record.created", world.office.pk, {}),
        ("record.changed", world.office.pk, {"fields": ["url"]}),
        ("record.deleted", world.office.pk, {}),
    ]


def test_looking_at_oneself_or_at_somebody_without_a_phone_is_no_look(world):
    deputy = factories.MandateFactory(deputy__user=world.ming, deputy__phone=PHONE).deputy
    assert PHONE in world.sign_in(world.ming).get(reverse("home:my")).content.decode()
    Deputy.objects.filter(pk=deputy.pk).update(phone="")
    world.clerk.get(reverse("admin:deputies_deputy_change", args=[deputy.pk]))
    assert not AuditEntry.objects.filter(kind="phone.seen").exists()


def test_what_is_refused_by_a_rule_is_told_and_a_stranger_sent_to_sign_in_is_not(world):
    Client().get(reverse("admin:deputies_term_add"))
    assert not AuditEntry.objects.filter(kind="access.refused").exists()
    world.auditor.get(reverse("admin:deputies_term_add") + "?phone=" + PHONE)
    row = AuditEntry.objects.get(kind="access.refused")
    assert (row.detail, row.result) == ({"path": reverse("admin:deputies_term_add")}, "refused")


def test_a_kind_nobody_registered_is_an_error(db):
    with pytest.raises(KeyError):
        audit.record("account.creatd")


def test_what_the_shell_does_is_nobody_s(db):
    User.objects.create_superuser("admin2", OWN, name="管理员")
    row = AuditEntry.objects.get(kind="account.created")
    assert (row.actor, row.address, row.detail) == (None, None, {"superuser": True})


def test_every_screen_of_the_staff_area_tells_the_audit_log_and_no_other(world):
    assert [screen for screen in admin.site._registry.values() if not isinstance(screen, PortalAdmin)] == []
    world.submit(reverse("admin:common_holiday_add"), day="2026-10-01", name="国庆节")
    assert not LogEntry.objects.exists()
