"""pandoc, which makes Word files: found where it is installed, run without a network and within a time limit."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ServiceError, UsageError

_HOW_TO_INSTALL = 'Install it: pip install "citewell[pandoc]", or see https://pandoc.org/installing.html.'
_OLDEST = (2, 11)
"""The first version that writes references itself."""
_FIRST_WITH_SANDBOX = (2, 15)
_SECONDS = 120
_MOST_SHOWN = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Pandoc:
    """A pandoc that can be run."""

    path: Path
    version: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A file that pandoc made."""

    content: bytes
    warnings: tuple[str, ...]
    """What pandoc said about it, a line each."""


def find_pandoc() -> Pandoc | None:
    """The first pandoc that is new enough: on the PATH, then the one that `pypandoc_binary` carries."""
    for path in (shutil.which("pandoc"), _carried()):
        version = _version(path) if path else ()
        if path and version >= _OLDEST:
            return Pandoc(path=Path(path), version=version)
    return None


def to_word(markdown: str, resources: Mapping[str, bytes], *, seconds: float = _SECONDS) -> Converted:
    """Make a Word file of pandoc Markdown, its references written.

    Args:
        markdown: With a header that names its bibliography and its style.
        resources: Contents of the files that the header names, by name.
        seconds: How long pandoc may take.

    Raises:
        UsageError: There is no pandoc that is new enough.
        ServiceError: pandoc failed, or took too long.
    """
    pandoc = find_pandoc()
    if pandoc is None:
        raise UsageError(f"Word files are made by pandoc {'.'.join(map(str, _OLDEST))} or newer. {_HOW_TO_INSTALL}")
    with tempfile.TemporaryDirectory(prefix="citewell-") as name:
        folder = Path(name)
        (folder / "draft.md").write_text(markdown, encoding="utf-8")
        for file, content in resources.items():
            (folder / file).write_bytes(content)
        said = _run(pandoc, folder, seconds)
        return Converted(content=(folder / "draft.docx").read_bytes(), warnings=said)


def _run(pandoc: Pandoc, folder: Path, seconds: float) -> tuple[str, ...]:
    """Convert `draft.md` to `draft.docx`; returns the lines that pandoc said."""
    sandbox = ["--sandbox"] if pandoc.version >= _FIRST_WITH_SANDBOX else []
    command = [str(pandoc.path), "draft.md", "--from=markdown", "--citeproc", *sandbox, "--output=draft.docx"]
    try:
        done = subprocess.run(  # noqa: S603 - because the program was looked up, and no argument is the user's
            command, cwd=folder, capture_output=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise ServiceError(
            f"{pandoc.path} took longer than {seconds:g} seconds. Write Markdown with --format markdown and run it"
            " yourself."
        ) from error
    except OSError as error:
        raise ServiceError(f"{pandoc.path} cannot be run: {error.strerror}. {_HOW_TO_INSTALL}") from error
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode:
        raise ServiceError(f"{pandoc.path} failed ({done.returncode}): {said[:_MOST_SHOWN] or 'it does not say why'}")
    return tuple(said.splitlines())


def _carried() -> str | None:
    """The path of the pandoc in the package `pypandoc_binary`."""
    try:
        import pypandoc
    except ImportError:
        return None
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError:
        return None


def _version(path: str) -> tuple[int, ...]:
    """As `pandoc --version` says; () when it cannot be run."""
    try:
        done = subprocess.run(  # noqa: S603 - because the program was looked up
            [path, "--version"], capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.match(r"pandoc\S* (\d+(?:\.\d+)*)", done.stdout.decode(errors="replace"))
    return tuple(map(int, found[1].split("."))) if found else ()
