"""The staff area's screens of stations: one module per noun. They only translate between HTTP and ``actions``."""

from . import (
    held_words,
    opinions,
    plans,
    receptions,
    rectifications,
    residencies,
    schemes,
    stars,
    stations,
)

__all__ = [
    "held_words",
    "opinions",
    "plans",
    "receptions",
    "rectifications",
    "residencies",
    "schemes",
    "stars",
    "stations",
]
