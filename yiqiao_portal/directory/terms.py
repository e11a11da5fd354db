"""Terms of branch committees and the size rules of a branch, as notices with their source.

Nothing here forbids: 一般 in the source means that a deviation is legal with a reason, so every
finding is a notice for the office, never an error of a form.
Source: 《中国共产党支部工作条例（试行）》 (2018) articles 4, 20, 21; 《中国共产党基层组织选举工作条例》
(2020) article 3 for extensions.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum

VILLAGE_TERM_YEARS = 5
OTHER_TERM_YEARS = 3
EXTENSION_LIMIT_YEARS = 1
MONTHS_AHEAD = 6

BRANCH_MINIMUM = 3
BRANCH_USUAL_MAXIMUM = 50
COMMITTEE_FROM = 7
COMMITTEE_MINIMUM = 3
COMMITTEE_USUAL_MAXIMUM = 5
COMMITTEE_OUTER_MAXIMUM = 7

REGULATION = "《中国共产党支部工作条例（试行）》"
ELECTIONS = "《中国共产党基层组织选举工作条例》"
FORMATION_SOURCE = REGULATION + "第四条"
COMMITTEE_SOURCE = REGULATION + "第二十条"
TERM_SOURCE = REGULATION + "第二十一条"
EXTENSION_SOURCE = ELECTIONS + "第三条"


class NoticeLevel(StrEnum):
    """How firmly a notice speaks: 应当, 一般 crossed by far, 一般."""

    MUST = "must"
    STRONG = "strong"
    NORMAL = "normal"


@dataclass(frozen=True)
class Notice:
    """One finding for the office: a code for tests and filters, a sentence for people."""

    code: str
    severity: NoticeLevel
    sentence: str
    source: str


class TermState(Enum):
    """State of a committee's term: word, look and icon of its tag."""

    NORMAL = ("正常", "ok", "check")
    ENDING = ("6个月内届满", "due", "clock")
    OVERDUE = ("逾期", "late", "alert")
    EXTENDED = ("获批延期", "run", "dot")

    def __init__(self, word: str, look: str, icon: str):
        self.word = word
        self.look = look
        self.icon = icon

    def label(self, months_ahead: int = MONTHS_AHEAD) -> str:
        """The word, naming the months that the office has set."""
        return f"{months_ahead}个月内届满" if self is TermState.ENDING else self.word


