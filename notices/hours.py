"""When letters may leave: not at night, and daily letters once a day, by the office's clock."""

import datetime as dt

from django.utils import timezone

from common import preferences


def quiet_until(now: dt.datetime) -> dt.datetime | None:
    """When the quiet hours that ``now`` lies in end; ``None`` by day, and always where both ends are the same."""
    local = timezone.localtime(now)
    begin, end = _time("notices.quiet_from"), _time("notices.quiet_until")
    is_over_midnight = begin > end
    is_quiet = (
        begin <= local.time() or local.time() < end if is_over_midnight else begin <= local.time() < end
    )
    if not is_quiet:
        return None
    is_evening = is_over_midnight and local.time() >= begin
    return _moment(local.date() + dt.timedelta(days=is_evening), end)


def last_daily(now: dt.datetime) -> dt.datetime:
    """The last moment at which daily letters were due."""
    local, at = timezone.localtime(now), _time("notices.daily_at")
    return _moment(local.date() - dt.timedelta(days=local.time() < at), at)


def _time(key):
    return dt.time.fromisoformat(preferences.get(key))


def _moment(day, time):
    return timezone.make_aware(dt.datetime.combine(day, time))
