"""ALCE's data sets ASQA, ELI5 and QAMPARI; its result files are read as questions too.

Source: Gao, Yen, Yu and Chen (2023), "Enabling Large Language Models to Generate Text with Citations". A JSON list, or
an object with the list under `data`, of objects with

- `question`, and `sample_id` or `id` (else the number of the item);
- `docs`: a list of `{"id", "title", "text"}`; the documents of all items are the papers;
- ASQA: `qa_pairs`, whose `short_answers` become facts, and `annotations`, whose `long_answer` become right answers;
- QAMPARI: `answers`, a list of lists of names, which become facts;
- `answer`, a right answer;
- ELI5: `claims`, sentences for a judge and not wordings to look for. They are left out, with a note.

No document is marked as gold, so there are no gold keys and nothing is said of which questions can be answered.
"""

from collections.abc import Sequence
from pathlib import Path

from evals.datasets.papers import Document, Shelf, document_of
from evals.datasets.source import Item, open_source
from evals.types import Dataset, Sample

__all__ = ["EXAMPLE", "documents_of", "is_list_question", "notes_on", "read", "sample_of"]

EXAMPLE = '{"question": "...", "docs": [{"id": "1", "title": "...", "text": "..."}], "answer": "..."}'


def read(path: Path) -> Dataset:
    """Read a data set.

    Raises:
        InputError: The file cannot be read or has a bad item.
    """
    source = open_source(path)
    items = source.rows(EXAMPLE, within="data")
    shelf = Shelf()
    for item in items:
        for document in documents_of(item):
            shelf.put(document)
    return Dataset(
        name=path.name,
        sha256=source.sha256,
        samples=tuple(sample_of(item) for item in items),
        papers=shelf.papers,
        notes=notes_on(items),
    )


def sample_of(item: Item) -> Sample:
    """The question of an item with its facts and right answers."""
    long_answers = [part.text("long_answer") for part in item.objects("annotations")]
    return Sample(
        id=item.identity("sample_id", "id") or str(item.number),
        question=item.question("question"),
        facts=_facts(item),
        answers=tuple(dict.fromkeys(one for one in (*long_answers, item.text("answer")) if one.strip())),
    )


def documents_of(item: Item) -> tuple[Document, ...]:
    """The documents of an item, in the order in which its system was given them."""
    return tuple(
        document_of(item, value, f"docs[{number}]", number) for number, value in enumerate(item.values("docs"), start=1)
    )


def is_list_question(item: Item) -> bool:
    """Whether the answer is a list of names, as in QAMPARI."""
    return isinstance(item.fields.get("answers"), list)


def notes_on(items: Sequence[Item]) -> tuple[str, ...]:
    """What a reader must know of how these items were read."""
    claims = sum(bool(item.fields.get("claims")) for item in items)
    empty = sum(not part.values("short_answers") for item in items for part in item.objects("qa_pairs"))
    notes = []
    if claims:
        notes.append(f"{claims} of {len(items)} questions have claims (ELI5), which are not read: they need a judge.")
    if empty:
        notes.append(f"{empty} sub-questions without a short answer are left out of the facts.")
    return tuple(notes)


def _facts(item: Item) -> tuple[tuple[str, ...], ...]:
    found = [part.texts("short_answers") for part in item.objects("qa_pairs")]
    found += [item.texts_in(names, "answers") for names in item.values("answers")]
    return tuple(wordings for wordings in found if wordings)
