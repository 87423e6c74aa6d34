"""Files that a user names as the place of a result, or to be read."""

import os
import sys
from pathlib import Path

import pytest

from assistant.cli.files import read_file, read_standard_input, write_file
from assistant.errors import InputError


def test_what_was_there_stays_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "all.bib"
    path.write_text("years of work")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match="No space left"):
        write_file(path, "new")
    assert path.read_text() == "years of work"
    assert [one.name for one in tmp_path.iterdir()] == ["all.bib"]


def test_rights_stay_and_new_files_have_the_usual_ones(tmp_path: Path) -> None:
    old, new, plain = tmp_path / "old", tmp_path / "new", tmp_path / "plain"
    old.write_text("x")
    old.chmod(0o640)
    plain.write_text("x")
    for path in (old, new):
        write_file(path, "é\n\ud800")
        assert path.read_bytes() == "é\n?".replace("\n", os.linesep).encode()
    assert old.stat().st_mode & 0o777 == 0o640
    assert new.stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize("kind", ["symbolic", "hard"])
def test_a_link_stays_a_link(kind: str, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "all.bib", tmp_path / "all.bib"
    target.write_text("old")
    if kind == "symbolic":
        link.symlink_to(target)
    else:
        link.hardlink_to(target)
    write_file(link, "new")
    assert (target.read_text(), link.is_symlink()) == ("new", kind == "symbolic")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_device_is_written_to() -> None:
    write_file(Path("/dev/null"), "text")
    with pytest.raises(InputError, match="No space left"):
        write_file(Path("/dev/full"), "text")
    assert Path("/dev/full").is_char_device()


def test_what_has_no_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"/dev/zero is longer than 20,000,000 characters"):
        read_file(Path("/dev/zero"))
    with Path("/dev/zero").open() as endless:
        monkeypatch.setattr(sys, "stdin", endless)
        with pytest.raises(InputError, match="standard input is longer"):
            read_standard_input()


def test_a_link_to_a_pipe_is_written_through(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    link = tmp_path / "out"
    link.symlink_to(f"/dev/fd/{writer}")
    try:
        write_file(link, "text")
        assert os.read(reader, 10) == b"text"
    finally:
        os.close(reader)
        os.close(writer)
