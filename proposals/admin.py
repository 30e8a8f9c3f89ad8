"""Suggestions in the staff area."""

from django.contrib import admin

from common.staff import MovesMixin, RecordedAdmin

from .actions import suggestions
from .models import Suggestion


@admin.register(Suggestion)
class SuggestionAdmin(MovesMixin, RecordedAdmin):
    move_actions = suggestions
    list_display = ("number", "title", "lead", "state")
    list_filter = ("state",)
