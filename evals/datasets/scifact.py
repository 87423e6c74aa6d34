"""SciFact: claims with the abstracts and sentences that support or contradict them.

Source: Wadden et al. (2020), "Fact or Fiction: Verifying Scientific Claims". A file of claims, JSON Lines of
`{"id", "claim", "evidence": {doc: [{"sentences": [...], "label"}]}, "cited_doc_ids"}`, beside its corpus:
`corpus.jsonl` or the one file there whose name ends so, packed or not, with `{"doc_id", "title", "abstract":
[sentences]}`.

The claim itself is asked as the question. Its kind is SUPPORT, CONTRADICT, NEI (no evidence: not answerable) or, for
claims without labels, empty. Gold keys are the abstracts with evidence, gold spans the sentences of all rationales.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from assistant.errors import InputError
from evals.datasets.papers import Document, Shelf
from evals.datasets.source import Item, open_source
from evals.types import Dataset, Sample, Span

__all__ = ["read"]

_CLAIM = '{"id": 1, "claim": "...", "evidence": {}, "cited_doc_ids": [1]}'
_DOCUMENT = '{"doc_id": 1, "title": "...", "abstract": ["..."]}'
_NOTE = "Each claim is asked as it stands: it is a sentence, true or false, and not a question."


class _Corpus:
    """The papers of the corpus and the sentences of each, by the id that claims use."""

    def __init__(self, items: Iterable[Item]) -> None:
        shelf = Shelf()
        self.sentences: dict[str, tuple[str, ...]] = {}
        self.keys: dict[str, str] = {}
        for item in items:
            doc = item.identity("doc_id")
            if not doc or doc in self.keys:
                problem = f"the doc_id {doc!r} is there twice" if doc else "there is no doc_id"
                raise item.bad(problem, "give each abstract its own")
            sentences = tuple(one.strip() for one in item.texts("abstract"))
            self.sentences[doc] = sentences
            self.keys[doc] = shelf.put(Document(id=doc, title=item.text("title"), text=" ".join(sentences)))
        self.papers = shelf.papers


def read(path: Path) -> Dataset:
    """Read claims and the corpus beside them; the hash is that of both.

    Raises:
        InputError: A file cannot be read or has a bad line, or no corpus is there.
    """
    claims, corpus_file = open_source(path), open_source(_corpus_of(path))
    corpus = _Corpus(corpus_file.lines(_DOCUMENT))
    samples = tuple(_sample(item, corpus) for item in claims.lines(_CLAIM))
    return Dataset(
        name=path.name,
        sha256=sha256(claims.raw + corpus_file.raw).hexdigest(),
        samples=samples,
        papers=corpus.papers,
        notes=(_NOTE,),
    )


def _corpus_of(path: Path) -> Path:
    exact = [path.with_name(name) for name in ("corpus.jsonl", "corpus.jsonl.gz")]
    found = [one for one in exact if one.is_file()]
    found = found or sorted(one for one in path.parent.glob("*corpus.jsonl*") if one.suffix in {".jsonl", ".gz"})
    if not found:
        raise InputError(f"{path}: its corpus is missing; put SciFact's corpus.jsonl into {path.parent}.")
    if len(found) > 1 and found[0] not in exact:
        names = ", ".join(one.name for one in found)
        raise InputError(f"{path}: several files may be its corpus ({names}); call the right one corpus.jsonl.")
    return found[0]


def _sample(item: Item, corpus: _Corpus) -> Sample:
    evidence = _evidence(item, corpus)
    labels = sorted({part.text("label") for parts in evidence.values() for part in parts})
    is_labelled = item.fields.get("evidence") is not None
    return Sample(
        id=item.identity("id") or str(item.number),
        question=item.question("claim"),
        answerable=bool(evidence) if is_labelled else None,
        kind="/".join(labels) if labels else "NEI" if is_labelled else "",
        gold_keys=tuple(corpus.keys[doc] for doc in evidence),
        gold_spans=tuple(_spans(evidence, corpus)),
    )


def _evidence(item: Item, corpus: _Corpus) -> dict[str, tuple[Item, ...]]:
    value = item.fields.get("evidence") or {}
    if not isinstance(value, dict):
        raise item.bad("evidence is not an object", f"write {_CLAIM}")
    part = Item(fields=value, place=f"{item.place}, evidence", number=item.number)
    for doc in value:
        if doc not in corpus.keys:
            raise item.bad(f"its evidence {doc!r} is not in the corpus", "get the corpus that belongs to the claims")
    return {doc: part.objects(doc) for doc in value}


def _spans(evidence: Mapping[str, tuple[Item, ...]], corpus: _Corpus) -> Iterable[Span]:
    """The sentences of all rationales, each once, in the order of the abstract."""
    for doc, parts in evidence.items():
        sentences = corpus.sentences[doc]
        wanted: set[int] = set()
        for part in parts:
            for number in part.values("sentences"):
                if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(sentences):
                    problem = f"sentence {number!r} is none of the {len(sentences)} of abstract {doc}"
                    raise part.bad(problem, "count from 0")
                wanted.add(number)
        yield from (Span(key=corpus.keys[doc], text=sentences[number]) for number in sorted(wanted))
