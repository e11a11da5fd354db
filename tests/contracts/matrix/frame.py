"""The frame, what is open to all, the reports."""

from tests.contracts.rule import EVERYBODY, READERS, RECORDERS, Rule, Send

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
