"""Rules over several fields, asked by the forms and by the import alike."""

from django.utils import timezone

from .choices import PARTY_KINDS
from .terms import expiry, extension_limit

FUTURE_DATES = {"elected_on": "上次换届日期", "founded_on": "成立日期"}
LONGEST_TERM = 10


def plain(name: str) -> str:
    """A name as it is compared: no spaces, no case."""
    return "".join(name.split()).casefold()


def organisation_faults(values: dict) -> dict[str, str]:
    """Field → sentence for what cannot be right; what is only unusual is a notice (terms.py)."""
    faults = {}
    for name, label in FUTURE_DATES.items():
        if values.get(name) and values[name] > timezone.localdate():
            faults[name] = f"{label}不能晚于今天，请核对。"
    founded, dissolved = values.get("founded_on"), values.get("dissolved_on")
    if founded and dissolved and dissolved < founded:
        faults["dissolved_on"] = "撤销日期不能早于成立日期，请核对。"
    if values.get("kind") in PARTY_KINDS and not values.get("party_form"):
        faults["party_form"] = "党组织请选择形式：党委、总支、支部、联合支部或临时支部。"
    return faults | _term_faults(values)


def _term_faults(values: dict) -> dict[str, str]:
    faults = {}
    elected, extended, years = values.get("elected_on"), values.get("extended_until"), values.get("term_years")
    if years is not None and not 1 <= years <= LONGEST_TERM:
        faults["term_years"] = f"任期应在 1 至 {LONGEST_TERM} 年之间：村、社区 5 年，其他一般 3 年。"
    elif extended and not elected:
        faults["extended_until"] = "填写延期前，请先填写上次换届日期。"
    elif extended and years and extended > extension_limit(extension_limit(expiry(elected, years))):
        faults["extended_until"] = "延期超过届满日期两年，请核对年份。"
    return faults
