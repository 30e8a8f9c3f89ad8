"""The notices of the demonstration: what everybody with an account was told, and a letter that did not arrive."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from accounts.models import User

from .actions import read, tell
from .failures import Reason
from .models import Attempt, Delivery, Notice, Webhook

# key, subject, text, page it leads to, whether it has been read
NOTICES = [
    ("demo:welcome", "欢迎使用代表工作平台（样本）", "页面上的姓名、电话和数字均为虚构，可以放心试用。", "home:start", True),
    ("demo:groups", "十个专业代表小组名单已公布", "请核对本人所在小组、召集人和联络员。", "deputies:groups", False),
    ("demo:own-data", "请核对本人信息", "联系电话、工作单位及职务如有变化，请在“我的”页面提出更正。", "home:my", False),
]  # fmt: skip


def build(random, scale: int) -> None:
    for user in User.objects.filter(is_active=True).order_by("pk"):
        for key, subject, body, page, is_read in NOTICES:
            notice = tell(user, kind="demo", subject=subject, body=body, link=reverse(page), key=key)
            if is_read:
                read(notice)
    _lost_letter(User.objects.get(username="office").notices.get(key="demo:groups"))
    Webhook.objects.create(
        name="代表工委工作群（样本）",
        kind=Webhook.Kind.WECOM,
        url="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=sample",
        groups=["corrections"],
        is_active=False,  # nothing real is called from a demonstration
    )


def _lost_letter(notice):
    """Five attempts, as far apart as they really are, at a mailbox that takes nothing."""
    error, minutes = Reason.MAILBOX, (0, 1, 6, 36, 156)
    begin = timezone.now() - dt.timedelta(minutes=minutes[-1])
    Notice.objects.filter(pk=notice.pk).update(created_at=begin)
    letter = Delivery.objects.create(
        notice=notice,
        channel=Delivery.Channel.EMAIL,
        key=f"email.{notice.pk}",
        state=Delivery.State.FAILED,
        attempts=len(minutes),
        next_try_at=timezone.now(),
        last_error=error,
    )
    for later in minutes:
        Attempt.objects.create(delivery=letter, error=error, at=begin + dt.timedelta(minutes=later))
