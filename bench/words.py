"""``python -m bench.words``: how long a database takes to find words, by their index and by reading every row.

One JSON object a line for each kind of record and word: milliseconds, half of nine times, of the first page, newest first,
and of all there are.
"""

import json
import os
import statistics
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402 what follows needs the apps
from django.db.models import Q  # noqa: E402

from liaison_stations.models import Opinion  # noqa: E402
from proposals.models import Suggestion  # noqa: E402

COLUMNS = {Suggestion: ("title", "facts", "reasons", "request"), Opinion: ("subject", "text")}
WORDS = ("电梯", "充电桩", "道路", "鲸鲨", "鲸鲨馆")  # the last two are nowhere
PAGE, TIMES = 26, 9


def main():
    for model, columns in COLUMNS.items():
        rows = model.objects.count()
        for word in WORDS:
            found = model.objects.filter(search__words=word).order_by()
            anywhere = Q()
            for column in columns:
                anywhere |= Q(**{f"{column}__icontains": word})
            page = milliseconds(found.order_by("-pk")[:PAGE])
            by_index, by_reading = (
                milliseconds(found),
                milliseconds(model.objects.filter(anywhere).order_by()),
            )
            print(
                json.dumps(
                    {
                        "words": f"{model._meta.label} {word}",
                        "rows": rows,
                        "hits": found.count(),
                        "page_ms": round(page, 2),
                        "by_index_ms": round(by_index, 2),
                        "by_reading_ms": round(by_reading, 2),
                        "ratio": round(by_index / by_reading, 3),
                    },
                    ensure_ascii=False,
                )
            )


def milliseconds(queryset) -> float:
    """Of the question alone, as the database is asked it."""
    sql, parameters = queryset.values("pk").query.sql_with_params()
    took = []
    with connection.cursor() as cursor:
        for _time in range(TIMES):
            begin = time.perf_counter()
            cursor.execute(sql, parameters)
            cursor.fetchall()
            took.append((time.perf_counter() - begin) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    main()
