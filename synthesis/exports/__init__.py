"""The report in other people's formats. One file a format; each turns a ``Verslaginhoud`` into bytes.

``FORMATS`` names them; a writer is imported when it is asked for.
"""

from synthesis.exports.inhoud import Verslaginhoud

MIME = {"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
FORMATS = tuple(MIME)


def write(inhoud: Verslaginhoud, formaat: str) -> bytes:
    """*inhoud* as a file of *formaat* (one of ``FORMATS``; ``ValueError`` otherwise)."""
    if formaat == "docx":
        from synthesis.exports.docx import write_docx

        return write_docx(inhoud)
    raise ValueError(f"unknown format {formaat!r}")
