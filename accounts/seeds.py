"""Reference data every installation needs: the areas of Xinyu by GB/T 2260 (D10.1)."""

import csv
from pathlib import Path

from simple_history.utils import bulk_create_with_history

from .models import Area
from .sheets import kind_of

AREAS = Path(__file__).parent / "data" / "areas.csv"


def seed_areas() -> int:
    """Enter the areas that are not there yet; the number of rows made.

    An area that is or once was a row is left alone: staff may have renamed or deleted it.
    """
    touched = {*Area.objects.values_list("code", flat=True), *Area.history.values_list("code", flat=True)}
    with AREAS.open(encoding="utf-8", newline="") as file:
        rows = [
            Area(code=row["code"], name=row["name"], kind=kind_of(row["code"], row["name"]))
            for row in csv.DictReader(file)
            if row["code"] not in touched
        ]
    bulk_create_with_history(rows, Area)
    return len(rows)
