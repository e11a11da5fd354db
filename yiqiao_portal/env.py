"""Reading the environment: a bad value fails at start, by name."""

import os
import secrets
from datetime import time
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def flag(name: str, default: bool = False) -> bool:
    """A yes/no variable: 1, true, yes, on or 0, false, no, off."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return default if not value else value in {"1", "true", "yes", "on"}
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}")


def number(name: str, default: int) -> int:
    """A whole number."""
    value = os.environ.get(name, "").strip()
    if value and not value.lstrip("-").isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}")
    return int(value) if value else default


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def spans(name: str, default: str) -> tuple[tuple[time, time], ...]:
    """Parts of a day in order, as 09:00-12:00,13:00-17:00."""
    text = os.environ.get(name) or default
    try:
        found = tuple(_span(part) for part in text.split(","))
    except ValueError:
        found = ()
    edges = [edge for span in found for edge in span]
    if not edges or any(first >= second for first, second in pairwise(edges)):
        raise ImproperlyConfigured(f"{name} must look like 09:00-12:00,13:00-17:00, not {text!r}")
    return found


def _span(text: str) -> tuple[time, time]:
    opens, closes = text.split("-")
    return time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())


def secret(home: Path, name: str) -> str:
    """The secret from the environment, else one kept in the portal's home (mode 0600)."""
    value = os.environ.get(f"PORTAL_{name.upper()}")
    if value:
        return value
    file = home / "secrets" / name
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _create_once(file, secrets.token_urlsafe(48))
    return file.read_text().strip()


def _create_once(file: Path, text: str) -> None:
    """Two processes may start at once: the first one's secret is the secret."""
    draft = file.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def database(url: str) -> dict:
    """DATABASE_URL (postgres://user:password@host:port/name?option=value) as Django wants it."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres://")
    options = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }
