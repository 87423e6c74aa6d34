"""SciFact as it is published (Wadden et al., 2020): claims, and beside them the corpus that they cite.

A claim gives a pair for each abstract that it cites; one without annotated evidence in that abstract is `nei`.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from assistant.errors import InputError
from evals.judging.pairs.rows import FieldError, Format, Labels, Row, content, label, one_text, rows, some_texts, text
from evals.judging.types import Pair

__all__ = ["SCIFACT"]

_LABELS: Labels = {"support": "", "contradict": "contradict"}
_CORPORA = ("corpus.jsonl", "corpus.jsonl.gz", "scifact_corpus.jsonl", "scifact_corpus.jsonl.gz")


def _open(path: Path) -> Callable[[Row, int], list[Pair]]:
    corpus = _corpus(path)
    source = f"scifact/{path.name.partition('.')[0].rpartition('_')[2]}"

    def read(row: Row, number: int) -> list[Pair]:
        claim, annotated = one_text(row, "claim"), _annotated(row)
        cited = _cited(row, annotated)
        pairs = []
        for document in cited:
            if document not in corpus:
                raise FieldError(
                    f"the abstract {document} is not in the corpus", "put the corpus of this release there"
                )
            wrong = _problem(annotated.get(document))
            pairs.append(
                Pair(
                    id=f"{row.get('id', number)}:{document}",
                    statement=claim,
                    evidence=corpus[document],
                    supported=not wrong,
                    problem=wrong,
                    source=source,
                )
            )
        return pairs

    return read


def _cited(row: Row, annotated: Mapping[str, Any]) -> list[str]:
    value = row.get("cited_doc_ids")
    if not isinstance(value, list):
        raise FieldError(f"cited_doc_ids is {value!r:.60}", "write a list of numbers")
    return list(dict.fromkeys([*map(str, value), *annotated]))


def _annotated(row: Row) -> Mapping[str, Any]:
    value = row.get("evidence")
    if not isinstance(value, dict):
        raise FieldError(
            "there is no evidence", "use a split with labels; those of SciFact's test split are not public"
        )
    return value


def _problem(rationales: object) -> str:
    """All rationales of one abstract have one label."""
    if not rationales:
        return "nei"
    if not isinstance(rationales, list) or not isinstance(rationales[0], dict):
        raise FieldError(f"evidence is {rationales!r:.60}", "write a list of rationales with their labels")
    return label(rationales[0], "label", _LABELS)


def _corpus_path(path: Path) -> Path | None:
    return next((path.with_name(name) for name in _CORPORA if path.with_name(name).exists()), None)


def _corpus(claims: Path) -> dict[str, tuple[str, ...]]:
    """Title and abstract of each document, the abstract's sentences on lines of their own."""
    path = _corpus_path(claims)
    if path is None:
        raise InputError(
            f"{claims}: SciFact's claims need corpus.jsonl (or corpus.jsonl.gz) beside them; put it there."
        )
    corpus = {}
    for number, row in rows(content(path), path):
        try:
            abstract = "\n".join(some_texts(row, "abstract"))
            corpus[str(row.get("doc_id"))] = tuple(one for one in (text(row, "title").strip(), abstract) if one)
        except FieldError as error:
            raise InputError(f"{path}:{number}: {error.problem}; {error.advice}.") from error
    return corpus


SCIFACT = Format(name="SciFact", fields=frozenset({"claim", "cited_doc_ids"}), open=_open, beside=_corpus_path)
