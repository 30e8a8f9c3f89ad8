"""The notices of the demonstration: what everybody with an account was told."""

from django.urls import reverse

from accounts.models import User

from .actions import read, tell

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
