"""Deputies as the roster table offices keep (D8.2); what is exported can be imported again and changes nothing."""

from import_export.fields import Field

from common.import_admin import SheetResource
from common.text import masked, veiled

from .roster import RosterSheet


def _column(column, attribute=None):
    return Field(attribute, column.label)


class RosterResource(SheetResource):
    """One row a deputy, of the city mandate or else the highest; phones and addresses masked for who may not see them."""

    title = RosterSheet.label

    card_no = _column(RosterSheet.CARD)
    name = _column(RosterSheet.NAME, "name")
    sex = _column(RosterSheet.SEX, "get_sex_display")
    ethnicity = _column(RosterSheet.ETHNICITY, "ethnicity")
    birth = _column(RosterSheet.BIRTH)
    native_place = _column(RosterSheet.NATIVE, "native_place")
    party = _column(RosterSheet.PARTY, "party")
    education = _column(RosterSheet.EDUCATION, "education")
    degree = _column(RosterSheet.DEGREE, "degree")
    post = _column(RosterSheet.POST, "post")
    category = _column(RosterSheet.CATEGORY, "category")
    delegation = _column(RosterSheet.DELEGATION)
    group = _column(RosterSheet.GROUP)
    station_name = _column(RosterSheet.STATION)
    phone = _column(RosterSheet.PHONE)
    address = _column(RosterSheet.ADDRESS)

    def export_resource(self, instance, **kwargs):
        instance.roster_mandate = next(
            (m for m in instance.shown_mandates if m.level == "city"),
            next(iter(instance.shown_mandates), None),
        )
        return super().export_resource(instance, **kwargs)

    def dehydrate_sex(self, deputy):
        return "女" if deputy.sex == deputy.Sex.FEMALE else "男"

    def dehydrate_birth(self, deputy):
        if not deputy.birth_month:
            return str(deputy.birth_year or "")
        return f"{deputy.birth_year}.{deputy.birth_month:02}"

    def dehydrate_phone(self, deputy):
        if self.may_see(deputy):
            return "、".join(filter(None, (deputy.phone, deputy.landline)))
        return masked(deputy.phone)

    def dehydrate_address(self, deputy):
        return deputy.address if self.may_see(deputy) else veiled(deputy.address)

    def may_see(self, deputy) -> bool:
        return bool(self.user and self.user.has_perm("deputies.view_phone_deputy", deputy))

    def dehydrate_card_no(self, deputy):
        return _of_mandate(deputy, "card_no")

    def dehydrate_delegation(self, deputy):
        return _of_mandate(deputy, "delegation")

    def dehydrate_group(self, deputy):
        return _of_mandate(deputy, "group")

    def dehydrate_station_name(self, deputy):
        return _of_mandate(deputy, "station_name")


def _of_mandate(deputy, name) -> str:
    return str(getattr(deputy.roster_mandate, name, None) or "")
