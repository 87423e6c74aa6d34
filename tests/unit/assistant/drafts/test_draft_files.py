import io
import sys
from pathlib import Path

import pytest

from assistant.drafts import files, read_document
from assistant.errors import InputError
from assistant.types import MarkupName


@pytest.mark.parametrize(
    ("name", "written", "markup"),
    [
        ("a.md", "Owls.", "markdown"),
        ("a.Rmd", "Owls.", "markdown"),
        ("a.TEX", "Owls.", "latex"),
        ("a.txt", "Owls.", "text"),
        ("a", "Owls [@a].", "markdown"),
        ("a.unknown", "\\section{Owls} Owls \\citep{a}.", "latex"),
    ],
)
def test_how_a_draft_is_written_is_told_from_its_name(
    tmp_path: Path, name: str, written: str, markup: MarkupName
) -> None:
    (tmp_path / name).write_text(written, encoding="utf-8")
    document = read_document(tmp_path / name)
    assert (document.markup, document.name) == (markup, str(tmp_path / name))
    assert document.sentences[0].text == "Owls."
    assert read_document(tmp_path / name, "text").markup == "text"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.md").write_bytes("Café owls [@é].\r\n\r\nBees.".encode(encoding))
    document = read_document(tmp_path / "a.md")
    assert document.source == "Café owls [@é].\n\nBees."
    assert [(one.text, one.line) for one in document.sentences] == [("Café owls.", 1), ("Bees.", 3)]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Owls [@a].")))
    document = read_document(Path("-"))
    assert (document.name, document.keys) == ("-", ("a",))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.pdf", b"%PDF-1.7", "is no Markdown, LaTeX, text or .docx; give the file"),
        ("a.doc", b"x", "save it as .docx"),
        ("a.rst", b"x", "pandoc FILE -t markdown"),
        ("a.md", b"%PDF-1.7", "not text but a PDF"),
        ("a.md", bytes(range(32)) * 9, "not text but binary data"),
        ("a.tex", b"\x89PNG....", "not text but a picture"),
    ],
)
def test_what_is_no_draft_is_refused(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=says) as raised:
        read_document(tmp_path / name)
    assert name in str(raised.value)


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"there is no file .*none\.md"):
        read_document(tmp_path / "none.md")
    with pytest.raises(InputError, match="is a folder"):
        read_document(tmp_path)
    with pytest.raises(InputError, match="cannot read"):
        read_document(Path("a\0.md"))
    monkeypatch.setattr(files, "MOST_BYTES", 3)
    (tmp_path / "a.md").write_text("Owls", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.md is larger than"):
        read_document(tmp_path / "a.md")
