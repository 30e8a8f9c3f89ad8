"""What becomes of stations, and which deputies belong to them."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from common.audit_models import AuditEntry
from common.workflow import MoveRefused
from liaison_stations import states
from liaison_stations.actions import stations
from liaison_stations.models import Residency, Station, StationPost

from .. import factories

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 2)
YESTERDAY = dt.date(2026, 3, 1)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-03-02 01:00:00Z", tick=False):
        yield


# Its life


@pytest.mark.parametrize("move", Station.MOVES)
@pytest.mark.parametrize("state", states.StationState)
def test_a_move_is_made_from_its_states_alone(move, state, office):
    other = factories.StationFactory()
    fields = {"merged_into": other} if state == "merged" else {}
    station = factories.StationFactory(state=state, **fields)
    more = {"into": other} if move == "merge" else {}
    act = getattr(stations, move)
    if state in Station.MOVES[move].sources:
        act(station, by=office, note="依据会议决定", **more)
        station.refresh_from_db()
        assert (station.state, station.state_since) == (Station.MOVES[move].target, TODAY)
        assert station.changes.get().by == office
        assert AuditEntry.objects.filter(kind="record.moved", model="liaison_stations.station").count() == 1
    else:
        with pytest.raises(MoveRefused):
            act(station, by=office, note="依据会议决定", **more)


@pytest.mark.parametrize("move", ["rectify", "close"])
def test_a_reason_is_needed(move, office):
    with pytest.raises(MoveRefused):
        getattr(stations, move)(factories.StationFactory(), by=office, note=" ")


@pytest.mark.parametrize("on", [dt.date(2026, 3, 3), dt.date(2026, 1, 31)])
def test_a_day_to_come_or_before_the_last_step_is_refused(on, office):
    station = factories.StationFactory(state_since=dt.date(2026, 2, 1))
    with pytest.raises(ValidationError):
        stations.close(station, by=office, note="搬迁", on=on)


def test_a_merged_station_hands_on_what_citizens_wait_for(office):
    station, into = factories.StationFactory(), factories.StationFactory(area=factories.FenyiFactory())
    waiting = factories.OpinionFactory(station=station, accepted=True)
    answered = factories.OpinionFactory(station=station, answered=True)
    stations.merge(station, by=office, note="两站合并", into=into, on=YESTERDAY)
    waiting.refresh_from_db()
    answered.refresh_from_db()
    assert (waiting.station, waiting.area) == (into, into.area)
    assert (answered.station, answered.area) == (station, station.area)
    assert waiting.history.first().history_user == office
    assert station.merged_into == into


def test_deputies_of_a_merged_station_belong_to_the_other_from_that_day(office):
    station, into = factories.StationFactory(), factories.StationFactory()
    leader = factories.ResidencyFactory(station=station, leads_at="city")
    both = factories.ResidencyFactory(station=station, leads_at="county")
    factories.ResidencyFactory(station=into, deputy=both.deputy)
    fresh = factories.ResidencyFactory(station=station, since=TODAY)
    former = factories.ResidencyFactory(station=station, until=dt.date(2025, 1, 1))
    stations.merge(station, by=office, note="两站合并", into=into)
    now = Residency.objects.current().values_list("station", "deputy", "leads_at", "since")
    assert set(now) == {
        (into.pk, leader.deputy_id, "city", TODAY),
        (into.pk, both.deputy_id, "county", dt.date(2022, 1, 1)),
        (into.pk, fresh.deputy_id, "", TODAY),
    }
    leader.refresh_from_db()
    former.refresh_from_db()
    assert (leader.station, leader.until) == (station, TODAY)
    assert former.until == dt.date(2025, 1, 1)


def test_receptions_to_come_are_cancelled_and_say_why_and_posts_end(office):
    station, into = factories.StationFactory(), factories.StationFactory(name="城北街道代表联络站")
    planned, announced = (
        factories.ReceptionFactory(station=station),
        factories.ReceptionFactory(station=station, announced=True, day=TODAY + dt.timedelta(days=9)),
    )
    held = factories.ReceptionFactory(station=station, held=True, day=dt.date(2026, 2, 1))
    post = factories.StationPostFactory(station=station)
    stations.merge(station, by=office, note="两站合并", into=into)
    for reception in (planned, announced):
        reception.refresh_from_db()
        assert reception.state == "cancelled"
        assert "城北街道代表联络站" in reception.changes.first().note
    held.refresh_from_db()
    post.refresh_from_db()
    assert (held.state, post.until) == ("held", TODAY)


def test_its_points_go_along_and_the_other_one_is_freed_of_it(office):
    home = factories.StationFactory(kind="home")
    station = factories.StationFactory(parent=home)
    point = factories.StationFactory(parent=station, kind="point")
    into = factories.StationFactory(parent=station, kind="point")
    stations.merge(station, by=office, note="两站合并", into=into)
    for record in (point, into):
        record.refresh_from_db()
    assert (point.parent, into.parent) == (into, home)


@pytest.mark.parametrize("state", ["closed", "merged", None])
def test_nobody_merges_into_what_is_not_open_or_into_itself(state, office):
    station = factories.StationFactory()
    into = station
    if state:
        fields = {"merged_into": factories.StationFactory()} if state == "merged" else {}
        into = factories.StationFactory(state=state, **fields)
    with pytest.raises(ValidationError):
        stations.merge(station, by=office, note="合并", into=into)
    station.refresh_from_db()
    assert station.state == "running"


def test_both_stations_and_their_deputies_are_told(office):
    station, into = factories.StationFactory(), factories.StationFactory()
    officer = factories.StationPostFactory(station=into).user
    deputy = factories.MandateFactory(deputy__user=factories.UserFactory()).deputy
    factories.ResidencyFactory(station=station, deputy=deputy)
    stations.merge(station, by=office, note="合并", into=into)
    assert officer.notices.get().link == into.get_absolute_url()
    assert deputy.user.notices.count() == 1


def test_a_closed_station_keeps_its_cases_for_the_township(office, township_office):
    street = factories.AreaFactory(code="360502001")
    station = factories.StationFactory(area=street)
    opinion = factories.OpinionFactory(station=station, accepted=True)
    residency = factories.ResidencyFactory(station=station)
    stations.close(station, by=office, note="场地收回")
    residency.refresh_from_db()
    opinion.refresh_from_db()
    assert (opinion.station, residency.until) == (station, TODAY)
    assert township_office.has_perm("liaison_stations.answer_opinion", opinion)


def test_a_station_opens_again(office):
    station, into = factories.StationFactory(), factories.StationFactory()
    stations.merge(station, by=office, note="合并", into=into)
    stations.reopen(station, by=office, note="恢复设站")
    station.refresh_from_db()
    assert (station.is_open, station.merged_into) == (True, None)


# Its deputies


def test_a_deputy_is_placed_and_moves_out(office):
    station, deputy = factories.StationFactory(), factories.MandateFactory().deputy
    residency = stations.place(station, deputy=deputy, by=office, since=YESTERDAY, leads_at="city")
    assert list(Residency.objects.public()) == [residency]
    stations.move_out(residency, by=office)
    assert not Residency.objects.current().exists()
    residency.refresh_from_db()
    assert residency.until == TODAY


def test_whoever_came_today_by_mistake_never_was_there(office):
    residency = stations.place(
        factories.StationFactory(), deputy=factories.MandateFactory().deputy, by=office
    )
    stations.move_out(residency, by=office)
    assert not Residency.objects.exists()


def test_who_is_no_deputy_or_there_already_is_not_placed(office):
    station, deputy = factories.StationFactory(), factories.MandateFactory().deputy
    stations.place(station, deputy=deputy, by=office)
    for wrong in (
        (station, deputy),
        (station, factories.MandateFactory(ended=True).deputy),
        (factories.StationFactory(closed=True), deputy),
    ):
        with pytest.raises(ValidationError):
            stations.place(wrong[0], deputy=wrong[1], by=office)
    assert Residency.objects.count() == 1


def test_the_roster_places_deputies_and_tells_what_it_did_not_find(office):
    station = factories.StationFactory(name="城南街道代表联络站")
    other = factories.StationFactory(name="城北街道代表联络站")
    factories.StationFactory(name="水北镇代表联络站", closed=True)

    def named(name, **fields):
        return factories.MandateFactory(station_name=name, **fields).deputy

    placed, former = named("城南街道代表联络站"), named("城南街道人大代表工作室")
    unknown, closed = named("驻余部队代表联络站"), named("水北镇代表联络站")
    elsewhere, there = named("城南街道代表联络站"), named("城南街道代表联络站")
    named("城南街道代表联络站", ended=True)
    named("")
    factories.ResidencyFactory(station=other, deputy=elsewhere)
    factories.ResidencyFactory(station=station, deputy=there)
    found = stations.place_by_roster(by=office)
    assert {m.deputy for m, _station in found.placed} == {placed, former}
    assert found.there == 1
    assert [m.deputy for m, _station in found.elsewhere] == [elsewhere]
    assert found.unknown == {"驻余部队代表联络站": 1, "水北镇代表联络站": 1}
    assert {row.deputy for row in station.residencies.all()} == {placed, former, there}
    assert not {unknown, closed} & {row.deputy for row in Residency.objects.all()}
    assert stations.place_by_roster(by=office).placed == []


# Its photo


def test_a_photo_takes_the_place_of_the_former(office):
    station = factories.StationFactory()
    stations.set_photo(station, factories.picture(), by=office)
    first = station.photo
    stations.set_photo(station, factories.picture(), by=office)
    assert station.photo_id != first.pk
    stations.set_photo(station, None, by=office)
    station.refresh_from_db()
    assert station.photo is None


# The staff area


def form_of(client, url, **changes):
    """What the page's form would send, with some of it changed."""
    form = client.get(url).context["adminform"].form
    formsets = client.get(url).context["inline_admin_formsets"]
    data = {name: form[name].value() or "" for name in form.fields}
    for formset in formsets:
        data |= {f"{formset.formset.prefix}-{key}": "0" for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return {name: value for name, value in data.items() if value is not False} | changes


def test_the_office_enters_a_station(office, sign_in):
    area = factories.AreaFactory(code="360502001", name="城南街道", kind="street")
    url = reverse("admin:liaison_stations_station_add")
    client = sign_in(office)
    data = form_of(client, url, name="城南 街道代表联络站", area=area.pk, demonstration="province")
    response = client.post(url, data | {"new_photo": factories.picture()})
    assert response.status_code == 302, response.context["errors"]
    station = Station.objects.get()
    assert (station.name, station.demonstration) == ("城南街道代表联络站", "province")
    assert station.photo is not None


def test_a_county_enters_its_own_stations_and_marks_none(yushui_office, sign_in):
    street = factories.AreaFactory(code="360502001", name="城南街道", kind="street")
    url = reverse("admin:liaison_stations_station_add")
    client = sign_in(yushui_office)
    data = form_of(client, url, name="城南街道代表联络站", area=factories.FenyiFactory().pk)
    assert "area" in client.post(url, data).context["adminform"].form.errors
    client.post(url, data | {"area": street.pk, "demonstration": "province", "is_city_managed": "on"})
    station = Station.objects.get()
    assert (station.demonstration, station.is_city_managed) == ("", False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"phone": "１３８ 0000 1234"}, "phone"), ({"latitude": "27.8"}, "latitude"), ({"latitude": "97", "longitude": "1"}, "latitude")],
)  # fmt: skip
def test_what_cannot_stand_on_the_public_page_is_refused(changes, field, office, sign_in):
    station = factories.StationFactory()
    url = reverse("admin:liaison_stations_station_change", args=[station.pk])
    client = sign_in(office)
    response = client.post(url, form_of(client, url, **changes))
    form = response.context["adminform"].form
    assert form.errors or form.non_field_errors()


