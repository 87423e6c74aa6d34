"""All checks of a library, and putting right what can be put right."""

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assistant.config import library_folder
from assistant.doctor.check import Check, guarded, ok
from assistant.doctor.indexes import Opened, embedder_check, index_checks
from assistant.doctor.library_file import chunking_check, file_checks, papers_check, private, version_of
from assistant.doctor.setup import setup_checks, valid_config
from assistant.errors import LibraryError
from assistant.failures import failures_explained
from assistant.indexing import OnProgress, SearchableLibrary
from assistant.library.migrations import MIGRATIONS
from assistant.library.opening import library_in, refuse_missing
from assistant.library.store import INDEX_FOLDER, Library
from assistant.stores import place_of
from vectorstore.types import Embedder


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What all checks found."""

    library: Path
    checks: tuple[Check, ...]
    fixed: tuple[str, ...] = ()
    """Names of checks that found something before it was put right."""

    @property
    def exit_code(self) -> int:
        """0 sound, 1 problems found, 4 the library is damaged."""
        if any(one.is_damage for one in self.checks):
            return LibraryError.exit_code
        return int(any(one.status == "problem" for one in self.checks))


def diagnose(path: Path | None = None, *, fix: bool = False, on_progress: OnProgress | None = None) -> Diagnosis:
    """Check a library; without `fix` nothing is changed.

    Args:
        path: Its folder; see `Assistant.open`.
        fix: Put right what can be put right without losing anything.
        on_progress: Called while indexing.

    Raises:
        UsageError: There is no library in the folder.
    """
    folder = library_folder(path, valid_config())
    refuse_missing(folder)
    before = _checks(folder)
    names = {one.name for one in before if one.status != "ok"}
    if not fix or any(one.is_damage for one in before) or not any(one.is_fixable for one in before):
        return Diagnosis(library=folder, checks=tuple(before))
    _put_right(folder, on_progress)
    after = _checks(folder)
    fixed = tuple(one.name for one in after if one.status == "ok" and one.name in names)
    return Diagnosis(library=folder, checks=tuple(after), fixed=fixed)


def _checks(folder: Path) -> list[Check]:
    checks = [*setup_checks(), *file_checks(folder)]
    if any(one.is_damage for one in checks):
        return checks
    version = version_of(folder)
    if version == 0:
        return [*checks, ok("papers", "there are none yet")]
    if version < len(MIGRATIONS):
        older = "an older Citewell made this library; nothing more can be said before it is brought up to date"
        step = "`citewell doctor --fix`, or any other command, does it."
        return [*checks, Check(name="schema", status="warning", detail=older, next_step=step, is_fixable=True)]
    with closing(library_in(folder)) as library:
        checks += [papers_check(library), guarded("chunks", lambda: chunking_check(library))]
        check, embedder = embedder_check(library, valid_config().embedding)
        checks.append(check)
        if embedder is not None and not any(one.is_damage for one in checks):
            checks.extend(_index_checks(library, folder, embedder))
    return checks


def _index_checks(library: Library, folder: Path, embedder: Embedder) -> list[Check]:
    indexes = folder / INDEX_FOLDER
    if indexes.exists() and not os.access(indexes, os.R_OK | os.W_OK | os.X_OK):
        step = f"Change its permissions, for example `chmod -R u+rwX {indexes}`."
        refused = f"{indexes} cannot be read and written by you; nothing more can be said"
        return [Check(name="indexes", status="problem", detail=refused, next_step=step)]

    def check() -> Check:
        with failures_explained():
            index = place_of(library).open(indexes, embedder)
        with closing(index):
            found.extend(index_checks(Opened(library=library, index=index, embedder=embedder)))
        return found.pop()

    found: list[Check] = []
    last = guarded("indexes", check, next_step="`citewell reindex` makes them anew.")
    return [*found, last]


def _put_right(folder: Path, on_progress: OnProgress | None) -> None:
    private(folder)
    with closing(library_in(folder)) as library:
        _, embedder = embedder_check(library, None)
        if embedder is None:
            return
        with closing(SearchableLibrary(library, embedder=embedder)) as index:
            index.check_again(on_progress)
            index.drop_leftovers()
