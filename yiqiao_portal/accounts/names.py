"""User names as people type them."""

import unicodedata


def plain_name(text: str) -> str:
    """A user name without outer spaces, full-width letters made ordinary: what is stored and looked up."""
    return unicodedata.normalize("NFKC", text).strip()
