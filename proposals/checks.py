"""What is looked at before a suggestion is sent, and told to its author (D1.3, D1.4). The office decides, never this."""

import re
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.text import IDENTITY, MOBILE

from .models import Suggestion

Rejection = Suggestion.Rejection
LEAST_REQUEST = 15  # characters; “do something about it” is no request (inferred)

# words that make somebody who reads many of them look twice, and the reason of D1.4 they may point to
HINTS = (
    (Rejection.PERSONAL, r"(本人|我家|我的(亲属|亲戚|家人|子女|父母))(?!认为|建议|代表)"),
    (Rejection.FORWARDED, r"(群众来信|信访件|上访信|转交.{0,6}信件)"),
    (Rejection.CASE, r"(一审|二审|判决|裁定|仲裁|立案侦查|在审案件)"),
    (Rejection.TENDER, r"(中标|指定.{0,8}(公司|企业)|由.{2,20}公司承建)"),
    (Rejection.ACCUSATION, r"(举报|检举|控告|申诉)"),
    (Rejection.ADVERT, r"(广告|推广我|我公司产品|专利产品)"),
    (Rejection.CONSULTATION, r"(咨询|请问).{0,20}(法律|政策)"),
)
SECRET = re.compile(r"(秘密|机密|绝密)[★☆]|(秘密|机密|绝密)(级|文件)")
FORMS = re.compile(r"(请示|报告|函|信)$")
NUMBERED = re.compile(r"关于.{2,30}(以及|并|、).{2,30}(以及|并|、).{2,30}的")


@dataclass(frozen=True)
class Finding:
    """One remark; ``blocks``: it cannot be sent like this. ``field`` is where it is."""

    text: str
    field: str = ""
    blocks: bool = False


def findings(suggestion) -> list[Finding]:
    """Everything worth saying about the text as it stands, what blocks first."""
    found = [*_missing(suggestion), *_unfit(suggestion), *_hints(suggestion)]
    return sorted(found, key=lambda finding: not finding.blocks)


def _missing(suggestion):
    for field, sentence in (
        ("title", _("Give it a title that names the matter.")),
        ("facts", _("Describe the facts: what is wrong, where, since when.")),
        ("request", _("Say what is asked for: who should do what.")),
        ("category", _("Choose the category.")),
    ):
        if not getattr(suggestion, f"{field}_id" if field == "category" else field):
            yield Finding(sentence, field, blocks=True)
    if not suggestion.reasons:
        yield Finding(
            _("No reasons are given. Facts, reasons and request belong to a suggestion."), "reasons"
        )
    if 0 < len(suggestion.request) < LEAST_REQUEST:
        yield Finding(_("The request is very short. Say who should do what."), "request")
    if suggestion.wish == "none" and not suggestion.wish_reason:
        yield Finding(_("Say why it should not be published."), "wish_reason", blocks=True)


def _unfit(suggestion):
    whole = _whole(suggestion)
    if SECRET.search(whole):
        yield Finding(
            _("This portal must hold nothing classified. Hand such a suggestion in on paper."), blocks=True
        )
    if MOBILE.search(whole) or IDENTITY.search(whole):
        yield Finding(
            _("There is a phone or identity number in the text. Take it out; the text may be published."),
            blocks=True,
        )
    if FORMS.search(suggestion.title):
        yield Finding(
            _("A suggestion is called 建议, not a report, letter or request for instructions."), "title"
        )
    if NUMBERED.search(suggestion.title):
        yield Finding(_("One matter in one suggestion (一事一议). Are these several?"), "title")


def _hints(suggestion):
    whole = _whole(suggestion)
    for reason, words in HINTS:
        if hit := re.search(words, whole):
            yield Finding(
                format_lazy(
                    _("“{words}”: could it be refused as {reason}?"), words=hit[0], reason=reason.label
                )
            )


def _whole(suggestion):
    return "\n".join((suggestion.title, suggestion.facts, suggestion.reasons, suggestion.request))
