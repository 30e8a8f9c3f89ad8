import pytest
from django.utils import translation

from deputies import actions

from .. import factories

pytestmark = pytest.mark.django_db


def test_a_clerk_who_reads_english_writes_to_deputies_in_chinese(deputy_user, office):
    correction = factories.CorrectionFactory(deputy=deputy_user.deputy, field="post")
    with translation.override("en"):
        actions.decline(correction, by=office, note="号码有误")
    assert deputy_user.notices.get().subject == "您申请更正的“工作单位及职务”：不予更正"
