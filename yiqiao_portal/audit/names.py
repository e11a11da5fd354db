"""Typed user names stay out of the log: a failed sign-in keeps their keyed hash only."""

import unicodedata

from django.utils.crypto import salted_hmac


def name_hash(name: str) -> str:
    """16 hex digits under the portal's secret key; spelling variants (width, case, outer spaces) give the same."""
    plain = unicodedata.normalize("NFKC", name).strip().casefold()
    text = plain.encode("utf-8", "replace")
    return salted_hmac("yiqiao_portal.audit.names", text, algorithm="sha256").hexdigest()[:16]
