"""Rivers, their sections and 河长, patrols due and done, problems that wait."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from yiqiao_portal.core.bigrams import containing
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.directory.scope import scope_of

from ..choices import ChiefLevel, ProblemState
from ..models import Alliance, Patrol, PatrolProblem, PatrolRule, River, RiverChief, Section, WaterSample
from ..patrols import FOREVER, Span, due_spans, kept, span_of

LEVELS = ChiefLevel.values
DAY = timedelta(days=1)
LONGEST = timedelta(days=31)  # of a period


# --- rivers, sections, chiefs ---


def rivers(user):
    """Rivers with what a list shows: how many sections, who looks after them now."""
    chiefs = RiverChief.objects.alive().select_related("person", "organisation", "section").order_by("since")
    sections = Section.objects.alive().prefetch_related(Prefetch("chiefs", chiefs, to_attr="all_chiefs"))
    rows = River.objects.visible_to(user).select_related("alliance")
    rows = rows.annotate(section_count=Count("sections", filter=Q(sections__deleted_at=None)))
    return rows.prefetch_related(Prefetch("sections", sections, to_attr="open_sections")).order_by("order", "pk")


def patrols(user):
    """Patrols with how many problems were found and how many of them still wait."""
    kept_, waiting = Q(problems__deleted_at=None), Q(problems__state=ProblemState.OPEN)
    rows = Patrol.objects.visible_to(user).select_related("section__river", "organisation")
    return rows.annotate(
        problem_count=Count("problems", filter=kept_), open_count=Count("problems", filter=kept_ & waiting)
    )


def samples(user):
    """Samples with what their class needs."""
    return WaterSample.objects.visible_to(user).select_related("section__river", "organisation")


def sections_of(river: River):
    """The sections of a river in their order."""
    return Section.objects.alive().filter(river=river).select_related("river", "area").order_by("order", "pk")


def open_sections(user):
    """Sections that can be chosen in a form: those of rivers that are not in the recycle bin."""
    rows = Section.objects.visible_to(user).filter(river__deleted_at=None)
    return rows.select_related("river").order_by("river__order", "river_id", "order", "pk")


def chiefs_of(sections: Iterable[Section]):
    """All 河长 of these sections, former ones too, the newest first within a level."""
    rows = RiverChief.objects.alive().filter(section__in=list(sections))
    return rows.select_related("section__river", "person", "organisation").order_by(
        "section__order", "section", "level", "-since", "-pk"
    )


def current(chiefs: Iterable[RiverChief], day: date | None = None) -> list[RiverChief]:
    """Those in office on a day, by level: 区, 镇, 村."""
    day = day or timezone.localdate()
    found = [row for row in chiefs if row.since <= day and (row.until is None or day <= row.until)]
    return sorted(found, key=lambda row: (row.section.order, row.section_id, LEVELS.index(row.level)))


def own_chief(user, section: Section | None = None) -> RiverChief | None:
    """The 河长 post that the user's unit holds now, of this section or of any: what a new patrol starts from."""
    scope = scope_of(user)
    rows = RiverChief.objects.alive().filter(section__deleted_at=None, section__river__deleted_at=None)
    rows = rows.filter(organisation__in=scope.organisation_ids) if section else rows.filter(_my_posts(user))
    rows = rows.filter(section=section) if section else rows
    held = current(rows.select_related("section__river", "person", "organisation"))
    held.sort(key=lambda row: row.organisation_id != scope.organisation_id)
    return held[0] if held else None


def _my_posts(user) -> Q:
    """My unit's own posts; whoever runs the rivers also answers for the town's level within reach."""
    scope = scope_of(user)
    mine = Q(organisation=scope.organisation_id)
    if user.has_perm("alliances.manage_rivers"):
        mine |= Q(level=ChiefLevel.TOWN, organisation__in=scope.organisation_ids)
    return mine


def is_used(section: Section) -> bool:
    """Whether patrols or samples hang on a section, in the recycle bin too."""
    return section.patrols.exists() or section.samples.exists()


def alliances_to_choose(user):
    """Alliances that a river may belong to."""
    return Alliance.objects.visible_to(user)


def patrolling(user):
    """Organisations for which the user may record a patrol or a sample."""
    return Organisation.objects.visible_to(user).official()


