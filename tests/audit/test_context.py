"""Facts of the request: set for a scope, gone after it."""

from types import SimpleNamespace

from yiqiao_portal.audit import context


def test_outside_a_request_nothing_is_known():
    known = context.facts()

    assert (known.request_id, known.ip, known.role, known.organisation_id) == (None, None, "", None)
    assert (known.user_id, known.session_hash) == (None, "")


def test_a_post_lasts_as_long_as_its_scope():
    with context.scope(context.Facts(ip="10.0.0.1")):
        context.set_post(role="branch", organisation_id=7)
        inside = context.facts()
    outside = context.facts()

    assert (inside.ip, inside.role, inside.organisation_id) == ("10.0.0.1", "branch", 7)
    assert (outside.ip, outside.role, outside.organisation_id) == (None, "", None)


def test_user_and_session_are_those_of_the_moment_of_asking():
    request = SimpleNamespace(user=SimpleNamespace(pk=None), session=SimpleNamespace(session_key=None))
    known = context.Facts(request=request)
    before = (known.user_id, known.session_hash)
    request.user.pk, request.session.session_key = 5, "abc"

    assert before == (None, "")
    assert (known.user_id, known.session_hash) == (5, "ba7816bf8f01cfea")  # FIPS 180-2, example B.1
