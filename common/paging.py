"""Pages of long lists that stay as fast at the end as at the beginning: by the last row seen, never by OFFSET."""

from dataclasses import dataclass, field
from functools import cached_property, partial
from operator import attrgetter

from django.core import signing
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

from . import clock, memory

COUNT_UP_TO = 1000


def capped_counts(*querysets, up_to=COUNT_UP_TO) -> list[tuple[int, bool]]:
    """``[(number, more)]`` of each, counted no further than ``up_to`` and all in one query; ``more`` tells there are others."""
    counts, parameters = [], []
    for queryset in querysets:
        try:
            rows = queryset.order_by().values("pk")[: up_to + 1]
            sql, given = rows.query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            counts.append("0")
        else:
            counts.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")  # noqa: S608 the ORM wrote it
            parameters += given
    if not counts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", parameters)
        found = cursor.fetchone()
    return [(min(number, up_to), number > up_to) for number in found]


def own_counts(name, user, querysets) -> list[tuple[int, bool]]:
    """The same of what one person sees on the board ``name``, which shows what no stranger may see: once a change and a day."""
    key = ("counts", name, user.pk, clock.today())
    return memory.kept(key, lambda: capped_counts(*querysets), alone=False, shows_unseen=True)


def capped_count(queryset, up_to=COUNT_UP_TO) -> tuple[int, bool]:
    """``(number, more)`` of one queryset."""
    return capped_counts(queryset, up_to=up_to)[0]


def first_rows(queryset, order, few):
    """The first ``few`` as lists show them, found before anything is joined to them.

    PostgreSQL joins to all rows it has to put in order what is shown of these few only.
    """
    found = queryset.order_by(*order).values("pk")[:few]
    return queryset.model.objects.filter(pk__in=found).for_lists().order_by(*order)


@dataclass
class Page:
    """``rows`` of this page; ``before`` and ``after`` are the query strings of its neighbours, empty at an end."""

    querysets: list
    rows: list
    before: str
    after: str
    counted_as: tuple | None = None
    count_up_to: int = COUNT_UP_TO
    reading: dict = field(default_factory=dict)

    @cached_property
    def count(self) -> int:
        return self._capped[0]

    @cached_property
    def count_is_capped(self) -> bool:
        return self._capped[1]

    @cached_property
    def _capped(self):
        if self.counted_as is None:
            return self._counted()
        return memory.kept(("count", *self.counted_as), self._counted, **self.reading)

    def _counted(self):
        counts = capped_counts(*self.querysets, up_to=self.count_up_to)
        number = sum(count for count, _more in counts)
        return min(number, self.count_up_to), number > self.count_up_to or any(
            more for _count, more in counts
        )


def keyset_page(
    queryset, params, *, order, size=25, counted_as=None, count_up_to=COUNT_UP_TO, **reading
) -> Page:
    """The page of ``queryset`` that ``params`` (``request.GET``) asks for.

    ``order`` names columns that end in a unique one and need one composite index, all ascending (``"pinyin", "pk"``)
    or all descending (``"-created_at", "-pk"``). A bad position in the address gives the first page. ``counted_as`` names what
    is counted where that is the same for everybody, or for the person it names, and nothing a visitor typed is in it: it is
    counted, and its first page read, once a change (``reading`` as of :func:`memory.kept`).

    Instead of one queryset there may be a list of several that have no row in common. Each is asked for its own page, of
    which the first rows are shown; asked for “this or that” at once, the database would read a whole table. Python must
    compare their columns as the database does.
    """
    querysets = queryset if isinstance(queryset, list) else [queryset]
    falling = order[0].startswith("-")
    columns = [name.lstrip("-") for name in order]
    salt = f"page by {' '.join(order)}"  # so that the place in one list is no place in another
    position = _position(params.get("before") or params.get("after"), salt)
    backwards = bool(position and params.get("before"))
    is_reversed = falling != backwards
    find = partial(_rows, querysets, columns, is_reversed, position, size + 1)
    begins = counted_as is not None and not position
    rows = memory.packed(("rows", *counted_as, *order, size), find, **reading) if begins else find()
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_before = more if backwards else bool(position)
    has_after = backwards or more
    return Page(
        querysets,
        rows,
        _address(params, "before", columns, rows[:1], salt) if has_before else "",
        _address(params, "after", columns, rows[-1:], salt) if has_after else "",
        counted_as,
        count_up_to,
        reading,
    )


def _rows(querysets, columns, is_reversed, position, most) -> list:
    rows = []
    for each in querysets:
        found = each.order_by(*(f"-{name}" if is_reversed else name for name in columns))
        if position:
            beyond = TupleLessThan if is_reversed else TupleGreaterThan
            found = found.filter(beyond(tuple(F(name) for name in columns), position))
        rows += found[:most]
    if len(querysets) > 1:
        rows.sort(key=attrgetter(*columns), reverse=is_reversed)
    return rows


def _position(text, salt):
    try:
        return tuple(signing.loads(text, salt=salt)) if text else None
    except signing.BadSignature:
        return None


def _address(params, direction, columns, row, salt):
    if not row:
        return ""
    query = params.copy()
    query.pop("before", None)
    query.pop("after", None)
    query[direction] = signing.dumps([_plain(getattr(row[0], name)) for name in columns], salt=salt)
    return f"?{query.urlencode()}"


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value
