"""Stations, receptions, opinions, plans and stars (D3)."""

from .answers import HeldWord, OpinionAnswer, OpinionPicture, OpinionRating
from .dispatches import Dispatch, DispatchChange, DispatchPicture
from .opinions import CODE_LENGTH, TEXT_LIMIT, Opinion, OpinionChange, veiled_name
from .receptions import Attendance, Reception, ReceptionChange, ReceptionRule, clock_day
from .records import EventPicture, StationEvent, StationPlan, StationPlanChange
from .stars import (
    Criterion,
    Rectification,
    ReviewScore,
    Reward,
    Scheme,
    StarMove,
    StarObjection,
    StarRecord,
    StarReview,
    StarReviewChange,
)
from .stations import (
    Residency,
    Star,
    Station,
    StationChange,
    StationPost,
    below,
    current,
    posts_of,
    stations_of,
)

__all__ = [
    "CODE_LENGTH",
    "TEXT_LIMIT",
    "Attendance",
    "Criterion",
    "Dispatch",
    "DispatchChange",
    "DispatchPicture",
    "EventPicture",
    "HeldWord",
    "Opinion",
    "OpinionAnswer",
    "OpinionChange",
    "OpinionPicture",
    "OpinionRating",
    "Reception",
    "ReceptionChange",
    "ReceptionRule",
    "Rectification",
    "Residency",
    "ReviewScore",
    "Reward",
    "Scheme",
    "Star",
    "StarMove",
    "StarObjection",
    "StarRecord",
    "StarReview",
    "StarReviewChange",
    "Station",
    "StationChange",
    "StationEvent",
    "StationPlan",
    "StationPlanChange",
    "StationPost",
    "below",
    "clock_day",
    "current",
    "posts_of",
    "stations_of",
    "veiled_name",
]
