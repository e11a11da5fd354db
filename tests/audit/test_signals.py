"""Signing in and out is in the log."""

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from yiqiao_portal.audit.models import Entry
from yiqiao_portal.audit.names import name_hash

pytestmark = pytest.mark.django_db


def log():
    """Action, actor, object and result of all entries in order."""
    return list(Entry.objects.order_by("id").values_list("action", "actor_id", "object_type", "object_id", "result"))


def test_signing_in_and_out_is_recorded(client, clerk):
    client.force_login(clerk)
    client.logout()

    about = (clerk.pk, "accounts.user", str(clerk.pk), "ok")
    assert log() == [("session.login", *about), ("session.logout", *about)]


def test_a_stranger_signing_out_is_no_event(client):
    client.logout()

    assert log() == []


def test_a_failed_sign_in_keeps_only_the_keyed_hash_of_what_was_typed(clerk):
    assert authenticate(RequestFactory().post("/"), username="Secret-Word1", password="wrong") is None

    assert log() == [("session.failed", None, "accounts.typed_name", name_hash("secret-word1"), "failed")]


def test_a_failed_sign_in_without_a_name_is_recorded_too(clerk):
    assert authenticate(RequestFactory().post("/"), username="", password="wrong") is None

    assert log() == [("session.failed", None, "accounts.typed_name", "", "failed")]
