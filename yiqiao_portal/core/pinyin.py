"""Pinyin of names: initials to search by, a key to sort by where the database knows no Chinese order."""

from pypinyin import Style, lazy_pinyin

# Readings that differ when the character is a surname (name dictionaries agree on these).
SURNAMES = {
    "尉迟": "yu4 chi2",
    "万俟": "mo4 qi2",
    "单于": "chan2 yu2",
    "澹台": "tan2 tai2",
    "单": "shan4",
    "仇": "qiu2",
    "解": "xie4",
    "曾": "zeng1",
    "查": "zha1",
    "区": "ou1",
    "盖": "ge3",
    "葛": "ge3",
    "朴": "piao2",
    "任": "ren2",
    "华": "hua4",
    "乐": "yue4",
    "员": "yun4",
    "缪": "miao4",
    "翟": "zhai2",
    "宁": "ning4",
    "召": "shao4",
    "种": "chong2",
    "繁": "po2",
    "燕": "yan1",
    "盛": "sheng4",
    "秘": "bi4",
    "折": "she2",
}
KEY_LENGTH = 120
INITIALS_LENGTH = 40


def _surname(name: str, person: bool) -> str:
    return next((name[:size] for size in (2, 1) if person and name[:size] in SURNAMES), "")


def _read(name: str, style: Style) -> list[str]:
    """Readings in one style; what has none stays as it is, letters in lower case."""
    return lazy_pinyin(name, style=style, errors=lambda run: run.lower().split())


def pinyin_key(name: str, *, person: bool = False, max_length: int = KEY_LENGTH) -> str:
    """Sort key that orders names as a dictionary does: 李波 → "li3 bo1".

    `person` reads the beginning as a surname: 单 is shan4, not dan1.
    """
    name = name.strip()
    surname = _surname(name, person)
    syllables = [*SURNAMES.get(surname, "").split(), *_read(name[len(surname) :], Style.TONE3)]
    return " ".join(syllables)[:max_length]


def pinyin_initials(name: str, *, person: bool = False, max_length: int = INITIALS_LENGTH) -> str:
    """First letters to search by: 渔浦社区 → "ypsq". Characters without a reading stay."""
    name = name.strip()
    surname = _surname(name, person)
    letters = [syllable[0] for syllable in SURNAMES.get(surname, "").split()]
    letters += _read(name[len(surname) :], Style.FIRST_LETTER)
    return "".join(sign for sign in "".join(letters) if sign.isalnum())[:max_length]
