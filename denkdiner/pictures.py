"""Pictures that people send: looked at before they are decoded, and never kept as they came. A leaf: imports no app."""

import io
import threading
from typing import Any

from PIL import Image, ImageFile, ImageOps

from denkdiner.errors import DenkdinerError

MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 16_000_000
"""Of a picture as it comes in; decoded and made small that takes some 250 MB at most, and one is decoded at a time."""
MAX_PHOTO_BYTES = 5 * 1024 * 1024
MAX_PHOTO_PIXELS = 50_000_000
"""What a telephone takes; of a JPEG only, that is never decoded whole."""
MAX_PNG = 300 * 1024
"""A PNG without transparency that is larger than this is a photograph: as a JPEG it takes a fraction."""
FORMATEN = ("PNG", "JPEG", "WEBP")
GEEN_PLAATJE = "Dit bestand is geen plaatje dat we kunnen lezen. Kies een PNG, JPEG of WebP."
TE_GROOT = "Dit plaatje is te groot: ten hoogste 2 MB."
FOTO_TE_GROOT = "Deze foto is te groot: ten hoogste 5 MB."
TE_VEEL_BEELDPUNTEN = (
    "Dit plaatje heeft te veel beeldpunten. Maak het eerst kleiner, bijvoorbeeld 1000 bij 1000."
)
BESCHADIGD = "Dit plaatje is beschadigd of niet volledig. Sla het opnieuw op en probeer het nog eens."
_EEN_TEGELIJK = threading.Lock()
Image.MAX_IMAGE_PIXELS = MAX_PHOTO_PIXELS  # Pillow's own guard as well: nobody here opens a larger one


def clean_picture(data: bytes, *, max_side: int = 600) -> tuple[bytes, str]:
    """*data* (a PNG, JPEG or WebP) made anew: at most *max_side* pixels wide and high, and its mime type.

    Upright, in RGB, the first image only; EXIF, places, profiles and comments are gone. A PNG, or a JPEG when it was one or
    when it is a photograph. The same data gives the same bytes. Raises ``DenkdinerError`` with a sentence for whoever sent
    it; what is too large is refused by its header, before anything is decoded.
    """
    if len(data) > MAX_BYTES:
        raise DenkdinerError(TE_GROOT)
    with _open(data, MAX_PIXELS) as bron:
        was_jpeg = bron.format == "JPEG"
        beeld = _decoded(bron, max_side)
    if beeld.mode == "RGBA":
        return _saved(beeld, "PNG"), "image/png"
    if not was_jpeg:
        png = _saved(beeld, "PNG")
        if len(png) <= MAX_PNG:
            return png, "image/png"
    return _saved(beeld, "JPEG"), "image/jpeg"


def clean_photo(data: bytes, *, max_side: int) -> bytes:
    """*data* (a JPEG, PNG or WebP) as a JPEG of at most *max_side* pixels on a side; what was see-through is white.

    For the rest as ``clean_picture``, from larger files.
    """
    if len(data) > MAX_PHOTO_BYTES:
        raise DenkdinerError(FOTO_TE_GROOT)
    with _open(data, MAX_PIXELS, jpeg=MAX_PHOTO_PIXELS) as bron:
        beeld = _decoded(bron, max_side)
    if beeld.mode == "RGBA":
        laag, beeld = beeld, Image.new("RGB", beeld.size, "white")
        beeld.paste(laag, mask=laag)
    return _saved(beeld, "JPEG")


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of a picture that ``clean_picture`` made."""
    with _open(data, MAX_PIXELS) as beeld:
        breed, hoog = beeld.size
        return breed, hoog


def _open(data: bytes, max_pixels: int, *, jpeg: int = 0) -> Image.Image:
    """The header of *data*, checked; no pixel is decoded yet."""
    try:
        beeld = Image.open(io.BytesIO(data), formats=FORMATEN)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DenkdinerError(TE_VEEL_BEELDPUNTEN) from None
    except Exception:  # a decoder raises whatever a hostile file makes of it
        raise DenkdinerError(GEEN_PLAATJE) from None
    breed, hoog = beeld.size
    if breed * hoog > (jpeg if jpeg and beeld.format == "JPEG" else max_pixels):
        beeld.close()
        raise DenkdinerError(TE_VEEL_BEELDPUNTEN)
    return beeld


def _decoded(bron: Image.Image, max_side: int) -> Image.Image:
    """The pixels of *bron*, upright and small, in RGB or RGBA."""
    ImageFile.LOAD_TRUNCATED_IMAGES = (
        False  # WeasyPrint turns it on, for the whole process, when it is imported
    )
    try:
        with _EEN_TEGELIJK:
            return _small(bron, max_side)
    except Exception:  # as above
        raise DenkdinerError(BESCHADIGD) from None


def _small(bron: Image.Image, max_side: int) -> Image.Image:
    bron.draft("RGB", (2 * max_side, 2 * max_side))  # a JPEG is decoded at a fraction of its size
    bron.load()
    recht = _upright(bron)
    doorzichtig = recht.mode in ("RGBA", "LA", "PA") or "transparency" in recht.info
    beeld = recht.convert("RGBA" if doorzichtig else "RGB")
    beeld.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    beeld.info = {}
    return beeld


def _upright(bron: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(bron)
    except Exception:  # EXIF that nobody can read turns nothing
        return bron


def _saved(beeld: Image.Image, formaat: str) -> bytes:
    options: dict[str, Any] = {"optimize": True}
    if formaat == "JPEG":
        options |= {"quality": 88, "subsampling": 0}
    uit = io.BytesIO()
    beeld.save(uit, formaat, **options)
    return uit.getvalue()
