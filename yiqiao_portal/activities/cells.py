"""The cells of the matrix as a list: what 达标, 未达标, 有说明 and 不适用 count, each with the way to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from yiqiao_portal.core.tags import Tag

from . import selectors
from .matrix import cell_url
from .models import ActivityKind
from .rhythm import Verdict, verdict_word

VERDICTS = {
    "met": Verdict.MET,
    "not_met": Verdict.NOT_MET,
    "explained": Verdict.EXPLAINED,
    "not_applicable": Verdict.NOT_APPLICABLE,
    "not_due": None,
}
WORDS = {key: verdict_word(value) for key, value in VERDICTS.items()}
LOOKS = {"met": "ok", "not_met": "late", "explained": "due", "not_applicable": "draft", "not_due": "draft"}


@dataclass(frozen=True)
class CellRow:
    """One branch, one kind, one period."""

    spot: selectors.Spot
    kind: ActivityKind
    url: str

    @property
    def title(self) -> str:
        return f"{self.spot.period.label} {self.kind}"

    @property
    def organisation(self) -> str:
        return self.spot.organisation.short_name

    @property
    def key(self) -> str:
        """Which of VERDICTS it is."""
        return next(key for key, value in VERDICTS.items() if value is self.spot.verdict)

    @property
    def tag(self) -> Tag:
        """The verdict as word, shape and colour."""
        return Tag(WORDS[self.key], LOOKS[self.key])

    @property
    def reason(self) -> str:
        """The explanation, or what is left of it once a record is there."""
        return f"已有记录，原说明不再计入：{self.spot.reason}" if self.spot.moot else self.spot.reason


def rows(organisations, kinds, *, year: int, user) -> Iterator[CellRow]:
    """All cells of the year, in the order of the branches, then of the kinds and periods."""
    organisations, kinds = list(organisations), list(kinds)
    spots, may = selectors.spots(organisations, kinds, year), user.has_perm("activities.explain")
    for organisation in organisations:
        for kind in kinds:
            for spot in spots[organisation.pk, kind.pk]:
                yield CellRow(spot, kind, cell_url(spot, kind, may_explain=may) or matrix_url(kind, year))


def matrix_url(kind: ActivityKind, year: int) -> str:
    """The matrix of a kind and year."""
    return f"{reverse('activities:matrix')}?{urlencode({'kind': kind.code, 'year': year})}"


def cells_url(key: str, year: int, **place) -> str:
    """The list of the cells with one verdict; `place` is organisation= for one branch or within= for all below."""
    return f"{reverse('activities:cells')}?{urlencode({'year': year, **place, 'verdict': key})}"
