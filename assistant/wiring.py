"""Puts the parts together: `Assistant` is what the command line and other programs use."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from assistant.answering import Answering, answering
from assistant.budget import Spending, spending
from assistant.chain import as_runnable
from assistant.config import chosen_reranker, library_folder, load_config
from assistant.desk import Desk
from assistant.embedders import library_embedder, named_embedder
from assistant.guards.offline import nothing_leaves
from assistant.indexing import OnProgress, SearchableLibrary
from assistant.jobs.ask import AskParts, ask
from assistant.library.opening import library_in, refuse_missing
from assistant.library.store import Library
from assistant.llm import ChatModel, ModelChoice, Structured, choose_model
from assistant.session import Sessions
from assistant.shelf import Shelf
from assistant.stores import chosen_store
from assistant.templates import configured_prompts, prompts_of, templates_explained
from assistant.types import Answer, Filter, Limits, OnEvent, Turn, Usage
from assistant.verify import Judge
from prompts import Prompts
from vectorstore.rerank import open_reranker
from vectorstore.types import Embedder

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable


__all__ = ["Assistant", "configured_prompts"]

_SAME_MODEL = frozenset({"llm", "yes-no:llm"})
"""Judges that are the model that answers."""


class Assistant(Shelf, Desk):
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
        answering: Answering | None = None,
    ) -> None:
        """Assemble an assistant from parts; `open` is the usual way.

        Args:
            library: The papers.
            embedder: What makes their vectors.
            prompts: The templates.
            choice: Which model answers.
            model: The model itself; made from `choice` on first use when it is not given.
            reranker: What puts the first passages of a search in order, as `open` takes it.
            answering: The judge, the limits, and what else decides about answers.
        """
        self._answering = answering or Answering()
        self._on_close = ExitStack()
        self._on_close.callback(library.close)
        self.choice = choice
        self.limits = self._answering.limits
        """What each answer or draft may cost; may be changed between them."""
        self.spent = Usage()
        """What all answers and drafts cost, those included that failed or were stopped."""
        self.prompts = prompts
        opener = cache(lambda: open_reranker(reranker)) if reranker else None
        super().__init__(library, SearchableLibrary(library, embedder=embedder, reranker=opener))
        self.sessions = Sessions(library.database)
        self._model = model
        self._judge: Judge | None = None
        if self._answering.local:
            self._on_close.enter_context(nothing_leaves())

    @classmethod
    def open(  # noqa: PLR0913 - because a user may decide that much, each by its name
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
        limits: Limits | None = None,
        judge: str | None = None,
        structured: Structured | None = None,
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
            local: Refuse whatever would send text away from this machine: while the assistant is open, this process
                connects to no other machine at all.
            must_exist: Refuse to make a new library.
            limits: What each answer may cost; what is None in it is as the config file says.
            judge: What checks statements: `embedded`, `llm` (the model that answers), `provider:model`,
                `yes-no:provider:model` or `onnx:FOLDER`.
            structured: Whether models write JSON: `auto` (those that are known to), `on` or `off`.

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
        settings = answering(config, limits=limits, judge=judge, structured=structured, local=local)
        prompts = prompts_of(config)
        reranker = chosen_reranker(reranker, config)
        with ExitStack() as on_failure, nothing_leaves() if local else nullcontext():
            library = library_in(folder)
            on_failure.callback(library.close)
            embedder = library_embedder(library, embedding or config.embedding, local=local)
            opened = cls(
                library, embedder=embedder, prompts=prompts, choice=choice, reranker=reranker, answering=settings
            )
            on_failure.callback(opened.close)
            opened.index.move_to(chosen_store(library, store, config.store, local=local))
            on_failure.pop_all()
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
        self._on_close.close()

    def ask(
        self,
        question: str,
        *,
        where: Filter | None = None,
        history: Sequence[Turn] = (),
        on_event: OnEvent | None = None,
        keep_unsupported: bool = False,
    ) -> Answer:
        """Answer from the library, within the limits; see `assistant.jobs.ask`."""
        with templates_explained(), self._spending() as spent:
            answer = ask(
                question,
                self.parts,
                where=where,
                history=history,
                on_event=on_event,
                keep_unsupported=keep_unsupported,
            )
        return replace(answer, usage=spent.at_least(answer.usage))

    @contextmanager
    def _spending(self) -> Iterator[Spending]:
        spent: Spending | None = None
        try:
            with spending(self.limits, price_file=str(self._answering.price_file)) as spent:
                yield spent
        finally:
            self.spent += spent.usage if spent else Usage()

    def reindex(self, embedding: str | None = None, on_progress: OnProgress | None = None) -> int:
        """Make the indexes anew, with another embedding model if one is named; return the number of chunks."""
        embedder = named_embedder(embedding, local=False) if embedding else self.index.embedder
        self._judge = None
        return self.index.rebuild(embedder, on_progress)

    def use_model(self, model: str | None, *, local: bool = False) -> None:
        """Answer with another model from now on, asked at the same server if there is one.

        Raises:
            UsageError: There is no such model or no key for it, or `local` refuses it; then the one before stays.
        """
        chosen = choose_model(model, base_url=self.choice.base_url, local=local or self._answering.local)
        choice = replace(chosen, why="set meanwhile") if model else chosen
        self._model = None if choice.is_embedded else self._answering.model(choice)
        self.choice = choice
        self._judge = None

    def use_judge(self, judge: str) -> None:
        """Check statements with another judge from now on; see `open`.

        Raises:
            UsageError: There is no such judge, or what it needs is missing; then the one before stays.
        """
        settings = replace(self._answering, judge=judge, is_judge_configured=False)
        self._judge = self._opened_judge(settings)
        self._answering = settings

    def chain(self) -> "Runnable[str | dict[str, Any], Answer]":
        """Asking as a LangChain Runnable: search, prompt, model and checks as one step of anybody's chain."""
        return as_runnable(self.ask)

    @property
    def judge(self) -> Judge:
        """What compares statements with the text they cite."""
        if self._judge is None:
            self._judge = self._opened_judge(self._answering)
        return self._judge

    def _opened_judge(self, settings: Answering) -> Judge:
        model = self._held_model() if settings.judge in _SAME_MODEL else None
        return settings.open_judge(embedder=self.index.embedder, prompts=self.prompts, choice=self.choice, model=model)

    def _held_model(self) -> ChatModel | None:
        """The model that answers, held to the limits; None for none."""
        if self._model is None and not self.choice.is_embedded:
            self._model = self._answering.model(self.choice)
        return self._answering.held(self._model, self.choice) if self._model else None

    @property
    def parts(self) -> AskParts:
        """What the jobs are done with."""
        return AskParts(
            search=self.index.search,
            lookup=self.library.get,
            rarity=self.index.rarity,
            embedder=self.index.embedder,
            judge=self.judge,
            prompts=self.prompts,
            model=self._held_model(),
            keys=self.library.keys,
        )
