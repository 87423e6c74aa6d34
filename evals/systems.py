"""The system under test: Citewell over the user's library, or over the papers that a data set brings."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import InputError
from assistant.types import Paper
from evals.cache import code_digest, digest

if TYPE_CHECKING:
    from assistant.wiring import Assistant
    from evals.types import Dataset

__all__ = ["SystemOptions", "fingerprint", "open_system", "ranker", "system_versions", "used_prompts"]

_RANKED_PASSAGES = 250
"""Enough for a hundred papers to be left after grouping passages."""

OnIndexed = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemOptions:
    """What the command line says of the system to evaluate."""

    library: Path | None = None
    model: str | None = None
    base_url: str | None = None
    local: bool = False


@contextmanager
def open_system(
    options: SystemOptions,
    dataset: "Dataset",
    *,
    cache: Path,
    on_indexed: OnIndexed | None = None,
    say: Callable[[str], None] = lambda _line: None,
) -> "Iterator[Assistant]":
    """Open the library that is asked: the one named, that of the data set's papers, else the user's own.

    The papers of a data set are put into a library of their own beside the cache, found again by their content; `say`
    is told when it is made.

    Raises:
        UsageError: An option is wrong, or there is no library.
        LibraryError: The library cannot be used.
    """
    from assistant.wiring import Assistant

    brings_papers = bool(dataset.papers) and options.library is None
    folder = _made(_folder(dataset.papers, cache)) if brings_papers else options.library
    with Assistant.open(
        folder,
        model=options.model,
        base_url=options.base_url,
        local=options.local,
        embedding="embedded" if brings_papers else None,
        must_exist=not brings_papers,
    ) as assistant:
        if brings_papers:
            _fill(assistant, dataset.papers, on_indexed, say)
        yield assistant


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder}: no library of the data set's papers can be made there ({error.strerror}); name another place "
            "with --cache FILE."
        ) from error
    return folder


def _fill(
    assistant: "Assistant", papers: Sequence[Paper], on_indexed: OnIndexed | None, say: Callable[[str], None]
) -> None:
    """Every paper as it is: the passages of one page share a title, and here are not duplicates of each other."""
    library = assistant.library
    if library.count() < len(papers):
        say(f"Making a library of the data set's {len(papers):,} papers in {library.folder}; this is done once.")
    with library.writing(), library.database.transaction():
        for paper in papers[library.count() :]:
            library.insert(paper.record)
    # What a killed run left unindexed is indexed now.
    assistant.index.bring_up_to_date(on_indexed)


def ranker(assistant: "Assistant") -> Callable[[str], Sequence[str]]:
    """Retrieval alone: papers by their best passage, best first."""

    def rank(question: str) -> Sequence[str]:
        passages = assistant.search(question, _RANKED_PASSAGES)
        return list(dict.fromkeys(passage.chunk.key for passage in passages))

    return rank


def system_versions(assistant: "Assistant") -> dict[str, str]:
    """What the answers depend on besides the prompts: the library, its embedding model, the chat model, the program."""
    papers = assistant.library.papers()
    return {
        "library": digest(*(f"{paper.key}\x1f{paper.record!r}" for paper in papers))[:16],
        "embedder": assistant.index.embedder.name,
        "system": f"{assistant.choice.name} {assistant.choice.base_url or ''}".strip(),
        "code": code_digest()[:16],
    }


def used_prompts(assistant: "Assistant") -> dict[str, str]:
    """The templates that answers are made with and their hashes; none when no model writes."""
    if assistant.choice.is_embedded:
        return {}
    digests = assistant.prompts.digests()
    return {name: digests[name] for name in ("answer", "standalone_question")}


def fingerprint(assistant: "Assistant") -> str:
    """Hash of all that an answer depends on besides the question."""
    depends_on = {**system_versions(assistant), **used_prompts(assistant)}
    return digest(*(f"{name}={value}" for name, value in sorted(depends_on.items())))


def _folder(papers: Sequence[Paper], cache: Path) -> Path:
    content = digest(*(f"{paper.key}\x1f{paper.title}\x1f{paper.abstract}" for paper in papers))
    return cache.with_name(f"{cache.stem}-libraries") / content[:16]
