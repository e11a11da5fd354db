"""Gives each request its number and tells the log where it comes from."""

import ipaddress
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest

from . import context


class AuditContextMiddleware:
    """Sets the audit facts, `request.request_id` and the header X-Request-ID (never taken from the client)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.request_id = uuid4()
        with context.scope(context.Facts(request_id=request.request_id, ip=client_ip(request), request=request)):
            response = self.get_response(request)
        response["X-Request-ID"] = str(request.request_id)
        return response


def client_ip(request: HttpRequest) -> str | None:
    """The peer's address; behind `TRUSTED_PROXY_COUNT` proxies of ours, the address that the outermost one saw.

    Entries of X-Forwarded-For further left are the client's own words and are not believed.
    """
    proxies = getattr(settings, "TRUSTED_PROXY_COUNT", 0)
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    hops = forwarded.split(",") if forwarded else []
    return _parse(hops[-proxies] if 0 < proxies <= len(hops) else request.META.get("REMOTE_ADDR", ""))


def _parse(text: str) -> str | None:
    """An address without zone, 4-in-6 unwrapped; None for anything else (a Unix socket has no address)."""
    try:
        address = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)
