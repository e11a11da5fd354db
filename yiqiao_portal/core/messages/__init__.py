"""In-portal messages. `tell()` is the door: call it inside the transaction of what happened."""

from .services import tell

__all__ = ["tell"]
