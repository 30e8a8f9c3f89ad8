"""Terms, committees, groups, deputies and their mandates, and what deputies ask to be corrected."""

from .corrections import Correction, CorrectionChange
from .people import Consent, Deputy, DeputyGroup, Mandate, MandateChange, all_but_the_name
from .terms import Committee, Delegation, Level, Session, Term

__all__ = [
    "Committee",
    "Consent",
    "Correction",
    "CorrectionChange",
    "Delegation",
    "Deputy",
    "DeputyGroup",
    "Level",
    "Mandate",
    "MandateChange",
    "Session",
    "Term",
    "all_but_the_name",
]