def home_of(user) -> Organisation | None:
    """The organisation of the user's post."""
    return Organisation.objects.visible_to(user).filter(pk=scope_of(user).organisation_id).first()


# --- patrols due and done ---


@dataclass(frozen=True)
class Rhythm:
    """One level's patrols of one section: how many were due, made, and made in their period."""

    section: Section
    level: str
    rule: PatrolRule | None
    due: int
    done: int
    kept: int

    @property
    def level_name(self) -> str:
        """镇级."""
        return ChiefLevel(self.level).label

    @property
    def rate(self) -> float | None:
        """巡查率: patrols made in their period over those due; None when none was due."""
        return self.kept / self.due if self.due else None


def rules() -> dict[str, PatrolRule]:
    """The rhythm by level."""
    return {rule.level: rule for rule in PatrolRule.objects.all()}


def tenures(chiefs: Iterable[RiverChief]) -> Mapping[tuple[int, str], list[Span]]:
    """When somebody was in office, by section and level."""
    found = defaultdict(list)
    for row in chiefs:
        found[row.section_id, row.level].append(Span(row.since, row.until or FOREVER))
    return found


def rhythm(chiefs: Iterable[RiverChief], patrols, within: Span, *, today: date | None = None) -> list[Rhythm]:
    """Due and done of every section and level that has a 河长 or a patrol in these days, in the official order.

    `patrols` is a queryset; it may be narrower than the table (what a user may see, what a report covers). What is due
    was due before today: the period that runs is nobody's debt yet.
    """
    over = Span(within.start, min(within.end, (today or timezone.localdate()) - DAY))
    held = {key: spans for key, spans in tenures(chiefs).items() if any(_touch(span, within) for span in spans)}
    days = _days_by_post(patrols, Span(within.start - LONGEST, within.end))
    made = {key for key, found in days.items() if any(day in within for day in found)}
    known, by_level = Section.objects.select_related("river").in_bulk({key[0] for key in {*held, *made}}), rules()
    rows = [
        _rhythm(known, key, by_level.get(key[1]), (held.get(key, ()), days.get(key, ()), within, over))
        for key in {*held, *made}
    ]
    return sorted(rows, key=lambda row: (*_place(row.section), LEVELS.index(row.level)))


def _days_by_post(patrols, within: Span) -> Mapping[tuple[int, str], list[date]]:
    found = defaultdict(list)
    for section, level, day in in_days(patrols, within).values_list("section", "level", "day"):
        found[section, level].append(day)
    return found


def in_days(patrols, within: Span):
    """Patrols made in these days."""
    return patrols.filter(day__range=(within.start, within.end)).order_by()


def _touch(span: Span, within: Span) -> bool:
    return span.start <= within.end and within.start <= span.end


def _place(section: Section) -> tuple:
    return section.river.order, section.river_id, section.order, section.pk


def _rhythm(known: Mapping[int, Section], key: tuple[int, str], rule: PatrolRule | None, calendar: tuple) -> Rhythm:
    """One row; a week that began in the year before may have been kept there."""
    held, days, within, over = calendar
    done = sum(day in within for day in days)
    if rule is None:
        return Rhythm(known[key[0]], key[1], None, 0, done, 0)
    owed = rule.minimum * len(due_spans(rule.period, over, held))
    made = kept(rule.period, rule.minimum, within=over, tenures=held, days=days)
    return Rhythm(known[key[0]], key[1], rule, owed, done, made)


def rhythm_for(user, sections: Iterable[Section], within: Span) -> list[Rhythm]:
    """What the user may see of it: all of a river of one's alliances, else one's own units' part.

    So each number opens exactly the patrols that it counts.
    """
    sections = list(sections)
    reach, whole = scope_of(user).organisation_ids, set()
    shared = {section.river.alliance_id for section in sections} - {None}
    if shared:
        whole = set(Alliance.objects.taken_part_in(user).filter(pk__in=shared).values_list("pk", flat=True))
    chiefs = [
        row for row in chiefs_of(sections) if row.organisation_id in reach or row.section.river.alliance_id in whole
    ]
    return rhythm(chiefs, Patrol.objects.visible_to(user).filter(section__in=sections), within)


@dataclass(frozen=True)
class Due:
    """A patrol that my unit has not made yet in the running period."""

    chief: RiverChief
    rule: PatrolRule
    span: Span
    missing: int


