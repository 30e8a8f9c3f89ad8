"""One factory per model; traits make the states that tests need."""

import datetime as dt
import io

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image

from accounts.models import Area, Membership, Role, Unit, User
from common import uploads
from common.models import JobRun
from deputies.models import (
    Committee,
    Consent,
    Correction,
    Delegation,
    Deputy,
    DeputyGroup,
    Level,
    Mandate,
    Session,
    Term,
)
from deputies.states import MandateState
from liaison_stations.models import (
    Dispatch,
    Opinion,
    Reception,
    Residency,
    Station,
    StationEvent,
    StationPlan,
    StationPost,
)
from liaison_stations.states import OpinionState, ReceptionState, StationState
from notices.models import Delivery, Notice, Webhook
from proposals.models import (
    Assignment,
    Category,
    Commitment,
    KeyItem,
    Meaning,
    Part,
    Publication,
    Reply,
    ReplyClass,
    Suggestion,
    Topic,
)
from proposals.states import AssignmentState, CommitmentState, ReplyState, SuggestionState

PASSWORD = "Correct-Horse-27"


def picture(name="photo.png"):
    """An upload that is a small picture."""
    body = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(body, "PNG")
    return SimpleUploadedFile(name, body.getvalue(), "image/png")


def document(name="proof.pdf"):
    """An upload that is an attachment."""
    return SimpleUploadedFile(name, b"%PDF-1.4 proof", "application/pdf")


def stored_picture():
    return uploads.store_picture(picture(), by=None)


def stored_document():
    return uploads.store_attachment(document(), by=None)


class AreaFactory(DjangoModelFactory):
    class Meta:
        model = Area
        django_get_or_create = ["code"]

    code = "3605"
    name = "新余市"
    kind = Area.Kind.CITY


class YushuiFactory(AreaFactory):
    code, name, kind = "360502", "渝水区", Area.Kind.DISTRICT


class FenyiFactory(AreaFactory):
    code, name, kind = "360521", "分宜县", Area.Kind.COUNTY


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    name = factory.Sequence("市第{}局".format)
    kind = Unit.Kind.DEPARTMENT


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence("user{}".format)
    name = factory.Sequence("用户{}".format)
    password = factory.django.Password(PASSWORD)
    password_changed_at = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)  # however far a test moves the clock


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(
        UserFactory, is_staff=factory.LazyAttribute(lambda u: u.factory_parent.role in Membership.STAFF_ROLES)
    )
    role = Role.OFFICE


class TermFactory(DjangoModelFactory):
    class Meta:
        model = Term
        django_get_or_create = ["area", "number"]

    area = factory.SubFactory(AreaFactory)
    level = Level.CITY
    number = 10
    starts_on = dt.date(2021, 10, 20)


class CommitteeFactory(DjangoModelFactory):
    class Meta:
        model = Committee

    unit = factory.SubFactory(
        UnitFactory, kind=Unit.Kind.COMMITTEE, name=factory.Sequence("第{}委员会".format)
    )
    kind = Committee.Kind.SPECIAL


class DelegationFactory(DjangoModelFactory):
    class Meta:
        model = Delegation
        django_get_or_create = ["term", "name"]

    term = factory.SubFactory(TermFactory)
    name = "渝水区"
    area = factory.SubFactory(YushuiFactory)


class DeputyGroupFactory(DjangoModelFactory):
    class Meta:
        model = DeputyGroup
        django_get_or_create = ["term", "name"]

    term = factory.SubFactory(TermFactory)
    name = "城建环资组"


