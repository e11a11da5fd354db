"""Activities and what hangs on them."""

from datetime import timedelta

import factory
from django.utils import timezone

from tests.factories.directory import OrganisationFactory, PersonFactory
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import (
    Activity,
    ActivityCount,
    ActivityKind,
    AgendaItem,
    Attachment,
    Attendance,
    Decision,
    Explanation,
    Photo,
)


def kind(code: str) -> ActivityKind:
    """One of the kinds that every migrate writes: theme_day, congress, committee…"""
    return ActivityKind.objects.get(code=code)


class ActivityKindFactory(factory.django.DjangoModelFactory):
    """A kind without rhythm, beside those of the data file."""

    class Meta:
        model = ActivityKind

    code = factory.Sequence(lambda number: f"kind{number}")
    name = factory.Sequence(lambda number: f"示例类型{number}")
    order = factory.Sequence(lambda number: number + 100)


class ActivityFactory(factory.django.DjangoModelFactory):
    """A submitted 主题党日 with 20 expected and 18 present, counted for its own kind.

    `partners`: organisations that took part; `counted=False`: no row for the rhythm.
    """

    class Meta:
        model = Activity
        skip_postgeneration_save = True

    serial = factory.Sequence(lambda number: f"YQ-T-{number:06d}")
    kind = factory.LazyFunction(lambda: kind("theme_day"))
    organisation = factory.SubFactory(OrganisationFactory)
    title = factory.Sequence(lambda number: f"主题党日 {number}")
    held_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=3))
    venue = "党群服务中心"
    host = "王丙"
    recorder = "赵丁"
    expected = 20
    present = 18
    state = State.SUBMITTED
    submitted_at = factory.LazyAttribute(lambda row: None if row.state == State.DRAFT else timezone.now())

    @factory.post_generation
    def partners(self, create, extracted):
        if extracted:
            self.partners.add(*extracted)

    @factory.post_generation
    def counted(self, create, extracted):
        if extracted is not False:
            ActivityCount.objects.create(activity=self, kind=self.kind)


class ActivityCountFactory(factory.django.DjangoModelFactory):
    """What a record counts for."""

    class Meta:
        model = ActivityCount

    activity = factory.SubFactory(ActivityFactory, counted=False)
    kind = factory.SelfAttribute("activity.kind")


class AttendanceFactory(factory.django.DjangoModelFactory):
    """Somebody who came."""

    class Meta:
        model = Attendance

    activity = factory.SubFactory(ActivityFactory)
    person = factory.SubFactory(PersonFactory, organisation=factory.SelfAttribute("..activity.organisation"))


class AgendaItemFactory(factory.django.DjangoModelFactory):
    """A point of the agenda."""

    class Meta:
        model = AgendaItem

    activity = factory.SubFactory(ActivityFactory)
    title = factory.Sequence(lambda number: f"议题 {number}")


class DecisionFactory(factory.django.DjangoModelFactory):
    """Something that was decided."""

    class Meta:
        model = Decision

    activity = factory.SubFactory(ActivityFactory)
    text = factory.Sequence(lambda number: f"议定事项 {number}")
    owner = "王丙"


class PhotoFactory(factory.django.DjangoModelFactory):
    """A picture with its small copy."""

    class Meta:
        model = Photo

    activity = factory.SubFactory(ActivityFactory)
    image = factory.django.ImageField(width=40, height=30, format="JPEG", filename="photo.jpg")
    small = factory.django.ImageField(width=20, height=15, format="JPEG", filename="small.jpg")
    width = 40
    height = 30


class AttachmentFactory(factory.django.DjangoModelFactory):
    """A paper of an activity."""

    class Meta:
        model = Attachment

    activity = factory.SubFactory(ActivityFactory)
    file = factory.django.FileField(data=b"%PDF-1.4 sign-in sheet", filename="sheet.pdf")
    name = "签到表.pdf"
    size = 22


class ExplanationFactory(factory.django.DjangoModelFactory):
    """Why a theme day was not held in June 2026."""

    class Meta:
        model = Explanation

    organisation = factory.SubFactory(OrganisationFactory)
    kind = factory.LazyFunction(lambda: kind("theme_day"))
    year = 2026
    number = 6
    reason = "防汛期间全员在岗，当月未集中开展。"
