"""What is due at stations and not yet told; one module for each subject.

A daily job asks each question anew, so it may run late, twice, or after weeks. Each reminder has a stage in its key: who was
told of a stage is not told again.
"""

import datetime as dt

from common.text import in_office_language

from . import opinions, plans, receptions, stars

PARTS = (opinions.remind, receptions.remind, plans.remind, stars.remind)


@in_office_language
def remind(now: dt.datetime) -> dict:
    """Tell everybody what waits for them on this day; ``{what: people told}``."""
    told: dict = {}
    for part in PARTS:
        told |= part(now)
    return told
