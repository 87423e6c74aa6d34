"""Puts the parts together: `Assistant` is what the command line and other programs use."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from assistant.chain import as_runnable
from assistant.config import Config, chosen_reranker, library_folder, load_config
from assistant.embedders import library_embedder, named_embedder, recorded_embedder, remember_embedder
from assistant.errors import UsageError
from assistant.failures import known_to_be_done
from assistant.indexing import OnProgress, SearchableLibrary
from assistant.jobs.ask import AskParts, ask
from assistant.jobs.related_work import related_work
from assistant.library.ingest import AddReport, add_records
from assistant.library.opening import library_in, refuse_missing
from assistant.library.readers.files import SourcePath, read_sources
from assistant.library.store import Library
from assistant.llm import ChatModel, ModelChoice, choose_model, open_model
from assistant.session import Sessions
from assistant.stores import chosen_store
from assistant.types import Answer, Draft, Filter, OnEvent, Paper, Record, Skipped, Turn
from assistant.verify import EmbeddedJudge, Judge
from prompts import Prompts, TemplateFolderError
from vectorstore.rerank import open_reranker
from vectorstore.types import Embedder, Passage, SearchMode

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from vectorstore.retriever import HybridRetriever


class Assistant:
    """A library of papers that can be asked. Close it, or use it in a `with` statement."""

    def __init__(
        self,
        library: Library,
        *,
        embedder: Embedder,
        prompts: Prompts,
        choice: ModelChoice,
        model: ChatModel | None = None,
        reranker: object = None,
    ) -> None:
        """Assemble an assistant from parts; `open` is the usual way.

        Args:
            library: The papers.
            embedder: What makes their vectors.
            prompts: The templates.
            choice: Which model answers.
            model: The model itself; made from `choice` on first use when it is not given.
            reranker: What puts the first passages of a search in order, as `open` takes it.
        """
        self.library = library
        self.choice = choice
        self.prompts = prompts
        opener = cache(lambda: open_reranker(reranker)) if reranker else None
        self.index = SearchableLibrary(library, embedder=embedder, reranker=opener)
        self.sessions = Sessions(library.database)
        self._model = model

    @classmethod
    def open(
        cls,
        path: Path | str | None = None,
        *,
        model: str | None = None,
        base_url: str | None = None,
        embedding: str | None = None,
        reranker: object = None,
        store: str | None = None,
        local: bool = False,
        must_exist: bool = False,
    ) -> Self:
        """Open the library in a folder, or make one there.

        Args:
            path: The folder; else $CITEWELL_LIBRARY, the config file or the platform's data folder says where.
            model: `provider:model`, or `embedded` for answers that quote.
            base_url: A server that speaks OpenAI's protocol.
            embedding: The embedding model of a new library: `embedded` or `provider:model`.
            reranker: A folder with an ONNX cross-encoder, which puts the first passages of every search in order; or
                anything else that `vectorstore.rerank.open_reranker` takes; `none` for none, whatever the config says.
            store: Where the vectors are from now on: `local`, or the address of a Chroma server; they move there.
            local: Refuse whatever would send text away from this machine.
            must_exist: Refuse to make a new library.

        Raises:
            UsageError: An option, the config file or the templates are wrong.
            ServiceError: A server that the vectors are to move to does not answer.
            LibraryError: The library cannot be used.
        """
        config = load_config()
        folder = library_folder(Path(path) if path else None, config)
        if must_exist:
            refuse_missing(folder)
        choice = choose_model(model, base_url=base_url, configured=(config.model, config.base_url), local=local)
        prompts = _prompts(config)
        library = library_in(folder)
        try:
            embedder = library_embedder(library, embedding or config.embedding, local=local)
            reranker = chosen_reranker(reranker, config)
            opened = cls(library, embedder=embedder, prompts=prompts, choice=choice, reranker=reranker)
            opened.index.move_to(chosen_store(library, store, config.store, local=local))
        except BaseException:
            library.close()
            raise
        return opened

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release files and locks."""
        self.index.close()
        self.library.close()

    def add(
        self,
        sources: Sequence[Path | str],
        *,
        format: str | None = None,  # noqa: A002 - because the command line's word is --format
        tags: tuple[str, ...] = (),
        dry_run: bool = False,
        index: bool = True,
        on_record: Callable[[], None] | None = None,
        on_progress: OnProgress | None = None,
    ) -> AddReport:
        """Read files, folders or standard input (`-`) into the library and index what is new.

        Args:
            sources: What to read.
            format: Name of the format, when it cannot be told from the content.
            tags: Put on every paper read.
            dry_run: Report, and change nothing.
            index: Whether to index now; else the next search does it, or `index.bring_up_to_date`.
            on_record: Called after each record read.
            on_progress: Called while indexing.

        Raises:
            InputError: A source is not there or the format is unknown.
        """
        # By its absolute path a file is known again from any working directory.
        paths: list[SourcePath] = ["-" if one == "-" else Path(one).absolute() for one in sources]
        # What another program is still writing is waited for here, not while the library is locked.
        given = sys.stdin.buffer.read() if "-" in paths else b""
        records = read_sources(paths, format=format, stdin=lambda: given)
        return self.add_records(
            records, tags=tags, dry_run=dry_run, index=index, on_record=on_record, on_progress=on_progress
        )

    def add_records(
        self,
        records: Iterable[Record | Skipped],
        *,
        tags: tuple[str, ...] = (),
        dry_run: bool = False,
        index: bool = True,
        on_record: Callable[[], None] | None = None,
        on_progress: OnProgress | None = None,
    ) -> AddReport:
        """Add records that somebody else read; see `add`."""
        if dry_run:
            return add_records(self.library, records, tags=tags, dry_run=True, on_record=on_record)
        # Nobody else may begin to index what was just added: whoever adds would wait for it.
        with self.library.writing():
            report = add_records(self.library, records, tags=tags, on_record=on_record)
            if recorded_embedder(self.library) is None:
                remember_embedder(self.library, self.index.embedder.name)
            if index:
                with known_to_be_done("The papers are in the library; they are indexed by the next search."):
                    self.index.bring_up_to_date(on_progress)
        return report

    def remove(self, keys: Sequence[str]) -> None:
        """Delete papers everywhere; all of them or, when a key is unknown, none.

        Raises:
            UsageError: A key is unknown.
        """
        with self.library.writing():
            with self.library.database.transaction():
                for key in keys:
                    paper = self.library.get(key)
                    self.library.remove(paper.key if paper else key)
            with known_to_be_done("The papers are removed; the next search removes them from the indexes too."):
                self.index.bring_up_to_date()

    def papers(self, where: Filter | None = None) -> list[Paper]:
        """The papers that pass, in the order they were added."""
        return self.library.papers(where)

    def search(
        self, query: str, k: int = 10, *, where: Filter | None = None, mode: SearchMode = "hybrid"
    ) -> Sequence[Passage]:
        """The k best passages, best first."""
        return self.index.search(query, k, where or Filter(), mode)

    def ask(
        self,
        question: str,
        *,
        where: Filter | None = None,
        history: Sequence[Turn] = (),
        on_event: OnEvent | None = None,
    ) -> Answer:
        """Answer from the library; see `assistant.jobs.ask`."""
        with _templates_explained():
            return ask(question, self.parts, where=where, history=history, on_event=on_event)

    def related_work(self, topic: str, *, where: Filter | None = None, max_papers: int = 20) -> Draft:
        """Draft a related-work text; see `assistant.jobs.related_work`."""
        with _templates_explained():
            return related_work(topic, self.parts, where=where, max_papers=max_papers)

    def reindex(self, embedding: str | None = None, on_progress: OnProgress | None = None) -> int:
        """Make the indexes anew, with another embedding model if one is named; return the number of chunks."""
        embedder = named_embedder(embedding, local=False) if embedding else self.index.embedder
        return self.index.rebuild(embedder, on_progress)

    def use_model(self, model: str | None, *, local: bool = False) -> None:
        """Answer with another model from now on, asked at the same server if there is one.

        Raises:
            UsageError: There is no such model or no key for it, or `local` refuses it; then the one before stays.
        """
        choice = choose_model(model, base_url=self.choice.base_url, local=local)
        self._model = None if choice.is_embedded else open_model(choice)
        self.choice = choice

    def retriever(self, *, k: int = 10, where: Filter | None = None) -> "HybridRetriever":
        """A LangChain retriever over the library, for anybody's chain."""
        return self.index.retriever(k, where or Filter())

    def chain(self) -> "Runnable[str | dict[str, Any], Answer]":
        """Asking as a LangChain Runnable: search, prompt, model and checks as one step of anybody's chain."""
        return as_runnable(self.ask)

    @cached_property
    def judge(self) -> Judge:
        """What compares statements with the text they cite."""
        return EmbeddedJudge(self.index.embedder)

    @property
    def parts(self) -> AskParts:
        """What the jobs are done with."""
        if self._model is None and not self.choice.is_embedded:
            self._model = open_model(self.choice)
        return AskParts(
            search=self.index.search,
            lookup=self.library.get,
            rarity=self.index.rarity,
            embedder=self.index.embedder,
            judge=self.judge,
            prompts=self.prompts,
            model=self._model,
        )


def configured_prompts() -> Prompts:
    """The templates that the config file names, else Citewell's own.

    Raises:
        UsageError: The config file or the templates are wrong.
    """
    return _prompts(load_config())


def _prompts(config: Config) -> Prompts:
    with _templates_explained():
        return Prompts(Path(config.prompts).expanduser() if config.prompts else None)


@contextmanager
def _templates_explained() -> Iterator[None]:
    """What is wrong with a user's templates as an error of Citewell's."""
    try:
        yield
    except TemplateFolderError as error:
        raise UsageError(str(error)) from error
