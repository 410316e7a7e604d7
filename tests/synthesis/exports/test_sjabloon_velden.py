"""Fields in a Word template: those that only say something stay, the rest is refused, however it is spelled."""

import re
from xml.sax.saxutils import escape

import pytest

from synthesis.exports import sjabloon
from synthesis.exports.sjabloon import SjabloonFout, check_sjabloon
from tests.synthesis.exports.test_sjabloon import char, field, header, part, run

VREEMD = {
    "spelled by numbers": field(("QUOTE 68 68 69 65 85 84 79",), r' c:\\windows\\cmd.exe "/k dir"'),
    "spelled by numbers at its end": field("INCLUDE", ("QUOTE 80 73 67",), " x"),
    "an allowed word that goes on": field("PAGE", ("QUOTE 80",), " x"),
    "address spelled by numbers": field("HYPERLINK ", ("QUOTE 102 105 108 101",)),
    "simple field within": field(
        "<",
    ).replace(run("<"), '<w:fldSimple w:instr="QUOTE 68"/>'),
    "nothing that we know": field("DOEIETS x"),
    "without an end": f"{char('begin')}{run('LINK Excel.Sheet.8 x')}",
    "in the result of another": f"{char('begin')}{run('PAGE')}{char('separate')}{field('RD x')}{char('end')}",
    "link that runs": field('HYPERLINK "javascript:alert(1)"'),
    "link to a disk": field(r'HYPERLINK \o "kijk" "file:///c:/x.exe"'),
    "another prefix": (
        '<w:r><q:fldChar xmlns:q="http://schemas.openxmlformats.org/wordprocessingml/2006/main" q:fldCharType="begin"/>'
        '<q:instrText xmlns:q="http://schemas.openxmlformats.org/wordprocessingml/2006/main">DDE x</q:instrText></w:r>'
    ),
    "picture in vml": '<w:r><w:pict><v:shape><v:imagedata src="http://elders.test/x.png"/></v:shape></w:pict></w:r>',
    "picture on a server": r'<w:r><w:pict><v:rect><v:fill src="\\elders\x.png"/></v:rect></w:pict></w:r>',
    "picture by its first place": '<w:r><w:pict><v:imagedata o:href="HTTP://elders.test/x.png"/></w:pict></w:r>',
}


@pytest.mark.parametrize("veld", VREEMD)
def test_what_fetches_or_runs_is_refused_however_it_is_spelled(veld):
    with pytest.raises(SjabloonFout, match=re.escape(sjabloon.VAN_BUITEN)):
        check_sjabloon(header(f"<w:p>{VREEMD[veld]}</w:p>"))


BOX = "<w:pict><v:textbox><w:txbxContent><w:p>{}</w:p></w:txbxContent></v:textbox></w:pict>"


@pytest.mark.parametrize(
    "tussen",
    [
        f"<w:r>{BOX.format(run('PAGE '))}</w:r>",
        f'<mc:AlternateContent><mc:Choice Requires="q">{run("PAGE ")}</mc:Choice></mc:AlternateContent>',
        "<w:r><w:rPr><w:instrText>PAGE </w:instrText></w:rPr></w:r>",
        f"</w:p><w:p><w:q><w:p>{run('PAGE ')}</w:p></w:q></w:p><w:p>",
    ],
)
def test_a_field_is_not_hidden_behind_a_word_that_another_program_skips(tussen):
    with pytest.raises(SjabloonFout):
        check_sjabloon(header(f"<w:p>{char('begin')}{tussen}{run('INCLUDEPICTURE x')}{char('end')}</w:p>"))


@pytest.mark.parametrize(
    "instructie",
    [
        ' STYLEREF "Kop RD" ',
        'DOCPROPERTY "Import"',
        ' HYPERLINK "https://www.example.org/link/1" ',
        r' HYPERLINK \l "_Toc1" \o "import van link" ',
        r"PAGE\* MERGEFORMAT",
        ' TOC \\o "1-3" \\h ',
        "",
        "page",
    ],
)
def test_fields_that_say_something_stay(instructie):
    schoon = check_sjabloon(header(f"<w:p>{field(instructie)}</w:p>"))
    assert escape(instructie).strip() in part(schoon, "word/header9.xml")


def test_a_field_within_a_field_stays_when_both_only_say_something():
    assert check_sjabloon(
        header(f"<w:p>{field('IF ', ('PAGE',), ' = 1 ', ('= ', ('NUMPAGES',), ' - 1'))}</w:p>")
    )
    los = '<w:fldSimple w:instr=" DATE "><w:r><w:t>nu</w:t></w:r></w:fldSimple>'
    assert check_sjabloon(header(f"<w:p>{los}<w:r>{BOX.format(field('PAGE'))}</w:r></w:p>"))
