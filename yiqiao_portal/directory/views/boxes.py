"""The boxes of an organisation's page, each with its own question of who may see it."""

from django.urls import reverse

from yiqiao_portal.core.views.base import Action
from yiqiao_portal.core.views.detail import Fact, fact

from .. import selectors
from ..models import Organisation
from .parts import Box

SHOWN = 8
BASICS = ("name", "code", "kind", "area", "founded_on")
PARTY = ("party_form", "field", "formal_members", "probationary_members", "groups", "committee_size")
COUNTS = {"all": "名册人数", "formal": "正式党员", "probationary": "预备党员", "voters": "有表决权"}


def facts_of(organisation: Organisation) -> list[Box]:
    """What it is; for Party organisations their numbers, which are totals and no people."""
    names = [*BASICS, *(name for name in ("dissolved_on", "note") if getattr(organisation, name))]
    boxes = [Box("基本情况", [fact(organisation, name, full=name in {"name", "note"}) for name in names])]
    if organisation.party_form:
        boxes.append(Box("党组织情况", [fact(organisation, name) for name in PARTY]))
    return boxes


def term_of(organisation: Organisation) -> list[Box]:
    """The committee's term, and notices with their source."""
    boxes = []
    if organisation.elected_on or organisation.party_form:
        facts = [fact(organisation, name, full=True) for name in ("elected_on", "term_years")]
        facts.append(Fact("届满日期", organisation.expires_on, full=True))
        if organisation.extended_until:
            facts.append(fact(organisation, "extended_until", full=True))
        boxes.append(Box("换届", facts))
    notices = selectors.notices_of(organisation)
    if notices:
        boxes.append(Box("提醒", template="directory/notices.html", context={"notices": notices}))
    return boxes


def roster_of(organisation: Organisation, user) -> list[Box]:
    """How many stand on the roster."""
    if not organisation.party_form or not user.has_perm("directory.view_roster", organisation):
        return []
    counts = selectors.roster_counts(organisation)
    more = Action("查看名册", reverse("directory:roster", args=[organisation.pk]))
    return [Box("党员名册", [Fact(word, counts[name]) for name, word in COUNTS.items()], action=more)]


def people_of(organisation: Organisation, user) -> list[Box]:
    """The first people with masked phones, and the way to all of them."""
    if not user.has_perm("directory.view_person", organisation):
        return []
    people = organisation.people.visible_to(user).order_by("pinyin", "pk")
    query = f"?organisation={organisation.pk}"
    add = reverse("directory:person_new") + query if user.has_perm("directory.add_person", organisation) else ""
    context = {"people": list(people[:SHOWN]), "add_url": add}
    more = Action("全部人员", reverse("directory:people") + query)
    return [Box("人员", [], "directory/people_box.html", context, note=f"{people.count()} 人", action=more)]


def below(organisation: Organisation, user) -> list[Box]:
    """What hangs directly below it."""
    rows = list(Organisation.objects.visible_to(user).below(organisation).official())
    if not rows:
        return []
    return [Box("下级组织", [], "directory/organisations_box.html", {"organisations": rows}, note=f"{len(rows)} 个")]
