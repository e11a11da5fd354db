"""What a made-up record says: words, numbers of people, votes, decisions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random

from django.utils import timezone

from yiqiao_portal.core.demo import DemoContext, Scale, moment
from yiqiao_portal.core.reference import load_json
from yiqiao_portal.directory.models import Organisation, RosterMember, ServiceLine
from yiqiao_portal.directory.terms import add_months

from ..choices import Absence, MeetingForm, State, VoteRule
from ..models import Activity, ActivityKind
from ..rhythm import Period, counted_kinds
from ..votes import ORDINARY
from ..workflow import is_late
from .branches import Branch
from .calendar import Occasion, held_together, theme_day_of
from .process import Progress, progress_of

ROLL_MONTHS = 12  # attendance by name for so long; older records keep the numbers alone
PLANNING_BRANCHES = 3  # every third branch writes its plan for the year
MEMBERS_GAIN_MONTHS = 18  # a branch had one member less for each
NUMERALS = "一二三四五六七八九"
FORGOTTEN, NEW_DAYS = 0.12, 75  # how many of the newer decisions nobody has ticked off
PLANNED_TITLE = "主题党日"
ABSENCES = (Absence.LEAVE, Absence.LEAVE, Absence.DUTY, Absence.OTHER)
TIMES = {
    "theme_day": (time(14, 30), time(16, 30)),
    "committee": (time(9, 0), time(10, 20)),
    "group": (time(19, 0), time(20, 0)),
    "congress": (time(14, 0), time(16, 0)),
    "lecture": (time(15, 0), time(16, 30)),
    "life_meeting": (time(14, 0), time(17, 0)),
    "appraisal": (time(14, 0), time(16, 0)),
}
ON_THEME_DAY = {"congress": (time(13, 0), time(14, 20)), "lecture": (time(16, 40), time(17, 40))}


@dataclass
class Words:
    """The texts of data/demo.json and the rows that records point at."""

    texts: dict
    kinds: dict[str, ActivityKind]
    lines: dict[str, ServiceLine]
    partners: list[Organisation]

    @classmethod
    def load(cls) -> "Words":
        """Everything once."""
        return cls(
            load_json("activities", "demo"),
            ActivityKind.objects.in_bulk(field_name="code"),
            ServiceLine.objects.in_bulk(field_name="code"),
            list(Organisation.objects.filter(kind="contact_unit").official()),
        )


@dataclass
class Entry:
    """A record with all that will hang on it once it has an id."""

    activity: Activity
    order: int = 0  # official order of the organisation
    known: bool = False
    theme_day: Activity | None = None
    also: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    partners: list[Organisation] = field(default_factory=list)
    agenda: list[dict] = field(default_factory=list)
    decisions: list[dict] = field(default_factory=list)
    roll: list[tuple[RosterMember, str]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Code of the record's kind."""
        return self.activity.kind.code

    def counted(self, *, setting: bool) -> tuple[str, ...]:
        """The kinds that the record counts for, as counting.set_counts works them out."""
        of_congress = any(item.get("of_congress") for item in self.agenda)
        return counted_kinds(self.kind, self.activity.form, self.also, of_congress, setting=setting)


@dataclass
class Draft:
    """An entry in the making: where chance comes from, whose it is, what is known of it."""

    context: DemoContext
    branch: Branch
    occasion: Occasion
    words: Words
    chance: Random
    progress: Progress

    @property
    def texts(self) -> dict:
        """The stock of texts."""
        return self.words.texts


def entry_of(context: DemoContext, branch: Branch, occasion: Occasion, words: Words) -> Entry | None:
    """The record of an occasion; None when nobody has come to write it yet."""
    chance = context.random("record", branch.code, occasion.kind, occasion.day)
    progress = progress_of(context, occasion, chance)
    if progress is None:
        return None
    draft = Draft(context, branch, occasion, words, chance, progress)
    entry = Entry(_activity(draft), order=branch.organisation.order, known=branch.known)
    _count_people(entry, draft)
    WRITERS[occasion.kind](entry, draft)
    activity = entry.activity
    activity.content = activity.content.format(few=chance.randint(2, 6), many=chance.randint(4, 12) * 10)
    activity.late_entry = bool(activity.submitted_at) and is_late(activity, timezone.localdate(activity.submitted_at))
    return entry


def _activity(draft: Draft) -> Activity:
    """Time, place and people of the record, and how far it has come."""
    branch, occasion, progress, chance = draft.branch, draft.occasion, draft.progress, draft.chance
    starts, ends = _times(occasion)
    usual = branch.places[:1] * 5 + (branch.places if occasion.kind == "theme_day" else branch.places[:2])
    place = chance.choice(usual) if usual else None
    return Activity(
        kind=draft.words.kinds[occasion.kind],
        organisation=branch.organisation,
        held_on=occasion.day,
        starts_at=starts,
        ends_at=ends,
        place=place,
        venue=str(place) if place else f"{branch.organisation.short_name}活动室",
        host=branch.committee[0] if chance.random() < 0.85 else branch.committee[-1],
        recorder=branch.recorder,
        created_by=branch.clerk,
        submitted_by=branch.clerk if progress.submitted_at else None,
        **progress.values,
    )


