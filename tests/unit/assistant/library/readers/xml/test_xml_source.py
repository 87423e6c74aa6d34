"""XML that is damaged, wrongly declared or made to do harm."""

import socket
import time
import tracemalloc
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.readers.xml import source as xml_source
from assistant.library.readers.xml.decoding import encoding_of
from assistant.library.readers.xml.fields import book_numbers, line_of, text_of
from assistant.library.readers.xml.source import Fault, XmlRecord, xml_records
from assistant.library.sources.content import Content

NAMES = frozenset({"r", "inner"})


def found(text: str | bytes) -> list[XmlRecord | Fault]:
    content = Content.of_bytes(text) if isinstance(text, bytes) else Content.of_text(text)
    return list(xml_records(content, NAMES))


def shown(text: str | bytes) -> list[str]:
    """Texts of records, and faults as `line: reason`."""
    return [line_of(one.element) if isinstance(one, XmlRecord) else f"{one.line}: {one.reason}" for one in found(text)]


def test_records_with_their_lines_and_names_without_prefix() -> None:
    text = '<?xml version="1.0"?>\n<x:a xmlns:x="u">\n<x:r x:k="1">one</x:r><other/>\n\n<x:r>two</x:r></x:a>'
    first, second = found(text)
    assert isinstance(first, XmlRecord)
    assert isinstance(second, XmlRecord)
    assert (first.line, first.element.tag, first.element.get("k"), first.element.text) == (3, "r", "1", "one")
    assert second.line == 5


def test_only_the_outermost_of_several_names_is_a_record() -> None:
    assert shown("<a><r>1<inner>2</inner></r><inner>3</inner></a>") == ["12", "3"]


ENTITIES = {
    "billion laughs": '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;&l;&l;">'
    '<!ENTITY n "&m;&m;&m;&m;&m;&m;&m;&m;&m;&m;">]><a><r>&n;</r></a>',
    "quadratic": f'<!DOCTYPE a [<!ENTITY l "{"x" * 50_000}">]><a><r>{"&l;" * 20_000}</r></a>',
    "file": '<!DOCTYPE a [<!ENTITY l SYSTEM "file:///etc/passwd">]><a><r>&l;</r></a>',
    "network": '<!DOCTYPE a [<!ENTITY l SYSTEM "http://127.0.0.1:9/x">]><a><r>&l;</r></a>',
    "parameter": '<!DOCTYPE a [<!ENTITY % l SYSTEM "http://127.0.0.1:9/x.dtd"> %l;]><a><r>1</r></a>',
    "parameter in itself": "<!DOCTYPE a [<!ENTITY % l '%l;'> %l;]><a><r>1</r></a>",
    "unparsed": '<!DOCTYPE a [<!NOTATION n SYSTEM "n"><!ENTITY l SYSTEM "x.gif" NDATA n>]><a><r>1</r></a>',
}


@pytest.mark.parametrize("attack", ENTITIES.values(), ids=ENTITIES.keys())
def test_declared_entities_are_refused_at_once(attack: str) -> None:
    start = time.process_time()
    (fault,) = found(attack)
    assert time.process_time() - start < 1
    assert isinstance(fault, Fault)
    assert fault.reason.startswith("declares the entity 'l', which can hide harm; refused.")
    assert fault.line == 1


@pytest.mark.parametrize("place", ["http://127.0.0.1:9/x.dtd", "file:///etc/passwd", "x.dtd"])
def test_a_document_type_may_name_rules_which_are_never_fetched(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **named: object) -> NoReturn:
        raise AssertionError(arguments)

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr("urllib.request.urlopen", refuse)
    assert shown(f'<!DOCTYPE a PUBLIC "-//x" "{place}"><a><r>1 &eacute;</r></a>') == ["1 é"]


def test_included_files_stay_out() -> None:
    text = (
        '<a xmlns:xi="http://www.w3.org/2001/XInclude"><r><xi:include href="file:///etc/passwd" parse="text"/></r></a>'
    )
    assert shown(text) == [""]