class DeputyFactory(DjangoModelFactory):
    class Meta:
        model = Deputy

    name = factory.Sequence(lambda n: "赵钱孙李周吴郑王"[n % 8] + "一二三四五六七八九十"[n // 8 % 10])
    sex = Deputy.Sex.FEMALE


class MandateFactory(DjangoModelFactory):
    class Meta:
        model = Mandate

    class Params:
        suspended = factory.Trait(state=MandateState.SUSPENDED, state_since=dt.date(2025, 3, 1))
        ended = factory.Trait(state=MandateState.ENDED, state_since=dt.date(2025, 3, 1))

    deputy = factory.SubFactory(DeputyFactory)
    term = factory.SubFactory(TermFactory)
    level = Level.CITY
    card_no = factory.Sequence("XY10-{:03}".format)
    delegation = factory.SubFactory(DelegationFactory)
    area = factory.SubFactory(YushuiFactory)
    display_order = factory.Sequence(int)


class YushuiStreetMandateFactory(MandateFactory):
    """Of a street that its own office and the district's office answer for."""

    area = factory.SubFactory(AreaFactory, code="360502001", name="城南街道", kind=Area.Kind.STREET)


class FenyiMandateFactory(MandateFactory):
    """Of a county that neither of the two offices answers for."""

    area = factory.SubFactory(FenyiFactory)
    delegation = factory.SubFactory(DelegationFactory, name="分宜县", area=factory.SubFactory(FenyiFactory))


class ConsentFactory(DjangoModelFactory):
    class Meta:
        model = Consent

    kind = Consent.Kind.PHOTO
    version = 1


class CorrectionFactory(DjangoModelFactory):
    class Meta:
        model = Correction

    deputy = factory.LazyFunction(lambda: MandateFactory().deputy)
    field = "post"
    old_value = "教师"
    new_value = "校长"


class NoticeFactory(DjangoModelFactory):
    class Meta:
        model = Notice

    recipient = factory.SubFactory(UserFactory)
    kind = "test.told"
    subject = "请看一件事"
    key = factory.Sequence("test:{}".format)


class WebhookFactory(DjangoModelFactory):
    class Meta:
        model = Webhook

    name = "代表工委工作群"
    kind = Webhook.Kind.WECOM
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f"
    groups = ["corrections"]


class DeliveryFactory(DjangoModelFactory):
    """A letter that waits."""

    class Meta:
        model = Delivery

    notice = factory.SubFactory(NoticeFactory, recipient__email="ming@example.cn")
    channel = Delivery.Channel.EMAIL
    key = factory.LazyAttribute(lambda delivery: f"{delivery.channel}.{delivery.notice.pk}")
    next_try_at = factory.LazyFunction(timezone.now)


class JobRunFactory(DjangoModelFactory):
    """A run that ended well."""

    class Meta:
        model = JobRun

    job = "common.old_runs"
    period = factory.Sequence(lambda number: f"2026-03-05T02:00:{number:02}")
    outcome = JobRun.Outcome.DONE
    started_at = factory.LazyFunction(timezone.now)
    alive_at = finished_at = factory.SelfAttribute("started_at")


class SessionFactory(DjangoModelFactory):
    """The fifth meeting of the city's congress, 12 to 15 January 2026."""

    class Meta:
        model = Session
        django_get_or_create = ["term", "number"]

    term = factory.SubFactory(TermFactory)
    number = 5
    starts_on = dt.date(2026, 1, 12)
    ends_on = dt.date(2026, 1, 15)


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category
        django_get_or_create = ["name"]

    name = "城建环资"
    committee = factory.SubFactory(CommitteeFactory)


class SuggestionFactory(DjangoModelFactory):
    """A complete draft of a sitting deputy; traits put it where the actions would, without their history."""

    class Meta:
        model = Suggestion

    class Params:
        submitted = factory.Trait(
            state=SuggestionState.SUBMITTED, submitted_at=dt.datetime(2026, 1, 13, 9, tzinfo=dt.UTC)
        )
        registered = factory.Trait(
            submitted=True,
            state=SuggestionState.REGISTERED,
            registered_at=dt.datetime(2026, 1, 14, 9, tzinfo=dt.UTC),
            number=factory.Sequence(lambda n: n + 1),
        )
        assigned = factory.Trait(
            registered=True,
            state=SuggestionState.HANDLING,
            assigned_on=dt.date(2026, 3, 6),
            due_on=dt.date(2026, 6, 8),
        )
        replied = factory.Trait(
            assigned=True,
            state=SuggestionState.REPLIED,
            replied_on=dt.date(2026, 5, 20),
            in_time=True,
            met=True,
            meaning=Meaning.PLANNED,
            reply_class=factory.SubFactory("tests.factories.ReplyClassFactory"),
        )
        published = factory.Trait(
            replied=True, publication=Publication.FULL, published_on=dt.date(2026, 5, 25)
        )

    lead = factory.LazyFunction(lambda: MandateFactory().deputy)
    year = 2026
    title = "关于改善南湖路交通拥堵的建议"
    facts = "南湖路早晚高峰拥堵严重，学校门口车辆随意停放，学生过街十分危险。"
    reasons = "道路狭窄，缺少停车泊位和过街设施，群众反映强烈。"
    request = "建议市住建局拓宽路口，市公安局增设信号灯和过街天桥。"
    category = factory.SubFactory(CategoryFactory)
    committee = factory.LazyAttribute(lambda s: s.category.committee if s.submitted_at else None)


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = Assignment

    suggestion = factory.SubFactory(SuggestionFactory, registered=True)
    unit = factory.SubFactory(UnitFactory)
    part = Part.LEAD
    assigned_on = dt.date(2026, 3, 6)
    months = 3
    due_on = dt.date(2026, 6, 8)


class ReplyClassFactory(DjangoModelFactory):
    class Meta:
        model = ReplyClass
        django_get_or_create = ["scheme", "code"]

    scheme = "N4"
    code = "B"
    text = "所提问题正在解决或已列入计划逐步解决"
    meaning = Meaning.PLANNED


class ReplyFactory(DjangoModelFactory):
    """A signed letter of the lead unit, of a suggestion that is published in full."""

    class Meta:
        model = Reply

    assignment = factory.SubFactory(
        AssignmentFactory,
        suggestion__published=True,
        state=AssignmentState.REPLIED,
        ended_on=dt.date(2026, 5, 20),
    )
    reply_class = factory.SubFactory(ReplyClassFactory)
    adoption = Reply.Adoption.ADOPTED
    document_no = "余住建提〔2026〕1号"
    text = "我局已将路口拓宽列入计划。"
    contact_person = "刘工"
    contact_phone = "0790-6440000"
    state = ReplyState.SIGNED
    signed_on = dt.date(2026, 5, 20)


class CommitmentFactory(DjangoModelFactory):
    """A promise of that letter."""

    class Meta:
        model = Commitment

    reply = factory.SubFactory(ReplyFactory)
    assignment = factory.SelfAttribute("reply.assignment")
    suggestion = factory.SelfAttribute("assignment.suggestion")
    unit = factory.SelfAttribute("assignment.unit")
    text = "完成路口拓宽"
    leader = "周文"
    due_on = dt.date(2026, 9, 30)
    first_due_on = factory.SelfAttribute("due_on")
    state = CommitmentState.TRACKING


class KeyItemFactory(DjangoModelFactory):
    class Meta:
        model = KeyItem

    year = 2026
    title = factory.Sequence("治理学校周边交通拥堵（{}）".format)
    committee = factory.SubFactory(CommitteeFactory)
    chosen_on = dt.date(2026, 3, 20)
    supervision_leader = "王副主任"
    handling_leader = "李副市长"


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic

    year = 2026
    number = factory.Sequence(lambda n: n + 1)
    title = "老旧小区加装电梯"


class StationFactory(DjangoModelFactory):
    """A station of a street; its area's township and county offices answer for it."""

    class Meta:
        model = Station

    class Params:
        closed = factory.Trait(state=StationState.CLOSED)
        rectifying = factory.Trait(state=StationState.RECTIFYING)

    name = factory.Sequence("城南街道第{}代表联络站".format)
    area = factory.SubFactory(AreaFactory, code="360502001", name="城南街道", kind=Area.Kind.STREET)
    address = "城南街道振兴路49号"
    opening_hours = "工作日 9:00—17:00"


class StationPostFactory(DjangoModelFactory):
    class Meta:
        model = StationPost

    station = factory.SubFactory(StationFactory)
    duty = StationPost.Duty.OFFICER
    user = factory.SubFactory(UserFactory)
    name = factory.SelfAttribute("user.name")


class ResidencyFactory(DjangoModelFactory):
    """A sitting city deputy who belongs to a station."""

    class Meta:
        model = Residency

    station = factory.SubFactory(StationFactory)
    deputy = factory.LazyFunction(lambda: MandateFactory().deputy)
    since = dt.date(2022, 1, 1)


class StationPlanFactory(DjangoModelFactory):
    """A plan its station is still writing."""

    class Meta:
        model = StationPlan

    station = factory.SubFactory(StationFactory)
    year = factory.LazyFunction(lambda: timezone.localdate().year)
    text = "每月15日组织代表接待群众，全年学习两次、专题活动四次、述职一次。"


class StationEventFactory(DjangoModelFactory):
    class Meta:
        model = StationEvent

    station = factory.SubFactory(StationFactory)
    kind = StationEvent.Kind.STUDY
    on = factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=3))
    title = "学习代表法"


