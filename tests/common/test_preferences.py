"""Values that differ between places: typed, explained, kept with their history (D11)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from common import preferences
from common.models import Setting
from common.preferences import Preference

pytestmark = pytest.mark.django_db
ORDINARY, STATUTORY, FIXED = "suggestion.warn_days", "suggestion.reply_months", "law.absence_end"
SCHEMES = (("N4", "four classes"), ("T3", "three classes"))


def preference(kind, **more):
    return Preference("a.b", kind, None, "Label", "S1", **more)


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("int", "12", 12), ("int", 0, 0), ("int", " 7 ", 7), ("percent", "100", 100), ("bool", "on", True), ("bool", "1", True),
        ("bool", "", False), ("bool", None, False), ("choice", "T3", "T3"), ("text", " 代表工委 ", "代表工委"),
    ],
)  # fmt: skip
def test_a_value_is_kept_in_its_type(kind, given, value):
    cleaned = preference(kind, choices=SCHEMES).clean(given)
    assert (cleaned, type(cleaned)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("int", "three"), ("int", ""), ("int", "1.5"), ("int", "NaN"), ("int", "1E+99999999"), ("int", "-1"), ("int", "13"),
        ("percent", "101"), ("percent", "-1"), ("choice", "N5"), ("text", "字" * 201),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused(kind, given):
    high = 12 if kind == "int" else None
    with pytest.raises(ValidationError):
        preference(kind, choices=SCHEMES, high=high).clean(given)


def test_every_defined_value_has_a_default_that_fits():
    for key, defined in preferences.definitions().items():
        assert defined.clean(defined.default) == defined.default, key
        assert defined.source, key
        assert defined.group in preferences.groups(), key


def test_the_default_holds_until_somebody_changes_it(office):
    assert preferences.get(ORDINARY) == 15
    preferences.change(ORDINARY, "10", by=office, note="会议定的")
    setting = Setting.objects.get()
    assert (setting.value, setting.changed_by, setting.note) == (10, office, "会议定的")
    assert [(version.value, version.history_change_reason) for version in setting.history.all()] == [
        (10, "会议定的")
    ]


def test_a_misspelt_key_is_an_error():
    with pytest.raises(KeyError):
        preferences.get("suggestion.warn_day")


def test_a_changed_value_shows_at_once_and_costs_no_query_after(
    office, django_assert_num_queries, django_capture_on_commit_callbacks
):
    preferences.get(ORDINARY)
    with django_capture_on_commit_callbacks(execute=True):
        preferences.change(ORDINARY, 10, by=office)
    with django_assert_num_queries(2):  # whether anything changed, and all values
        assert [preferences.get(ORDINARY), preferences.get(STATUTORY)] == [10, 3]
    with django_assert_num_queries(0):
        assert preferences.get(ORDINARY) == 10


def test_a_value_set_by_law_is_changed_only_by_a_superuser_with_a_reason(office, superuser):
    with pytest.raises(PermissionDenied):
        preferences.change(STATUTORY, 4, by=office, note="想改")
    with pytest.raises(ValidationError, match="law"):
        preferences.change(STATUTORY, 4, by=superuser, note="  ")
    assert Setting.objects.count() == 0
    preferences.change(STATUTORY, 4, by=superuser, note="代表法第五十一条修正")
    assert Setting.history.get().note == "代表法第五十一条修正"


def test_a_fixed_value_is_changed_by_nobody(superuser):
    with pytest.raises(PermissionDenied):
        preferences.change(FIXED, 3, by=superuser, note="x")


def test_every_change_is_kept(office):
    for value in (10, 12, 9):
        preferences.change(ORDINARY, value, by=office)
    assert list(Setting.history.order_by("pk").values_list("value", flat=True)) == [10, 12, 9]
    assert Setting.objects.get().value == 9


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("int", 3, "3 days"),
        ("percent", 20, "20 %"),
        ("bool", True, "yes"),
        ("bool", False, "no"),
        ("choice", "T3", "three classes"),
    ],
)
def test_a_value_is_shown_as_people_read_it(kind, value, shown):
    assert preference(kind, unit="days" if kind == "int" else "", choices=SCHEMES).shown(value) == shown