def test_deep_nesting_loses_only_its_record() -> None:
    deep = f"<r>{'<d>' * 100_000}{'</d>' * 100_000}</r>"
    start = time.process_time()
    first, second, third = shown(f"<a><r>1</r>{deep}<r>3</r></a>")
    assert time.process_time() - start < 1
    assert (first, third) == ("1", "3")
    assert "elements nested deeper than 200 levels" in second


def test_deep_nesting_outside_of_records() -> None:
    (fault,) = shown("<d>" * 100_000)
    assert "elements nested deeper than 200 levels" in fault


def test_a_record_of_too_many_elements_or_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_source, "_MOST_ELEMENTS", 100)
    monkeypatch.setattr(xml_source, "_MOST_CHARACTERS", 1000)
    first, second, third = shown(f"<a><r>{'<d/>' * 200}</r><r>{'x' * 2000}</r><r>3</r></a>")
    assert "more than 100 elements in one record" in first
    assert "characters in one record" in second
    assert third == "3"


def test_a_tag_without_end_is_given_up() -> None:
    (fault,) = found(b"<a><r " + b"x" * (20 << 20))
    assert isinstance(fault, Fault)
    assert "without the end of a tag" in fault.reason


def test_a_damaged_record_loses_only_itself() -> None:
    text = "<a>\n<r>1</r>\n<r>2<b></r>\n<r>3</r>\n<r>4</r>\n</a>"
    assert shown(text) == [
        "1",
        "3: this <r> is damaged at line 3: mismatched tag. Export it anew, or correct it in an editor",
        "3",
        "4",
    ]
    assert [one.line for one in found(text)] == [2, 3, 4, 5]


def test_a_record_that_is_never_closed_loses_only_itself() -> None:
    assert shown("<a>\n<r>1\n<r>2</r>\n<r>3</r></a>") == [
        "2: this <r> is damaged at line 3: its end tag is missing. Export it anew, or correct it in an editor",
        "2",
        "3",
    ]


def test_after_a_fault_the_inside_of_the_damaged_record_is_not_a_record() -> None:
    first, second = shown("<a><r><b></c><inner>no</inner></r><r>2</r></a>")
    assert "mismatched tag" in first
    assert second == "2"


def test_a_document_that_breaks_off_keeps_what_came_before() -> None:
    assert shown("<a>\n<r>1</r>\n<r>2") == [
        "1",
        "3: this <r> is damaged at line 3: the file ends in the middle. Export it anew, or correct it in an editor",
    ]
    assert shown("<a>\n<r>1</r>\n") == [
        "1",
        "3: not well-formed XML: the file ends in the middle. Export it anew, or correct it in an editor",
    ]


@pytest.mark.parametrize("between", ["", "\n", '<?xml version="1.0"?>\n<!DOCTYPE a PUBLIC "x" "y">'])
def test_documents_that_were_put_together_are_all_read(between: str) -> None:
    assert shown(f"<a><r>1</r></a>{between}<a><r>2</r><r>3</r></a>{between}<r>4</r>") == ["1", "2", "3", "4"]


def test_records_without_anything_round_them_are_read() -> None:
    assert shown("<r>1</r>\n<r>2</r>\n<r>3</r>") == ["1", "2", "3"]


def test_one_fault_after_another_is_given_up() -> None:
    items = shown("<a>" + "<r><b></r>" * 300)
    assert len(items) == 101
    assert "100 damaged records in a row; the rest is not read" in items[-1]


def test_entities_of_html_and_bare_ampersands_are_mended() -> None:
    text = "<a><r>&nbsp;&Eacute;t&eacute; &mdash; AT&T &unknown; &amp;lt; &#228;&#x1F;&#0;&#150; R & D</r></a>"
    assert shown(text) == ["Été — AT&T &unknown; < ä – R & D"]


def test_sections_of_characters_stay_as_they_are() -> None:
    (record,) = found("<a><r><![CDATA[a &lt; b & <c> &foo;]]> &eacute;</r></a>")
    assert isinstance(record, XmlRecord)
    assert record.element.text == "a &lt; b & <c> &foo; é"


