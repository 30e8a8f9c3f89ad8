"""The units and sign-ins of the demonstration. People are invented; every account has the one password below."""

import csv
import datetime as dt
from pathlib import Path

from simple_history.utils import bulk_create_with_history

from . import actions
from .models import Area, Role, Unit, UnitAlias, User

PASSWORD = "Sample-city-pass"  # noqa: S105 printed by ``manage.py demo``; nothing else makes an account with it
UNITS = Path(__file__).parent / "data" / "demo-units.csv"
CITY = "3605"
TOWNS = (Area.Kind.STREET, Area.Kind.TOWN, Area.Kind.TOWNSHIP)
COUNTY_GOVERNMENTS = {"360502": "渝水区人民政府", "360521": "分宜县人民政府"}
MOBILE_BLOCKS = (138, 139, 137, 136, 135, 134, 150, 151, 152, 157, 158, 159, 182, 183, 187, 188)
NEXT_PHONE = 1000  # those below are for the people here

SUPERUSER = ("super", "严知行")
# user name, name, role, unit or area it is for
SIGN_INS = [
    ("office", "周砚秋", Role.OFFICE, ""),
    ("committee", "简文澜", Role.COMMITTEE, "环境与资源保护委员会"),
    ("county", "敖春林", Role.COUNTY_OFFICE, "渝水区"),
    ("township", "晏小禾", Role.TOWNSHIP_OFFICE, "城北街道"),
    ("government", "傅景明", Role.GOVERNMENT_OFFICE, "市政府办"),
    ("unit", "廖雨桐", Role.UNIT_OFFICER, "市住建局"),
    ("signer", "章立本", Role.UNIT_SIGNER, "市住建局"),
    ("leader", "黎宗岳", Role.LEADER, ""),
    ("auditor", "龚静姝", Role.AUDITOR, ""),
    ("system", "路明川", Role.SYSTEM_ADMIN, ""),
    ("security", "尹守正", Role.SECURITY_ADMIN, ""),
]


def build(random, scale: int) -> None:
    _units()
    _town_offices()
    username, name = SUPERUSER
    admin = User.objects.create_superuser(username, PASSWORD, name=name, phone=phone(0))
    enter_people([(username, name, phone(n)) for n, (username, name, *_place) in enumerate(SIGN_INS, 1)])
    for username, _name, role, place in SIGN_INS:
        area = Area.objects.inside(CITY).filter(name=place).first()
        unit = Unit.objects.named(place).get() if place and not area else None
        actions.grant(User.objects.get(username=username), role=role, unit=unit, area=area, by=admin)


def enter_people(people) -> None:
    """Accounts for ``(user name, name, phone)``. The password was hashed once, as hashing is slow by intent."""
    password = User.objects.get(username=SUPERUSER[0]).password
    users = [
        User(username=username, name=name, phone=phone, password=password) for username, name, phone in people
    ]
    bulk_create_with_history(users, User)


def phone(n: int) -> str:
    """The ``n``-th invented mobile number: well-formed, and always with the city's area code 0790 in the middle."""
    block, last = divmod(n, 10_000)
    return f"{MOBILE_BLOCKS[block % len(MOBILE_BLOCKS)]}0790{last:04}"


def _units():
    """The city's units, each also under its name without the city's; renamed ones under the former name until then."""
    city, made = Area.objects.get(code=CITY), {}
    areas = {name: Area.objects.get(code=code) for code, name in COUNTY_GOVERNMENTS.items()}
    with UNITS.open(encoding="utf-8", newline="") as file:
        for order, row in enumerate(csv.DictReader(file), 1):
            name = row["name"]
            unit = made[name] = Unit.objects.create(
                name=name,
                short_name=row["short_name"],
                kind=row["kind"],
                area=areas.get(name, city),
                superior=made.get(row["superior"]),
                display_order=order * 10,
            )
            if row["former_name"]:
                _aliases(unit, row["former_name"], until=dt.date.fromisoformat(row["renamed_on"]))
            _aliases(unit, name)


def _aliases(unit, name, until=None):
    names = {name, f"市{name.removeprefix('新余市')}"} if name.startswith("新余市") else {name}
    for other in sorted(names - {unit.name, unit.short_name}):
        UnitAlias.objects.create(unit=unit, name=other, until=until)


def _town_offices():
    """One for each street, town and township."""
    for code, government in COUNTY_GOVERNMENTS.items():
        superior = Unit.objects.get(name=government)
        for area in Area.objects.inside(code).filter(kind__in=TOWNS):
            office = "办事处" if area.kind == Area.Kind.STREET else "人民政府"
            Unit.objects.create(
                name=f"{superior.area}{area}{office}",
                short_name=area.name,
                kind=Unit.Kind.LOCAL,
                area=area,
                superior=superior,
            )
