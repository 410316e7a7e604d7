"""A .zip that a stranger may have made, read within bounds. A leaf: imports no app.

Nothing here trusts what a file says of itself: bytes are counted after unpacking, XML is looked through before a library
builds anything of it.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

XML = (".xml", ".rels", ".vml")


class TeGroot(Exception):
    """It unpacks to more than it may."""


class TeVeelXml(Exception):
    """Its XML has more elements than it may, or they are too deep."""


class Kapot(Exception):
    """It is no .zip, or its XML is no plain XML."""


class Teller(ContentHandler):
    """Counts elements, of all parts together."""

    def __init__(self, hoogstens: int, diep: int = 200) -> None:
        super().__init__()
        self.aantal, self.hoogstens = 0, hoogstens
        self.diepte, self.diep = 0, diep

    def startElement(self, name: str, attrs: object) -> None:  # noqa: N802
        self.aantal, self.diepte = self.aantal + 1, self.diepte + 1
        if self.aantal > self.hoogstens or self.diepte > self.diep:
            raise TeVeelXml

    def endElement(self, name: str) -> None:  # noqa: N802
        self.diepte -= 1


def read_parts(inhoud: bytes, *, delen: int, uitgepakt: int, teller: Teller) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every part, one at a time; not more than *delen* of them, and *uitgepakt* bytes together.

    Every part of XML goes through *teller*. Raises ``TeGroot``, ``TeVeelXml`` or ``Kapot``.
    """
    import defusedxml.sax
    from defusedxml import DefusedXmlException

    try:
        with zipfile.ZipFile(io.BytesIO(inhoud)) as zip_:
            infos = zip_.infolist()
            if len(infos) > delen or sum(info.file_size for info in infos) > uitgepakt:
                raise TeGroot
            for info in infos:
                with zip_.open(info) as deel:
                    data = deel.read(uitgepakt + 1)
                uitgepakt -= len(data)
                if uitgepakt < 0:
                    raise TeGroot
                if info.filename.lower().endswith(XML):
                    defusedxml.sax.parseString(data, teller, forbid_dtd=True)
                yield info.filename, data
    except (DefusedXmlException, SAXException):
        raise Kapot from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        raise Kapot from None  # RuntimeError: it has a password
