import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest
from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from assistant.drafts import read_document
from assistant.errors import InputError
from assistant.types import Document

ZOTERO = {
    "citationItems": [
        {"id": 7, "itemData": {"id": 7, "citation-key": "li2023"}},
        {"id": 8, "itemData": {"citation-key": "berg:2021"}, "suppress-author": True},
    ]
}


def field(instruction: str, shown: str) -> str:
    instruction = instruction.replace("&", "&amp;").replace('"', "&quot;")
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{instruction[:9]}</w:instrText></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{instruction[9:]}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r><w:t>{shown}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(written: WordDocument, inner: str) -> None:
    written.element.body.insert(len(written.element.body) - 1, parse_xml(f"<w:p {nsdecls('w')}>{inner}</w:p>"))


@pytest.fixture
def read(tmp_path: Path) -> Callable[[WordDocument], Document]:
    def reading(written: WordDocument) -> Document:
        written.save(str(tmp_path / "paper.docx"))
        return read_document(tmp_path / "paper.docx")

    return reading


def test_paragraphs_headings_and_citations(read: Callable[[WordDocument], Document]) -> None:
    written = docx.Document()
    written.add_paragraph("Owls at night", style="Title")
    written.add_heading("Abstract", 1)
    written.add_paragraph("Owls hunt [see @a, p. 3].")
    written.add_heading("Hunting", 1)
    mixed = written.add_paragraph("They ")
    mixed.add_run("really").bold = True
    mixed.add_run(" do [@b]. @c says so.")
    written.add_paragraph("One", style="List Bullet")
    written.add_table(rows=1, cols=1).cell(0, 0).text = "Not read [@no]."
    written.add_heading("References", 1)
    written.add_paragraph("Li, B. (2023). Owls.")
    document = read(written)
    assert (document.markup, document.title, document.abstract) == ("word", "Owls at night", "Owls hunt.")
    found = [(one.heading, one.text) for one in document.paragraphs]
    assert found == [("Abstract", "Owls hunt."), ("Hunting", "They really do. @c says so."), ("Hunting", "One")]
    assert document.keys == ("a", "b", "c")
    for sentence in document.sentences:
        assert all(document.source[one.start : one.end] == one.key for one in sentence.mentions)


@pytest.mark.parametrize(
    ("instruction", "text", "keys"),
    [
        (f"ADDIN ZOTERO_ITEM CSL_CITATION {json.dumps(ZOTERO)}", "Owls hunt.", ("li2023", "berg:2021")),
        (
            'ADDIN CSL_CITATION {"citationItems":[{"id":"ITEM-1","itemData":{"id":"li2023"}}]}',
            "Owls hunt.",
            ("li2023",),
        ),
        (r"CITATION Li23 \l 1033 \m Ber21", "Owls hunt.", ("Li23", "Ber21")),
        ("ADDIN ZOTERO_BIBL {} CSL_BIBLIOGRAPHY", "Owls hunt .", ()),
        ("HYPERLINK http://x", "Owls hunt (Li 2023).", ()),
        ("ADDIN ZOTERO_ITEM CSL_CITATION {broken", "Owls hunt (Li 2023).", ()),
        ('ADDIN ZOTERO_ITEM CSL_CITATION {"citationItems":[{"id":7}]}', "Owls hunt (Li 2023).", ()),
        ("ADDIN EN.CITE stuff", "Owls hunt (Li 2023).", ()),
    ],
)
def test_fields(read: Callable[[WordDocument], Document], instruction: str, text: str, keys: tuple[str, ...]) -> None:
    written = docx.Document()
    paragraph(written, run("Owls hunt ") + field(instruction, "(Li 2023)") + run("."))
    document = read(written)
    (sentence,) = document.sentences
    assert (sentence.text, sentence.keys) == (text, keys)
    has_no_key = instruction.startswith("ADDIN") and not keys and "BIBL" not in instruction
    assert [one.line for one in document.troubles] == ([1] if has_no_key else [])


def test_tracked_changes_and_boxes(read: Callable[[WordDocument], Document]) -> None:
    written = docx.Document()
    deleted = "<w:del><w:r><w:delText>do not </w:delText></w:r></w:del>"
    inserted = f"<w:ins>{run('always ')}</w:ins>"
    box = "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>Boxed</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    paragraph(written, run("Owls ") + deleted + inserted + run("hunt.") + box)
    simple = '<w:fldSimple w:instr="CITATION Li23"><w:r><w:t>(Li)</w:t></w:r></w:fldSimple>'
    paragraph(written, run("Bees dance ") + simple + run("."))
    assert [(one.text, one.keys) for one in read(written).sentences] == [
        ("Owls always hunt.", ()),
        ("Bees dance.", ("Li23",)),
    ]


def archive(**parts: bytes) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/") + ".xml", content)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no Word document"),
        (b"PK\x03\x04 broken", "no Word document"),
        (archive(word__styles=b"<x/>"), "no Word document"),
        (archive(word__document=b"<x/>"), "no Word document"),
        (archive(word__document=b" " * (1 << 25) + b"x"), "unpacks to far more"),
        (archive(word__document=b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "defines entities"),
    ],
)
def test_what_is_no_word_document_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "bad.docx").write_bytes(content)
    with pytest.raises(InputError, match=says) as raised:
        read_document(tmp_path / "bad.docx")
    assert "bad.docx" in str(raised.value)


def test_notes_and_lists_that_word_makes(read: Callable[[WordDocument], Document]) -> None:
    written = docx.Document()
    reference = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    paragraph(written, run("Owls hunt.") + reference.format(2) + run(" Bees dance.") + reference.format(3))
    contents = f"<w:sdt {nsdecls('w')}><w:sdtPr><w:docPartObj/></w:sdtPr><w:sdtContent><w:p>{run('Contents')}</w:p>"
    written.element.body.insert(0, parse_xml(contents + "</w:sdtContent></w:sdt>"))
    cited = field("CITATION Li23", "(Li 2023)")
    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        f'<w:footnote w:id="2"><w:p>{cited}{run(".")}</w:p></w:footnote>'
        f'<w:footnote w:id="3"><w:p>{run("A long note by @b.")}</w:p></w:footnote></w:footnotes>'
    )
    part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, notes.encode(), written.part.package)
    written.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    assert [(one.text, one.keys) for one in read(written).sentences] == [
        ("Owls hunt.", ("Li23",)),
        ("Bees dance.", ()),
        ("A long note by @b.", ("b",)),
    ]
