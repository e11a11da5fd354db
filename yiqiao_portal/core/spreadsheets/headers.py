"""Header rows as people write them, matched to the columns that a form or an import wants."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from yiqiao_portal.core.sandbox import Refused

DECORATION = re.compile(r"[\s*＊:：'\"“”]+|\((必填|选填|必填项|可空|不填)\)")
BRACKETED = re.compile(r"[(\[【].*?[)\]】]")
IDENTITY_NUMBER = re.compile(r"身份证|公民身份|证件号")


@dataclass(frozen=True)
class Wanted:
    """A column that the reader can use. `synonyms` are other labels that mean the same."""

    key: str
    label: str
    synonyms: tuple[str, ...] = ()
    required: bool = False

    def labels(self) -> set[str]:
        """Every accepted label, normalised."""
        return {normalise(text) for text in (self.label, *self.synonyms)}


@dataclass(frozen=True)
class HeaderMatch:
    """Which found column answers which wanted one.

    `mapping` key → index in the row; `missing` labels of required columns not found; `unknown` found headers that
    nothing wants; `repeated` headers that answer a column already answered; `refused` identity-number columns, which
    the portal does not take (《个人信息保护法》 art. 6, 29: no more than the purpose needs).
    """

    mapping: dict[str, int] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def require(self) -> None:
        """Refused, naming the remedy, unless every required column is there once and none is forbidden."""
        if self.refused:
            raise Refused(
                f"表中有{_quoted(self.refused)}列。本平台不收集身份证号码，请删去该列后重新提交。",
                code="identity_number",
            )
        if self.repeated:
            raise Refused(f"{_quoted(self.repeated)}列出现了不止一次。请只保留一列后重新提交。", code="repeated_header")
        if self.missing:
            raise Refused(
                f"没有找到{_quoted(self.missing)}列。请核对表头，或下载模板填写后重新提交。", code="missing_header"
            )

    def record(self, values: Sequence) -> dict:
        """The values of one row by key; a wanted column that was not found is absent."""
        return {key: values[at] for key, at in self.mapping.items()}


def normalise(text) -> str:
    """A header or other label as it is compared: NFKC, no spaces, stars, colons, quotes or （必填）, lower case."""
    return DECORATION.sub("", unicodedata.normalize("NFKC", str(text or ""))).casefold()


def label(value) -> str:
    """A header cell as it is shown: one line of text."""
    return " ".join(str(value).split()) if value is not None else ""


def match_headers(found: Sequence[str], wanted: Sequence[Wanted]) -> HeaderMatch:
    """Match headers by label or synonym; a label with a remark in brackets counts when nothing matches it whole."""
    keys = {text: one.key for one in reversed(wanted) for text in one.labels()}
    mapping: dict[str, int] = {}
    unknown, repeated, refused = [], [], []
    for at, header in enumerate(found):
        key = _key(header, keys)
        if IDENTITY_NUMBER.search(normalise(header)):
            refused.append(header)
        elif key is None:
            unknown.extend([header] if header else [])
        elif key in mapping:
            repeated.append(header)
        else:
            mapping[key] = at
    missing = tuple(one.label for one in wanted if one.required and one.key not in mapping)
    return HeaderMatch(mapping, missing, tuple(unknown), tuple(repeated), tuple(refused))


def score(found: Sequence[str], wanted: Sequence[Wanted]) -> int:
    """How many wanted columns a row of labels names."""
    return len(match_headers(found, wanted).mapping)


def _key(header: str, keys: dict[str, str]) -> str | None:
    text = normalise(header)
    return keys.get(text) or keys.get(BRACKETED.sub("", text))


def _quoted(headers: Sequence[str]) -> str:
    return "".join(f"“{header}”" for header in headers)
