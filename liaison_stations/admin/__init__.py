"""The staff area's screens of stations: one module per noun. They only translate between HTTP and ``actions``."""

from . import plans, receptions, stations

__all__ = ["plans", "receptions", "stations"]
