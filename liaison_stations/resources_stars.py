"""The round as the sheet offices keep (星级评定表, D8.2 no. 8): points by group, stars before and proposed, who said what."""

from django.utils.translation import gettext_lazy
from import_export.fields import Field

from common.import_admin import SheetResource

from .models import Criterion

MOVES = {"promote": "升", "first_award": "升", "keep": "保", "demote": "降", "revoke": "撤", "merge": "撤"}


class StarResource(SheetResource):
    """One row a station; the columns of groups are those of the sheets in the list."""

    title = gettext_lazy("Sheet of star ratings")

    station = Field("station__name", "站点")
    total = Field("score", "总分")
    before = Field("get_old_stars_display", "上年星级")
    proposed = Field("get_new_stars_display", "拟定星级")
    move = Field(column_name="变动(升/保/降/撤)")
    county = Field(column_name="县区意见")
    city = Field(column_name="市意见")

    def filter_export(self, queryset, **kwargs):
        return queryset.select_related("station", "scheme").prefetch_related("scores__criterion", "changes")

    def export(self, queryset=None, **kwargs):
        self.groups = {f"group_{n}": GroupField(group) for n, group in enumerate(self._groups(queryset))}
        self.fields |= self.groups
        return super().export(queryset, **kwargs)

    def get_export_order(self):
        return [
            "station",
            *getattr(self, "groups", ()),
            "total",
            "before",
            "proposed",
            "move",
            "county",
            "city",
        ]

    def dehydrate_move(self, review):
        return MOVES.get(review.move, "")

    def dehydrate_county(self, review):
        return _said(review, "check")

    def dehydrate_city(self, review):
        return review.reason or _said(review, "decide")

    def _groups(self, queryset):
        schemes = queryset.order_by().values("scheme")
        rows = Criterion.objects.filter(scheme__in=schemes).exclude(source=Criterion.Source.VETO)
        return list(
            dict.fromkeys(rows.order_by("-scheme__year", "display_order").values_list("group", flat=True))
        )


class GroupField(Field):
    """The points of one group of criteria."""

    def __init__(self, group):
        super().__init__(column_name=group)
        self.group = group

    def export(self, instance, **kwargs):
        rows = [row for row in instance.scores.all() if row.criterion.group == self.group]
        given = [row.points for row in rows if row.points is not None]
        return sum(given) if given else ""


def _said(review, move):
    return next((change.note for change in review.changes.all() if change.move == move), "")
