"""The workbench: what waits, what is near, how the year stands."""

from datetime import timedelta
from itertools import chain, islice, zip_longest
from math import ceil

from django.urls import reverse
from django.utils import timezone

from .. import registry
from ..dates import today
from ..portal import Quick
from ..todos import due_tag, groups, todos_of
from .base import Action, PortalPage

TILES = (
    ("mine", "待我办理", "todo", ""),
    ("soon", "三天内到期", "clock", "due"),
    ("late", "已超期", "alert", "late"),
    ("sent", "我发起的", "user", ""),
)
WEEKDAYS = "一二三四五六日"
SHOWN = 8
MOST_IN_ROW = 5
MOST_SHORTCUTS = 8


def per_row(count: int) -> int:
    """How many figures stand in a row, so that all rows are as full as can be: 6 → 3, 7 → 4, 10 → 5."""
    rows = max(1, ceil(count / MOST_IN_ROW))
    return max(1, ceil(count / rows))


def shortcuts(user) -> list[Quick]:
    """What stands under 常用: every app's first, then every app's second …, as many as there is room, in menu order.

    So a new pillar's most needed shortcut appears by being declared, and which ones appear follows from the post alone.
    """
    apps = sorted(registry.portals(), key=lambda portal: min((item.order for item in portal.menu), default=99))
    open_to = [[q for q in portal.quick if is_open(q, user)] for portal in apps]
    in_turn = chain.from_iterable(zip_longest(*open_to))
    chosen = list(islice((q for q in in_turn if q), MOST_SHORTCUTS))
    return [q for quick in open_to for q in quick if q in chosen]


def is_open(quick: Quick, user) -> bool:
    """Whether a shortcut leads this user to something she can fill in."""
    return user.has_perm(quick.permission) and (quick.when is None or quick.when(user))


class Workbench(PortalPage):
    """Queue before figures; each number is a link to what it counts."""

    template_name = "core/workbench.html"
    permission = "core.signed_in"
    title = "工作台"

    def get(self, request, *args, **kwargs):
        self.groups = groups(todos_of(request))
        wanted = request.GET.get("q", "mine")
        self.shown = wanted if wanted in self.groups else "mine"
        return super().get(request, *args, **kwargs)

    def greeting(self) -> str:
        hour = timezone.localtime().hour
        part = "上午好" if hour < 12 else "下午好" if hour < 18 else "晚上好"
        return f"{self.request.user.name}，{part}"

    def get_lede(self) -> str:
        day = today()
        late, soon = len(self.groups["late"]), len(self.groups["soon"])
        parts = [f"{late} 件已超期"] * bool(late) + [f"{soon} 件三天内到期"] * bool(soon)
        advice = f"先办急的：{'，'.join(parts)}" if parts else "没有急件"
        return f"{day.year}年{day.month}月{day.day}日　星期{WEEKDAYS[day.weekday()]} · {advice}"

    def get_actions(self):
        first = next(iter(self.groups["mine"]), None)
        return [Action("办理最急一件", first.url, primary=True)] if first else []

    def counts(self) -> list[dict]:
        return [
            {
                "key": key,
                "title": title,
                "icon": icon,
                "look": look if self.groups[key] else "",
                "value": len(self.groups[key]),
                "url": f"?q={key}",
                "current": key == self.shown,
            }
            for key, title, icon, look in TILES
        ]

    def queue(self) -> list[dict]:
        todos = self.groups[self.shown]
        rows = todos if self.request.GET.get("all") else todos[:SHOWN]
        return [
            {
                "kind": todo.kind,
                "title": todo.title,
                "url": todo.url,
                "sub": todo.sub,
                "button": todo.button,
                "tag": due_tag(todo.due),
                "late": bool(todo.due and todo.due < today()),
            }
            for todo in rows
        ]

    def week(self) -> list[dict]:
        first = today()
        last = first + timedelta(days=6)
        events = [
            event
            for portal in registry.portals()
            if portal.events
            for event in portal.events(self.request.user, first, last)
        ]
        return [self._day(first + timedelta(days=n), events) for n in range(7)]

    def _day(self, day, events) -> dict:
        of_day = [event for event in events if event.day == day]
        return {
            "day": day.day,
            "weekday": f"周{WEEKDAYS[day.weekday()]}",
            "today": day == today(),
            "rest": day.weekday() >= 5,
            "events": [{"time": f"{e.at:%H:%M}" if e.at else "全天", "title": e.title, "url": e.url} for e in of_day],
        }

    def quick(self) -> list[dict]:
        chosen = shortcuts(self.request.user)
        return [{"title": q.title, "url": reverse(q.url) + q.query, "icon": q.icon} for q in chosen]

    def get_context_data(self, **kwargs):
        figures = [figure for portal in registry.portals() for figure in portal.figures(self.request.user)]
        return super().get_context_data(
            greeting=self.greeting(),
            counts=self.counts(),
            queue=self.queue(),
            queue_total=len(self.groups[self.shown]),
            queue_url=f"?q={self.shown}&all=1",
            quick=self.quick(),
            notices=[],
            week=self.week(),
            figures=figures,
            figures_per_row=per_row(len(figures)),
            figures_at=timezone.localtime(),
            **kwargs,
        )
