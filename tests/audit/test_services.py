"""record(): what goes in, and what must not."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model

from yiqiao_portal.audit import context
from yiqiao_portal.audit.actions import UnknownActionError
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.audit.services import record, tidy_reason

pytestmark = pytest.mark.django_db


def signed_in(user, **known):
    """Facts of a request of this user."""
    request = SimpleNamespace(user=user, session=SimpleNamespace(session_key="abc"))
    return context.Facts(request=request, **known)


def test_an_entry_says_who_what_which_and_from_where(clerk):
    number = uuid4()
    with context.scope(signed_in(clerk, request_id=number, ip="10.0.0.1", role="branch", organisation_id=7)):
        made = record("session.login", by=clerk, obj=clerk, fields=["name", "area", "name"], reason="核对")

    entry = Entry.objects.get(pk=made.pk)
    assert (entry.actor_id, entry.role, entry.organisation_id) == (clerk.pk, "branch", 7)
    assert (entry.action, entry.object_type, entry.object_id) == ("session.login", "accounts.user", str(clerk.pk))
    assert (entry.fields, entry.result, entry.reason) == (["area", "name"], "ok", "核对")
    assert (entry.ip, entry.session_hash, entry.request_id) == ("10.0.0.1", "ba7816bf8f01cfea", number)
    assert entry.at == made.at


def test_one_entry_costs_one_query(clerk, django_assert_num_queries):
    with django_assert_num_queries(1):
        record("session.login", by=clerk, obj=clerk)


def test_without_by_the_signed_in_user_is_the_actor(clerk):
    with context.scope(signed_in(clerk, role="branch")):
        entry = record("session.login")

    assert (entry.actor_id, entry.role) == (clerk.pk, "branch")


def test_outside_a_request_there_may_be_no_actor():
    entry = record("session.login")

    assert (entry.actor_id, entry.ip, entry.session_hash, entry.request_id) == (None, None, "", None)


def test_the_post_of_the_request_is_not_given_to_somebody_else(clerk):
    other = get_user_model()._default_manager.create(username="other", name="别人")
    with context.scope(signed_in(clerk, role="branch", organisation_id=7)):
        entry = record("session.login", by=other)

    assert (entry.actor_id, entry.role, entry.organisation_id) == (other.pk, "", None)


def test_a_job_can_name_the_post_it_acts_for(clerk):
    with context.scope(context.NOTHING):
        context.set_post(role="town", organisation_id=1)
        entry = record("session.login", by=clerk)

    assert (entry.role, entry.organisation_id) == ("town", 1)


def test_an_unknown_action_is_refused():
    with pytest.raises(UnknownActionError):
        record("session.vanish")
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"fields": ["张三"]},
        {"fields": ["13812345678"]},
        {"fields": ["Name"]},
        {"fields": ["name=x"]},
        {"fields": ["name\n"]},
        {"fields": [None]},
        {"fields": [7]},
        {"object_id": "张三"},
        {"object_id": "a b"},
        {"object_id": "x" * 65},
        {"object_id": 7},
        {"object_type": "张三"},
        {"result": "maybe"},
    ],
)
def test_what_looks_like_a_value_is_refused(wrong):
    with pytest.raises(ValueError, match=r"audit log|not a valid Result"):
        record("session.login", **wrong)
    assert Entry.objects.count() == 0


def test_a_refused_value_is_not_repeated_in_the_error():
    with pytest.raises(ValueError, match="field name") as error:
        record("session.login", fields=["13812345678"])
    assert "138" not in str(error.value)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  联系本人\r\n核实  ", "联系本人 核实"),
        ("致电13812345678核实", "致电＊＊＊核实"),
        ("致电 138-1234 5678", "致电 ＊＊＊"),
        ("致电１３８１２３４５６７８", "致电＊＊＊"),
        ("证号33010919800101123X", "证号＊＊＊"),
        ("2022年12月31日 12:30，第 15 条", "2022年12月31日 12:30，第 15 条"),
        ("a\x00b\u202ec\ud800d\u2028e", "a b c d e"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_a_reason_is_one_clean_line_without_long_numbers(typed, kept):
    assert tidy_reason(typed) == kept
    assert Entry.objects.get(pk=record("session.login", reason=typed).pk).reason == kept


def test_a_long_reason_is_cut_and_says_so():
    assert tidy_reason("长" * 500) == "长" * 500
    assert tidy_reason("长" * 501) == "长" * 499 + "…"
