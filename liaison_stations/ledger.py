"""The ledger of receptions (接待登记台账) as the table offices keep: one row a visitor, in the order of D8.2."""

from django.utils.translation import gettext_lazy, pgettext_lazy
from import_export.fields import Field

from common.import_admin import SheetResource
from common.text import masked

from .models import Opinion


class VisitorLedger(SheetResource):
    """Of the receptions that are shown. Phone numbers are masked: a table is passed on."""

    title = gettext_lazy("Ledger of receptions")

    row = Field(column_name=pgettext_lazy("ledger", "Row"))
    day = Field("reception__day", pgettext_lazy("ledger", "Day"))
    station = Field("station__name", pgettext_lazy("ledger", "Station"))
    deputies = Field(column_name=pgettext_lazy("ledger", "Deputies who received"))
    name = Field("name", pgettext_lazy("ledger", "Visitor"))
    phone = Field(column_name=pgettext_lazy("ledger", "Telephone"))
    text = Field("text", pgettext_lazy("ledger", "What was said"))
    category = Field(column_name=pgettext_lazy("ledger", "Kind"))
    route = Field("get_route_display", pgettext_lazy("ledger", "Dealt with"))
    units = Field(column_name=pgettext_lazy("ledger", "Departments"))
    result = Field("get_solved_display", pgettext_lazy("ledger", "Result"))
    answered = Field("answered_on", pgettext_lazy("ledger", "Answered on"))
    verdict = Field("get_verdict_display", pgettext_lazy("ledger", "Rating"))

    def export(self, queryset=None, **kwargs):
        self.rows_so_far = 0
        visitors = Opinion.objects.filter(reception__in=queryset.order_by().values("pk"))
        visitors = visitors.select_related("station", "reception", "category")
        visitors = visitors.prefetch_related("reception__attendances__deputy", "dispatches__unit")
        return super().export(visitors.order_by("reception__day", "pk"), **kwargs)

    def dehydrate_row(self, opinion):
        self.rows_so_far += 1
        return self.rows_so_far

    def dehydrate_deputies(self, opinion):
        came = [row.deputy for row in opinion.reception.attendances.all() if row.came_at]
        return "、".join(map(str, came))

    def dehydrate_phone(self, opinion):
        return masked(opinion.phone)

    def dehydrate_category(self, opinion):
        return str(opinion.category or "")

    def dehydrate_units(self, opinion):
        return "、".join(dict.fromkeys(str(order.unit) for order in opinion.dispatches.all()))
