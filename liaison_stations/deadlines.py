"""By when each step is due (D3.4, D3.6): counted in working days by the office's clock, the days being settings."""

from common import clock, preferences


def review(day):
    """Somebody has looked at a message and accepted or refused it."""
    return clock.add_workdays(day, preferences.get("online.review_days"))


def answer(day):
    """The citizen has an answer, or a department has the case."""
    return clock.add_workdays(day, preferences.get("online.reply_days"))


def report_in(day):
    """A department has reported in on an order."""
    return clock.add_workdays(day, preferences.get("online.report_in_days"))


def on_site(day):
    """It was on the spot."""
    return clock.add_workdays(day, preferences.get("online.on_site_days"))


def solve(day):
    """It has solved the case."""
    return clock.add_workdays(day, preferences.get("online.transfer_days"))


def solve_extended(day):
    """The same when more time was granted; counted from the day of the order too."""
    return clock.add_workdays(day, preferences.get("online.extended_days"))


def feedback(day):
    """The station has told the citizen what a department did."""
    return clock.add_workdays(day, preferences.get("online.feedback_days"))


def rating(day):
    """The last day on which a citizen can rate an answer."""
    return day + clock.ONE_DAY * preferences.get("online.rate_days")