def test_a_tree_has_no_rings(office, sign_in):
    home = factories.StationFactory(kind="home")
    station = factories.StationFactory(parent=home)
    for record, changes in (
        (home, {"parent": station.pk}),
        (station, {"kind": "home"}),
        (home, {"kind": "point"}),
    ):
        url = reverse("admin:liaison_stations_station_change", args=[record.pk])
        client = sign_in(office)
        assert client.post(url, form_of(client, url, **changes)).context["adminform"].form.errors


def test_phones_of_those_who_work_there_are_for_those_who_call_them(
    office, committee_officer, township_office, sign_in
):
    station = factories.StationFactory(area=factories.AreaFactory(code="360502001"))
    factories.StationPostFactory(station=station, phone="13807905678")
    url = reverse("admin:liaison_stations_station_change", args=[station.pk])
    for user, sees in ((office, True), (township_office, True), (committee_officer, False)):
        page = sign_in(user).get(url).content.decode()
        assert ("13807905678" in page) == sees
    assert set(AuditEntry.objects.filter(kind="phone.seen").values_list("actor", flat=True)) == {
        office.pk,
        township_office.pk,
    }


def test_a_station_is_merged_by_a_button(office, sign_in):
    station, into = factories.StationFactory(), factories.StationFactory()
    url = reverse("admin:liaison_stations_station_move", args=[station.pk, "merge"])
    client = sign_in(office)
    assert client.get(url).status_code == 200
    client.post(url, {"into": into.pk, "on": "2026-03-02", "note": "两站合并"})
    station.refresh_from_db()
    assert station.merged_into == into


