"""The list of own sessions is kept, and a page does not write for it more than once a minute."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


def writes(client) -> list[str]:
    """What a page writes into the table of sessions."""
    with CaptureQueriesContext(connection) as done:
        assert client.get("/accounts/").status_code == 200
    return [
        query["sql"].split()[0] for query in done if "usersessions" in query["sql"] and "SELECT" not in query["sql"]
    ]


@pytest.fixture
def client(light, cast, client_for):
    return client_for(cast.branch)


def test_the_first_page_notes_the_session_and_the_next_ones_do_not(client):
    assert [writes(client), writes(client), writes(client)] == [["INSERT"], [], []]


def test_after_a_minute_it_is_noted_again(client, cast, time_machine):
    client.get("/accounts/")
    before = cast.branch.usersession_set.get().last_seen_at
    time_machine.move_to(time.time() + 61)

    assert writes(client) == ["UPDATE"]
    assert cast.branch.usersession_set.get().last_seen_at > before


def test_strangers_leave_nothing(light, client, cast):
    client.logout()

    assert client.get("/accounts/").status_code == 302
    assert cast.branch.usersession_set.count() == 0
