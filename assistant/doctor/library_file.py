"""Checks of a library's folder and of the file in it, made without changing either."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from assistant.doctor.check import Check, ok
from assistant.errors import LibraryDamaged
from assistant.library.migrations import MIGRATIONS
from assistant.library.store import FILE_NAME, INDEX_FOLDER, Library

_LEAST_FREE = 200_000_000
"""Bytes; below this an import of a few thousand papers may not fit."""
_BATCH = 2_000
_RESTORE = "Restore it from a backup; or move it away and add your papers again: the indexes are rebuilt by themselves."


def file_checks(folder: Path) -> Iterator[Check]:
    """What can be said before the library is opened; damage ends it."""
    yield _permissions(folder)
    yield _free_space(folder)
    yield _file(folder / FILE_NAME)


def version_of(folder: Path) -> int:
    """The schema version of a library file that passed its check."""
    with closing(_opened(folder / FILE_NAME)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def papers_check(library: Library) -> Check:
    """Every record can be read, and every chunk is what its abstract says."""
    try:
        count, wrong = library.count(), _wrong_chunks(library)
        papers = library.papers()
    except LibraryDamaged as damage:
        return Check(name="papers", status="problem", detail=str(damage), is_damage=True)
    if wrong:
        named = ", ".join(wrong[:3])
        return Check(
            name="papers",
            status="problem",
            detail=f"{len(wrong)} chunks are not the text that the library says they are ({named})",
            next_step="Add the files of these papers again, or restore library.db from a backup.",
            is_damage=True,
        )
    lacking = sum(not paper.abstract for paper in papers)
    chunks = len(library.chunk_digests())
    return ok("papers", f"{count} papers, {lacking} of them without an abstract, in {chunks} chunks")


def chunking_check(library: Library) -> Check:
    """All abstracts are cut as new ones are: where some are not, the others are found more easily."""
    if not library.is_cut_otherwise():
        return ok("chunks", "every abstract is cut as new ones are")
    return Check(
        name="chunks",
        status="warning",
        detail="there are abstracts that an older Citewell cut in its way; they are found a little less well",
        next_step="`citewell reindex` cuts all of them anew.",
    )


def private(folder: Path) -> None:
    """Take everybody else's rights to the library's folder and files."""
    folder.chmod(0o700)
    for path in folder.glob(f"{FILE_NAME}*"):
        path.chmod(0o600)


def _wrong_chunks(library: Library) -> list[str]:
    digests = library.chunk_digests()
    ids = list(digests)
    wrong: list[str] = []
    for first in range(0, len(ids), _BATCH):
        found = library.chunks(ids[first : first + _BATCH])
        wrong.extend(one for one, chunk in found.items() if chunk.digest != digests[one])
    return wrong


def _permissions(folder: Path) -> Check:
    paths = [folder, folder / FILE_NAME]
    shared = [one for one in paths if one.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    if shared:
        return Check(
            name="permissions",
            status="warning",
            detail=f"others on this machine may use {', '.join(map(str, shared))}",
            next_step=f"`citewell doctor --fix` or `chmod -R go= {folder}`.",
            is_fixable=True,
        )
    return ok("permissions", "for their owner only")


def _free_space(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    said = f"{free / 1e9:.1f} GB free for {folder}"
    if free < _LEAST_FREE:
        return Check(name="disk", status="warning", detail=said, next_step="Make room before adding papers.")
    return ok("disk", said)


def _file(path: Path) -> Check:
    """SQLite's own checks, over a connection that cannot write."""
    if not (os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK)):
        return Check(
            name="library file",
            status="problem",
            detail=f"{path} or its folder cannot be read and written by you; nothing more can be said",
            next_step="Change the permissions; nothing is known to be lost.",
            is_damage=True,
        )
    try:
        with closing(_opened(path)) as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            faults = [row[0] for row in connection.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(5)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        faults, orphans, version = [str(error)], [], 0
    if version == 0 and (path.parent / INDEX_FOLDER).exists():
        faults = [*faults, "it is empty, and there are indexes of what it held"]
    if faults or orphans:
        why = "; ".join([*faults, *(f"a row of {row[0]} belongs to nothing" for row in orphans)])
        return Check(
            name="library file",
            status="problem",
            detail=f"{path} is damaged ({why})",
            next_step=_RESTORE,
            is_damage=True,
        )
    if version > len(MIGRATIONS):
        return Check(
            name="library file",
            status="problem",
            detail=f"{path} has schema version {version}; this Citewell knows {len(MIGRATIONS)}",
            next_step="Update Citewell.",
            is_damage=True,
        )
    return ok("library file", f"{path}, {path.stat().st_size / 1e6:.1f} MB, schema version {version}")


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=5)
    connection.execute("PRAGMA query_only = ON")
    return connection
