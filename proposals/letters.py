"""The official letter of a unit (答复函, D1.10): its parts in the order of the paper, for the page and for Word.

Letters are papers of the office, so they speak its language whoever reads them.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common import word
from common.text import in_office_language, paragraphs, without_numbers

from .models import Part, Reply

TEMPLATE = Path(__file__).parent / "data" / "letter.docx"  # made by ``manage.py letter_template``
Kind = Reply.Kind


@dataclass(frozen=True)
class Letter:
    """``opinions`` are those of co-units, each with its heading and paragraphs; everything is text as it is printed."""

    class_code: str
    title: str
    document_no: str
    addressee: str
    correction: str
    opening: str
    paragraphs: list
    opinions: list
    promises_heading: str
    promises: list
    closing: str
    unit: str
    day: str
    contact: str
    enclosures_heading: str
    enclosures: list


@in_office_language
def compose(reply: Reply, *, is_public: bool = False) -> Letter:
    """The letter as it leaves, or as it would leave now. ``is_public``: for who takes no part, without mobile numbers."""
    shown = without_numbers if is_public else str
    return Letter(
        class_code=reply.reply_class.code if reply.reply_class else "",
        title=_title(reply),
        document_no=reply.document_no,
        addressee=_addressee(reply),
        correction=shown(_correction(reply)),
        opening=_opening(reply),
        paragraphs=paragraphs(shown(reply.text)),
        opinions=[
            {
                "heading": _("Opinion of %(unit)s:") % {"unit": name_of(opinion)},
                "paragraphs": paragraphs(shown(opinion.text)),
            }
            for opinion in _opinions(reply)
        ],
        promises_heading=_("We promise:"),
        promises=[
            _("%(text)s (responsible: %(leader)s; by %(day)s)")
            % {
                "text": shown(commitment.text),
                "leader": commitment.leader,
                "day": date_format(commitment.first_due_on),
            }
            for commitment in reply.commitments.all()
        ],
        closing=_closing(reply),
        unit=name_of(reply),
        day=date_format(reply.signed_on) if reply.signed_on else "",
        contact=shown(_contact(reply)),
        enclosures_heading=_("Enclosures:"),
        enclosures=[str(enclosure.file) for enclosure in reply.files.all()],
    )


def as_word(letter: Letter) -> bytes:
    return word.filled(TEMPLATE, **asdict(letter))


def name_of(reply: Reply) -> str:
    """The full name its unit had on the day it was signed; until then, the one it has."""
    return reply.signed_as or reply.assignment.unit.name


def _title(reply):
    suggestion = reply.suggestion
    place = {
        "session": str(suggestion.session) if suggestion.session_id else _("city congress between sessions"),
        "number": suggestion.label,
    }
    if reply.kind == Kind.OPINION:
        return _("Opinion on suggestion %(number)s of the %(session)s") % place
    if reply.kind == Kind.SECOND:
        return _("Second reply to suggestion %(number)s of the %(session)s") % place
    return _("Reply to suggestion %(number)s of the %(session)s") % place


def _addressee(reply):
    if reply.kind == Kind.OPINION:
        lead = (
            reply.suggestion.assignments.taking_part().filter(part=Part.LEAD).select_related("unit").first()
        )
        return f"{lead.unit.name}：" if lead else ""
    names = "、".join(deputy.name for deputy in reply.suggestion.signers())
    return _("Deputies %(names)s:") % {"names": names}


def _correction(reply):
    if reply.corrects is None:
        return ""
    return _("This letter takes the place of the one of %(day)s. What was corrected: %(why)s") % {
        "day": date_format(reply.corrects.signed_on),
        "why": reply.correction_reason,
    }


def _opening(reply):
    title = {"title": reply.suggestion.title}
    if reply.kind == Kind.OPINION:
        return _("On the suggestion “%(title)s”, which your unit leads, our opinion is this:") % title
    if reply.kind == Kind.SECOND:
        return _("What was promised on your suggestion “%(title)s” has been done. We report:") % title
    return _("We have received and studied your suggestion “%(title)s”. Our reply:") % title


def _closing(reply):
    if reply.kind == Kind.OPINION:
        return _("Please take this into account in your reply.")
    return _(
        "Thank you for your interest in our work and your support. Please go on telling us your opinion."
    )


def _opinions(reply):
    """Of co-units, named in the lead unit's reply (D1.7): those signed before it, so that a signed letter stays as it is."""
    if reply.assignment.part != Part.LEAD or reply.kind not in (Kind.REPLY, Kind.CORRECTION):
        return Reply.objects.none()
    opinions = Reply.objects.signed().filter(
        kind=Kind.OPINION, round=reply.round, assignment__suggestion=reply.assignment.suggestion_id
    )
    if reply.signed_on:
        signed = reply.changes.filter(move="sign").values("at")[:1]
        opinions = opinions.filter(changes__move="sign", changes__at__lte=signed)
    return opinions.select_related("assignment__unit")


def _contact(reply):
    if not reply.contact_person:
        return ""
    return _("Contact: %(person)s, phone %(phone)s") % {
        "person": reply.contact_person,
        "phone": reply.contact_phone,
    }
