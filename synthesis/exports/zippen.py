"""Files in a .zip at a fixed time, so that the same content is the same bytes. Pure."""

import zipfile

TIJD = (2020, 1, 1, 0, 0, 0)


def add(zip_: zipfile.ZipFile, naam: str, inhoud: str | bytes, *, kaal: bool = False) -> None:
    """*inhoud* as *naam*; *kaal*: not compressed."""
    info = zipfile.ZipInfo(naam, TIJD)
    data = inhoud if isinstance(inhoud, bytes) else inhoud.encode()
    zip_.writestr(info, data, zipfile.ZIP_STORED if kaal else zipfile.ZIP_DEFLATED)
