"""The frame, what is open to all, the reports."""

from tests.contracts.rule import EVERYBODY, READERS, RECORDERS, Rule, Send, key, these

PUBLIC = Rule(EVERYBODY, public=True)

RULES: dict[str, Rule | tuple[Rule, ...]] = {
    "core:workbench": Rule(EVERYBODY, queries=("", "q=late", "q=sent", "all=1")),
    "core:search": Rule(EVERYBODY, queries=("", "q=示例")),
    "core:recycle": Rule(EVERYBODY),
    "core:restore": Rule(
        RECORDERS,
        "removed",
        lambda stage, row: {"label": "activities.activity", "pk": row.pk},
        reads=False,
        refused=404,
        send=Send("branch"),
    ),
    "core:messages": Rule(EVERYBODY, queries=("", "state=unread", "format=xlsx", "print=1")),
    "core:message_open": Rule(
        EVERYBODY,
        "message",
        key,
        reads=False,
        send=Send("branch", logged=False),  # who reads what is not logged
    ),
    "core:messages_read": Rule(EVERYBODY, reads=False, send=Send("branch", logged=False)),
    "core:message_settings": Rule(EVERYBODY, send=Send("branch", lambda stage, row: {"kinds": []})),
    "core:jobs": Rule(these("sysadmin")),
    "core:appearance": Rule(
        EVERYBODY,
        public=True,
        ok=405,
        send=Send("branch", lambda stage, row: {"size": "lg"}, changes=False, logged=False),
    ),
    "core:privacy": PUBLIC,
    "core:accessibility": PUBLIC,
    "core:health": PUBLIC,
    "core:ready": PUBLIC,
    "reports:annual": Rule(READERS, queries=("", "format=xlsx", "year=2022&format=xlsx")),
}