def test_lists_hold_what_an_office_answers_for(office, yushui_office, committee_officer, sign_in):
    here = factories.StationFactory(area=factories.AreaFactory(code="360502001"))
    there = factories.StationFactory(area=factories.FenyiFactory())
    url = reverse("admin:liaison_stations_station_changelist")

    def listed(user, query=""):
        return set(sign_in(user).get(f"{url}{query}").context["cl"].result_list)

    assert listed(office) == listed(committee_officer) == {here, there}
    assert listed(yushui_office) == {here}
    factories.YushuiFactory()
    assert listed(office, "?county=360521") == {there}
    assert listed(office, f"?q={here.name}") == {here}
    assert listed(office, "?stars__exact=5") == set()


def test_the_roster_is_looked_at_before_it_places_anybody(office, sign_in):
    station = factories.StationFactory(name="城南街道代表联络站")
    factories.MandateFactory(station_name="城南街道代表联络站")
    url = reverse("admin:liaison_stations_station_roster")
    client = sign_in(office)
    assert len(client.get(url).context["found"].placed) == 1
    assert not Residency.objects.exists()
    client.post(url)
    assert station.residencies.count() == 1
    assert StationPost.objects.count() == 0


def test_a_deputy_is_placed_by_a_button_and_moves_out_on_their_own_screen(office, sign_in):
    station, deputy = factories.StationFactory(), factories.MandateFactory().deputy
    client = sign_in(office)
    url = reverse("admin:liaison_stations_station_act", args=[station.pk, "place"])
    assert client.get(url).status_code == 200
    client.post(url, {"deputy": deputy.pk, "since": "2026-01-01", "leads_at": "city"})
    again = client.post(url, {"deputy": deputy.pk, "since": "2026-01-01", "leads_at": ""})
    assert again.context["form"].errors["deputy"]
    residency = Residency.objects.get()
    assert (residency.station, residency.leads_at) == (station, "city")
    page = client.get(reverse("admin:liaison_stations_station_change", args=[station.pk]))
    listed = client.get(page.context["residents_url"]).context["cl"]
    assert list(listed.result_list) == [residency]
    change = reverse("admin:liaison_stations_residency_change", args=[residency.pk])
    client.post(change, {"leads_at": "city", "since": "2026-01-01", "until": "2026-03-01"})
    assert list(client.get(page.context["residents_url"]).context["cl"].result_list) == []
    everybody = client.get(f"{page.context['residents_url']}&now=all").context["cl"]
    assert list(everybody.result_list) == [residency]


def test_the_form_of_residencies_takes_sitting_deputies_and_open_stations_alone(office, sign_in):
    url = reverse("admin:liaison_stations_residency_add")
    sent = {
        "station": factories.StationFactory(closed=True).pk,
        "deputy": factories.MandateFactory(ended=True).deputy.pk,
    }
    form = sign_in(office).post(url, sent).context["adminform"].form
    assert set(form.errors) == {"station", "deputy"}
