"""Secrets of tables and screens: derived, shown again when asked, stored only as a hash.

token = base64url(HMAC-SHA256(SECRET_KEY, nonce))[:22]: 132 bits that nobody guesses. A copy of the database alone opens
nothing (the key is not in it) and the organiser can still print the QR again. See ``docs/decisions/0004-tokens.md``.
"""

import base64
import hashlib
import secrets

from django.utils.crypto import salted_hmac

TOKEN_LENGTH = 22


def new_nonce() -> str:
    """128 random bits, as 32 hex digits."""
    return secrets.token_hex(16)


def derive_token(*, purpose: str, nonce: str) -> str:
    """The token that belongs to *nonce*: 22 URL-safe characters; *purpose* keeps kinds of tokens apart."""
    digest = salted_hmac(f"denkdiner.{purpose}", nonce, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode()[:TOKEN_LENGTH]


def new_secret() -> str:
    """A device's own secret for its cookie: 192 random bits; never derivable, never shown."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    """SHA-256 in hex. A plain hash is enough for 128 random bits: there is no dictionary to try."""
    return hashlib.sha256(token.encode()).hexdigest()
