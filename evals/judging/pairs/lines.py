"""Formats whose every line is one pair.

Evidence that a source has as single sentences becomes one piece with a sentence a line, and a title a piece before it.
"""

from collections.abc import Callable
from pathlib import Path

from evals.judging.pairs.citing import without_markers
from evals.judging.pairs.rows import FieldError, Format, Labels, Row, label, one_text, some_texts, text
from evals.judging.types import Pair

__all__ = ["FORMATS", "OWN_LABELS"]

OWN_LABELS: Labels = {
    "supported": "",
    "support": "",
    "partly": "partly",
    "partial": "partly",
    "contradicted": "contradicted",
    "refute": "contradicted",
    "unsupported": "unsupported",
    "nei": "unsupported",
}
"""Words that people label with, and what each says is wrong."""
_CLAIMS: Labels = {"support": "", "refute": "refute", "nei": "nei", "partial": "partial"}
_ATTRIBUTION: Labels = {"attributable": "", "not attributable": "not attributable"}
_EXAGGERATION: Labels = {"same": "", "downplays": "", "exaggerates": "exaggerates"}
_INTEGRITY: Labels = {
    "accurate": "",
    "not_accurate": "not_accurate",
    "irrelevant": "irrelevant",
    "no_evidence": "no_evidence",
}
_ACCURATE = "ACCURATE"


def _own(path: Path) -> Callable[[Row, int], list[Pair]]:
    """Citewell's own: `{"statement", "evidence": [...], "label", "problem"?, "kind"?, "id"?, "source"?}`."""
    lines: dict[str, int] = {}

    def read(row: Row, number: int) -> list[Pair]:
        identifier = _id(row, number)
        if identifier in lines:
            raise FieldError(f"the id {identifier!r} is that of line {lines[identifier]} too", "give it its own id")
        lines[identifier] = number
        wrong = label(row, "label", OWN_LABELS)
        return [
            Pair(
                id=identifier,
                statement=one_text(row, "statement"),
                evidence=some_texts(row, "evidence"),
                supported=not wrong,
                problem=(text(row, "problem").strip().lower() or wrong) if wrong else "",
                kind=text(row, "kind").strip().lower(),
                source=text(row, "source") or path.name,
            )
        ]

    return read


def _claims(_path: Path) -> Callable[[Row, int], list[Pair]]:
    """Claims with the sentences of their evidence, of one or more data sets: `{"dataset", "split", "claim", ...}`."""

    def read(row: Row, number: int) -> list[Pair]:
        wrong = label(row, "label", _CLAIMS)
        source = "/".join(one for one in (text(row, "dataset"), text(row, "split")) if one)
        return [
            Pair(
                id=_id(row, number),
                statement=one_text(row, "claim"),
                evidence=_titled(text(row, "title"), some_texts(row, "evidence_sentences")),
                supported=not wrong,
                problem=wrong,
                source=source,
            )
        ]

    return read


def _attribution(path: Path) -> Callable[[Row, int], list[Pair]]:
    """AttributionBench (Li et al., 2024): a claim of a response, and the references that it was given."""

    def read(row: Row, number: int) -> list[Pair]:
        wrong = label(row, "attribution_label", _ATTRIBUTION)
        references = some_texts(row, "references") or some_texts(row, "webpage_references")
        return [
            Pair(
                id=_id(row, number),
                statement=one_text(row, "claim"),
                evidence=references,
                supported=not wrong,
                problem=wrong,
                source=text(row, "src_dataset") or path.name,
            )
        ]

    return read


def _citation_integrity(_path: Path) -> Callable[[Row, int], list[Pair]]:
    """Citation-Integrity (Sarol et al., 2024): a citing sentence, and evidence from the cited article."""

    def read(row: Row, number: int) -> list[Pair]:
        wrong = label(row, "coarse", _INTEGRITY)
        return [
            Pair(
                id=_id(row, number),
                statement=without_markers(one_text(row, "citing_sentence")),
                evidence=_titled("", some_texts(row, "evidence_sentences")),
                supported=not wrong,
                problem=_kind(row, wrong) if wrong else "",
                source="/".join(one for one in ("citation_integrity", text(row, "split")) if one),
            )
        ]

    return read


def _kind(row: Row, wrong: str) -> str:
    """The annotators' own word for what is wrong, the most frequent; where they found no evidence there is none."""
    said = row.get("labels")
    kinds = {one: count for one, count in said.items() if one != _ACCURATE} if isinstance(said, dict) else {}
    if not all(isinstance(count, int) for count in kinds.values()):
        raise FieldError(f"labels is {said!r:.60}", "write how often each label was given")
    return max(kinds, key=lambda one: (kinds[one], one)).lower() if kinds else wrong


def _exaggeration(_path: Path) -> Callable[[Row, int], list[Pair]]:
    """Press releases (Wright and Augenstein, 2021): the conclusion of one, and that of the abstract it speaks of."""

    def read(row: Row, number: int) -> list[Pair]:
        wrong = label(row, "exaggeration_label", _EXAGGERATION)
        return [
            Pair(
                id=text(row, "original_file_id") or str(number),
                statement=one_text(row, "press_release_conclusion"),
                evidence=some_texts(row, "abstract_conclusion"),
                supported=not wrong,
                problem=wrong,
                source="exaggeration",
            )
        ]

    return read


def _id(row: Row, number: int) -> str:
    value = row.get("id")
    if value is None:
        return str(number)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise FieldError(f"id is {value!r:.60}", "use a text or a whole number, or leave it out")
    return str(value)


def _titled(title: str, sentences: tuple[str, ...]) -> tuple[str, ...]:
    """Pieces of evidence; a title alone is one, and without sentences it is none."""
    if not sentences:
        return ()
    return tuple(one for one in (title.strip(), "\n".join(sentences)) if one)


FORMATS = (
    Format(name="citewell", fields=frozenset({"statement", "evidence", "label"}), open=_own),
    Format(name="claims", fields=frozenset({"claim", "evidence_sentences", "label"}), open=_claims),
    Format(name="AttributionBench", fields=frozenset({"claim", "references", "attribution_label"}), open=_attribution),
    Format(name="Citation-Integrity", fields=frozenset({"citing_sentence", "coarse"}), open=_citation_integrity),
    Format(
        name="exaggeration",
        fields=frozenset({"press_release_conclusion", "abstract_conclusion", "exaggeration_label"}),
        open=_exaggeration,
        notes=("What downplays its source counts as supported: the weaker follows from the stronger.",),
    ),
)
"""In the order in which they are tried."""
