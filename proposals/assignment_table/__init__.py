"""The table by which suggestions are given to units: what it is compared with, what a row says, and what it does."""

from .table import AssignmentTable

__all__ = ["AssignmentTable"]
