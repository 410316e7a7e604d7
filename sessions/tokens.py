"""Secrets of tables and screens: derived, shown again when asked, stored only as a hash.

token = base64url(HMAC-SHA256(SECRET_KEY, nonce))[:22]: 132 bits that nobody guesses. A copy of the database alone opens
nothing (the key is not in it) and the organiser can still print the QR again. See ``docs/decisions/0004-tokens.md``.
"""

import base64
import hashlib
import secrets
from datetime import UTC, datetime

from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac

TOKEN_LENGTH = 22
CODE_LENGTH = 8
CODE_ALPHABET = "2346789ACDEFHJKMPQRTVWXY"
"""Read aloud, and typed over by candle light: of what looks or sounds alike (0 O, 1 I L, 5 S, 8 B, 2 Z, 6 G, U V, M N) it
holds one at most."""


def new_nonce() -> str:
    """128 random bits, as 32 hex digits."""
    return secrets.token_hex(16)


def derive_token(*, purpose: str, nonce: str) -> str:
    """The token that belongs to *nonce*: 22 URL-safe characters; *purpose* keeps kinds of tokens apart."""
    digest = salted_hmac(f"denkdiner.{purpose}", nonce, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode()[:TOKEN_LENGTH]


def new_token(purpose: str) -> tuple[str, str]:
    """What is stored of a new token: its nonce and its hash."""
    nonce = new_nonce()
    return nonce, token_hash(derive_token(purpose=purpose, nonce=nonce))


def shown_again(*, purpose: str, nonce: str, hashed: str | None) -> str:
    """The token of *nonce*, when *hashed* is its hash; empty when there is none, or the server's key has changed."""
    token = derive_token(purpose=purpose, nonce=nonce)
    return token if token_hash(token) == hashed else ""


def seal(*, purpose: str, data: bytes) -> bytes:
    """*data*, readable only with the server's key: for what has links in it and has to lie in the database for a while."""
    return _seal(purpose).encrypt(data)


def unseal(*, purpose: str, sealed: bytes) -> bytes | None:
    """What was sealed; None when the server's key has changed since."""
    try:
        return _seal(purpose).decrypt(sealed)
    except InvalidToken:
        return None


def _seal(purpose: str) -> Fernet:
    key = salted_hmac(f"denkdiner.{purpose}", "", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))


def new_secret() -> str:
    """A device's own secret for its cookie: 192 random bits; never derivable, never shown."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    """SHA-256 in hex. A plain hash is enough for 128 random bits: there is no dictionary to try."""
    return hashlib.sha256(token.encode()).hexdigest()


# --- the code for a tablet without a camera ------------------------------------------------------------------------------


def derive_code(*, nonce: str, until: datetime) -> str:
    """The code that belongs to *nonce* in the window that ends at *until*: 36 bits, good for as long as somebody watches."""
    when = until.astimezone(UTC).isoformat()
    return _letters(salted_hmac("denkdiner.code", f"{nonce}.{when}", algorithm="sha256").digest())


def derive_short(*, purpose: str, nonce: str) -> str:
    """As ``derive_token``, in the letters of a code: 36 bits, for an address that guests may have to type.

    Only for what a whole room may know anyway; store it with ``code_hash``.
    """
    return _letters(salted_hmac(f"denkdiner.{purpose}", nonce, algorithm="sha256").digest())


def _letters(digest: bytes) -> str:
    number = int.from_bytes(digest, "big")
    letters = ""
    for _ in range(CODE_LENGTH):
        number, letter = divmod(number, len(CODE_ALPHABET))
        letters += CODE_ALPHABET[letter]
    return letters


def code_hash(code: str) -> str:
    """HMAC in hex, with the server's key: 36 bits could be tried out on a copy of the database if it were a plain hash."""
    return salted_hmac("denkdiner.code-hash", code, algorithm="sha256").hexdigest()


def as_code(typed: str) -> str:
    """*typed* as a code, when it has that shape: spaces, dashes and lower case forgiven; else the empty string."""
    code = "".join(teken for teken in typed if not teken.isspace() and teken not in "-–—.").upper()
    return code if len(code) == CODE_LENGTH and code.isascii() and code.isalnum() else ""
