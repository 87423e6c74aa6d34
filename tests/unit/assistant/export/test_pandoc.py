import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from assistant.errors import ServiceError, UsageError
from assistant.export import pandoc
from assistant.export.pandoc import find_pandoc, to_word

needs_pandoc = pytest.mark.skipif(find_pandoc() is None, reason="pandoc is not installed")


def program(folder: Path, script: str) -> None:
    """A program called `pandoc`; it says that it is version 3.1 when asked."""
    folder.mkdir(exist_ok=True)
    path = folder / "pandoc"
    path.write_text(f'#!/bin/sh\ncase "$1" in --version) echo "pandoc 3.1"; exit;; esac\n{script}\n')
    path.chmod(0o755)


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which pandoc is looked for, and nowhere else."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setitem(sys.modules, "pypandoc", None)
    return tmp_path / "bin"


@needs_pandoc
def test_word_files_have_text_and_references() -> None:
    bib = "@article{li, title={On Owls}, author={Li, Bo}, year={2023}, journal={J}}"
    markdown = '---\ntitle: "Owls"\nbibliography: "refs.bib"\n---\n\nOwls hunt [@li].\n\n::: {#refs}\n:::\n'
    word = to_word(markdown, {"refs.bib": bib.encode()})
    text = words_of(word.content)
    assert word.warnings == ()
    assert "Owls hunt (Li 2023)." in text
    assert "On Owls" in text


def words_of(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as parts:
        document = parts.read("word/document.xml").decode()
    return re.sub(r"<[^>]+>", "", document)


@needs_pandoc
def test_what_pandoc_warns_of_is_passed_on() -> None:
    assert any("gone" in line for line in to_word("Owls hunt [@gone].", {}).warnings)


@needs_pandoc
def test_files_that_a_text_names_are_not_taken_in(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret words")
    image = tmp_path / "image.png"
    image.write_bytes(b"\x89PNG secret")
    word = to_word(f"![]({image})\n\n\\input{{{secret}}}\n", {})
    assert b"secret" not in b"".join(
        zipfile.ZipFile(io.BytesIO(word.content)).read(one) for one in parts_of(word.content)
    )


def parts_of(docx: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(docx)) as parts:
        return [name for name in parts.namelist() if "media" in name or "document.xml" in name]


def test_without_pandoc_it_says_what_to_install(only: Path) -> None:
    if shutil.which("pandoc"):
        pytest.skip("pandoc is installed beside the system's own programs")
    with pytest.raises(UsageError, match=r'pip install "citewell\[pandoc\]"'):
        to_word("Owls", {})


def test_an_old_pandoc_is_passed_over(only: Path) -> None:
    program(only, "")
    (only / "pandoc").write_text('#!/bin/sh\necho "pandoc 2.9.2"\n')
    assert find_pandoc() is None
    (only / "pandoc").write_text('#!/bin/sh\necho "pandoc.exe 2.11"\n')
    found = find_pandoc()
    assert found is not None
    assert found.version == (2, 11)
    (only / "pandoc").write_text("#!/no/such/program\n")
    assert find_pandoc() is None


def test_why_it_failed(only: Path) -> None:
    program(only, "echo 'no style there' >&2; exit 83")
    with pytest.raises(ServiceError, match=r"pandoc failed \(83\): no style there"):
        to_word("Owls", {})
    program(only, "exit 1")
    with pytest.raises(ServiceError, match="it does not say why"):
        to_word("Owls", {})


def test_it_may_not_take_forever(only: Path) -> None:
    program(only, "exec sleep 60")
    with pytest.raises(ServiceError, match=r"took longer than 0\.2 seconds"):
        to_word("Owls", {}, seconds=0.2)


def test_it_runs_in_the_sandbox_from_the_first_version_that_has_one(only: Path) -> None:
    program(only, 'echo "$@" > draft.docx')
    assert b" --sandbox " in to_word("Owls", {}).content
    text = (only / "pandoc").read_text()
    (only / "pandoc").write_text(text.replace("pandoc 3.1", "pandoc 2.14"))
    assert b"--sandbox" not in to_word("Owls", {}).content


def test_a_program_that_vanishes(only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = pandoc.Pandoc(path=only / "nothing", version=(3,))
    monkeypatch.setattr(pandoc, "find_pandoc", lambda: gone)
    with pytest.raises(ServiceError, match="cannot be run"):
        to_word("Owls", {})


def test_that_which_pypandoc_carries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pypandoc = pytest.importorskip("pypandoc")
    monkeypatch.setenv("PATH", str(tmp_path))

    def missing() -> str:
        raise OSError("no pandoc")

    monkeypatch.setattr(pypandoc, "get_pandoc_path", missing)
    assert find_pandoc() is None
    program(tmp_path, "")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(pypandoc, "get_pandoc_path", lambda: str(tmp_path / "pandoc"))
    found = find_pandoc()
    assert found is not None
    assert subprocess.run([found.path, "--version"], capture_output=True, check=True).stdout == b"pandoc 3.1\n"
