"""So many rows as only a hundred cities or a thousand years would make, for load tests: copied inside the database.

A plan says what is copied: its models, and of each the columns that must differ, in SQL where ``n`` is the round. The
rest follows from the models: a key moves by :data:`STEP` with each round, a reference within the plan leads to the copy of
the same round, and every other column stays. So days, states and histories of a copy agree with each other as those
it was made of do, and what is not copied (units, committees, groups, sessions, topics) has so many times as much.
"""

from contextlib import contextmanager, nullcontext

from django.core.management.color import no_style
from django.db import connection, transaction

from accounts.models import User
from common import audit_chain
from common.audit_models import AuditEntry
from deputies.models import Consent, Correction, CorrectionChange, Deputy, Mandate, MandateChange
from liaison_stations.models import (
    Attendance,
    Dispatch,
    DispatchChange,
    DispatchPicture,
    EventPicture,
    Opinion,
    OpinionAnswer,
    OpinionChange,
    OpinionPicture,
    OpinionRating,
    Reception,
    ReceptionChange,
    ReceptionRule,
    Rectification,
    Residency,
    ReviewScore,
    StarObjection,
    StarRecord,
    StarReview,
    StarReviewChange,
    Station,
    StationChange,
    StationEvent,
    StationPlan,
    StationPlanChange,
    StationPost,
)
from notices.models import Attempt, Delivery, Notice
from proposals.models import (
    Assignment,
    AssignmentChange,
    ClassStep,
    Commitment,
    CommitmentChange,
    Consultation,
    CoSignature,
    Extension,
    ExtensionChange,
    Progress,
    Rating,
    Reply,
    ReplyChange,
    ReplyFile,
    Suggestion,
    SuggestionChange,
    SuggestionFile,
    Urging,
)

STEP = 1_000_000  # between the keys of a record and of its next copy
NUMBERS = 1000  # more than the suggestions of a session or a year in the demonstration

PHONE = {"phone_index": "n || substr(phone_index, 8)"}  # nobody else is found, or signs in, by the number
NOBODY = {
    "username": "username || '-' || n",
    "is_staff": "FALSE",
    "is_superuser": "FALSE",
}  # and without a role
KEY = {"key": "key || '.' || n"}
PEOPLE = {
    User: PHONE | NOBODY,
    Deputy: PHONE,
    Mandate: {"card_no": "card_no || '-' || n"},
    MandateChange: {},
    Consent: {},
    Correction: {},
    CorrectionChange: {},
}
SUGGESTIONS = {
    Suggestion: {"number": f"number + n * {NUMBERS}"},
    SuggestionChange: {},
    SuggestionFile: {},
    CoSignature: {},
    ClassStep: {},
    Assignment: {},
    AssignmentChange: {},
    Extension: {},
    ExtensionChange: {},
    Consultation: {},
    Consultation.deputies.through: {},
    Urging: {},
    Reply: {},
    ReplyChange: {},
    ReplyFile: {},
    Rating: {},
    Commitment: {},
    CommitmentChange: {},
    Progress: {},
    Progress.pictures.through: {},
}
STATIONS = {
    Station: {
        "name": "name || '-' || n",
        "number": "CASE WHEN number = '' THEN '' ELSE number || '-' || n END",
    },
    StationChange: {},
    StationPost: {},
    Residency: {},
    ReceptionRule: {},
    Reception: {},
    Reception.units.through: {},
    ReceptionChange: {},
    Attendance: {},
    Opinion: {"code": "code || '-' || n"},
    OpinionChange: {},
    OpinionPicture: {},
    OpinionAnswer: {},
    OpinionRating: {},
    Dispatch: {},
    DispatchChange: {},
    DispatchPicture: {},
    StationPlan: {},
    StationPlanChange: {},
    StationEvent: {},
    StationEvent.deputies.through: {},
    EventPicture: {},
    StarReview: {},
    StarReviewChange: {},
    ReviewScore: {},
    StarObjection: {},
    StarRecord: {},
    Rectification: {},
}
NOTICES = {Notice: KEY, Delivery: KEY, Attempt: {}}
LOG = {AuditEntry: {"seq": "NULL", "mac": "''"}}  # not sealed yet
PLANS = (PEOPLE, SUGGESTIONS, STATIONS, NOTICES, LOG)


def multiply_all(times: int) -> None:
    """Make ``times`` rows of every row of all plans, each plan for itself: the same people have so many times as much."""
    for plan in PLANS:
        multiply(times, plan)
    audit_chain.seal()


def multiply(times: int, plan: dict) -> None:
    """Make ``times`` rows of every row of the models of ``plan``."""
    quoted, tables = connection.ops.quote_name, [model._meta.db_table for model in plan]
    # in a transaction that wrote before, indexes made anew would serve only the next one
    filled = nullcontext() if connection.in_atomic_block else _checked_at_the_end(tables)
    with transaction.atomic(), connection.cursor() as cursor:
        with filled:
            for model, differing in plan.items():
                cursor.execute(_copying(model, differing, plan), [times - 1])
        for statement in connection.ops.sequence_reset_sql(no_style(), plan):
            cursor.execute(statement)
        for table in tables:
            cursor.execute(f"ANALYZE {quoted(table)}")


def _copying(model, differing, plan) -> str:
    """The statement that makes the rows of all rounds; it takes the number of the last one."""
    quoted = connection.ops.quote_name
    values = {}
    for field in model._meta.local_concrete_fields:
        column = quoted(field.column)
        moves = field.primary_key or field.related_model in plan
        values[column] = differing.get(field.name) or (f"{column} + n * {STEP}" if moves else column)
    table = quoted(model._meta.db_table)
    return (
        f"INSERT INTO {table} ({', '.join(values)})"  # noqa: S608 names of our own models
        " WITH RECURSIVE rounds (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM rounds WHERE n < %s)"
        f" SELECT {', '.join(values.values())} FROM rounds, {table}"
    )


# What takes an index or a check of these tables away, and what puts it back
INDEXES = """
SELECT format('DROP INDEX %%s', indexrelid::regclass), concat_ws('; ', pg_get_indexdef(indexrelid), (
  SELECT string_agg(format('ALTER INDEX %%s ALTER COLUMN %%s SET STATISTICS %%s', indexrelid::regclass, attnum, attstattarget), '; ')
  FROM pg_attribute WHERE attrelid = indexrelid AND attstattarget >= 0))
FROM pg_index WHERE indrelid::regclass::text = ANY(%s)
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
"""
CHECKS = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('f', 'u')
"""


@contextmanager
def _checked_at_the_end(tables):
    """PostgreSQL fills tables several times as fast when it indexes and checks their rows once all are there."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"{INDEXES} UNION ALL {CHECKS}", [tables, tables])
        pairs = cursor.fetchall()
        for take_away, _put_back in pairs:
            cursor.execute(take_away)
        yield
        for _take_away, put_back in pairs:
            cursor.execute(put_back)
