"""PubMedQA: questions that an abstract answers with yes, no or maybe.

Source: Jin et al. (2019), "PubMedQA: A Dataset for Biomedical Research Question Answering". One JSON object: PubMed id
to `{"QUESTION", "CONTEXTS": [parts of the abstract], "YEAR", "final_decision", "LONG_ANSWER"}`.

`LONG_ANSWER` is the abstract's conclusion and the right answer, so it is no part of the paper that the library gets;
that is `CONTEXTS`, joined by spaces. Most questions are the titles of their papers, so the paper is called by its
PubMed id: with its title, retrieval would find it word for word. `final_decision` is the question's kind.
"""

from pathlib import Path

from assistant.errors import InputError
from evals.datasets.papers import Document, Shelf
from evals.datasets.source import Item, open_source
from evals.types import Dataset, Sample

__all__ = ["read"]

_EXAMPLE = '{"10000001": {"QUESTION": "...", "CONTEXTS": ["..."], "LONG_ANSWER": "...", "final_decision": "yes"}}'
_NOTE = (
    "Papers are named by their PubMed id, since most questions are titles; the conclusions, which are the right "
    "answers, are not in the abstracts."
)


def read(path: Path) -> Dataset:
    """Read a data set.

    Raises:
        InputError: The file cannot be read or has a bad item.
    """
    source = open_source(path)
    whole = source.document()
    if not isinstance(whole, dict) or not whole:
        raise InputError(f"{path}: no PubMedQA data set; it is one JSON object such as {_EXAMPLE}.")
    top = Item(fields=whole, place=f"{path}", number=1)
    items = {pmid: top.part(value, pmid, number) for number, (pmid, value) in enumerate(whole.items(), start=1)}
    shelf = Shelf()
    samples = tuple(_sample(pmid, item, shelf) for pmid, item in items.items())
    return Dataset(name=path.name, sha256=source.sha256, samples=samples, papers=shelf.papers, notes=(_NOTE,))


def _sample(pmid: str, item: Item, shelf: Shelf) -> Sample:
    contexts = item.texts("CONTEXTS")
    if not contexts:
        raise item.bad("there are no CONTEXTS", "give it the abstract without its conclusion")
    year = item.identity("YEAR")
    if not year.isdecimal() and year:
        raise item.bad(f"YEAR is {year!r}", "write a year or null")
    document = Document(id=pmid, title=f"PubMed {pmid}", text=" ".join(contexts), year=int(year) if year else None)
    return Sample(
        id=pmid,
        question=item.question("QUESTION"),
        answerable=True,
        kind=item.text("final_decision"),
        gold_keys=(shelf.put(document),),
        answers=item.text_or_texts("LONG_ANSWER"),
    )