def _times(occasion: Occasion) -> tuple[time | None, time | None]:
    known = ON_THEME_DAY if occasion.on_theme_day else TIMES
    return known.get(occasion.kind, (None, None))


# --- people ----------------------------------------------------------------------------------------------------


def _count_people(entry: Entry, draft: Draft) -> None:
    """应到 and 实到, by the roster for the last months, as typed numbers before."""
    activity, branch = entry.activity, draft.branch
    if activity.kind.whole_branch:
        if branch.members and activity.held_on >= add_months(draft.context.today, -ROLL_MONTHS):
            _call_roll(entry, draft)
        else:
            _type_numbers(activity, draft)
    elif entry.kind == "committee":
        size = branch.organisation.committee_size
        activity.expected = activity.voters_expected = size
        activity.present = activity.voters_present = size - (draft.chance.random() < 0.25)
    elif entry.kind == "group":
        size = max(3, branch.organisation.members // branch.organisation.groups)
        activity.expected, activity.present = size, size - draft.chance.randint(0, size // 4)


def _call_roll(entry: Entry, draft: Draft) -> None:
    """Attendance by exception: everybody came but a few, who have a reason."""
    share = _absent_share(draft)
    entry.roll = [
        (member, draft.chance.choice(ABSENCES) if draft.chance.random() < share else "")
        for member in draft.branch.members
    ]
    activity, present = entry.activity, [member for member, absence in entry.roll if not absence]
    activity.expected, activity.present = len(entry.roll), len(present)
    activity.voters_expected = sum(member.votes for member, _ in entry.roll)
    activity.voters_present = sum(member.votes for member in present)


def _absent_share(draft: Draft) -> float:
    """At most a tenth on average, and hardly anybody at an election, which needs four fifths."""
    return 0.03 if draft.occasion.election else draft.chance.uniform(0.03, 0.1)


def _type_numbers(activity: Activity, draft: Draft) -> None:
    organisation, chance = draft.branch.organisation, draft.chance
    months = (
        (draft.context.today.year - activity.held_on.year) * 12 + draft.context.today.month - activity.held_on.month
    )
    voters = max(4, organisation.formal_members - months // MEMBERS_GAIN_MONTHS)
    absent = chance.randint(0, int(voters * _absent_share(draft) * 2))
    others_absent = chance.random() < 0.2 if organisation.probationary_members else 0
    activity.voters_expected, activity.voters_present = voters, voters - absent
    activity.expected = voters + organisation.probationary_members
    activity.present = activity.expected - absent - others_absent


# --- words -----------------------------------------------------------------------------------------------------


def _theme_day(entry: Entry, draft: Draft) -> None:
    day, activity = draft.occasion.day, entry.activity
    theme, activity.content, entry.lines = draft.chance.choice(draft.texts["theme_day"][str(day.month)])
    activity.title = f"“{theme}”主题党日"
    if draft.words.partners and (entry.order + day.month) % 12 == 0:
        entry.partners = [draft.words.partners[(entry.order + 6) % len(draft.words.partners)]]


def _committee(entry: Entry, draft: Draft) -> None:
    topics = draft.chance.sample(draft.texts["committee"], 2)
    entry.activity.title = f"{draft.occasion.day.month}月支委会：{topics[0][0]}"
    entry.activity.content = "".join(f"{topic}。{outcome}" for topic, outcome, _ in topics)
    entry.agenda = [{"title": topic, "outcome": outcome} for topic, outcome, _ in topics]
    if draft.chance.random() < 0.6:
        _decide(entry, draft, topics[0][2])


def _congress(entry: Entry, draft: Draft) -> None:
    quarter = f"第{NUMERALS[draft.occasion.period.number - 1]}季度"
    entry.activity.title = "换届选举党员大会" if draft.occasion.election else f"{quarter}党员大会"
    first, *others = draft.texts["congress"]
    chosen = [first, *draft.chance.sample(others, draft.chance.randint(1, 2))]
    entry.agenda = [_congress_item(entry, draft, item) for item in chosen]
    if draft.occasion.election:
        title, outcome = draft.texts["election"]
        entry.agenda = [_congress_item(entry, draft, [title, outcome, False, VoteRule.ELECTION])]
    entry.activity.content = "".join(f"{item['title']}：{item['outcome']}" for item in entry.agenda)
    if draft.chance.random() < 0.5:
        _decide(entry, draft, draft.chance.choice(draft.texts["congress_decisions"]))


def _congress_item(entry: Entry, draft: Draft, item: list) -> dict:
    title, outcome, major, rule = item
    values = {"title": title, "outcome": outcome, "of_congress": True, "major": major, "vote_rule": rule}
    if not rule:
        return values
    against, abstain = draft.chance.choice([(0, 0), (0, 0), (0, 1), (1, 0)])
    votes = entry.activity.voters_present - against - abstain
    if rule == VoteRule.ORDINARY and draft.chance.random() < 0.01:
        values["outcome"] = "赞成票没有超过应到有表决权党员的半数，未通过；修改方案后再提交大会。"
        abstain += votes - ORDINARY.needed_yes(entry.activity.voters_expected, entry.activity.voters_present) + 1
        votes = entry.activity.voters_present - against - abstain
    return values | {"votes_for": votes, "votes_against": against, "votes_abstain": abstain}


def _group(entry: Entry, draft: Draft) -> None:
    number = draft.occasion.day.month % draft.branch.organisation.groups
    topic, entry.activity.content = draft.chance.choice(draft.texts["group"])
    entry.activity.title = f"第{NUMERALS[number]}党小组{draft.occasion.day.month}月会议：{topic}"
    if draft.branch.members:
        entry.activity.host = draft.branch.members[len(draft.branch.committee) + 1 + number].person.name
    entry.agenda = [{"title": topic, "outcome": entry.activity.content}]


def _lecture(entry: Entry, draft: Draft) -> None:
    subject, entry.activity.content = draft.chance.choice(draft.texts["lecture"])
    entry.activity.title = f"党课：{subject}"
    entry.lines = ["education"]


def _life_meeting(entry: Entry, draft: Draft) -> None:
    activity, year = entry.activity, draft.occasion.day.year
    activity.content, item, decision = draft.texts["life_meeting"]
    activity.title = f"{year}年度组织生活会"
    activity.form = draft.chance.choice([MeetingForm.CONGRESS, MeetingForm.CONGRESS, MeetingForm.COMMITTEE])
    of_congress = activity.form == MeetingForm.CONGRESS and draft.chance.random() < 0.5
    entry.agenda = [{"title": item, "outcome": "逐个发言，互相批评。", "of_congress": of_congress}]
    if held_together(draft.branch, year):
        entry.also = ["appraisal"]
        activity.title += "和民主评议党员"
        activity.content += draft.texts["appraisal"][0]
        entry.agenda.append({"title": draft.texts["appraisal"][1], "of_congress": of_congress})
    _decide(entry, draft, decision)


def _appraisal(entry: Entry, draft: Draft) -> None:
    entry.activity.content, item = draft.texts["appraisal"]
    entry.activity.title = f"{draft.occasion.day.year}年度民主评议党员"
    entry.agenda = [{"title": item}]


def _talk(entry: Entry, draft: Draft) -> None:
    half = "上半年" if draft.occasion.day.month < 7 else "下半年"
    entry.activity.title = f"{draft.occasion.day.year}年{half}谈心谈话"
    entry.activity.content = draft.texts["talk"][0]


WRITERS = {
    "theme_day": _theme_day,
    "committee": _committee,
    "congress": _congress,
    "group": _group,
    "lecture": _lecture,
    "life_meeting": _life_meeting,
    "appraisal": _appraisal,
    "talk": _talk,
}


def _decide(entry: Entry, draft: Draft, text: str) -> None:
    """A decision with owner and date: old ones are done, of the new ones some are open and a few overdue."""
    chance, context, held = draft.chance, draft.context, draft.occasion.day
    due = held + timedelta(days=chance.randint(10, 40))
    done = due - timedelta(days=chance.randint(0, 8))
    share = 1 if draft.branch.known else FORGOTTEN
    forgotten = chance.random() < share and held > context.today - timedelta(days=NEW_DAYS)
    open_still = forgotten or done > context.yesterday
    owner = chance.choice([*draft.branch.committee, draft.branch.recorder])
    entry.decisions = [{"text": text, "owner": owner, "due_on": due, "done_on": None if open_still else done}]


# --- plans -----------------------------------------------------------------------------------------------------


def plans(context: DemoContext, branch: Branch, words: Words) -> Iterator[Entry]:
    """The rest of this year's theme days of a branch that planned its year in January."""
    if branch.organisation.order % PLANNING_BRANCHES or not branch.places or context.scale == Scale.DISTRICT:
        return
    written = max(context.begins, date(context.today.year, 1, 8))
    for number in range(context.today.month + branch.known, 13):
        day = theme_day_of(context, branch, Period("month", context.today.year, number))
        if day >= context.today:
            activity = Activity(
                kind=words.kinds["theme_day"],
                organisation=branch.organisation,
                title=PLANNED_TITLE,
                held_on=day,
                venue=str(branch.places[0]),
                planned=True,
                state=State.DRAFT,
                created_at=moment(written, 10 * 60),
                created_by=branch.clerk,
            )
            yield Entry(activity, order=branch.organisation.order, known=branch.known)
