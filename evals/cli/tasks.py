"""From the options of `citewell eval run` to a task."""

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.diagnostics import progress, say, say_model
from assistant.errors import UsageError
from evals.systems import SystemOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.claims import Decomposer
    from evals.task import Task
    from evals.types import Dataset, Outputs

__all__ = ["Scoring", "joined", "task_of_outputs", "task_of_system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """What the command line says of how answers are scored."""

    judge: str
    judge_url: str | None
    claims: str
    metric_sets: tuple[str, ...]
    local: bool


@contextmanager
def task_of_system(
    dataset: "Dataset", options: SystemOptions, scoring: Scoring, cache: Path | None
) -> "Iterator[Task]":
    """Citewell itself is asked."""
    from evals.cache import default_cache
    from evals.datasets.leaks import leaks
    from evals.judging.judges import open_judge
    from evals.systems import fingerprint, open_system, ranker, system_versions, used_prompts
    from evals.task import Task

    with ExitStack() as stack:
        with progress("Indexing") as update:
            assistant = stack.enter_context(
                open_system(options, dataset, cache=cache or default_cache(), on_indexed=update, say=say)
            )
        say_model(assistant.choice)
        judge = open_judge(
            scoring.judge,
            embedder=assistant.index.embedder,
            prompts=assistant.prompts,
            base_url=scoring.judge_url,
            local=scoring.local,
        )
        yield Task(
            dataset=replace(dataset, notes=(*dataset.notes, *leaks(dataset))),
            system=assistant,
            judge=judge,
            papers=assistant.library.get,
            metric_sets=scoring.metric_sets,
            decomposer=_decomposer(scoring),
            rank=ranker(assistant),
            prompts=used_prompts(assistant),
            versions=system_versions(assistant),
            fingerprint=fingerprint(assistant),
        )


@contextmanager
def task_of_outputs(
    outputs: "Outputs", dataset: "Dataset", scoring: Scoring, options: SystemOptions
) -> "Iterator[Task]":
    """Nobody is asked: the answers are there, and the papers too unless they are the library's."""
    from assistant.library.opening import open_library
    from assistant.wiring import configured_prompts
    from evals.judging.judges import open_judge
    from evals.task import Task
    from vectorstore.embed import open_embedder

    with ExitStack() as stack:
        papers = outputs.papers.get if outputs.papers else stack.enter_context(open_library(options.library)).get
        judge = open_judge(
            scoring.judge,
            embedder=open_embedder("embedded"),
            prompts=configured_prompts(),
            base_url=scoring.judge_url,
            local=scoring.local,
        )
        yield Task(
            dataset=dataset,
            system=outputs,
            judge=judge,
            papers=papers,
            metric_sets=scoring.metric_sets,
            decomposer=_decomposer(scoring),
            versions={"outputs": outputs.sha256[:16]},
        )


def _decomposer(scoring: Scoring) -> "Decomposer | None":
    from evals.claims import ModelClaims, SentenceClaims

    if scoring.claims == "none":
        return None
    if scoring.claims == "sentences":
        return SentenceClaims()
    from assistant.llm import choose_model, open_model
    from assistant.wiring import configured_prompts

    choice = choose_model(scoring.claims, base_url=scoring.judge_url, local=scoring.local)
    return ModelClaims(open_model(choice), configured_prompts())


def joined(dataset: "Dataset", outputs: "Outputs") -> "Dataset":
    """The questions of a data set, under the ids by which the outputs know them.

    By the question's words: ids are often numbers of lines, and the same number in two files says nothing.
    """
    ids = {_words(sample.question): sample.id for sample in outputs.dataset.samples}
    samples = tuple(
        # Of two questions in the same words the second has no answer: one answer is not scored twice.
        replace(sample, id=ids.pop(_words(sample.question), f"{sample.id} (not in the outputs)"))
        for sample in dataset.samples
    )
    if not any(sample.id in outputs.answers for sample in samples):
        raise UsageError(
            f"No answer of {outputs.dataset.name} is to a question of {dataset.name}: are they of the same data set?"
        )
    return replace(dataset, samples=samples, notes=(*dataset.notes, *outputs.dataset.notes))


def _words(question: str) -> str:
    return " ".join(question.split()).casefold()
