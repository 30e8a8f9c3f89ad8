"""The score sheet of a year as data: 100 points in eight groups, at most 10 of bonus, and what forbids a star (D3.5).

Its texts stand on papers of the office, so they are in Chinese whatever the language of the screen.
"""

from django.db import transaction
from django.forms.models import model_to_dict

from common import audit, clock, preferences

from .models import Criterion, Scheme

Source = Criterion.Source
COMPUTED, EVIDENCE, BONUS, VETO = Source.COMPUTED, Source.EVIDENCE, Source.BONUS, Source.VETO
# group, name, how it is scored, points, source, measure
SHEET = (
    ("阵地建设", "固定场所和牌子", "有固定的活动场所，门口挂牌。", 3, EVIDENCE, ""),
    ("阵地建设", "功能区", "设有接待、议事、展示等功能区。", 3, EVIDENCE, ""),
    ("阵地建设", "制度上墙", "接待、学习、联系群众、意见办理等制度上墙。", 3, EVIDENCE, ""),
    ("阵地建设", "代表信息和二维码公示", "进站代表的信息和站点二维码在站内公示。", 3, EVIDENCE, ""),
    ("阵地建设", "设备", "桌椅、电脑、档案柜等设备齐全。", 3, EVIDENCE, ""),
    ("组织管理", "站长和联络员", "", 3, COMPUTED, "posts"),
    ("组织管理", "代表全部编组进站", "", 3, COMPUTED, "placed"),
    ("组织管理", "年度计划和接待排班公开", "", 4, COMPUTED, "plan"),
    ("接待群众", "按计划开展接待", "", 10, COMPUTED, "receptions"),
    ("接待群众", "代表进站率", "", 6, COMPUTED, "entries"),
    ("接待群众", "接待公告按时发布", "", 4, COMPUTED, "notices"),
    ("活动开展", "学习活动", "", 4, COMPUTED, "study"),
    ("活动开展", "专题活动", "", 8, COMPUTED, "special"),
    ("活动开展", "经验交流", "", 2, COMPUTED, "exchange"),
    ("活动开展", "代表向选民述职", "", 6, COMPUTED, "reports"),
    ("意见办理", "登记完整", "", 4, COMPUTED, "register"),
    ("意见办理", "审核、交办及时", "", 4, COMPUTED, "in_time"),
    ("意见办理", "办结率", "", 8, COMPUTED, "closing"),
    ("意见办理", "群众满意度", "", 4, COMPUTED, "satisfaction"),
    ("台账档案", "接待登记表", "", 2, COMPUTED, "reception_forms"),
    ("台账档案", "活动台账", "", 2, COMPUTED, "activity_ledger"),
    ("台账档案", "意见台账", "", 2, COMPUTED, "opinion_ledger"),
    ("台账档案", "代表履职档案", "", 2, COMPUTED, "deputy_files"),
    ("宣传信息", "信息被采用", "", 4, COMPUTED, "publicity"),
    ("数字应用", "网上留言按时回复", "", 3, COMPUTED, "online"),
    ("加分", "经验在全省推广", "附上级文件或会议材料。", 4, BONUS, ""),
    ("加分", "形成品牌", "附材料。", 2, BONUS, ""),
    ("加分", "评为示范站", "附文件。", 2, BONUS, ""),
    ("加分", "调研报告被采用", "附报告和采用情况。", 2, BONUS, ""),
    ("一票否决", "台账弄虚作假", "当年不评星。", 0, VETO, ""),
    ("一票否决", "有严重投诉并查实", "当年不评星。", 0, VETO, ""),
    ("一票否决", "关站一个季度以上", "当年不评星。", 0, VETO, ""),
)
SETTINGS = {
    "line_five": "station.five_star_line",
    "line_four": "station.four_star_line",
    "line_three": "station.three_star_line",
    "max_step": "station.max_step",
    "rectify_months": "station.rectify_months",
    "publicity_workdays": "station.publicity_workdays",
}


@transaction.atomic
def new_scheme(year: int, *, by) -> Scheme:
    """The sheet of a year: lines, step, quota and days from the office's settings, criteria and rewards from the year before.

    Where no earlier sheet is there, the default one. ``IntegrityError`` where the year has one.
    """
    before = Scheme.objects.filter(year__lt=year).first()
    values = {column: preferences.get(key) for column, key in SETTINGS.items()}
    values["quota_five"] = preferences.get("station.five_star_quota") or None
    if before:
        values["max_bonus"] = before.max_bonus
    scheme = Scheme(year=year, name=f"{year}年度代表联络站星级评定标准", **values)
    scheme._history_user = by
    scheme.save()
    for row in [*_criteria(before), *(before.rewards.all() if before else ())]:
        copy = type(row)(scheme=scheme, **model_to_dict(row, exclude=["id", "scheme"]))
        copy._history_user = by
        copy.save()
    audit.record("record.created", by=by, about=scheme)
    return scheme


def scheme_of(year: int) -> Scheme | None:
    """The sheet by which a year is rated: its own, else the latest before it."""
    return Scheme.objects.filter(year__lte=year).first()


def seed_star_sheet() -> int:
    """Enter the default sheet for this year where there never was one; the number of sheets made."""
    if Scheme.objects.exists() or Scheme.history.exists():
        return 0
    new_scheme(clock.today().year, by=None)
    return 1


def _criteria(before):
    if before:
        return before.criteria.all()
    return [
        Criterion(
            group=group,
            name=name,
            detail=detail,
            points=points,
            source=source,
            measure=measure,
            display_order=10 * n,
        )
        for n, (group, name, detail, points, source, measure) in enumerate(SHEET, 1)
    ]
