"""From the items of a file of outputs, whatever its format, to `Outputs`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import InputError
from assistant.types import Answer, Paper, Record, Usage
from evals.datasets.digest import samples_digest
from evals.datasets.papers import Document
from evals.outputs.abstention import says_nothing
from evals.outputs.reading import listed_statements, statements_of
from evals.types import Dataset, Outputs, Sample

__all__ = ["Reply", "outputs_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a system answered to one question, as its file has it."""

    sample: Sample
    text: str | None
    """None when the system gave no answer."""
    documents: tuple[Document, ...]
    """What the system was given, in the order in which the answer numbers it."""
    is_list: bool = False
    """The answer is a list of names and not prose."""
    model: str = ""


def outputs_of(path: Path, replies: Sequence[Reply], *, first: int, notes: Sequence[str]) -> Outputs:
    """Read the answers' sentences and citations, and give every document a key of its own.

    The hash of the data set is that of the questions and right answers, so that the files of two systems that answered
    the same questions have the same.

    Args:
        path: The file, for names and errors.
        replies: In the order of the file.
        first: Number of the first document in the answers' markers: 0 or 1.
        notes: What a reader must know of how the file was read.
    """
    answers: dict[str, Answer] = {}
    papers: dict[str, Paper] = {}
    contexts: dict[str, tuple[str, ...]] = {}
    for reply in replies:
        sample = reply.sample
        if sample.id in contexts:
            raise InputError(f"{path}: two items have the id {sample.id!r}; give each its own. Nothing was scored.")
        own = {str(number): document for number, document in enumerate(reply.documents, start=first)}
        keys = {name: f"{sample.id}/{name}" for name in own}
        papers |= {keys[name]: _paper(keys[name], document) for name, document in own.items()}
        contexts[sample.id] = tuple(keys.values())
        ids = {document.id: keys[name] for name, document in own.items() if document.id}
        if reply.text is not None:
            # A bare number in a marker is the document's place, whatever its id.
            named = {name: key for name, key in ids.items() if not name.isdecimal()} | keys
            answers[sample.id] = _answer(reply, reply.text, named)
    samples = tuple(reply.sample for reply in replies)
    dataset = Dataset(name=path.name, sha256=samples_digest(samples), samples=samples, notes=tuple(notes))
    return Outputs(dataset=dataset, answers=answers, papers=papers, contexts=contexts)


def _paper(key: str, document: Document) -> Paper:
    return Paper(key=key, record=Record(title=document.title, abstract=document.text, year=document.year))


def _answer(reply: Reply, text: str, keys: Mapping[str, str]) -> Answer:
    sample = reply.sample
    statements = statements_of(text, keys, sample_id=sample.id)
    is_abstention = says_nothing(text, statements)
    if reply.is_list:
        statements = listed_statements(text, sample.question, keys, sample_id=sample.id)
    return Answer(
        question=sample.question,
        standalone_question=sample.question,
        statements=() if is_abstention else statements,
        abstained=is_abstention,
        reason=(text.strip() or "The answer is empty.") if is_abstention else "",
        model=reply.model,
        usage=Usage(usd=None),  # what it cost is not in the file
    )
