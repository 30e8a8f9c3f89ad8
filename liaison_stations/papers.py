"""The printed forms of a reception (D8.4): the notice that hangs at the station, and the form of one visitor (D3.3)."""

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.text import in_office_language, paragraphs
from proposals.papers.sheets import Paper

from .models import Opinion, Reception
from .notifications.receptions import when

TO_WRITE = ("",)  # lines for the pen


@in_office_language
def notice(reception: Reception) -> Paper:
    """接待日公告: when, where, which deputies, about what, and how to speak (D3.3)."""
    station = reception.station
    ways = [_("Come by at that time; you need not register before.")]
    if station.phone:
        ways.append(_("Telephone of the station: %(phone)s") % {"phone": station.phone})
    if station.takes_messages:
        ways.append(
            _("Online at any time: %(address)s") % {"address": settings.SITE_URL + station.get_absolute_url()}
        )
    return Paper(
        title=_("Notice of a reception"),
        facts=_filled(
            (_("When"), when(reception)),
            (_("Where"), " ".join(filter(None, (station.name, reception.where)))),
            (
                pgettext("reception", "Deputies"),
                "、".join(str(row.deputy) for row in reception.attendances.select_related("deputy")),
            ),
            (_("Jointly with"), "、".join(unit.name for unit in reception.units.all())),
            (_("About"), reception.matters or _("whatever concerns the public interest")),
        ),
        sections=(
            (_("How to speak"), ways),
            (
                _("What cannot be taken up"),
                [
                    _(
                        "Matters in or due for a lawsuit, reconsideration or arbitration, and purely personal ones. You are "
                        "told where to turn with them."
                    )
                ],
            ),
        ),
        sender=station.name,
        day=_day(reception.announced_at),
    )


@in_office_language
def registration(opinion: Opinion) -> Paper:
    """接待登记表: what one visitor said, with what became of it so far; the rest is for the pen."""
    reception = opinion.reception
    answers = [line for answer in opinion.answers.all() for line in paragraphs(answer.text)]
    orders = list(opinion.dispatches.select_related("unit"))
    came = reception.attendances.came().select_related("deputy")
    return Paper(
        title=_("Form of a visitor"),
        number=opinion.shown_code,
        facts=_filled(
            (_label("station"), opinion.station.name),
            (_("When"), when(reception)),
            (pgettext("reception", "Deputies"), "、".join(str(row.deputy) for row in came)),
            (_("Jointly with"), "、".join(unit.name for unit in reception.units.all())),
        )
        + (
            (_("Name of the visitor"), opinion.name),
            (_label("phone"), opinion.phone),
            (_label("address"), opinion.address),
            (_label("people"), str(opinion.people)),
            (_label("category"), str(opinion.category or "")),
            (_label("route"), opinion.get_route_display()),
            (_("Departments"), "、".join(f"{order.unit.name}（{_day(order.sent_at)}）" for order in orders)),
            (_label("due_on"), _day(opinion.due_on)),
            (_label("solved"), opinion.get_solved_display()),
            (_label("answered_on"), _day(opinion.answered_on)),
            (_label("verdict"), opinion.get_verdict_display()),
        ),
        sections=(
            (_label("text"), paragraphs(opinion.text)),
            (pgettext("paper", "Answer"), answers or TO_WRITE),
            (_("Proposed handling"), TO_WRITE),
        ),
        signatures=(_("Deputy (signature)"), _("Liaison officer (signature)"), _("Filed under")),
    )


def _label(name):
    return capfirst(Opinion._meta.get_field(name).verbose_name)


def _filled(*facts):
    """Those that say something."""
    return tuple((label, text) for label, text in facts if text)


def _day(moment):
    if not moment:
        return ""
    return date_format(timezone.localtime(moment) if hasattr(moment, "hour") else moment)
