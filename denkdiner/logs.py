"""What a log line may hold: events and ids, never a token, never what guests said."""

import logging
import re
from typing import Any

# Not past a quote or a backslash: in a line of JSON these end the address.
_ADDRESS = re.compile(
    r"(/(?:scherm|p|uitnodiging|briefing|agenda|terug|account/password/reset/key|account/confirm-email)/)"
    r"[^/\s\"'\\]+"
)
# A token by its looks (sessions.tokens: 22 characters), wherever it stands. Ids are in lower case.
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{22}(?![\w-])", re.ASCII)


def without_tokens(text: str) -> str:
    """*text* with "…" for each token."""
    return _TOKEN.sub("…", _ADDRESS.sub(r"\1…", text))


def without_secrets(record: logging.LogRecord) -> bool:
    """A logging filter: tokens out of addresses, and no traceback for what was simply refused (4xx)."""
    if getattr(record, "status_code", 500) < 500:
        record.exc_info = record.exc_text = None
    if isinstance(record.args, tuple):
        record.args = tuple(without_tokens(arg) if isinstance(arg, str) else arg for arg in record.args)
    return True


def without_sockets(record: logging.LogRecord) -> bool:
    """A logging filter: that a socket opened or closed is no news. A room of tablets says it by hundreds at once."""
    return record.levelno > logging.INFO or record.msg not in _OF_A_SOCKET


_OF_A_SOCKET = frozenset({'%s - "WebSocket %s" [accepted]', "connection open", "connection closed"})


def masked(logger: Any, method: str, line: str) -> str:
    """The last processor of structlog: the whole line as it will be written, a traceback too, without tokens."""
    return without_tokens(line)
