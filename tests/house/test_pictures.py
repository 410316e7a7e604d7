"""What people send as a picture, and which colours may be chosen."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageFile, PngImagePlugin

from denkdiner.colours import check_contrast, contrast
from denkdiner.errors import DenkdinerError
from denkdiner.pictures import (
    BESCHADIGD,
    GEEN_PLAATJE,
    MAX_BYTES,
    TE_GROOT,
    TE_VEEL_BEELDPUNTEN,
    clean_picture,
)


def picture(formaat="PNG", size=(80, 40), mode="RGB", colour="teal", **options):
    uit = io.BytesIO()
    Image.new(mode, size, colour).save(uit, formaat, **options)
    return uit.getvalue()


def noise(formaat, size=(500, 500)):
    uit = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(uit, formaat)
    return uit.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_says(breed, hoog, data=b""):
    kop = struct.pack(">IIBBBBB", breed, hoog, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", kop) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    )


def opened(cleaned):
    return Image.open(io.BytesIO(cleaned[0]))


@pytest.mark.parametrize(
    ("data", "mime", "size", "mode"),
    [
        (picture(), "image/png", (80, 40), "RGB"),
        (picture("JPEG", (3000, 1500)), "image/jpeg", (600, 300), "RGB"),
        (picture("JPEG", mode="CMYK", colour=(9, 9, 9, 9)), "image/jpeg", (80, 40), "RGB"),
        (picture("WEBP", (10, 1200)), "image/png", (5, 600), "RGB"),
        (picture(mode="RGBA", colour=(9, 9, 9, 9)), "image/png", (80, 40), "RGBA"),
        (picture(mode="LA", colour=(9, 9)), "image/png", (80, 40), "RGBA"),
        (picture(mode="P", colour=3), "image/png", (80, 40), "RGB"),
        (picture(mode="1", colour=1), "image/png", (80, 40), "RGB"),
        (noise("WEBP"), "image/jpeg", (500, 500), "RGB"),
    ],
)
def test_picture_is_made_anew_and_small(data, mime, size, mode):
    cleaned = clean_picture(data)
    beeld = opened(cleaned)
    assert (cleaned[1], beeld.size, beeld.mode) == (mime, size, mode)
    assert clean_picture(data) == cleaned
    assert len(cleaned[0]) < 500_000


def test_nothing_travels_along_with_a_picture():
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "geheime-plek", 6
    tekst = PngImagePlugin.PngInfo()
    tekst.add_text("Comment", "geheime-plek")
    plek = b"geheime-plek"
    for data, size in (
        (picture("JPEG", exif=exif, comment=plek, icc_profile=plek * 20), (40, 80)),
        (picture("PNG", exif=exif, pnginfo=tekst, icc_profile=plek * 20), (40, 80)),
        (picture("WEBP", exif=exif, xmp=plek, icc_profile=plek * 20), (40, 80)),
        (picture("PNG") + plek, (80, 40)),
    ):
        assert plek in data or b"iCCP" in data
        cleaned = clean_picture(data)
        beeld = opened(cleaned)
        assert plek not in cleaned[0]
        assert not beeld.getexif()
        assert "icc_profile" not in beeld.info
        assert "comment" not in beeld.info
        assert beeld.size == size  # exif said: a quarter turn


@pytest.mark.parametrize(
    ("data", "fout"),
    [
        (b"", GEEN_PLAATJE),
        (b"hallo", GEEN_PLAATJE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", GEEN_PLAATJE),
        (b"%PDF-1.7", GEEN_PLAATJE),
        (picture("GIF", mode="P", colour=1), GEEN_PLAATJE),
        (picture("TIFF"), GEEN_PLAATJE),
        (picture("BMP"), GEEN_PLAATJE),
        (b"\x89PNG\r\n\x1a\n", GEEN_PLAATJE),
        (b"\xff\xd8\xff" + b"\0" * 900, GEEN_PLAATJE),
        (b"x" * (MAX_BYTES + 1), TE_GROOT),
        (png_that_says(6000, 6000), TE_VEEL_BEELDPUNTEN),
        (png_that_says(60_000, 60_000), TE_VEEL_BEELDPUNTEN),
        (png_that_says(2**31 - 1, 2**31 - 1), TE_VEEL_BEELDPUNTEN),
        (picture(size=(5001, 5001), mode="L", colour=0), TE_VEEL_BEELDPUNTEN),
        (png_that_says(100, 100, b"te weinig"), BESCHADIGD),
        (noise("PNG")[:-20_000], BESCHADIGD),
        (noise("JPEG")[:-20_000], BESCHADIGD),
        (noise("WEBP")[:-20_000], BESCHADIGD),
    ],
    ids=str,
)
def test_what_is_no_good_picture_is_refused_with_a_sentence(data, fout, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint does once a PDF was made
    with pytest.raises(DenkdinerError) as geweigerd:
        clean_picture(data)
    assert str(geweigerd.value) in {fout, GEEN_PLAATJE if fout == BESCHADIGD else fout}


def test_bomb_is_refused_before_it_is_decoded(monkeypatch):
    """25 million white pixels take 25 kB; not one of them is decoded."""
    bom = picture(size=(10_000, 10_000), mode="L", colour=0)
    assert len(bom) < MAX_BYTES
    monkeypatch.setattr(Image.Image, "convert", lambda *args: pytest.fail("decoded"))
    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", lambda *args: pytest.fail("decoded"))
    with pytest.raises(DenkdinerError, match="beeldpunten"):
        clean_picture(bom)


def test_png_with_text_that_unpacks_to_much_is_refused():
    tekst = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"x" * 90_000_000, 9))
    data = picture()
    with pytest.raises(DenkdinerError):
        clean_picture(data[:33] + tekst + data[33:])


@pytest.mark.parametrize(
    ("kleur", "ratio"), [("#000000", 21), ("#ffffff", 1), ("#767676", 4.54), ("#777777", 4.48)]
)
def test_contrast_is_that_of_wcag(kleur, ratio):
    assert contrast(kleur) == pytest.approx(ratio, abs=0.01)


def test_colour_without_contrast_is_refused_with_its_ratio():
    for goed in ("", "#767676", "#0E3641"):
        check_contrast(goed)
    with pytest.raises(DenkdinerError, match="contrast is 4,4 en moet ten minste 4,5"):
        check_contrast("#777777")
    for fout in ("rood", "#12345", "#12345g", "#123456\n", "#fff"):
        with pytest.raises(DenkdinerError, match="als #1a4d5c"):
            check_contrast(fout)
