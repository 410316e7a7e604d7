"""A .zip that a stranger may have made, read within bounds. A leaf: imports no app.

Nothing here trusts what a file says of itself: bytes are counted after unpacking, XML is looked through before a library
builds anything of it, and what is XML is told by a name or by the first bytes.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

XML = (".xml", ".rels", ".vml")
MAX_ATTRIBUTEN = 200
"""Of one element. No element of Word or Excel has half of them."""
MAX_LOS = 1024 * 1024
"""Bytes of one tag or comment. The attributes of a tag are heard when all of it is read: by then it could be anything."""

_HAP = 128 * 1024
_SOORTEN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_MERKEN = (
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\0\0\xfe\xff",
    b"<\0",
    b"\0<",
    b"\0\0\0<",
    b"Lo\xa7\x94",
)
"""How a part begins that a parser may take for XML in UTF-8, UTF-16, UTF-32 or EBCDIC, before any sign is read."""


class TeGroot(Exception):
    """It unpacks to more than it may."""


class TeVeelXml(Exception):
    """Its XML has more elements than it may, or they are too deep or too wide."""


class Kapot(Exception):
    """It is no .zip, or its XML is no plain XML."""


class Teller:
    """Counts elements, and bytes when *bytes_* is given, of the XML of all parts together."""

    def __init__(self, hoogstens: int, diep: int = 200, *, bytes_: int | None = None) -> None:
        self.aantal, self.hoogstens = 0, hoogstens
        self.diepte, self.diep = 0, diep
        self.over = bytes_

    def look_through(self, data: bytes) -> None:
        """Raises ``TeGroot``, ``TeVeelXml`` or ``Kapot``. No document type, so no entities."""
        if self.over is not None:
            self.over -= len(data)
            if self.over < 0:
                raise TeGroot
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartDoctypeDeclHandler = _refuse
        self.diepte = 0
        try:
            for plek in range(0, len(data), _HAP):
                parser.Parse(data[plek : plek + _HAP], False)
                if plek - parser.CurrentByteIndex > MAX_LOS:
                    raise TeVeelXml
            parser.Parse(b"", True)
        except (
            expat.ExpatError,
            LookupError,
            ValueError,
        ):  # the last two: letters that this parser does not know
            raise Kapot from None

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        self.aantal, self.diepte = self.aantal + 1, self.diepte + 1
        if self.aantal > self.hoogstens or self.diepte > self.diep or len(attrs) > MAX_ATTRIBUTEN:
            raise TeVeelXml

    def _end(self, name: str) -> None:
        self.diepte -= 1


def _refuse(*_: object) -> None:
    raise Kapot


def is_xml(naam: str, data: bytes) -> bool:
    """By its name, or because it begins as XML does in any encoding."""
    if naam.lower().endswith(XML) or data.startswith(_MERKEN):
        return True
    return (
        data.lstrip().startswith(b"<") and b"\0" not in data[:4096]
    )  # a scrambled font may begin with any byte


def read_parts(inhoud: bytes, *, delen: int, uitgepakt: int, teller: Teller) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every part, one at a time; not more than *delen* of them, and *uitgepakt* bytes together.

    Every part of XML goes through *teller*. Raises ``TeGroot``, ``TeVeelXml`` or ``Kapot``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(inhoud)) as zip_:
            infos = zip_.infolist()
            if any(info.compress_type not in _SOORTEN for info in infos):
                raise Kapot  # no program for text or tables writes them, and each fails in its own way
            if len(infos) > delen or sum(info.file_size for info in infos) > uitgepakt:
                raise TeGroot
            for info in infos:
                with zip_.open(info) as deel:
                    data = deel.read(uitgepakt + 1)
                uitgepakt -= len(data)
                if uitgepakt < 0:
                    raise TeGroot
                if is_xml(info.filename, data):
                    teller.look_through(data)
                yield info.filename, data
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError, OSError):
        raise Kapot from None  # RuntimeError, or one of its kind: it has a password, or asks for what zipfile cannot do
