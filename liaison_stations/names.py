"""What a station is called: in one spelling, and by the names that stations had before (D3.1)."""

import re

from common.text import INVISIBLE, half_width

from .models import Station

K = Station.Kind
# The end of a name, today's and former ones: 城南街道人大代表工作室 is 城南街道代表联络站
ENDINGS = (
    (K.POINT, ("联络点", "联系点", "服务点", "点")),
    (K.HOME, ("代表之家", "之家", "中心站", "家")),
    (K.STATION, ("联络工作站", "联络站", "联系站", "工作站", "工作室", "联络室", "接待室", "站")),
)


def spelt(text: str) -> str:
    """A name without the padding of Chinese tables."""
    text = str(text or "").translate(INVISIBLE)
    return " ".join(text.split()) if re.search(r"[A-Za-z]", text) else "".join(text.split())


def kind_of(text: str) -> str:
    """The kind that a word or a name ends in; empty where none is told."""
    text = re.sub(r"\(.*?\)", "", half_width(spelt(text)))
    for kind, endings in ENDINGS:
        if text.endswith(endings):
            return kind
    return ""


def key_of(name: str) -> str:
    """What is left of a name that its former spellings share: the place, and the kind."""
    plain = re.sub(r"[\s()·\-]", "", half_width(spelt(name)))
    for kind, endings in ENDINGS:
        for ending in endings:
            if plain.endswith(ending):
                return f"{_place(plain.removesuffix(ending))}:{kind}"
    return _place(plain)


def _place(text):
    return re.sub(r"(人民代表大会|人大)?代表$|人大$", "", text.removeprefix("新余市"))


class Known:
    """Stations by their names."""

    def __init__(self, stations):
        self.by_name, self.by_key = {}, {}
        for station in stations:
            self.add(station)

    def add(self, station):
        self.by_name[station.name] = station
        self.by_key.setdefault(key_of(station.name), []).append(station)

    def called(self, name: str) -> list:
        """The station of exactly this name, else all that were once called so."""
        name = spelt(name)
        if name in self.by_name:
            return [self.by_name[name]]
        return self.by_key.get(key_of(name), [])
