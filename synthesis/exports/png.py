"""A picture of ours (SVG) as a PNG, for programs that cannot draw it themselves. Pure, but for the letters of our font."""

import functools
import io
import unicodedata

from denkdiner.paper import letters

ZOOM = 2.0
"""960 pixels wide: 340 to the inch at the 7.2 cm that a picture gets."""


@functools.lru_cache(256)
def as_png(svg: str) -> bytes:
    """*svg* on white. A letter that our own font does not have comes from the machine. About 20 ms."""
    import resvg_py

    bestanden = [adres.removeprefix("file://") for *_, adres in letters()]
    gewoon = all(
        ord(teken) < 0x250 or (unicodedata.category(teken)[0] in "PSZ" and ord(teken) < 0x2600)
        for teken in svg
    )
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg.replace("Source Sans, Source Sans 3", "Source Sans Pro"),
            zoom=ZOOM,
            background="#ffffff",
            font_files=bestanden,
            skip_system_fonts=bool(bestanden) and gewoon,
        )
    )


def size_of(beeld: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG or JPEG."""
    from PIL import Image

    with Image.open(io.BytesIO(beeld), formats=("PNG", "JPEG")) as open_beeld:
        return open_beeld.size
