"""The report in Word: headings numbered by their styles, a filled table of contents, quotes word for word.

The body is written as text and parsed once: 30,000 notes one paragraph at a time would take minutes.
"""

import io
import zipfile
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from synthesis.exports.docx_kop import header_and_footer
from synthesis.exports.docx_romp import Romp
from synthesis.exports.docx_stijl import prepare
from synthesis.exports.inhoud import Verslaginhoud, appendices, numbered
from synthesis.exports.paginas import estimate_pages
from synthesis.exports.voortgang import Meld, silent
from synthesis.exports.zippen import add


def write_docx(inhoud: Verslaginhoud, sjabloon: bytes | None = None, meld: Meld = silent) -> bytes:
    """*inhoud* as a .docx file; on *sjabloon*, a .docx of the organisation that ``sjabloon.check_sjabloon`` let through.

    The same content gives the same bytes.
    """
    document = Document(io.BytesIO(sjabloon)) if sjabloon else Document()
    opmaak = prepare(document, inhoud, sjabloon=sjabloon is not None)
    eerst = _keep_body(document) if sjabloon else False
    romp = Romp(document, opmaak, inhoud, sjabloon=sjabloon is not None)
    romp.title_page(nieuwe_pagina=eerst)
    meld(30, "De hoofdstukken worden geschreven")
    plek = romp.reserve_contents()
    for _, niveau, deel in numbered(inhoud):
        romp.heading(deel.titel, niveau)
        romp.write(deel.blokken)
    bijlagen = list(appendices(inhoud))
    for stap, (_, niveau, deel) in enumerate(bijlagen):
        meld(35 + 35 * stap // len(bijlagen), "De bijlagen worden geschreven")
        romp.heading(deel.titel, niveau, bijlage=True)
        romp.write(deel.blokken)
    meld(70, "De inhoudsopgave wordt gemaakt")
    paginas = estimate_pages(romp.regels, breedte=opmaak.breedte, hoogte=opmaak.hoogte)
    romp.fill_contents(plek, [paginas[regel] for regel in romp.koppen])
    meld(80, "Het bestand wordt geschreven")
    _append(document, romp.xml)
    header_and_footer(document, inhoud, sjabloon=sjabloon is not None)
    return _saved(document)


def _keep_body(document: Any) -> bool:
    """What a template says itself stays, empty lines do not. True when something stays."""
    body = document.element.body
    inhoud = [deel for deel in body if deel.tag != qn("w:sectPr")]
    er_staat_iets = any(
        next(deel.iter(qn("w:t"), qn("w:drawing"), qn("w:pict"), qn("w:sectPr")), None) is not None
        for deel in inhoud
    )
    if not er_staat_iets:
        for deel in inhoud:
            body.remove(deel)
    return er_staat_iets


def _append(document: Any, xml: list[str]) -> None:
    """At the end of the body, before the properties of its last section."""
    namen = nsdecls("w", "r", "wp", "a", "pic")
    nieuw = parse_xml(f"<w:body {namen}>{''.join(xml)}</w:body>")
    body = document.element.body
    slot = body.find(qn("w:sectPr"))
    if slot is None:
        body.extend(list(nieuw))
    else:
        plek = body.index(slot)
        body[plek:plek] = list(nieuw)


def _saved(document: Any) -> bytes:
    """The file with a fixed time on every part, so that the same report is the same bytes."""
    raw, fixed = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for naam in source.namelist():
            add(target, naam, source.read(naam))
    return fixed.getvalue()
