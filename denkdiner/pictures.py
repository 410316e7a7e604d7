"""A picture that somebody sent, checked and made anew: what is kept was written by us. A leaf: imports no app."""

import io
import struct
import warnings
import zlib

from PIL import Image, ImageFile, ImageOps

from denkdiner.errors import DenkdinerError

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 50_000_000
"""A photo of a telephone, not a file of a few bytes that becomes gigabytes."""
SOORTEN = ("JPEG", "PNG", "WEBP")
JPEG = "image/jpeg"
ONLEESBAAR = "Deze afbeelding kan niet worden gelezen. Kies een foto als PNG, JPEG of WebP."
TE_GROOT = "Deze afbeelding is te groot. Kies er een van ten hoogste 5 MB."
TE_VEEL = "Deze afbeelding heeft te veel beeldpunten. Maak hem eerst kleiner."
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError)


def clean_picture(data: bytes, *, max_side: int) -> tuple[bytes, str]:
    """*data* (PNG, JPEG or WebP) as a JPEG of at most *max_side* pixels on a side, and its MIME type.

    Upright as it was taken, and without what else was in the file: place, camera, thumbnails, comments. What was see-through
    is white; of a moving picture the first image is kept. Raises ``DenkdinerError`` for anything else, before it is decoded
    when it is too large.
    """
    if len(data) > MAX_BYTES:
        raise DenkdinerError(TE_GROOT)
    # Of the whole process, and WeasyPrint sets it when it is imported: half a photo would be kept.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=SOORTEN) as picture:
            warnings.simplefilter("ignore")  # strange metadata, which does not stay
            if picture.width * picture.height > MAX_PIXELS:
                raise DenkdinerError(TE_VEEL)
            picture.draft("RGB", (max_side * 2, max_side * 2))  # a JPEG is decoded small at once
            picture.load()
            return _as_jpeg(picture, max_side), JPEG
    except Image.DecompressionBombError:
        raise DenkdinerError(TE_VEEL) from None
    except (*_BROKEN, struct.error, zlib.error, MemoryError):
        raise DenkdinerError(ONLEESBAAR) from None


def _as_jpeg(picture: Image.Image, max_side: int) -> bytes:
    turned = _upright(picture)
    if turned.has_transparency_data:
        layer = turned.convert("RGBA")
        turned = Image.new("RGB", layer.size, "white")
        turned.paste(layer, mask=layer)
    small = turned.convert("RGB")
    small.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    # Not with what Pillow remembers of the file (profiles, EXIF): only the pixels.
    Image.frombytes("RGB", small.size, small.tobytes()).save(written, "JPEG", quality=85, optimize=True)
    return written.getvalue()


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except (*_BROKEN, struct.error):  # EXIF that nobody can read turns nothing
        return picture
