"""How the directory plugs in."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from yiqiao_portal.core.portal import Figure, MenuItem, Portal, RecycleKind, SearchKind, Tick, Todo

from . import demo, selectors
from .importing.batches import drop_expired
from .importing.kinds import KINDS
from .models import Organisation, Person
from .sheets import SHEET

EVERYBODY = ("town", "leader", "branch", "unit", "liaison", "teamlead", "talent")


@dataclass(frozen=True)
class Found:
    """A line of the search page."""

    title: str
    url: str
    sub: str


def todos(user):
    """换届: what ends within the warning time or is over, for those who manage the directory."""
    if not user.has_perm("directory.change_organisation"):
        return []
    return [_term_todo(organisation) for organisation in selectors.terms_ending(user)]


def _term_todo(organisation: Organisation) -> Todo:
    return Todo(
        kind="换届",
        title=f"{organisation}支委会届满",
        url=organisation.get_absolute_url(),
        sub=f"上次换届 {organisation.elected_on}，任期 {organisation.term_years} 年，届满 {organisation.expires_on}",
        due=selectors.last_day(organisation),
        button="查看",
    )


def figures(user):
    """How many organisations and people there are; each list counts the same rows."""
    found = []
    if user.has_perm("directory.view_organisation"):
        rows, url = Organisation.objects.visible_to(user), reverse("directory:organisations")
        found.append(Figure("党组织", rows.party().count(), "个", f"{url}?party=yes", "现有"))
    if user.has_perm("directory.view_person"):
        found.append(Figure("人员", Person.objects.visible_to(user).count(), "人", reverse("directory:people"), "现有"))
    return found


def find_organisations(user, words: str):
    """Organisations by name or number."""
    for row in Organisation.objects.visible_to(user).matching(words).select_related("area").official():
        yield Found(row.name, row.get_absolute_url(), f"{row.get_kind_display()}　{row.code}")


def find_people(user, words: str):
    """People by name, initials, whole phone or its last four digits."""
    for row in Person.objects.visible_to(user).matching(words).select_related("organisation"):
        yield Found(row.name, row.get_absolute_url(), f"{row.organisation}　{row.duty}　{row.masked_phone}".strip())


portal = Portal(
    name="通讯录",
    menu=(
        MenuItem(
            "通讯录",
            "directory:home",
            "directory.view_area",
            icon="contacts",
            order=80,
            children=(
                MenuItem("组织", "directory:home", "directory.view_organisation"),
                MenuItem("人员", "directory:people", "directory.view_person"),
                MenuItem("区域", "directory:areas", "directory.view_area"),
                MenuItem("名册", "directory:rosters", "directory.view_roster"),
                MenuItem("场所", "places:places", "places.view_place"),
            ),
        ),
    ),
    search=(
        SearchKind("组织", "directory.view_organisation", find_organisations),
        SearchKind("人员", "directory.view_person", find_people),
    ),
    recycle=(
        RecycleKind("组织", "directory.Organisation", "directory.delete_organisation"),
        RecycleKind("人员", "directory.Person", "directory.delete_person"),
        RecycleKind("名册", "directory.RosterMember", "directory.change_roster"),
    ),
    sheets=(SHEET,),
    ticks=(Tick("directory.expired_imports", "清除过期的待导入数据", timedelta(hours=1), drop_expired),),
    imports=KINDS,
    grants={
        "directory.view": EVERYBODY,
        "directory.people": EVERYBODY,
        "directory.manage": ("town",),
        "directory.people.manage": ("town", "branch"),
        "directory.reveal": ("town", "leader", "branch"),
        "directory.roster": ("town", "leader", "branch"),
        "directory.roster.manage": ("town", "branch"),
        "directory.import": ("town", "branch"),
    },
    actions={
        "organisation.create": "新增组织",
        "organisation.update": "修改组织",
        "organisation.remove": "组织移入回收站",
        "organisation.export": "导出组织台账",
        "person.create": "新增人员",
        "person.update": "修改人员",
        "person.remove": "人员移入回收站",
        "person.export": "导出人员台账",
        "person.reveal_phone": "查看手机号",
        "roster.add": "加入名册",
        "roster.update": "修改名册",
        "roster.remove": "移出名册",
        "roster.export": "导出党员名册",
        "records.import": "批量导入",
    },
    todos=todos,
    figures=figures,
    demo=demo.fill,
    demo_order=20,
)
