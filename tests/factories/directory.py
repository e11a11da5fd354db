"""Areas, organisations, people, rosters."""

import factory

from yiqiao_portal.core.crypto import blind_index
from yiqiao_portal.core.pinyin import pinyin_initials, pinyin_key
from yiqiao_portal.directory.choices import AreaLevel, OrganisationKind, PartyForm
from yiqiao_portal.directory.models import Area, Organisation, Person, RosterMember, ServiceLine

ROOT_CODE = "YQ-DW"


def root() -> Organisation:
    """镇党委, which every migrate makes."""
    return Organisation.objects.get(code=ROOT_CODE)


def village(short_name: str) -> Area:
    """One of the 26 real villages, by its short name."""
    return Area.objects.get(short_name=short_name, level=AreaLevel.VILLAGE)


class TreeFactory(factory.django.DjangoModelFactory):
    """A node of a tree; `parent` is another node, the town's own root when left out."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, parent=None, **kwargs):
        above = type(parent).objects.get(pk=parent.pk) if parent else model_class.objects.get(depth=1)
        return model_class.objects.add_child(above, instance=model_class(**kwargs))


class AreaFactory(TreeFactory):
    """A grid of a village; give `parent`."""

    class Meta:
        model = Area

    code = factory.Sequence(lambda number: f"WG-{number:04d}")
    name = factory.Sequence(lambda number: f"第{number}网格")
    short_name = factory.SelfAttribute("name")
    level = AreaLevel.GRID


class OrganisationFactory(TreeFactory):
    """A village Party branch below 镇党委, without committee and groups."""

    class Meta:
        model = Organisation

    code = factory.Sequence(lambda number: f"T-{number:04d}")
    name = factory.Sequence(lambda number: f"示例村{number}党支部")
    short_name = factory.SelfAttribute("name")
    kind = OrganisationKind.VILLAGE_PARTY
    party_form = PartyForm.BRANCH
    order = factory.Sequence(lambda number: number + 1000)
    formal_members = 20


class PersonFactory(factory.django.DjangoModelFactory):
    """Somebody of an organisation, with a phone; search columns follow from name and phone."""

    class Meta:
        model = Person

    name = factory.Sequence(lambda number: f"李乙{'〇一二三四五六七八九'[number % 10]}{number // 10 or ''}")
    pinyin = factory.LazyAttribute(lambda row: pinyin_key(row.name, person=True))
    initials = factory.LazyAttribute(lambda row: pinyin_initials(row.name, person=True))
    organisation = factory.SubFactory(OrganisationFactory)
    phone = factory.Sequence(lambda number: f"139{number:08d}")
    phone_index = factory.LazyAttribute(lambda row: blind_index(row.phone) if row.phone else "")
    phone_tail = factory.LazyAttribute(lambda row: row.phone[-4:])


class RosterMemberFactory(factory.django.DjangoModelFactory):
    """A full member of a branch's roster, with a vote."""

    class Meta:
        model = RosterMember

    organisation = factory.SubFactory(OrganisationFactory)
    person = factory.SubFactory(PersonFactory, organisation=factory.SelfAttribute("..organisation"))
    probationary = False
    votes = factory.LazyAttribute(lambda row: not row.probationary)


class ServiceLineFactory(factory.django.DjangoModelFactory):
    """A line beside the nine."""

    class Meta:
        model = ServiceLine

    code = factory.Sequence(lambda number: f"line{number}")
    name = factory.Sequence(lambda number: f"示例线{number}")
    order = factory.Sequence(lambda number: number + 100)


def roster(organisation: Organisation, *, size: int = 20, probationary: int = 2) -> list[RosterMember]:
    """A branch's roster of `size` people, of whom the last `probationary` have no vote."""
    full = RosterMemberFactory.create_batch(size - probationary, organisation=organisation)
    return full + RosterMemberFactory.create_batch(probationary, organisation=organisation, probationary=True)
