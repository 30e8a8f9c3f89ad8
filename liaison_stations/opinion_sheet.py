"""Opinions as the table offices keep (群众意见, D8.1), with masked phone numbers."""

from django.utils import timezone
from django.utils.translation import gettext_lazy
from import_export.fields import Field

from common.import_admin import SheetResource
from common.text import masked, without_numbers

from . import states


class OpinionResource(SheetResource):
    title = gettext_lazy("Citizens' opinions")

    code = Field("code", "编号")
    name = Field("name", "提出人")
    came = Field(column_name="提出时间")
    phone = Field(column_name="提出人联系方式")
    place = Field("station__name", "提出地点")
    deputy = Field(column_name="接收代表")
    body = Field(column_name="接收代表所属机构")
    answered = Field(column_name="是否回复")
    text = Field(column_name="意见内容")
    where = Field(column_name="意见地点")
    channel = Field("get_channel_display", "来源")
    category = Field(column_name="类别")
    state = Field("get_state_display", "状态")
    route = Field("get_route_display", "处理方式")
    answered_on = Field("answered_on", "答复日期")
    verdict = Field("get_verdict_display", "满意度")

    def filter_export(self, queryset, **kwargs):
        return queryset.select_related("station__area", "area", "deputy", "category")

    def dehydrate_came(self, opinion):
        return timezone.localdate(opinion.came_at)

    def dehydrate_phone(self, opinion):
        return masked(opinion.phone)

    def dehydrate_deputy(self, opinion):
        return str(opinion.deputy or "")

    def dehydrate_body(self, opinion):
        return opinion.station.name if opinion.deputy else ""

    def dehydrate_answered(self, opinion):
        return "是" if opinion.state in states.TOLD else "否"

    def dehydrate_text(self, opinion):
        return without_numbers(opinion.text)

    def dehydrate_where(self, opinion):
        return str(opinion.area)

    def dehydrate_category(self, opinion):
        return str(opinion.category or "")
