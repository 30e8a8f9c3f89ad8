"""The book a demonstration is written into: its rows, in bulk, with the moments and the moves its stories tell.

Each app's demonstration has a chronicle of its own that knows whom and what its stories find in the portal.
"""

import datetime as dt
from collections import defaultdict
from contextlib import contextmanager

from django.utils import timezone

from . import clock


class Chronicle:
    """Holds rows until :meth:`store` writes them all at once, model by model as in ``ORDER``."""

    ORDER: tuple = ()

    def __init__(self, random):
        self.random, self.today, self.now = random, clock.today(), timezone.now()
        self.zone = timezone.get_default_timezone()
        self.calendar = clock.WorkCalendar()
        self.rows = defaultdict(list)
        self.seconds = 0

    def store(self):
        with self._told_moments():
            for model in self.ORDER:
                model.objects.bulk_create(self.rows.pop(model, ()), batch_size=500)

    def add(self, row):
        self.rows[type(row)].append(row)
        return row

    def step(self, record, move, day, by=None, note=""):
        """The move of this name, and the line it leaves in the history; the moment of it."""
        arrow = record.MOVES[move]
        if record.state not in arrow.sources:
            raise ValueError(f"{move} from {record.state}")
        history = record._meta.get_field("changes").related_model
        change = history(
            record=record, move=move, before=record.state, after=arrow.target, by_id=by and by.pk, note=note
        )
        change.at = self.at(day)
        self.add(change)
        record.state = arrow.target
        return change.at

    def at(self, day):
        """A moment of office hours, later than the one before on the same day, never one to come."""
        self.seconds = (self.seconds + 7) % 25_000
        moment = dt.datetime.combine(day, dt.time(9), tzinfo=self.zone) + dt.timedelta(seconds=self.seconds)
        return min(moment, self.now)

    def past(self, day):
        return day is not None and day <= self.today

    def workday(self, day):
        return clock.roll_forward(day, self.calendar)

    def chance(self, share):
        return self.random.random() < share

    @contextmanager
    def _told_moments(self):
        """Let rows keep the moments their stories tell, where the database would write now."""
        told = [
            field
            for model in self.ORDER
            for field in model._meta.concrete_fields
            if getattr(field, "auto_now_add", False)
        ]
        for field in told:
            field.auto_now_add = False
            for row in self.rows[field.model]:
                if getattr(row, field.attname) is None:
                    setattr(row, field.attname, self.now)
        try:
            yield
        finally:
            for field in told:
                field.auto_now_add = True
