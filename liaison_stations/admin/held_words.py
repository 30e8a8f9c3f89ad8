"""The list of words that have an online message looked at before anybody else reads it."""

from django.contrib import admin

from common.staff import RecordedAdmin

from ..models import HeldWord


@admin.register(HeldWord)
class HeldWordAdmin(RecordedAdmin):
    list_display = ("word",)
    search_fields = ("word",)
    fields = ("word",)
