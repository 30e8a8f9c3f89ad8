"""What is done in a process of a portal that is to be broken: ``Portal.run("…")``."""

import datetime as dt
import os
import time
from itertools import count
from pathlib import Path  # noqa: F401 for whoever runs something of this
from zoneinfo import ZoneInfo

import time_machine
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import Role
from common.models import Setting
from deputies.models import Deputy
from notices import tasks
from notices.models import Notice
from proposals import reminders
from proposals.models import Part
from proposals.states import AssignmentState

from .. import factories


def set_up():
    """An empty portal whose letters leave by night too, and a clerk of its office."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    for end in ("quiet_from", "quiet_until"):
        Setting.objects.create(key=f"notices.{end}", value="00:00")
    factories.MembershipFactory(role=Role.OFFICE, user__username="clerk", user__name="办公室小周")


def overdue(monday):
    """Sixty suggestions with ninety parts, due from sixty days before that day to twenty after; what an oracle needs."""
    committee = factories.CommitteeFactory()
    supervisor = factories.MembershipFactory(
        role=Role.COMMITTEE, unit=committee.unit, user__email="committee@example.cn"
    ).user
    leader = factories.MembershipFactory(role=Role.LEADER, user__email="leader@example.cn").user
    units = {}
    for _unit in range(6):
        roles = (Role.UNIT_OFFICER, Role.UNIT_SIGNER)
        unit = factories.UnitFactory()
        units[unit] = [
            factories.MembershipFactory(
                role=role, unit=unit, user__email=f"{role}{unit.pk}@example.cn"
            ).user.email
            for role in roles
        ]
    lead = factories.MandateFactory().deputy
    category = factories.CategoryFactory(committee=committee)
    parts = []
    for number in range(60):
        suggestion = factories.SuggestionFactory(assigned=True, lead=lead, category=category)
        due = monday + dt.timedelta(days=number * 80 // 60 - 60)
        for co in range(1 + number % 2):
            part = factories.AssignmentFactory(
                suggestion=suggestion,
                unit=list(units)[(number + co) % 6],
                part=Part.CO if co else Part.LEAD,
                assigned_on=due - dt.timedelta(days=91),
                due_on=due,
                state=AssignmentState.PENDING if number % 5 == 0 else AssignmentState.HANDLING,
            )
            parts.append(part)
    told = {"committee": supervisor.email, "leader": leader.email}
    facts = [
        {
            "pk": part.pk,
            "is_lead": part.part == Part.LEAD,
            "is_pending": part.state == AssignmentState.PENDING,
            "assigned": part.assigned_on.isoformat(),
            "due": part.due_on.isoformat(),
            "people": units[part.unit],
        }
        for part in parts
    ]
    return told | {"parts": facts}


def remind(day, start=None):
    """Ask on the morning of that day what is due, once ``start`` is there."""
    if start:
        start.with_name(f"ready-{os.getpid()}").touch()
        while not start.exists():
            time.sleep(0.005)
    with time_machine.travel(dt.datetime.combine(day, dt.time(9), ZoneInfo("Asia/Shanghai")), tick=False):
        reminders.remind(timezone.localtime())
        tasks.deliver_waiting()


def told():
    """Every notice as ``[address, key]``."""
    return list(Notice.objects.values_list("recipient__email", "key"))


def write_pairs(name, promised):
    """Until killed: a deputy and the first line of its history, both or neither; what is committed is noted in a file."""
    with promised.open("a") as lines:
        for number in count():
            with transaction.atomic():
                deputy = Deputy(name=f"{name}{number}", sex=Deputy.Sex.FEMALE)
                deputy.skip_history_when_saving = True
                deputy.save()
                time.sleep(0.005)
                del deputy.skip_history_when_saving
                deputy.save()
            print(deputy.name, file=lines, flush=True)
            time.sleep(
                0.02
            )  # or one of three never gets its turn: SQLite lets who waits ask again now and then


def pairs():
    """How many deputies and lines of history there are of each name: ``{"a0": [1, 1], …}``."""
    found = {}
    for which, rows in enumerate((Deputy.objects, Deputy.history)):
        for name in rows.values_list("name", flat=True):
            found.setdefault(name, [0, 0])[which] += 1
    return found
