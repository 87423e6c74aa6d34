from assistant.drafts import document_of

WRITTEN = """\
Owls at night

Owls hunt [see @a, p. 3]. @b [p. 4]
says so too. [@c] Mail me@owls.org.

Abstract

They *hunt*.

- One.
- Two [@{odd key}].

References

Li, B. (2023). Owls.
"""


def test_paragraphs_headings_and_citations() -> None:
    document = document_of(WRITTEN, name="x.txt", markup="text")
    assert document.title == "Owls at night"
    assert document.abstract == "They *hunt*. One. Two."
    assert [(one.text, one.line, one.keys) for one in document.sentences] == [
        ("Owls hunt.", 3, ("a",)),
        ("@b says so too.", 3, ("b", "c")),
        ("Mail me@owls.org.", 4, ()),
        ("They *hunt*.", 8, ()),
        ("One.", 10, ()),
        ("Two.", 11, ("odd key",)),
    ]
    assert [one.heading for one in document.paragraphs] == ["Owls at night", "Abstract", "Abstract", "Abstract"]


def test_one_line_alone_is_text() -> None:
    assert [one.text for one in document_of("Owls at night", name="x", markup="text").sentences] == ["Owls at night"]


def test_line_ends_and_marks() -> None:
    document = document_of("\ufeffOwls\x00 hunt.\r\n\r\nBees\rdance.", name="x", markup="text")
    assert document.source == "Owls hunt.\n\nBees\ndance."
    assert [(one.text, one.line) for one in document.sentences] == [("Owls hunt.", 1), ("Bees dance.", 3)]


def test_numbers_in_brackets() -> None:
    document = document_of("Owls hunt [1].\n\nBees dance.", name="x", markup="text")
    assert [one.line for one in document.troubles] == [1]
