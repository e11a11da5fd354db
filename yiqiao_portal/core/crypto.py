"""Field encryption: AES-GCM for the value, a keyed hash to find it again. Keys live outside the database."""

import base64
import hashlib
import hmac
import secrets
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

PREFIX = "v1:"


@cache
def _key(purpose: str, secret: str) -> bytes:
    """A key for one purpose, derived from the field secret."""
    return hashlib.blake2b(secret.encode(), person=purpose.encode()[:16], digest_size=32).digest()


def encrypt(text: str) -> str:
    """Encrypt; the same text gives a different result each time."""
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(_key("field", settings.FIELD_KEY)).encrypt(nonce, text.encode(), None)
    return PREFIX + base64.b64encode(nonce + sealed).decode()


def decrypt(token: str) -> str:
    """Decrypt; raises ValueError when the token was changed or made with another key."""
    raw = base64.b64decode(token.removeprefix(PREFIX))
    try:
        return AESGCM(_key("field", settings.FIELD_KEY)).decrypt(raw[:12], raw[12:], None).decode()
    except InvalidTag as error:
        raise ValueError("the field was encrypted with another key") from error


def blind_index(text: str) -> str:
    """A keyed hash by which an equal value is found without decrypting."""
    return hmac.new(_key("index", settings.FIELD_KEY), text.encode(), hashlib.sha256).hexdigest()
