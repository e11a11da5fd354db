"""Reads a rendered page as a browser would: what is shown, what is loaded, what is written inline."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from html.parser import HTMLParser

UNSEEN = {"script", "style", "template", "title", "code"}
SPOKEN = ("placeholder", "title", "alt", "aria-label", "label", "data-label", "summary")
BUTTONS = {"submit", "button", "reset"}
LOADED = {"script": "src", "link": "href", "img": "src", "use": "href", "iframe": "src", "form": "action"}


@dataclass
class Page(HTMLParser):
    """Collects, while it is fed."""

    texts: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    options: list[list[str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []

    @classmethod
    def of(cls, response) -> "Page":
        page = cls()
        page.feed(response.content.decode())
        return page

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self._open.append(tag)  # one that never closes goes with its parent
        self._note_inline(tag, found)
        self.loaded += [found[LOADED[tag]]] if found.get(LOADED.get(tag)) else []
        self.links += [found["href"]] if tag == "a" and found.get("href") else []
        self.ids += [found["id"]] if "id" in found else []
        seen = not set(self._open) & UNSEEN
        self.texts += [found[name] for name in SPOKEN if found.get(name) and seen]
        self.texts += [found.get("value") or ""] if tag == "input" and found.get("type") in BUTTONS else []
        self._note_structure(tag)

    def _note_inline(self, tag: str, attrs: dict) -> None:
        self.inline += [f"<{tag} {name}>" for name in attrs if name == "style" or re.fullmatch(r"on\w+", name)]
        self.inline += [f"<{tag}>"] if tag == "style" or (tag == "script" and "src" not in attrs) else []
        scripted = [value for value in attrs.values() if str(value).strip().lower().startswith("javascript:")]
        self.inline += [f"<{tag} {value}>" for value in scripted]
        self.inline += [f"<{tag} {name}>" for name in attrs if name.startswith(("hx-on", "hx-vals"))]

    def _note_structure(self, tag: str) -> None:
        if tag in {"select", "datalist"}:
            self.options.append([])
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        text = data.strip()
        if not text or set(self._open) & UNSEEN:
            return
        self.texts.append(text)
        if self._open[-1:] == ["option"] and self.options:
            self.options[-1].append(text)
        self.facts += [text] if self._open[-1:] == ["dt"] else []
        if {"td", "th"} & set(self._open) and self.rows and self.rows[-1]:
            self.rows[-1][-1] += text


def readable(response) -> str:
    """All text of an answer; a workbook's parts are unpacked."""
    if response.body[:2] == b"PK":
        parts = zipfile.ZipFile(io.BytesIO(response.body))
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return response.body.decode("utf-8", "replace")


def in_full(phone: str) -> list[str]:
    """A mobile number as people write it."""
    parts = phone[:3], phone[3:7], phone[7:]
    return [phone, " ".join(parts), "-".join(parts)]


def said(response) -> str:
    """The middle of a page in words, for the message of a failed test."""
    return " ".join(Page.of(response).texts[20:90]) if response.content else ""
