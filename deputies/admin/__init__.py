"""Deputies in the staff area: one module per subject; each screen registers itself."""

from . import corrections, people, terms

__all__ = ["corrections", "people", "terms"]
