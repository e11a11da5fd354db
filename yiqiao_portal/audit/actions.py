"""The catalogue of actions: code -> Chinese label. Every app registers its own at start-up."""

import re

CODE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
CODE_LENGTH = 60

_labels: dict[str, str] = {}


class UnknownActionError(LookupError):
    """An action code that no app has registered."""


def register(labels: dict[str, str]) -> None:
    """Add `{"<object>.<verb>": "中文"}`; ValueError on a malformed code or a second meaning for a known one."""
    for code, label in labels.items():
        if not CODE.fullmatch(code) or len(code) > CODE_LENGTH or not label:
            raise ValueError(f"not an action code with a label: {code!r}")
        if _labels.setdefault(code, label) != label:
            raise ValueError(f"action {code} already means {_labels[code]}")


def require(code: str) -> str:
    """The code itself when it is registered; UnknownActionError otherwise."""
    if code not in _labels:
        raise UnknownActionError(code)
    return code


def label(code: str) -> str:
    """The Chinese words for a code; an entry older than its code still has a readable label."""
    return _labels.get(code, "已停用的操作")


def catalogue() -> dict[str, str]:
    """All registered codes with their labels, sorted by code."""
    return dict(sorted(_labels.items()))


register(
    {
        "session.login": "登录",
        "session.logout": "退出登录",
        "session.failed": "登录失败",
        "audit.view": "查看审计日志",
        "audit.export": "导出审计日志",
    }
)
