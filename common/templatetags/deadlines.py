"""A day by which something is due, as a badge: the words say it, the colour only repeats them."""

import datetime as dt

from django import template

from common import clock

register = template.Library()
SOON = dt.timedelta(days=15)


@register.inclusion_tag("components/_due.html")
def due(day, *, soon=SOON):
    """``{% due assignment.due_on %}``: “还剩 12 天 · 8月31日到期”; nothing where no day is set."""
    if day is None:
        return {"day": None}
    left = day - clock.today()
    tone = "is-late" if left < dt.timedelta(0) else "is-soon" if left <= soon else "is-info"
    return {"day": day, "words": clock.days_left(day), "tone": tone}
