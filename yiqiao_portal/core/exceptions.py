"""What can go wrong in the user's words. Every message is a Chinese sentence that names the remedy."""


class DomainError(Exception):
    """A rule says no. `message` is shown as it stands; `field` names the form field it belongs to."""

    status = 400

    def __init__(self, message: str, *, field: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field


class NotAllowed(DomainError):
    """The user may see the thing but not do this to it."""

    status = 403


class Conflict(DomainError):
    """The state has moved on: already confirmed, already restored, taken by another."""

    status = 409


class StaleVersion(Conflict):
    """Somebody saved the row after this user opened it."""


class TooLarge(DomainError):
    """A file or text is larger than the portal takes."""

    status = 413