class ReceptionFactory(DjangoModelFactory):
    class Meta:
        model = Reception

    class Params:
        announced = factory.Trait(
            state=ReceptionState.ANNOUNCED,
            announced_at=factory.LazyAttribute(
                lambda r: timezone.make_aware(dt.datetime.combine(r.notice_until, dt.time(9)))
            ),
        )
        held = factory.Trait(announced=True, state=ReceptionState.HELD)

    station = factory.SubFactory(StationFactory)
    day = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=7))
    notice_until = factory.LazyAttribute(lambda r: r.day - dt.timedelta(days=3))


class OpinionFactory(DjangoModelFactory):
    """An online message that waits for its review."""

    class Meta:
        model = Opinion

    class Params:
        accepted = factory.Trait(state=OpinionState.ACCEPTED)
        answered = factory.Trait(
            state=OpinionState.ANSWERED,
            route=Opinion.Route.STATION,
            answered_on=factory.LazyFunction(timezone.localdate),
        )
        published = factory.Trait(
            answered=True,
            may_publish=True,
            subject="路口的路灯",
            public_text="路口的路灯坏了。",
            public_answer="路灯已经修好。",
            published_on=factory.LazyFunction(timezone.localdate),
        )

    code = factory.Sequence("{:010}".format)
    pin = "1234"
    station = factory.SubFactory(StationFactory)
    area = factory.SelfAttribute("station.area")
    text = "路口的路灯坏了一个多月，晚上老人小孩过马路很不安全。"
    name = "李桂花"
    phone = "13807901234"
    came_at = factory.LazyFunction(timezone.now)
    due_on = factory.LazyAttribute(lambda o: timezone.localdate(o.came_at) + dt.timedelta(days=1))


class DispatchFactory(DjangoModelFactory):
    """An order its department has not reported in on."""

    class Meta:
        model = Dispatch

    opinion = factory.SubFactory(OpinionFactory, state=OpinionState.DISPATCHED)
    unit = factory.SubFactory(UnitFactory)
    sent_at = factory.LazyFunction(timezone.now)
    due_on = factory.LazyAttribute(lambda d: timezone.localdate(d.sent_at) + dt.timedelta(days=1))
    solve_by = factory.LazyAttribute(lambda d: timezone.localdate(d.sent_at) + dt.timedelta(days=21))
