"""What units say to deputies: talks, letters, and the class a suggestion has by them."""

from ..models import ClassStep, Consultation, Reply
from . import words


def consult(chronicle, part, story, day):
    talk = chronicle.add(
        Consultation(
            assignment=part,
            round=part.round,
            on=day,
            way=story.way,
            rank=chronicle.random.choice(Consultation.Rank.values),
            people=chronicle.random.choice(words.PEOPLE).format(name=chronicle.person()),
            place=f"{story.place}现场" if story.way in Consultation.FACE_TO_FACE else "",
            said=chronicle.random.choice(words.WISHES),
            by=chronicle.people_of(part.unit)[0],
            at=chronicle.at(day),
        )
    )
    through = Consultation.deputies.through
    for deputy in (story.mandate.deputy, *story.cosigners[:1]):
        chronicle.add(through(consultation=talk, deputy=deputy))


def opine(chronicle, part, story):
    officer, signer = chronicle.people_of(part.unit)
    reply = chronicle.add(
        Reply(
            assignment=part,
            kind=Reply.Kind.OPINION,
            text=f"我单位同意就{story.place}此事配合主办单位办理，涉及本单位的事项将优先安排。",
            written_by=officer,
            written_at=chronicle.at(story.opinion),
        )
    )
    chronicle.step(reply, "present", story.opinion, officer)
    chronicle.step(part, "present", story.opinion, officer)
    sign(chronicle, reply, story.opinion, signer)


def write(chronicle, part, story, day):
    """The letter, sent to the signer."""
    officer, _signer = chronicle.people_of(part.unit)
    place, matter = story.place, story.matter
    told = {
        "A": matter.done,
        "B": f"{matter.done}下一步，我单位将{matter.promise}。",
        "C": matter.obstacle,
        "D": "您的意见对我们改进工作很有参考价值，我们将在今后工作中认真研究吸收。",
    }[story.letter].format(place=place)
    reply = chronicle.add(
        Reply(
            assignment=part,
            round=part.round,
            reply_class=chronicle.classes[story.letter],
            adoption={"A": "adopted", "B": "adopted", "C": "explained", "D": "partly"}[story.letter],
            document_no=f"余府提〔{day.year}〕{1000 * part.round + story.number}号",
            text=told,
            contact_person=chronicle.person(),
            contact_phone=f"0790-6{chronicle.random.randrange(400_000, 500_000)}",
            written_by=officer,
            written_at=chronicle.at(day),
        )
    )
    chronicle.step(reply, "present", day, officer)
    chronicle.step(part, "present", day, officer)
    return reply


def sign(chronicle, reply, day, signer):
    chronicle.step(reply, "sign", day, signer)
    reply.signed_by, reply.signed_on, reply.signed_as = signer, day, reply.assignment.unit.name
    chronicle.step(reply.assignment, "reply", day, signer)
    reply.assignment.ended_on = day


def classify(chronicle, one, letter, day, reason):
    chronicle.add(
        ClassStep(suggestion=one, before=one.reply_class, after=letter, reason=reason, at=chronicle.at(day))
    )
    one.reply_class, one.meaning = letter, letter.meaning
