"""Where a user is signed in: the list of own sessions, kept without writing on every page."""

import time

from allauth.usersessions.models import UserSession

SEEN = "seen"
EVERY = 60  # seconds; 最近使用 is shown to the minute


class SessionActivity:
    """Notes once a minute from where a session is used (in place of allauth's, which writes on every request)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and time.time() - request.session.get(SEEN, 0) >= EVERY:
            request.session[SEEN] = int(time.time())
            UserSession.objects.create_from_request(request)
        return self.get_response(request)