def due_now(user, day: date | None = None) -> list[Due]:
    """What my unit's posts still owe in the period that runs today. Quiet: its own only."""
    day = day or timezone.localdate()
    rows = RiverChief.objects.alive().filter(section__deleted_at=None, section__river__deleted_at=None)
    return due_of(rows.filter(_my_posts(user)), day)


def due_everywhere(day: date) -> list[Due]:
    """What all posts still owe in the period that runs on a day, for the reminders."""
    return due_of(RiverChief.objects.alive().filter(section__deleted_at=None, section__river__deleted_at=None), day)


def due_of(posts, day: date) -> list[Due]:
    """What these posts still owe in the period that runs on a day."""
    chiefs = current(posts.select_related("section__river", "organisation"), day)
    if not chiefs:
        return []
    by_level = rules()
    of_sections = tenures(RiverChief.objects.alive().filter(section__in={row.section_id for row in chiefs}))
    made = _made_lately(chiefs, by_level, day)
    found = [
        _due(row, by_level[row.level], of_sections[row.section_id, row.level], made[row.section_id, row.level], day)
        for row in chiefs
        if row.level in by_level
    ]
    return [one for one in found if one]


def _made_lately(chiefs, by_level, day: date) -> Mapping[tuple[int, str], list[date]]:
    first = min((span_of(rule.period, day).start for rule in by_level.values()), default=day)
    rows = Patrol.objects.alive().filter(section__in={row.section_id for row in chiefs}, day__gte=first)
    found = defaultdict(list)
    for section, level, made in rows.order_by().values_list("section", "level", "day"):
        found[section, level].append(made)
    return found


def _due(chief: RiverChief, rule: PatrolRule, held: list[Span], made: list[date], day: date) -> Due | None:
    span = span_of(rule.period, day)
    missing = rule.minimum - sum(one in span for one in made)
    return Due(chief, rule, span, missing) if missing > 0 and due_spans(rule.period, span, held) else None


# --- problems ---


def problems(user):
    """Problems within reach with all that a list shows."""
    rows = PatrolProblem.objects.visible_to(user)
    return rows.select_related("item", "patrol__section__river", "patrol__organisation")


def open_problems(user):
    """Problems found on patrol that nobody has taken on yet: what can be handed over."""
    return problems(user).filter(state=ProblemState.OPEN)


# --- the year's sheet ---


def covers_town(place: Organisation) -> bool:
    """Whether a report of this place speaks of every river: that of the top of the tree."""
    return place.depth == 1


def sections_for_report(place: Organisation):
    """Sections that a report covers: all for the town; else where a unit below the place has been 河长 or patrolled."""
    rows = Section.objects.alive().filter(river__deleted_at=None).select_related("river")
    if not covers_town(place):
        below = {"organisation__path__startswith": place.path}
        chiefs = RiverChief.objects.alive().filter(**below).values("section")
        rows = rows.filter(Q(pk__in=chiefs) | Q(pk__in=Patrol.objects.alive().filter(**below).values("section")))
    return rows.order_by("river__order", "river_id", "order", "pk")


def patrols_for_report(place: Organisation):
    """Patrols of the units at and below the place, of sections that are in use."""
    rows = Patrol.objects.alive().filter(organisation__path__startswith=place.path)
    return rows.filter(section__deleted_at=None, section__river__deleted_at=None)


def chiefs_for_report(place: Organisation):
    """河长 of the units at and below the place, of sections that are in use."""
    rows = RiverChief.objects.alive().filter(organisation__path__startswith=place.path)
    return rows.filter(section__deleted_at=None, section__river__deleted_at=None)


def problems_for_report(place: Organisation, within: Span):
    """Problems found on the patrols that a report counts."""
    return PatrolProblem.objects.alive().filter(patrol__in=in_days(patrols_for_report(place), within).values("pk"))


# --- search ---


@dataclass(frozen=True)
class Found:
    """A line of the search page."""

    title: str
    url: str
    sub: str


def find_rivers(user, words: str):
    """Rivers by name."""
    for row in containing(River.objects.visible_to(user), "name", words)[:5]:
        yield Found(row.name, row.get_absolute_url(), row.get_body_display())


def find_sections(user, words: str):
    """Sections by name; the pages of their rivers list them."""
    for row in containing(open_sections(user), "name", words)[:5]:
        yield Found(row.name, row.get_absolute_url(), str(row.river))
