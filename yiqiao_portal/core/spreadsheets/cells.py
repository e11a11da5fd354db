"""The text of one cell, without what cannot be seen or stored. Lengths and meanings are the form's business."""

import re
import unicodedata

from yiqiao_portal.core.text import INVISIBLE, LINE_ENDS, ODD_SPACES, SURROGATES

GUARDED = re.compile(r"^'(?=[=+\-@＝'])")


def clean(text: str) -> str | None:
    """Text in NFC without invisible characters and outer space; None when nothing is left. Inner line ends stay.

    An apostrophe before = + - @ is an exporter's guard against formulas (OWASP ASVS 1.2.10) and is taken away.
    """
    text = SURROGATES.sub("", INVISIBLE.sub("", LINE_ENDS.sub("\n", text)))
    text = unicodedata.normalize("NFC", ODD_SPACES.sub(" ", text)).strip()
    return GUARDED.sub("", text) or None


def is_damaged(text: str) -> bool:
    """Whether the text holds half of a character, which no file or database can store."""
    return SURROGATES.search(text) is not None
