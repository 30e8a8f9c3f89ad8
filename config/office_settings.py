"""Every value an office may change (D11), with its default and the rule or place it comes from.

``S…`` are the sources of D13; “inferred” marks a default without a published source. Statutory values are changed
only by a superuser who gives the reason, because the law can change but offices must not.
"""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.preferences import Preference

DEPUTIES_LAW, ORGANIC_LAW = _("Deputies Law Art. {article}"), _("Organic Law Art. {article}")
INFERRED = "inferred"

OFFICE_SETTINGS = [
    Preference("portal.name", "text", "真代实表", _("Name of the portal"), "S01"),
    Preference("portal.subtitle", "text", "新余市人大代表工作平台", _("Line under the name"), "S01"),
    Preference(
        "portal.organisation",
        "text",
        "新余市人大常委会",
        _("Organisation that runs the portal"),
        "国办发〔2017〕47号",
    ),
    Preference("portal.contact", "text", "", _("Contact in the foot of the page"), "国办发〔2017〕47号"),
    Preference("portal.icp", "text", "", _("ICP filing number"), "国办发〔2017〕47号"),
    Preference("portal.police", "text", "", _("Public security filing number"), "国办发〔2017〕47号"),
    Preference("portal.site_code", "text", "", _("Government site code"), "国办发〔2017〕47号"),
    Preference("portal.office", "text", "代表工委", _("Short name of the deputies' office"), "S10"),
    Preference("portal.sample", "bool", False, _("Say on every page that the data are samples"), "D10.3"),
    Preference(
        "suggestion.reply_months",
        "int",
        3,
        _("Reply to a suggestion within"),
        format_lazy(DEPUTIES_LAW, article=51),
        _("months"),
        1,
        12,
        statutory=True,
    ),
    Preference(
        "suggestion.reply_months_complex",
        "int",
        6,
        _("Reply to a wide-ranging or hard suggestion within"),
        format_lazy(DEPUTIES_LAW, article=51),
        _("months"),
        1,
        12,
        statutory=True,
    ),
    Preference(
        "suggestion.max_extensions", "int", 1, _("Extensions of one assignment"), INFERRED, low=0, high=3
    ),
    Preference(
        "suggestion.intersession_assign_workdays",
        "int",
        5,
        _("Assign between sessions within"),
        "S11",
        _("working days"),
        1,
        30,
    ),
    Preference(
        "suggestion.unit_return_workdays",
        "int",
        7,
        _("A unit may hand back within"),
        "S29",
        _("working days"),
        1,
        30,
    ),
    Preference(
        "suggestion.co_unit_opinion_months",
        "int",
        1,
        _("Opinion of a co-handling unit within"),
        "S12 S15 S17",
        _("months"),
        1,
        6,
    ),
    Preference(
        "suggestion.rehandle_months", "int", 1, _("Handle again within"), "S07 S43", _("months"), 1, 6
    ),
    Preference("suggestion.feedback_days", "int", 15, _("A deputy rates within"), INFERRED, _("days"), 1, 90),
    Preference(
        "suggestion.publish_workdays",
        "int",
        20,
        _("Publish after the reply within"),
        "S38",
        _("working days"),
        1,
        90,
    ),
    Preference("suggestion.warn_days", "int", 15, _("Warn before a deadline"), "S23", _("days"), 1, 60),
    Preference("suggestion.urge_every_days", "int", 3, _("Urge at most every"), "S23", _("days"), 1, 30),
    Preference(
        "suggestion.class_scheme",
        "choice",
        "N4",
        _("Reply classes"),
        "S16",
        choices=(
            ("N4", _("A solved, B planned, C explained, D for reference")),
            ("N3", _("A solved, B planned, C explained")),
        ),
    ),
    Preference(
        "suggestion.implementation_formula",
        "choice",
        "ab_assigned",
        _("Formula of the implementation rate"),
        "S30",
        choices=(("ab_assigned", _("(A + B) ÷ assigned")), ("a_assigned", _("A ÷ assigned"))),
    ),
    Preference(
        "suggestion.require_contact", "bool", True, _("No reply without contact with the deputy"), "S21 S15"
    ),
    Preference(
        "suggestion.holiday_rollover",
        "bool",
        True,
        _("A deadline on a day off moves to the next working day"),
        INFERRED,
    ),
    Preference(
        "suggestion.count_lapsed_as",
        "choice",
        "excluded",
        _("A rating that was not given"),
        INFERRED,
        choices=(("excluded", _("counts nowhere")), ("satisfied", _("counts as satisfied"))),
    ),
    Preference("key.max_items", "int", 10, _("Key suggestions of a year at most"), "S32 S34", low=1, high=50),
    Preference("vote.target", "int", 10, _("Livelihood projects to choose"), "S01", low=1, high=50),
    Preference("vote.surplus_min", "percent", 20, _("More candidates than places, at least"), "S61 S63"),
    Preference(
        "vote.quorum",
        "choice",
        "two_thirds_all",
        _("Quorum of a session"),
        format_lazy(ORGANIC_LAW, article=14),
        choices=(
            ("two_thirds_all", _("two thirds of all deputies")),
            ("half_all", _("more than half of all deputies")),
        ),
        statutory=True,
    ),
    Preference(
        "vote.pass_rule",
        "choice",
        "majority_all",
        _("Passed by"),
        format_lazy(ORGANIC_LAW, article=25),
        choices=(
            ("majority_all", _("more than half of all deputies")),
            ("majority_present", _("more than half of those present")),
        ),
        statutory=True,
    ),
    Preference(
        "vote.tie_rule",
        "choice",
        "revote",
        _("When votes are equal"),
        _("Electoral Law, by analogy"),
        choices=(("revote", _("vote again on those with equal votes")),),
        statutory=True,
    ),
    Preference(
        "vote.ballot_type",
        "choice",
        "tick",
        _("Kind of ballot paper"),
        "S62",
        choices=(("tick", _("tick the projects chosen")), ("each", _("approve, oppose or abstain on each"))),
    ),
    Preference(
        "collection.min_days", "int", 30, _("Public collection lasts at least"), "S57", _("days"), 1, 180
    ),
    Preference(
        "project.supervision_period",
        "choice",
        "quarter",
        _("Projects are supervised every"),
        "S01",
        choices=(("quarter", _("quarter")), ("half_year", _("half year"))),
    ),
    Preference(
        "project.adjust_percent", "percent", 20, _("Change of money that needs an adjustment"), INFERRED
    ),
    Preference(
        "project.adjust_months", "int", 3, _("Delay that needs an adjustment"), INFERRED, _("months"), 1, 12
    ),
    Preference(
        "project.satisfaction_line", "percent", 50, _("Satisfied members below which a project fails"), "S58"
    ),
    Preference(
        "station.notice_days", "int", 3, _("Announce a reception ahead by"), "S84 S85", _("days"), 1, 30
    ),
    Preference(
        "station.min_entry_per_deputy",
        "int",
        2,
        _("A deputy enters the station each year at least"),
        "S84",
        _("times"),
        0,
        50,
    ),
    Preference(
        "station.training_min",
        "int",
        2,
        _("Training of a station each year at least"),
        "S91",
        _("times"),
        0,
        50,
    ),
    Preference(
        "station.exchange_min",
        "int",
        1,
        _("Exchange of a station each year at least"),
        "S91",
        _("times"),
        0,
        50,
    ),
    Preference(
        "station.special_min",
        "int",
        4,
        _("Special activities of a station each year at least"),
        "S91",
        _("times"),
        0,
        50,
    ),
    Preference(
        "station.contact_people",
        "int",
        5,
        _("People a deputy keeps in contact with"),
        "S91 S120",
        low=0,
        high=100,
    ),
    Preference("station.five_star_line", "int", 90, _("Five stars from"), INFERRED, _("points"), 0, 100),
    Preference("station.four_star_line", "int", 80, _("Four stars from"), INFERRED, _("points"), 0, 100),
    Preference("station.three_star_line", "int", 70, _("Three stars from"), INFERRED, _("points"), 0, 100),
    Preference("station.max_step", "int", 1, _("Stars move in a year by at most"), INFERRED, low=1, high=5),
    Preference(
        "online.review_days", "int", 1, _("Review an online message within"), "S101", _("working days"), 1, 30
    ),
    Preference(
        "online.reply_days", "int", 5, _("Answer an online message within"), "S101", _("working days"), 1, 60
    ),
    Preference(
        "online.transfer_days",
        "int",
        15,
        _("A department solves a case within"),
        "S101",
        _("working days"),
        1,
        90,
    ),
    Preference("duty.excellent_line", "int", 85, _("Excellent from"), INFERRED, _("points"), 0, 120),
    Preference("duty.competent_line", "int", 70, _("Competent from"), INFERRED, _("points"), 0, 120),
    Preference("duty.basic_line", "int", 60, _("Basically competent from"), INFERRED, _("points"), 0, 120),
    Preference("duty.excellent_quota", "percent", 20, _("Excellent deputies at most"), "S111"),
    Preference(
        "duty.report_per_term", "int", 1, _("Reports to voters in a term at least"), "S113", _("times"), 0, 5
    ),
    Preference(
        "duty.persuade_after",
        "int",
        2,
        _("Persuade to resign after incompetent years"),
        "S106",
        _("years"),
        1,
        5,
    ),
    Preference(
        "street.meetings_per_year",
        "int",
        2,
        _("Street deliberation meetings each year"),
        "S72",
        _("times"),
        1,
        12,
    ),
    Preference(
        "street.members_min", "int", 30, _("Members of a street council, at least"), "D6.2", low=1, high=500
    ),
    Preference(
        "street.members_max", "int", 80, _("Members of a street council, at most"), "D6.2", low=1, high=500
    ),
    Preference(
        "contact.times_per_year", "int", 2, _("Contacts with a deputy each year"), "S118", _("times"), 1, 24
    ),
    Preference(
        "law.absence_end",
        "int",
        2,
        _("Unapproved absences from sessions that end a mandate"),
        format_lazy(DEPUTIES_LAW, article=62),
        pgettext_lazy("count", "sessions"),
        statutory=True,
        fixed=True,
    ),
]

GROUPS = {
    "portal": _("The portal"),
    "suggestion": _("Suggestions"),
    "key": _("Key suggestions"),
    "vote": _("Votes"),
    "collection": _("Collection of projects"),
    "project": _("Livelihood projects"),
    "station": _("Liaison stations"),
    "online": _("Online messages"),
    "duty": _("Duty evaluation"),
    "street": _("Street councils"),
    "contact": _("Contacts"),
    "law": _("Fixed by law"),
}
