"""Quorum and majority of a branch's votes, as data with its source.

Reading rule for the Chinese texts: 以上 and 不少于 include the number itself, 超过 excludes it.
Only 正式党员 with the right to vote are counted among the expected voters.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

HALF = Fraction(1, 2)


class Base(StrEnum):
    """Of whom a majority is asked."""

    EXPECTED = "expected"
    PRESENT = "present"


@dataclass(frozen=True)
class VoteRule:
    """How many must be present and how many must agree.

    `attendance` is a share of the expected voters, reached when met, or only when exceeded
    (`attendance_exceeds`). Agreement always means more than half of `base`.
    `written_counts`: opinions sent in before the meeting count as votes.
    `sure` is False where the wording was not confirmed in the text itself.
    """

    code: str
    name: str
    attendance: Fraction
    attendance_exceeds: bool
    base: Base
    source: str
    written_counts: bool = False
    sure: bool = True

    def needed_present(self, expected_voters: int) -> int:
        """Smallest attendance with which a vote may be held."""
        share = expected_voters * self.attendance
        return floor(share) + 1 if self.attendance_exceeds else ceil(share)

    def needed_yes(self, expected_voters: int, present: int) -> int:
        """Smallest number of yes votes that carries: more than half of the base."""
        base = expected_voters if self.base == Base.EXPECTED else present
        return base // 2 + 1


ORDINARY = VoteRule(
    code="ordinary",
    name="一般表决",
    attendance=HALF,
    attendance_exceeds=False,
    base=Base.EXPECTED,
    source="《中国共产党支部工作条例（试行）》第十一条",
)
ADMISSION = VoteRule(
    code="admission",
    name="接收预备党员",
    attendance=HALF,
    attendance_exceeds=True,
    base=Base.EXPECTED,
    source="《中国共产党发展党员工作细则》（2014）",
    written_counts=True,
    sure=False,
)
ELECTION = VoteRule(
    code="election",
    name="选举",
    attendance=Fraction(4, 5),
    attendance_exceeds=False,
    base=Base.PRESENT,
    source="《中国共产党基层组织选举工作条例》（2020）",
    sure=False,
)
RULES = {rule.code: rule for rule in (ORDINARY, ADMISSION, ELECTION)}


@dataclass(frozen=True)
class Ballot:
    """Counts of one vote: heads, all of them members with the right to vote."""

    expected_voters: int
    present: int
    yes: int
    no: int = 0
    abstain: int = 0
    written_yes: int = 0

    def errors(self) -> tuple[str, ...]:
        """Why these counts cannot be true, as sentences that name the remedy."""
        counts = (self.expected_voters, self.present, self.yes, self.no, self.abstain)
        if min(*counts, self.written_yes) < 0:
            return ("人数和票数不能小于 0，请核对。",)
        return tuple(filter(None, (self._attendance_error(), self._votes_error())))

    def _attendance_error(self) -> str:
        if self.present + self.written_yes <= self.expected_voters:
            return ""
        written = f"加书面意见 {self.written_yes} 人" if self.written_yes else ""
        return (
            f"到会 {self.present} 人{written}，多于应到 {self.expected_voters} 人，请核对有表决权的应到人数和到会人数。"
        )

    def _votes_error(self) -> str:
        cast = self.yes + self.no + self.abstain
        if cast <= self.present:
            return ""
        return f"赞成、反对、弃权共 {cast} 票，多于到会 {self.present} 人，请核对票数。"


@dataclass(frozen=True)
class VoteResult:
    """Outcome of a ballot: whether a vote may be held, whether it carried, and why."""

    quorate: bool
    passed: bool
    needed_present: int
    needed_yes: int
    sentence: str


def quorum(expected_voters: int, *, rule: VoteRule = ORDINARY) -> int:
    """Smallest attendance with which a vote may be held: 20 voters 10, 21 voters 11."""
    return rule.needed_present(expected_voters)


def decide(ballot: Ballot, *, rule: VoteRule = ORDINARY) -> VoteResult:
    """Judge a ballot by a rule. Raises ValueError when the counts contradict themselves."""
    errors = ballot.errors()
    if errors:
        raise ValueError(errors[0])
    present_needed = rule.needed_present(ballot.expected_voters)
    yes_needed = rule.needed_yes(ballot.expected_voters, ballot.present)
    yes = ballot.yes + (ballot.written_yes if rule.written_counts else 0)
    quorate = ballot.expected_voters > 0 and ballot.present >= present_needed
    passed = quorate and yes >= yes_needed
    sentence = _vote_sentence(yes, yes_needed, rule.base) if quorate else _quorum_sentence(ballot, present_needed)
    return VoteResult(quorate, passed, present_needed, yes_needed, sentence)


def passes(expected_voters: int, present: int, yes: int, *, rule: VoteRule = ORDINARY) -> bool:
    """Whether a vote with these counts is held and carries; see `decide` for the reason."""
    return decide(Ballot(expected_voters, present, yes), rule=rule).passed


def _quorum_sentence(ballot: Ballot, needed: int) -> str:
    if ballot.expected_voters == 0:
        return "应到有表决权党员为 0 人，不能表决。"
    return f"应到有表决权党员 {ballot.expected_voters} 人，到会 {ballot.present} 人，不足 {needed} 人，不能表决。"


def _vote_sentence(yes: int, needed: int, base: Base) -> str:
    of = "应到" if base == Base.EXPECTED else "实到"
    outcome = "通过" if yes >= needed else "未通过"
    return f"赞成 {yes} 票，须超过{of}人数的半数（至少 {needed} 票），{outcome}。"
