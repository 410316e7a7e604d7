"""What becomes of a picture that somebody sends: a small JPEG of our own making, or a sentence."""

import io
import struct
import zlib

import pytest
from PIL import Image

from denkdiner import pictures
from denkdiner.errors import DenkdinerError
from denkdiner.pictures import MAX_PHOTO_BYTES, clean_photo

ORIENTATION, GPS = 0x0112, 0x8825


def made(soort="PNG", size=(60, 40), mode="RGB", colour="red", **options):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, soort, **options)
    return out.getvalue()


def opened(data, **options):
    return Image.open(io.BytesIO(clean_photo(data, **{"max_side": 800} | options)))


def png_that_says(width, height):
    """A PNG of a few bytes that claims to be *width* by *height*."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body


@pytest.mark.parametrize("soort", ["PNG", "JPEG", "WEBP"])
def test_picture_becomes_a_jpeg(soort):
    assert clean_photo(made(soort), max_side=800)[:3] == b"\xff\xd8\xff"
    assert opened(made(soort)).size == (60, 40)


@pytest.mark.parametrize(
    ("size", "becomes"), [((3000, 1500), (800, 400)), ((1500, 3000), (400, 800)), ((8, 8), (8, 8))]
)
@pytest.mark.parametrize("soort", ["PNG", "JPEG"])
def test_picture_is_made_small_and_never_larger(soort, size, becomes):
    assert opened(made(soort, size)).size == becomes


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_can_be_kept(mode):
    assert opened(made(mode=mode, colour=0)).mode == "RGB"


def test_jpeg_for_print_can_be_kept():
    assert opened(made("JPEG", mode="CMYK", colour=(0, 0, 0, 0))).mode == "RGB"


def test_what_is_see_through_becomes_white():
    assert opened(made(mode="RGBA", colour=(0, 0, 0, 0))).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("soort", ["JPEG", "PNG", "WEBP"])
def test_place_is_dropped_and_the_photo_stands_upright(soort):
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # taken on its side
    exif.get_ifd(GPS)[1] = "N"
    exif[0x010F] = "Camera van Ada"
    data = made(soort, (600, 400), exif=exif)
    assert b"Camera van Ada" in data
    clean = clean_photo(data, max_side=800)
    assert b"Camera" not in clean
    assert b"Exif" not in clean
    kept = Image.open(io.BytesIO(clean))
    assert (kept.size, dict(kept.getexif())) == ((400, 600), {})


def test_words_and_profiles_in_the_file_are_dropped():
    data = made("JPEG", comment=b"thuis bij Ada", icc_profile=b"profiel van Ada" * 20)
    assert b"Ada" in data
    assert b"Ada" not in clean_photo(data, max_side=800)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"geen plaatje",
        SVG,
        b"<?xml version='1.0'?>" + SVG,
        made("GIF"),
        made("BMP"),
        made("TIFF"),
        b"%PDF-1.4 ",
        made("PNG")[:60],
        made("JPEG", (300, 300))[:200],
        made("WEBP", (300, 300))[:40],
        b"\xff\xd8\xff" + b"\0" * 100,
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 100,
        b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"\0" * 40,
        png_that_says(50, 50),
    ],
    ids=range(15),
)
def test_what_is_no_picture_is_refused_with_a_sentence(data):
    with pytest.raises(DenkdinerError, match=r"geen plaatje|beschadigd"):
        clean_photo(data, max_side=800)


@pytest.mark.parametrize("size", [(10_000, 5_001), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_bomb_is_refused_before_it_is_decoded(size, monkeypatch):
    def decoded(*args):
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decoded)
    with pytest.raises(DenkdinerError, match=r"beeldpunten|geen plaatje"):
        clean_photo(png_that_says(*size), max_side=800)


def test_too_many_bytes_are_refused_unread(monkeypatch):
    monkeypatch.setattr(pictures.Image, "open", None)
    with pytest.raises(DenkdinerError, match="5 MB"):
        clean_photo(b"\0" * (MAX_PHOTO_BYTES + 1), max_side=800)


@pytest.mark.parametrize("soort", ["PNG", "JPEG", "WEBP"])
def test_file_that_was_cut_off_or_changed_anywhere_never_breaks(soort):
    good = made(soort, (64, 64))
    for place in range(0, len(good), max(1, len(good) // 60)):
        for bad in (good[:place], good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :]):
            try:
                assert clean_photo(bad, max_side=800)[:3] == b"\xff\xd8\xff"
            except DenkdinerError:
                continue


def test_half_a_photo_is_refused_whatever_a_library_asked_of_pillow(monkeypatch):
    monkeypatch.setattr(
        pictures.ImageFile, "LOAD_TRUNCATED_IMAGES", True
    )  # as WeasyPrint does when it is imported
    half = made("JPEG", (300, 300))
    with pytest.raises(DenkdinerError, match=r"geen plaatje|beschadigd"):
        clean_photo(half[: len(half) // 2], max_side=800)


def test_large_photo_is_a_jpeg_that_is_never_decoded_whole():
    size = (5000, 4000)
    assert opened(made("JPEG", size)).size == (800, 640)
    with pytest.raises(DenkdinerError, match="beeldpunten"):
        clean_photo(made("PNG", size), max_side=800)
