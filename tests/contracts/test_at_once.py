"""The same create form five times in the same moment makes one row; needs real commits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from tests.conftest import sign_in
from tests.contracts import stage_alliances
from tests.contracts.lines import SENT, Line
from tests.contracts.stage import Row
from tests.contracts.walker import addresses
from yiqiao_portal.core.views.edit import CreatePage

TIMES = 5
pytestmark = pytest.mark.django_db(transaction=True)


def _creating() -> list[Line]:
    views = {name: address.view_class for name, address in addresses().items()}
    return [line for line in SENT if views[line.name] and issubclass(views[line.name], CreatePage)]


def _together(sends) -> list[int]:
    """Call each in a thread of its own, all released at once; their answers."""
    gate = Barrier(len(sends))

    def run(send):
        try:
            gate.wait()
            return send().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(sends)) as pool:
        return sorted(pool.map(run, sends))


def test_five_taps_at_once_make_one_row(cast):
    """All create forms in one test: emptying the database after each would cost more than the tests."""
    cast.rows = {"party": {"own": Row(cast.party, frozenset())}} | stage_alliances.rows(cast)
    made = {}
    for line in _creating():
        model = addresses()[line.name].view_class.model
        row = cast.rows[line.rule.rows]["own"] if line.rule.rows else None
        url, body = line.url(cast, row), line.rule.send.body(cast, row and row.row) | {"idempotency_key": str(uuid4())}
        clients = [sign_in(getattr(cast, line.rule.send.by)) for _ in range(TIMES)]
        before = model._base_manager.count()

        answers = _together([lambda client=client, url=url, body=body: client.post(url, body) for client in clients])

        made[line.name] = (model._base_manager.count() - before, max(answers) < 400)

    plan = made.pop("activities:plan")
    assert plan == (12, True)
    assert made == dict.fromkeys(made, (1, True))
