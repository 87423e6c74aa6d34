"""What a folder holds, one file after another."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from assistant.library.store import FILE_NAME

_FOREIGN = {
    "document": ".ps .epub .djvu .doc .docx .odt .rtf .ppt .pptx",
    "picture or sound": ".png .jpg .jpeg .gif .svg .webp .tif .tiff .mp3 .mp4 .mov .wav",
    "archive": ".zst .7z .rar",
    "program or its data": ".py .pyc .js .ts .c .h .cpp .rs .go .java .so .dll .exe .o .db .sqlite .npy .pkl",
    "web page or style": ".html .htm .css .tex .bst .cls .sty .log .aux",
}
_KIND_OF_SUFFIX = {suffix: kind for kind, suffixes in _FOREIGN.items() for suffix in suffixes.split()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file, or the reason why it is not read."""

    path: Path
    reason: str | None = None


def reason_against(name: str) -> str | None:
    """Why a file in a folder or an archive is not worth opening, told from its name."""
    path = PurePath(name)
    if any(part.startswith(".") for part in path.parts):
        return "hidden; name it itself to have it read"
    kind = _KIND_OF_SUFFIX.get(path.suffix.lower())
    return f"a {path.suffix} file ({kind}) holds no records" if kind else None


def files_below(folder: Path) -> Iterator[Found]:
    """Every file below a folder, sorted by path; links to folders are not followed, so that none is seen twice."""
    ahead = [folder]
    while ahead:
        path = ahead.pop()
        if path != folder and not _is_followed(path):
            yield _looked_at(path)
            continue
        if _is_library(path):
            yield Found(path=path, reason="a library of Citewell; `citewell export` writes what is in it")
            continue
        try:
            ahead += sorted(path.iterdir(), reverse=True)
        except OSError as error:
            yield Found(path=path, reason=cannot_read(error))


def cannot_read(error: OSError) -> str:
    """What to say of a file that the system does not give."""
    return f"cannot be read: {error.strerror or error}; check that it exists and that you may read it"


def is_folder(path: Path) -> bool:
    """Whether it is a folder or a link to one; False where one may not look."""
    return os.path.isdir(path)  # noqa: PTH112 - because `Path.is_dir` raises where one may not look


def _is_followed(path: Path) -> bool:
    is_link = os.path.islink(path)  # noqa: PTH114 - because `Path.is_symlink` raises where one may not look
    return is_folder(path) and not is_link and not path.name.startswith(".")


def _is_library(folder: Path) -> bool:
    """Whether it is a library and not a folder of papers: its indexes are many files, and none that can be read."""
    return os.path.isfile(folder / FILE_NAME)  # noqa: PTH113 - because `Path.is_file` raises where one may not look


def _looked_at(path: Path) -> Found:
    reason = reason_against(path.name)
    if not path.name.startswith(".") and is_folder(path):
        reason = "a link to a folder; name it itself to have it read"
    elif reason is None and _is_special(path):
        reason = "not a regular file"
    return Found(path=path, reason=reason)


def _is_special(path: Path) -> bool:
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False  # opening it will tell what is wrong
