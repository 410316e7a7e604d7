"""What a log line may hold: events and ids, never a token, never what guests said."""

import logging
import re

_TOKEN = re.compile(r"(/(?:scherm|p|uitnodiging|briefing|agenda|terug)/)[^/\s]+")


def without_secrets(record: logging.LogRecord) -> bool:
    """A logging filter: tokens out of addresses, and no traceback for what was simply refused (4xx)."""
    if getattr(record, "status_code", 500) < 500:
        record.exc_info = record.exc_text = None
    if isinstance(record.args, tuple):
        record.args = tuple(_TOKEN.sub(r"\1…", arg) if isinstance(arg, str) else arg for arg in record.args)
    return True
