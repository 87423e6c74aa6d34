import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.auditing.patching import Edit, TextFile, unified_diff
from assistant.errors import InputError


def made(folder: Path, content: bytes, name: str = "draft.md") -> TextFile:
    path = folder / name
    path.write_bytes(content)
    return TextFile(path, name=name)


def edit(file: TextFile, old: str, new: str) -> Edit:
    start = file.source.index(old)
    return Edit(start=start, end=start + len(old), text=new)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"One\r\ntwo\r\n", b"One\r\nTWO\nx\r\n".replace(b"\n", b"\r\n").replace(b"\r\r", b"\r")),
        ("\ufeffOne\ntwo".encode(), "\ufeffOne\nTWO\nx".encode()),
        (b"caf\xe9 one\rtwo\rthree", b"caf\xe9 one\rTWO\rx\rthree"),
        (b"\x80\xff two\x00 \xe2\x82\xac\n", b"\x80\xff TWO\nx\x00 \xe2\x82\xac\n"),
        (b"caf\xe9 two", b"caf\xe9 TWO\nx"),
        ("ä€𝒳 two ß".encode(), "ä€𝒳 TWO\nx ß".encode()),
    ],
)
def test_only_the_place_changes(content: bytes, expected: bytes, tmp_path: Path) -> None:
    file = made(tmp_path, content)
    revised = file.revised([edit(file, "two", "TWO\nx")])
    assert revised
    assert (revised.before, revised.after) == (content, expected)


def test_a_latin_file_gets_no_utf_8(tmp_path: Path) -> None:
    file = made(tmp_path, b"caf\xe9 two\n")
    revised = file.revised([edit(file, "two", "“é”")])
    assert revised
    assert revised.after == b"caf\xe9 \x93\xe9\x94\n"
    with pytest.raises(InputError, match="cp1252, in which the file is written, has no 'ł'"):
        file.revised([edit(file, "two", "ł")])


letters = st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufeff@")
lines = st.lists(st.text(letters, max_size=8), max_size=6)


@given(lines=lines, ends=st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=6, max_size=6), data=st.data())
def test_every_other_byte_stays(
    lines: list[str], ends: list[str], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    raw = "".join(line + end for line, end in zip(lines, ends, strict=False)).encode()
    path = tmp_path_factory.getbasetemp() / "any.md"
    path.write_bytes(raw + b"%")
    file = TextFile(path)
    at = data.draw(st.integers(0, len(file.source)))
    revised = file.revised([Edit(start=at, end=at, text="@@")])
    assert revised
    place = revised.after.index(b"@@")
    assert revised.after[:place] + revised.after[place + 2 :] == file.raw


def test_no_edit_no_change(tmp_path: Path) -> None:
    file = made(tmp_path, b"One two\n")
    assert file.revised([]) is None
    assert file.revised([edit(file, "two", "two")]) is None


@pytest.mark.parametrize("name", ["draft.md", "my draft.md", "ünï.md", "sub/draft.md"])
@pytest.mark.parametrize("content", [b"a\nb\nc\n", b"a\r\nb\r\nc\r\n", b"a\nb\nc", b"b", "ä\nb\n".encode("latin-1")])
def test_git_takes_the_patch(name: str, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    file = made(tmp_path, content, name)
    revised = file.revised([edit(file, "b", "B\nnew")])
    assert revised
    patch = unified_diff([revised])
    subprocess.run(["git", "apply", "--unidiff-zero", "-"], input=patch, check=True, cwd=tmp_path)
    assert file.path.read_bytes() == revised.after


def test_names_are_relative_to_where_it_is_applied(tmp_path: Path) -> None:
    file = made(tmp_path, b"a\n")
    revised = file.revised([edit(file, "a", "b")])
    assert revised
    assert unified_diff([revised], folder=tmp_path).startswith(b"--- a/draft.md\n+++ b/draft.md\n")
    elsewhere = unified_diff([revised], folder=tmp_path / "other").splitlines()[0]
    assert elsewhere == f"--- a{tmp_path}/draft.md".encode()


def test_what_cannot_be_changed_place_by_place(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        TextFile(tmp_path / "none.md")
    with pytest.raises(InputError, match="utf-16-le; save it as UTF-8"):
        made(tmp_path, "\ufeffabc".encode("utf-16-le"))
    with pytest.raises(InputError, match=r"binary|PDF"):
        made(tmp_path, b"%PDF-1.7\n\x00\x01\x02")
