"""Alliances and what hangs on them."""

from datetime import timedelta
from decimal import Decimal

import factory
from django.utils import timezone

from alliances import choices, models
from tests.factories.directory import OrganisationFactory
from yiqiao_portal.directory.choices import OrganisationKind
from yiqiao_portal.directory.models import ServiceLine


def line(code: str = "environment") -> ServiceLine:
    """One of the nine service lines that every migrate writes."""
    return ServiceLine.objects.get(code=code)


def day(offset: int):
    """Today, so many days on."""
    return timezone.localdate() + timedelta(days=offset)


class AllianceFactory(factory.django.DjangoModelFactory):
    """An active alliance with its own organisation directly below 镇党委."""

    class Meta:
        model = models.Alliance

    name = factory.Sequence(lambda number: f"示例联盟{number}")
    founded_on = factory.LazyFunction(lambda: day(-400))
    organisation = factory.SubFactory(
        OrganisationFactory,
        name=factory.SelfAttribute("..name"),
        short_name=factory.SelfAttribute("..name"),
        kind=OrganisationKind.ALLIANCE,
        party_form="",
    )


class AllianceNameFactory(factory.django.DjangoModelFactory):
    """What it was called at first."""

    class Meta:
        model = models.AllianceName

    alliance = factory.SubFactory(AllianceFactory)
    name = "示例联建"
    since = factory.SelfAttribute("alliance.founded_on")


class MembershipFactory(factory.django.DjangoModelFactory):
    """A current member since the founding; `villages`: paired village organisations."""

    class Meta:
        model = models.Membership
        skip_postgeneration_save = True

    alliance = factory.SubFactory(AllianceFactory)
    organisation = factory.SubFactory(OrganisationFactory, kind=OrganisationKind.CONTACT_UNIT, party_form="")
    joined_on = factory.SelfAttribute("alliance.founded_on")
    turn_order = factory.Sequence(lambda number: number + 1)

    @factory.post_generation
    def villages(self, create, extracted):
        if extracted:
            self.villages.add(*extracted)


class ChairTurnFactory(factory.django.DjangoModelFactory):
    """The turn that runs today."""

    class Meta:
        model = models.ChairTurn

    alliance = factory.SubFactory(AllianceFactory)
    organisation = factory.SubFactory(OrganisationFactory, kind=OrganisationKind.CONTACT_UNIT, party_form="")
    planned = factory.SelfAttribute("organisation")
    starts_on = factory.LazyFunction(lambda: day(-10))
    ends_on = factory.LazyFunction(lambda: day(20))


class ResourceFactory(factory.django.DjangoModelFactory):
    """Ten published places of something."""

    class Meta:
        model = models.Resource

    serial = factory.Sequence(lambda number: f"YQ-ZY-T{number:06d}")
    alliance = factory.SubFactory(AllianceFactory)
    organisation = factory.SubFactory(OrganisationFactory, kind=OrganisationKind.CONTACT_UNIT, party_form="")
    title = factory.Sequence(lambda number: f"示例资源{number}")
    service_line = factory.LazyFunction(line)
    capacity = 10
    state = choices.ResourceState.OPEN


