"""Suggestions in the staff area: one module per noun. The screens only translate between HTTP and ``actions``."""

from . import assignments, commitments, keyitems, replies, suggestions, topics

__all__ = ["assignments", "commitments", "keyitems", "replies", "suggestions", "topics"]
