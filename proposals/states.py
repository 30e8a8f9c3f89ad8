"""When: the life of a suggestion (D1.19), of the part each unit has in it, and of what belongs to them.

A suggestion follows its units: what is ``automatic`` there happens when the last of them has taken the step.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.workflow import Move


class SuggestionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    COSIGNING = "cosigning", _("collecting co-signers")
    SUBMITTED = "submitted", _("waiting for review")
    RETURNED = "returned", _("returned for revision")
    NOT_ACCEPTED = "not_accepted", _("not accepted")
    REFERRED = "referred", _("referred to a deputy of a higher level")
    REGISTERED = "registered", _("registered, to be assigned")
    ASSIGNED = "assigned", _("assigned, to be signed for")
    HANDLING = "handling", pgettext_lazy("suggestion", "being handled")
    REPLIED = "replied", _("replied, to be rated")
    REHANDLING = "rehandling", _("being handled again")
    CONCLUDED = "concluded", _("concluded")
    ARCHIVED = "archived", _("archived")
    WITHDRAWN = "withdrawn", pgettext_lazy("suggestion", "withdrawn")


S = SuggestionState
WITH_AUTHOR = frozenset({S.DRAFT, S.COSIGNING, S.RETURNED})  # whoever wrote it may still change the text
AUTOSAVED = frozenset(
    {S.DRAFT, S.RETURNED}
)  # nobody is asked about the text as it stands, so it may be saved at every pause
WITH_UNITS = frozenset({S.ASSIGNED, S.HANDLING, S.REHANDLING})  # somebody owes a reply
ANSWERED = frozenset({S.REPLIED, S.REHANDLING, S.CONCLUDED, S.ARCHIVED})
KNOWN_TO_UNITS = WITH_UNITS | ANSWERED
SUGGESTION_MOVES = {
    "invite": Move(frozenset({S.DRAFT, S.COSIGNING, S.RETURNED}), S.COSIGNING, _("Ask for co-signers")),
    "submit": Move(WITH_AUTHOR, S.SUBMITTED, pgettext_lazy("suggestion", "Submit")),
    "send_back": Move(frozenset({S.SUBMITTED}), S.RETURNED, _("Return for revision"), needs_note=True),
    "reject": Move(frozenset({S.SUBMITTED}), S.NOT_ACCEPTED, _("Do not accept"), needs_note=True),
    "refer": Move(frozenset({S.SUBMITTED}), S.REFERRED, _("Refer to a higher deputy"), needs_note=True),
    "register": Move(frozenset({S.SUBMITTED}), S.REGISTERED, pgettext_lazy("suggestion", "Register")),
    "assign": Move(frozenset({S.REGISTERED}), S.ASSIGNED, pgettext_lazy("suggestion", "Assign")),
    "begin": Move(frozenset({S.ASSIGNED}), S.HANDLING, _("All units have signed"), automatic=True),
    "reassign": Move(frozenset({S.HANDLING}), S.ASSIGNED, _("Another unit has to sign"), automatic=True),
    "answer": Move(WITH_UNITS, S.REPLIED, _("All units have replied"), automatic=True),
    "rehandle": Move(
        frozenset({S.REPLIED, S.CONCLUDED}), S.REHANDLING, _("Have it handled again"), needs_note=True
    ),
    "conclude": Move(frozenset({S.REPLIED}), S.CONCLUDED, _("Conclude"), automatic=True),
    "archive": Move(frozenset({S.CONCLUDED}), S.ARCHIVED, pgettext_lazy("suggestion", "Archive")),
    "withdraw": Move(  # D1.5: not after a reply
        frozenset({S.COSIGNING, S.SUBMITTED, S.RETURNED, S.REGISTERED, S.ASSIGNED, S.HANDLING}),
        S.WITHDRAWN,
        pgettext_lazy("suggestion", "Withdraw"),
        needs_note=True,
    ),
}


class CoSignatureState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("co-signer", "asked")
    AGREED = "agreed", pgettext_lazy("co-signer", "co-signs")
    DECLINED = "declined", pgettext_lazy("co-signer", "declined")


class AssignmentState(models.TextChoices):
    PENDING = "pending", _("to be signed for")
    RETURN_ASKED = "return_asked", _("asks to be relieved")
    HANDLING = "handling", pgettext_lazy("unit", "handling")
    REVIEW = "review", _("reply waits for sign-off")
    REPLIED = "replied", pgettext_lazy("unit", "replied")
    RELIEVED = "relieved", pgettext_lazy("unit", "relieved")
    CLOSED = "closed", _("ended with the suggestion")


A = AssignmentState
WORKING = frozenset({A.PENDING, A.RETURN_ASKED, A.HANDLING, A.REVIEW})  # the unit's clock runs
TAKING_PART = WORKING | {A.REPLIED}
ASSIGNMENT_MOVES = {
    "sign": Move(frozenset({A.PENDING}), A.HANDLING, _("Sign for it")),
    "hand_back": Move(frozenset({A.PENDING, A.HANDLING}), A.RETURN_ASKED, _("Hand it back"), needs_note=True),
    "keep": Move(frozenset({A.RETURN_ASKED}), A.PENDING, _("It stays with this unit"), needs_note=True),
    "replace": Move(
        frozenset({A.PENDING, A.RETURN_ASKED, A.HANDLING}),
        A.RELIEVED,
        _("Give it to another unit"),
        needs_note=True,
    ),
    "present": Move(frozenset({A.HANDLING}), A.REVIEW, _("Send the reply to sign-off"), automatic=True),
    "take_back": Move(frozenset({A.REVIEW}), A.HANDLING, _("Back to the desk"), automatic=True),
    "reply": Move(frozenset({A.REVIEW}), A.REPLIED, _("Sign the reply"), automatic=True),
    "rehandle": Move(frozenset({A.REPLIED}), A.HANDLING, _("Handle again"), automatic=True),
    "close": Move(WORKING, A.CLOSED, _("End with the suggestion"), automatic=True),
}


class ExtensionState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("extension", "waiting")
    GRANTED = "granted", pgettext_lazy("extension", "granted")
    REFUSED = "refused", pgettext_lazy("extension", "refused")
    MOOT = "moot", pgettext_lazy("extension", "no longer needed")


E = ExtensionState
EXTENSION_MOVES = {
    "grant": Move(frozenset({E.WAITING}), E.GRANTED, pgettext_lazy("extension", "Grant")),
    "refuse": Move(frozenset({E.WAITING}), E.REFUSED, pgettext_lazy("extension", "Refuse"), needs_note=True),
    "drop": Move(frozenset({E.WAITING}), E.MOOT, _("The part has ended"), automatic=True),
}


class ReplyState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("reply", "draft")
    REVIEW = "review", pgettext_lazy("reply", "waits for sign-off")
    SIGNED = "signed", pgettext_lazy("reply", "signed")


R = ReplyState
REPLY_MOVES = {
    "present": Move(frozenset({R.DRAFT}), R.REVIEW, _("Send to sign-off")),
    "send_back": Move(frozenset({R.REVIEW}), R.DRAFT, _("Back to the desk"), needs_note=True),
    "sign": Move(frozenset({R.REVIEW}), R.SIGNED, _("Sign the reply")),
}


class CommitmentState(models.TextChoices):
    PROPOSED = "proposed", _("in a reply not signed yet")
    TRACKING = "tracking", _("being tracked")
    DONE = "done", _("reported as fulfilled")
    FULFILLED = "fulfilled", _("fulfilled and verified")
    FAILED = "failed", _("not kept")


C = CommitmentState
PUBLIC_COMMITMENTS = frozenset({C.TRACKING, C.DONE, C.FULFILLED, C.FAILED})
OPEN_COMMITMENTS = frozenset({C.TRACKING, C.DONE})
COMMITMENT_MOVES = {
    "promise": Move(frozenset({C.PROPOSED}), C.TRACKING, _("Promised with the signed reply"), automatic=True),
    "report": Move(frozenset({C.TRACKING}), C.DONE, _("Report as fulfilled"), needs_note=True),
    "verify": Move(frozenset({C.DONE}), C.FULFILLED, _("Verified on the spot"), needs_note=True),
    "doubt": Move(frozenset({C.DONE}), C.TRACKING, _("Not fulfilled yet"), needs_note=True),
    "fail": Move(OPEN_COMMITMENTS, C.FAILED, _("It will not be kept"), needs_note=True),
    "resume": Move(frozenset({C.FAILED}), C.TRACKING, _("Track it again"), needs_note=True),
}


class TopicState(models.TextChoices):
    OFFERED = "offered", _("offered, not decided yet")
    LISTED = "listed", _("on the topic list")
    DECLINED = "declined", _("not put on the list")


TOPIC_MOVES = {
    "enlist": Move(frozenset({TopicState.OFFERED}), TopicState.LISTED, _("Put on the topic list")),
    "decline": Move(
        frozenset({TopicState.OFFERED}), TopicState.DECLINED, _("Do not put on the list"), needs_note=True
    ),
}


class ClaimState(models.TextChoices):
    CLAIMED = "claimed", pgettext_lazy("claim", "topic taken")
    RESEARCHING = "researching", _("being researched")
    FILED = "filed", _("became a suggestion")
    RELEASED = "released", _("given back")


T = ClaimState
HELD_CLAIMS = frozenset({T.CLAIMED, T.RESEARCHING, T.FILED})
CLAIM_MOVES = {
    "research": Move(frozenset({T.CLAIMED}), T.RESEARCHING, _("Begin the research")),
    "file": Move(frozenset({T.CLAIMED, T.RESEARCHING}), T.FILED, _("Write the suggestion")),
    "release": Move(frozenset({T.CLAIMED, T.RESEARCHING}), T.RELEASED, _("Give the topic back")),
    "reopen": Move(frozenset({T.FILED}), T.RESEARCHING, _("The draft was deleted"), automatic=True),
}


class KeyItemState(models.TextChoices):
    SUPERVISED = "supervised", _("under supervision")
    CLOSED = "closed", pgettext_lazy("key item", "closed with a report")


K = KeyItemState
KEY_ITEM_MOVES = {
    "close": Move(frozenset({K.SUPERVISED}), K.CLOSED, _("Close with a report")),
}
