"""Request number, address, and what becomes of the facts."""

from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from yiqiao_portal.audit import context
from yiqiao_portal.audit.middleware import AuditContextMiddleware, client_ip

PEER = "10.1.2.3"


def request(forwarded=None, peer=PEER):
    """A GET from a peer, perhaps through proxies."""
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {}
    return RequestFactory().get("/", REMOTE_ADDR=peer, **headers)


def test_facts_hold_during_the_request_only():
    def view(asked):
        context.set_post(role="town", organisation_id=1)
        seen.append((asked.request_id, context.facts()))
        return HttpResponse()

    seen = []
    response = AuditContextMiddleware(view)(request())

    [(number, facts)] = seen
    assert UUID(response["X-Request-ID"]) == number == facts.request_id
    assert (facts.ip, facts.role) == (PEER, "town")
    assert context.facts() == context.NOTHING


def test_facts_are_gone_after_an_error():
    def view(_asked):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        AuditContextMiddleware(view)(request())
    assert context.facts() == context.NOTHING


def test_a_clients_own_request_number_is_not_taken():
    own = "00000000-0000-4000-8000-000000000000"
    asked = RequestFactory().get("/", HTTP_X_REQUEST_ID=own)

    first, second = (AuditContextMiddleware(lambda _: HttpResponse())(asked)["X-Request-ID"] for _ in range(2))
    assert len({own, first, second}) == 3


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "6.6.6.6", PEER),
        (1, None, PEER),
        (1, "172.16.0.9", "172.16.0.9"),
        (1, "6.6.6.6, 172.16.0.9", "172.16.0.9"),
        (2, "6.6.6.6, 172.16.0.9, 172.16.0.1", "172.16.0.9"),
        (2, "172.16.0.9", PEER),
        (1, "<script>", None),
        (1, "::ffff:172.16.0.9", "172.16.0.9"),
        (1, "fe80::1%eth0", "fe80::1"),
    ],
)
def test_only_our_own_proxies_are_believed(proxies, forwarded, expected):
    with override_settings(TRUSTED_PROXY_COUNT=proxies):
        assert client_ip(request(forwarded)) == expected


def test_a_unix_socket_has_no_address():
    assert client_ip(request(peer="")) is None
