"""What the deputy, the unit and the office who sign in find: each line is a thing to do today."""

import datetime as dt

from .chronicle import OURS
from .matters import MATTERS
from .stories import Story


def stories(chronicle):
    today, day = chronicle.today, dt.timedelta(days=1)
    mine = next(mandate for mandate in chronicle.mandates if mandate.deputy.user_id)
    ours = [matter for matter in MATTERS if matter.units[0] == OURS]
    second = [matter for matter in MATTERS if OURS in matter.units[1:]]

    def story(n, matter, submitted, mandate=mine, **days):
        return Story(matter, chronicle.places[n], mandate, chronicle.workday(submitted), **days)

    def at_desk(n, due, matter, **days):
        """Lies with the unit, its reply due on that day."""
        assigned = next(
            start
            for back in range(85, 110)
            if chronicle.due(start := due - back * day, 3) >= due - 2 * day and chronicle.due(start, 3) <= due
        )
        return story(
            n,
            matter,
            assigned - 9 * day,
            chronicle.mandates[n],
            registered=assigned - 4 * day,
            assigned=assigned,
            **days,
        )

    weeks = [today - n * 7 * day for n in range(60)]
    answered = {"registered": weeks[20], "assigned": weeks[19], "signed": weeks[18], "opinion": weeks[16]}
    return [
        # the deputy: returned, to be rated, a promise to look at
        story(0, ours[0], today - 12 * day, registered=today - 5 * day, ending="send_back"),
        story(1, ours[1], weeks[21], **answered, consulted=weeks[5], replied=today - 5 * day, letter="A"),
        story(2, ours[0], weeks[41], registered=weeks[40], assigned=weeks[39], signed=weeks[38], opinion=weeks[36], consulted=weeks[34], replied=weeks[32], letter="B", rated=weeks[31], publication="full", published=weeks[29], promise_days=210, fate="reported"),
        # the unit: to sign, due this week, late, a letter with the signer, an opinion, promises
        story(3, ours[0], today - 9 * day, chronicle.mandates[3], registered=today - 3 * day, assigned=today - day),
        story(4, ours[1], today - 10 * day, chronicle.mandates[4], registered=today - 4 * day, assigned=today - 2 * day),
        at_desk(5, today + 4 * day, ours[1], signed=today - 80 * day, opinion=today - 65 * day, consulted=today - 10 * day),
        at_desk(6, today + 6 * day, ours[0], signed=today - 80 * day),
        at_desk(7, today - 9 * day, ours[1], signed=today - 95 * day, consulted=today - 40 * day),
        at_desk(8, today + 12 * day, ours[0], signed=today - 70 * day, opinion=today - 50 * day, consulted=today - 8 * day, presented=today - day),
        at_desk(9, today + 25 * day, ours[1], signed=today - 60 * day, extended=today - 2 * day, consulted=today - 20 * day),
        at_desk(10, today + 80 * day, second[0], signed=today - 5 * day),
        story(11, ours[1], weeks[41], chronicle.mandates[11], registered=weeks[40], assigned=weeks[39], signed=weeks[38], opinion=weeks[36], consulted=weeks[34], replied=weeks[30], letter="B", rated=weeks[29], publication="full", published=weeks[27], promise_days=217, fate="kept"),
        story(12, ours[0], weeks[41], chronicle.mandates[12], registered=weeks[40], assigned=weeks[39], signed=weeks[38], opinion=weeks[36], consulted=weeks[34], replied=weeks[30], letter="B", rated=weeks[29], publication="full", published=weeks[27], promise_days=196, fate="forgotten"),
        story(13, ours[0], weeks[26], chronicle.mandates[13], registered=weeks[25], assigned=weeks[24], signed=weeks[23], consulted=weeks[16], replied=weeks[12], letter="C", rated=today - 9 * day, verdicts=("dissatisfied", "satisfied"), again=today + 20 * day),
        # the office: to review, to assign, handed back, to publish
        story(14, MATTERS[8], today - day, chronicle.mandates[14]),
        story(15, MATTERS[10], today, chronicle.mandates[15]),
        story(16, MATTERS[11], today - 8 * day, chronicle.mandates[16], registered=today - 3 * day),
        story(17, MATTERS[12], today - 9 * day, chronicle.mandates[17], registered=today - 2 * day),
        story(18, MATTERS[1], today - 15 * day, chronicle.mandates[18], registered=today - 9 * day, assigned=today - 6 * day, signed=today - 4 * day, handed_back=today - day),
        story(19, MATTERS[2], weeks[21], chronicle.mandates[19], **answered, consulted=weeks[8], replied=weeks[4], letter="A", rated=weeks[3]),
        story(20, MATTERS[4], weeks[21], chronicle.mandates[20], **answered, consulted=weeks[9], replied=weeks[5], letter="C", rated=weeks[4]),
    ]  # fmt: skip
