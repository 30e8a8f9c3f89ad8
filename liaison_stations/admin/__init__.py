"""The staff area's screens of stations: one module per noun. They only translate between HTTP and ``actions``."""

from . import held_words, opinions, plans, receptions, residencies, stars, stations

__all__ = ["held_words", "opinions", "plans", "receptions", "residencies", "stars", "stations"]
