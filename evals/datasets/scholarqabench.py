"""ScholarQABench's questions: long answers over many papers, and its single-paper tasks.

Source: Asai et al. (2024), "OpenScholar: Synthesizing Scientific Literature with Retrieval-Augmented Language Models".
A JSON list or JSON Lines. Its parts name things differently, so of each line the first field that is there counts:

- the question: `input`, `question`, `query` or `initial_prompt`; its id: `id`, `case_id`, `idx` (else its number);
- a right answer: `answer`, `output`, `gold_answer` or `reference`, a text or a list of texts. The labels of the
  single-paper tasks (true, false, yes, no, maybe) are not answers in words: they become the question's kind;
- `gold_ctx` or `gold_ctxs`: papers that hold the answer, and their keys are gold;
- `ctxs`, `docs`, `references` or `passages`: papers of which nothing is said.

Rubrics (`metric_config`) need a judge of their own and are left out, with a note.
"""

from pathlib import Path

from evals.datasets.papers import Shelf, document_of
from evals.datasets.source import Item, open_source
from evals.types import Dataset, Sample

__all__ = ["EXAMPLE", "QUESTION", "read", "sample_of"]

EXAMPLE = '{"input": "...", "output": "...", "ctxs": [{"title": "...", "text": "..."}]}'
QUESTION = ("input", "question", "query", "initial_prompt")
_IDS = ("id", "case_id", "idx")
_ANSWER = ("answer", "output", "gold_answer", "reference")
_GOLD = ("gold_ctx", "gold_ctxs")
_OTHERS = ("ctxs", "docs", "references", "passages")
_LABELS = frozenset(("true", "false", "yes", "no", "maybe"))


def read(path: Path) -> Dataset:
    """Read a data set.

    Raises:
        InputError: The file cannot be read or has a bad item.
    """
    source = open_source(path)
    items = source.rows(EXAMPLE, within="data")
    shelf = Shelf()
    samples = tuple(sample_of(item, answer=_ANSWER, gold_keys=_gold(item, shelf)) for item in items)
    for item in items:
        _put(item, _OTHERS, shelf)
    rubrics = sum("metric_config" in item.fields for item in items)
    notes = (f"{rubrics} of {len(items)} questions have rubrics, which are not read: they need a judge.",)
    return Dataset(
        name=path.name,
        sha256=source.sha256,
        samples=samples,
        papers=shelf.papers,
        notes=notes if rubrics else (),
    )


def sample_of(item: Item, *, answer: tuple[str, ...], gold_keys: tuple[str, ...] = ()) -> Sample:
    """The question of an item, with the right answer under the first of these names."""
    answers = item.text_or_texts(*answer)
    label = answers[0].strip().lower() if len(answers) == 1 else ""
    is_label = label in _LABELS
    return Sample(
        id=item.identity(*_IDS) or str(item.number),
        question=item.question(*QUESTION),
        answerable=True if gold_keys else None,
        kind=label if is_label else "",
        gold_keys=gold_keys,
        answers=() if is_label else answers,
    )


def _gold(item: Item, shelf: Shelf) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_put(item, _GOLD, shelf)))


def _put(item: Item, names: tuple[str, ...], shelf: Shelf) -> list[str]:
    name, _ = item.named(*names)
    values = enumerate(item.values(*names), start=1)
    return [shelf.put(document_of(item, value, f"{name}[{number}]", number)) for number, value in values]