class NeedFactory(factory.django.DjangoModelFactory):
    """A published need of a village."""

    class Meta:
        model = models.Need

    serial = factory.Sequence(lambda number: f"YQ-XQ-T{number:06d}")
    alliance = factory.SubFactory(AllianceFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    title = factory.Sequence(lambda number: f"示例需求{number}")
    service_line = factory.LazyFunction(line)
    state = choices.NeedState.PUBLISHED
    published_at = factory.LazyFunction(timezone.now)


class ClaimFactory(factory.django.DjangoModelFactory):
    """A unit has claimed and waits for the answer."""

    class Meta:
        model = models.Claim

    need = factory.SubFactory(NeedFactory)
    organisation = factory.SubFactory(OrganisationFactory, kind=OrganisationKind.CONTACT_UNIT, party_form="")
    plan = "派两名技术人员到场。"


class MatchFactory(factory.django.DjangoModelFactory):
    """One place of a resource is asked for."""

    class Meta:
        model = models.Match

    need = factory.SubFactory(NeedFactory)
    resource = factory.SubFactory(ResourceFactory, alliance=factory.SelfAttribute("..need.alliance"))
    organisation = factory.SelfAttribute("resource.organisation")
    amount = 1


class ProgrammeFactory(factory.django.DjangoModelFactory):
    """A programme of the town."""

    class Meta:
        model = models.Programme

    name = factory.Sequence(lambda number: f"示例工程{number}")
    organisation = factory.SubFactory(OrganisationFactory, kind=OrganisationKind.OFFICE, party_form="")


class MilestoneFactory(factory.django.DjangoModelFactory):
    """A step that is due in a month and a half."""

    class Meta:
        model = models.Milestone

    programme = factory.SubFactory(ProgrammeFactory)
    title = factory.Sequence(lambda number: f"示例节点{number}")
    organisation = factory.SelfAttribute("programme.organisation")
    due_on = factory.LazyFunction(lambda: day(45))


class ProjectFactory(factory.django.DjangoModelFactory):
    """A running project without a need."""

    class Meta:
        model = models.Project

    serial = factory.Sequence(lambda number: f"YQ-XM-T{number:06d}")
    alliance = factory.SubFactory(AllianceFactory)
    organisation = factory.SubFactory(OrganisationFactory, kind=OrganisationKind.CONTACT_UNIT, party_form="")
    title = factory.Sequence(lambda number: f"示例项目{number}")
    service_line = factory.LazyFunction(line)
    starts_on = factory.LazyFunction(lambda: day(-20))
    due_on = factory.LazyFunction(lambda: day(60))


class ProgressFactory(factory.django.DjangoModelFactory):
    """A note of yesterday."""

    class Meta:
        model = models.Progress

    project = factory.SubFactory(ProjectFactory)
    organisation = factory.SelfAttribute("project.organisation")
    day = factory.LazyFunction(lambda: day(-1))
    text = "已完成现场勘查。"


class ProgressPhotoFactory(factory.django.DjangoModelFactory):
    """A picture of a progress note with its small copy."""

    class Meta:
        model = models.ProgressPhoto

    progress = factory.SubFactory(ProgressFactory)
    image = factory.django.ImageField(width=40, height=30, format="JPEG", filename="photo.jpg")
    small = factory.django.ImageField(width=20, height=15, format="JPEG", filename="small.jpg")
    width = 40
    height = 30


class RiverFactory(factory.django.DjangoModelFactory):
    """A river of an alliance."""

    class Meta:
        model = models.River

    name = factory.Sequence(lambda number: f"示例河{number}")
    alliance = factory.SubFactory(AllianceFactory)


class SectionFactory(factory.django.DjangoModelFactory):
    """A section whose target is class Ⅲ."""

    class Meta:
        model = models.Section

    river = factory.SubFactory(RiverFactory)
    name = factory.Sequence(lambda number: f"示例断面{number}")
    target = choices.WaterGrade.III


class RiverChiefFactory(factory.django.DjangoModelFactory):
    """The village's chief of a section."""

    class Meta:
        model = models.RiverChief

    section = factory.SubFactory(SectionFactory)
    level = choices.ChiefLevel.VILLAGE
    organisation = factory.SubFactory(OrganisationFactory)
    since = factory.LazyFunction(lambda: day(-300))


class PatrolFactory(factory.django.DjangoModelFactory):
    """Yesterday's patrol without anything found."""

    class Meta:
        model = models.Patrol

    section = factory.SubFactory(SectionFactory)
    level = choices.ChiefLevel.VILLAGE
    organisation = factory.SubFactory(OrganisationFactory)
    by_whom = "王丙"
    day = factory.LazyFunction(lambda: day(-1))


class PatrolProblemFactory(factory.django.DjangoModelFactory):
    """Something wrong that waits."""

    class Meta:
        model = models.PatrolProblem

    patrol = factory.SubFactory(PatrolFactory)
    text = "岸边有少量漂浮物。"


class WaterSampleFactory(factory.django.DjangoModelFactory):
    """Readings of class Ⅲ (domain-rules 4, first vector)."""

    class Meta:
        model = models.WaterSample

    section = factory.SubFactory(SectionFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    taken_on = factory.LazyFunction(lambda: day(-5))
    do = Decimal("5.5")
    codmn = Decimal("4.2")
    nh3n = Decimal("0.62")
    tp = Decimal("0.11")
