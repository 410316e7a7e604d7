"""What stands on every page of the report in Word: header, footer, and CONCEPT across it until it is settled."""

from collections.abc import Iterator
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from synthesis.exports.docx_romp import field, run
from synthesis.exports.inhoud import Verslaginhoud
from synthesis.exports.tekens import clean

_VML = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:w10="urn:schemas-microsoft-com:office:word"'
)
_PLEK = (
    "position:absolute;margin-left:0;margin-top:0;width:440pt;height:110pt;rotation:315;z-index:-251658752;"
    "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    "mso-position-vertical:center;mso-position-vertical-relative:margin"
)


def header_and_footer(document: Any, inhoud: Verslaginhoud, *, sjabloon: bool) -> None:
    """Ours; of a template only the watermark is added to its own."""
    if not sjabloon:
        section = document.sections[0]
        section.header.paragraphs[0].text = clean(inhoud.titel) + ("\tCONCEPT" if inhoud.is_concept else "")
        footer = section.footer.paragraphs[0]
        runs = run(f"{clean(inhoud.organisatie)}\tPagina ") + field(" PAGE ", "1")
        footer._p.extend(list(parse_xml(f"<w:p {nsdecls('w')}>{runs}</w:p>")))
    if inhoud.is_concept:
        for nummer, header in enumerate(_headers(document), start=1):
            header.paragraphs[0]._p.append(_watermark(nummer))


def _headers(document: Any) -> Iterator[Any]:
    """Every header that a page shows. One that a section takes from the section before is that one."""
    even = document.settings.odd_and_even_pages_header_footer
    for plek, section in enumerate(document.sections):
        soorten = [section.header]
        soorten += [section.first_page_header] if section.different_first_page_header_footer else []
        soorten += [section.even_page_header] if even else []
        for header in soorten:
            if plek == 0 or not header.is_linked_to_previous:
                if not header.paragraphs:
                    header.add_paragraph()
                yield header


def _watermark(nummer: int) -> Any:
    """As Word itself makes it, so that "Watermerk verwijderen" knows it."""
    vorm = (
        f'<v:shape id="PowerPlusWaterMarkObject{nummer}" o:spid="_x0000_s{2048 + nummer}" type="#_x0000_t136" '
        f'alt="Concept" style="{_PLEK}" o:allowincell="f" fillcolor="#d5dadc" stroked="f"><v:fill opacity=".5"/>'
        '<v:textpath style="font-family:&quot;Arial&quot;;font-size:1pt;font-weight:bold" string="CONCEPT"/>'
        '<w10:wrap anchorx="margin" anchory="margin"/></v:shape>'
    )
    soort = (
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
        '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/>'
        '<v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>'
        '<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/>'
        '<v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="custom" '
        'o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>'
        '<v:textpath on="t" fitshape="t"/><o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
    )
    return parse_xml(
        f"<w:r {nsdecls('w')} {_VML}><w:rPr><w:noProof/></w:rPr><w:pict>{soort}{vorm}</w:pict></w:r>"
    )