def test_a_long_section_of_characters_over_many_pieces() -> None:
    inside = "x > & y " * 30_000
    (record,) = found(f"<a><r><![CDATA[{inside}]]>&amp;&copy;</r></a>")
    assert isinstance(record, XmlRecord)
    assert record.element.text == inside + "&©"


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "latin-1"),
        ("iso-8859-1", "iso-8859-1"),
        ("iso-8859-1", "utf-8"),
        ("windows-1252", "cp1252"),
        ("utf-16", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-8", "utf-16-le"),
        ("no-such-thing", "utf-8"),
        ("zlib", "utf-8"),
        ("undefined", "utf-8"),
        ("gb18030", "gb18030"),
    ],
)
def test_encodings_are_as_declared_if_that_can_be_true(declared: str, written: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?><a><r>Señor é</r></a>'
    assert shown(text.encode(written)) == ["Señor é"]


def test_a_few_wrong_bytes_among_utf8_are_read_as_windows_text() -> None:
    assert shown(b"<a><r>caf\xe9 \x93x\x94</r><r>" + "é".encode() + b"</r></a>") == ["café “x”", "é"]


def test_zero_bytes_and_control_characters_become_spaces() -> None:
    assert shown(b"<a><r>a\x00b\x0bc\x1bd</r></a>") == ["a b c d"]


def test_codecs_that_unpack_are_never_used() -> None:
    assert encoding_of(b'<?xml version="1.0" encoding="zip"?>') == "utf-8"
    assert encoding_of(b'<?xml version="1.0" encoding="base64"?>') == "utf-8"


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(count: int) -> int:
        content = Content.of_bytes(b"<a>" + b"<r><x>some text of a record</x></r>\n" * count + b"</a>")
        tracemalloc.start()
        number = sum(1 for _ in xml_records(content, NAMES))
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert number == count
        return highest

    peak(10)
    assert peak(30_000) < 1.5 * peak(6_000)


@given(texts=st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]))))
def test_whatever_text_records_have_comes_back(texts: list[str]) -> None:
    from xml.sax.saxutils import escape

    items = found("<a>" + "".join(f"<r>{escape(text)}</r>" for text in texts) + "</a>")
    assert [one.element.text or "" for one in items if isinstance(one, XmlRecord)] == texts


@given(text=st.text(st.sampled_from("<>/ar!?[]&;-'\"= \n\x00é")), whole=st.booleans())
def test_no_text_whatever_raises(text: str, *, whole: bool) -> None:
    for item in found(f"<a><r>1</r>{text}<r>2</r></a>" if whole else text):
        assert isinstance(item, XmlRecord | Fault)


def test_paragraphs_are_lines_and_markup_goes() -> None:
    (record,) = found("<r><p>One <b>bold</b>\n word.</p><p>CO<sub>2</sub> &lt;i&gt;x&lt;/i&gt; a &lt; b</p></r>")
    assert isinstance(record, XmlRecord)
    assert text_of(record.element) == "One bold word.\nCO2 x a < b"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1234-5678", {"issn": "1234-5678"}),
        ("ISSN: 1234-567X (Print)\r0950-2688", {"issn": "1234-567X, 0950-2688"}),
        ("978-1-4020-3679-8", {"isbn": "978-1-4020-3679-8"}),
        ("0-632-05808-X; 9780080442129", {"isbn": "0-632-05808-X, 9780080442129"}),
        ("none", {}),
    ],
)
def test_numbers_of_books_and_journals(text: str, numbers: dict[str, str]) -> None:
    assert book_numbers(text) == numbers


def test_a_record_within_a_record_is_given_once_where_documents_follow_one_another() -> None:
    document = '<?xml version="1.0"?><set><article><citation>{}</citation></article></set>\n'
    content = Content.of_text(document.format(1) + document.format(2) + document.format(3))
    found = list(xml_records(content, frozenset({"article", "citation"})))
    assert [one.element[0].text for one in found if isinstance(one, XmlRecord)] == ["1", "2", "3"]
    assert len(found) == 3
