"""Who may see and who may act. Not to be known about is 404, to be seen but not touched is 403."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.functional import SimpleLazyObject

from . import memory


def require(user, permission: str, record=None) -> None:
    """Raise ``PermissionDenied`` (403) unless ``user`` has ``permission`` on ``record``."""
    if not user.has_perm(permission, record):
        raise PermissionDenied


def found(queryset, user, **lookup):
    """The one record of ``queryset`` that ``user`` may know about, or 404."""
    return get_object_or_404(queryset.visible_to(user), **lookup)


def known(name, queryset, pk):
    """The record of ``queryset``, which everybody may know about, or 404; read once a change.

    ``name`` tells one such queryset from another.
    """
    return memory.packed((f"known {name}", pk), lambda: get_object_or_404(queryset, pk=pk))


def read_later(queryset, pk):
    """The record, read when something of it is drawn: where all that a page shows of it is kept, it is not read at all.

    Whether the visitor may know about it has been asked before.
    """
    return SimpleLazyObject(lambda: get_object_or_404(queryset, pk=pk))
