from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from assistant.export.pages import page_of

STYLE = "p { color: #333 }"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "note.css").write_text(STYLE)
    (tmp_path / "note.html.j2").write_text("<style>{{ style }}</style><p>{{ text }}</p>{{ style_hash }}")
    return tmp_path


def test_the_style_stands_inline_and_its_hash_is_that_of_its_bytes(folder: Path) -> None:
    digest = b64encode(sha256(STYLE.encode()).digest()).decode()
    assert page_of(folder, "note", text="ok") == f"<style>{STYLE}</style><p>ok</p>sha256-{digest}"


def test_text_is_escaped_and_what_html_cannot_carry_gives_way(folder: Path) -> None:
    assert "<p>&lt;b&gt;\ufffd\ufffd \t</p>" in page_of(folder, "note", text="<b>\x00\ud800 \t")


def test_a_script_stands_inline_where_there_is_one(folder: Path) -> None:
    (folder / "note.js").write_text("go()")
    (folder / "note.html.j2").write_text("{{ script }} {{ script_hash[:7] }}")
    assert page_of(folder, "note") == "go() sha256-"


def test_a_name_that_is_not_given_fails(folder: Path) -> None:
    with pytest.raises(UndefinedError, match="'text' is undefined"):
        page_of(folder, "note")