def add_months(day: date, months: int) -> date:
    """The same day some months later (or earlier), or the month's last day if it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def term_years(*, village_or_community: bool) -> int:
    """Years of a term: 村、社区 5, other branches usually 3 (article 21)."""
    return VILLAGE_TERM_YEARS if village_or_community else OTHER_TERM_YEARS


def expiry(elected_on: date, years: int) -> date:
    """Last day of the term: the anniversary; 28 February where there is no 29th."""
    return add_months(elected_on, years * 12)


def extension_limit(expires_on: date) -> date:
    """Last day to which an extension usually may reach: one year after the expiry."""
    return expiry(expires_on, EXTENSION_LIMIT_YEARS)


def term_state(
    expires_on: date | None,
    *,
    today: date,
    extended_until: date | None = None,
    months_ahead: int = MONTHS_AHEAD,
) -> TermState | None:
    """State of a term on a day; None while no election date is known.

    The last day itself is not overdue. An approved extension holds to its own last day and
    counts only when it reaches beyond the expiry.
    """
    if expires_on is None:
        return None
    if extended_until and extended_until > expires_on and today <= extended_until:
        return TermState.EXTENDED
    if today > expires_on:
        return TermState.OVERDUE
    if today >= add_months(expires_on, -months_ahead):
        return TermState.ENDING
    return TermState.NORMAL


def term_notices(expires_on: date | None, *, today: date, extended_until: date | None = None) -> tuple[Notice, ...]:
    """What the office should know of a term: extension too long, more than a year beyond."""
    if expires_on is None:
        return ()
    found = (
        _extension_notice(expires_on, extended_until),
        _beyond_limit_notice(expires_on, today),
    )
    return tuple(notice for notice in found if notice)


def _extension_notice(expires_on: date, extended_until: date | None) -> Notice | None:
    if extended_until is None:
        return None
    if extended_until <= expires_on:
        sentence = f"延期至 {extended_until}，没有晚于届满日期 {expires_on}，请核对延期日期。"
        return Notice("extension_not_later", NoticeLevel.MUST, sentence, EXTENSION_SOURCE)
    limit = extension_limit(expires_on)
    if extended_until <= limit:
        return None
    sentence = f"延期至 {extended_until}，超过一年；延期一般不超过一年，即不晚于 {limit}，请核对批复。"
    return Notice("extension_too_long", NoticeLevel.NORMAL, sentence, EXTENSION_SOURCE)


def _beyond_limit_notice(expires_on: date, today: date) -> Notice | None:
    if today <= extension_limit(expires_on):
        return None
    sentence = f"届满日期 {expires_on} 已过一年以上，请尽快安排换届；已换届的，请更新换届日期。"
    return Notice("term_beyond_limit", NoticeLevel.MUST, sentence, EXTENSION_SOURCE)


@dataclass(frozen=True)
class BranchSize:
    """Head counts of a branch; `committee_size` is 0 where there is no committee."""

    formal: int
    probationary: int = 0
    committee_size: int = 0

    @property
    def members(self) -> int:
        """All members; only 正式党员 count for the 3 and the 7, all for the 50."""
        return self.formal + self.probationary


def must_form_branch(formal: int) -> bool:
    """Whether a unit with so many 正式党员 must form a branch of its own (from 3)."""
    return formal >= BRANCH_MINIMUM


def committee_required(formal: int) -> bool:
    """Whether a branch with so many 正式党员 should have a committee (from 7)."""
    return formal >= COMMITTEE_FROM


def size_notices(size: BranchSize) -> tuple[Notice, ...]:
    """Notices on the size of a branch and of its committee, in the order of the articles."""
    found = (_formation_notice(size), _maximum_notice(size), _committee_notice(size))
    return tuple(notice for notice in found if notice)


def _formation_notice(size: BranchSize) -> Notice | None:
    if must_form_branch(size.formal):
        return None
    sentence = (
        f"正式党员 {size.formal} 人，不足 {BRANCH_MINIMUM} 人，不单独成立党支部，请与邻近单位商量成立联合党支部。"
    )
    return Notice("too_few_for_branch", NoticeLevel.MUST, sentence, FORMATION_SOURCE)


def _maximum_notice(size: BranchSize) -> Notice | None:
    if size.members <= BRANCH_USUAL_MAXIMUM:
        return None
    sentence = f"党员 {size.members} 人；党支部党员人数一般不超过 {BRANCH_USUAL_MAXIMUM} 人，请与镇党建办商量是否分设。"
    return Notice("branch_large", NoticeLevel.NORMAL, sentence, FORMATION_SOURCE)


def _committee_notice(size: BranchSize) -> Notice | None:
    if size.committee_size == 0:
        return _missing_committee_notice(size)
    if not committee_required(size.formal):
        return _needless_committee_notice(size)
    return _committee_size_notice(size.committee_size)


def _missing_committee_notice(size: BranchSize) -> Notice | None:
    if not committee_required(size.formal):
        return None
    sentence = f"正式党员 {size.formal} 人，应设支部委员会；尚未设立的请安排选举，已设立的请填写委员人数。"
    return Notice("committee_missing", NoticeLevel.MUST, sentence, COMMITTEE_SOURCE)


def _needless_committee_notice(size: BranchSize) -> Notice:
    sentence = (
        f"正式党员 {size.formal} 人，不足 {COMMITTEE_FROM} 人，设书记 1 名即可，"
        "必要时设副书记 1 名，请核对是否设支部委员会。"
    )
    return Notice("committee_not_needed", NoticeLevel.NORMAL, sentence, COMMITTEE_SOURCE)


def _committee_size_notice(seats: int) -> Notice | None:
    if COMMITTEE_MINIMUM <= seats <= COMMITTEE_USUAL_MAXIMUM:
        return None
    usual = f"支部委员会委员 {seats} 人；由 {COMMITTEE_MINIMUM} 至 {COMMITTEE_USUAL_MAXIMUM} 人组成"
    if seats < COMMITTEE_MINIMUM:
        sentence = usual + "，请及时补选。"
        return Notice("committee_small", NoticeLevel.NORMAL, sentence, COMMITTEE_SOURCE)
    if seats <= COMMITTEE_OUTER_MAXIMUM:
        sentence = usual + f"，一般不超过 {COMMITTEE_OUTER_MAXIMUM} 人，请核对。"
        return Notice("committee_large", NoticeLevel.NORMAL, sentence, COMMITTEE_SOURCE)
    sentence = usual + f"，一般不超过 {COMMITTEE_OUTER_MAXIMUM} 人，已超出，请核对上级批复。"
    return Notice("committee_too_large", NoticeLevel.STRONG, sentence, COMMITTEE_SOURCE)
