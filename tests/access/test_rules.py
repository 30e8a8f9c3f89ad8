"""Lists and single records are answered by the same authority: ``visible_to`` and ``rules.py`` say the same.

A later app adds a line to ``LISTS`` and a function that makes its records past every state.
"""

import pytest
import rules
from django.apps import apps

from deputies.models import Correction, Deputy
from deputies.states import CorrectionState, MandateState
from notices.models import Notice

from .. import factories

pytestmark = pytest.mark.django_db


def deputies(cast):
    """Of the street, of elsewhere and of no area, in every state, some with an account, one never elected."""
    for state in MandateState:
        factories.YushuiStreetMandateFactory(state=state)
        factories.FenyiMandateFactory(state=state)
        factories.MandateFactory(state=state, area=None)
        factories.FenyiMandateFactory(state=state, deputy__user=factories.UserFactory())
    former = factories.FenyiMandateFactory(ended=True, deputy__user=cast["unit_officer"]).deputy
    again = factories.TermFactory(number=11)
    factories.YushuiStreetMandateFactory(deputy=former, term=again, ended=True)
    factories.FenyiMandateFactory(ended=True, deputy__user=cast["government_office"])
    factories.DeputyFactory()


def corrections(cast):
    for state in CorrectionState:
        factories.CorrectionFactory(deputy=cast["deputy"].deputy, state=state)
        factories.CorrectionFactory(deputy=factories.YushuiStreetMandateFactory().deputy, state=state)
        factories.CorrectionFactory(deputy=factories.FenyiMandateFactory().deputy, state=state)
    factories.CorrectionFactory(
        deputy=factories.FenyiMandateFactory(ended=True, deputy__user=cast["unit_officer"]).deputy
    )


def notices(cast):
    for user in list(cast.values())[1:]:
        factories.NoticeFactory(recipient=user)


LISTS = [
    (Deputy, "deputies.view_deputy", deputies),
    (Correction, "deputies.view_correction", corrections),
    (Notice, "notices.view_notice", notices),
]


@pytest.mark.parametrize(
    ("model", "permission", "make"), LISTS, ids=lambda part: getattr(part, "__name__", "")
)
def test_lists_and_rules_agree(model, permission, make, cast):
    make(cast)
    for role, user in cast.items():
        listed = set(model.objects.visible_to(user))
        allowed = {record for record in model.objects.all() if user.has_perm(permission, record)}
        # nobody reads the letters of others, a superuser included; has_perm would grant that one everything
        if model is Notice and user.is_superuser:
            allowed = {notice for notice in allowed if notice.recipient == user}
        assert listed == allowed, role


def test_every_list_that_asks_who_is_looking_stands_in_the_table():
    asking = {model for model in apps.get_models() if hasattr(model._default_manager.none(), "visible_to")}
    assert asking == {model for model, _permission, _make in LISTS}


WORKFLOWS = [model for model in apps.get_models() if hasattr(model, "MOVES")]


@pytest.mark.parametrize("model", WORKFLOWS, ids=lambda model: model.__name__)
def test_every_move_has_a_rule(model):
    meta = model._meta
    without = [
        move for move in model.MOVES if not rules.perm_exists(f"{meta.app_label}.{move}_{meta.model_name}")
    ]
    assert without == []


def test_a_deputy_without_an_account_is_nobody_s_self(cast):
    """``None == None`` must not open records to visitors."""
    former = factories.FenyiMandateFactory(ended=True).deputy
    assert not cast["stranger"].has_perm("deputies.view_deputy", former)
    assert former not in Deputy.objects.visible_to(cast["stranger"])
