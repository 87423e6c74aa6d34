"""From a file to labelled pairs, whatever its format."""

import json
import random
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from assistant.errors import InputError, UsageError
from evals.judging.pairs.lines import FORMATS
from evals.judging.pairs.rows import FieldError, Format, Row, content, rows
from evals.judging.pairs.scifact import SCIFACT
from evals.judging.types import Pair, PairSet

__all__ = ["open_pairs"]

_ALL = (*FORMATS, SCIFACT)
_EXAMPLE = '{"statement": "...", "evidence": ["..."], "label": "supported"}'


def open_pairs(
    path: Path, *, split: str | None = None, source: str | None = None, limit: int | None = None, seed: int = 0
) -> PairSet:
    """Read labelled pairs; the format is told from the fields of the first line, and gzip from the content.

    Read are Citewell's own (`{"statement", "evidence": [...], "label"}`, as `citewell eval label` writes them), claims
    with the sentences of their evidence, SciFact, Citation-Integrity, AttributionBench, and press releases against
    abstracts. One bad line refuses the whole file. A pair without evidence is left out, and a note says how many were.

    Args:
        path: The file.
        split: Only pairs of this split: the part of `Pair.source` after the slash.
        source: Only pairs of this source: `Pair.source`, or the part before the slash.
        limit: At most so many pairs, drawn by lot, with as large a share of supported ones as there is in all.
        seed: The same file, limit and seed draw the same pairs.

    Raises:
        InputError: The file cannot be read, is of no known format, or has a bad line.
        UsageError: There is no such split or source.
    """
    raw = content(path)
    _refuse_log(raw, path)
    numbered = list(rows(raw, path))
    if not numbered:
        raise InputError(f"{path}: holds no pairs; write one JSON object a line, such as {_EXAMPLE}.")
    form = _format(numbered[0][1], path)
    found = list(_pairs(numbered, form, path))
    pairs = [pair for pair in found if any(piece.strip() for piece in pair.evidence)]
    notes = list(form.notes)
    if missing := len(found) - len(pairs):
        notes.append(f"{missing} of {len(found)} pairs have no evidence and are left out.")
    chosen = _chosen(pairs, split=split, source=source)
    if limit is not None and limit < len(chosen):
        notes.append(f"{limit} of {len(chosen)} pairs, drawn by lot (seed {seed}).")
        chosen = _drawn(chosen, limit, seed)
    beside = form.beside(path)
    digest = sha256(raw + (content(beside) if beside else b"")).hexdigest()
    return PairSet(name=path.name, sha256=digest, pairs=tuple(chosen), notes=tuple(notes))


def _refuse_log(raw: bytes, path: Path) -> None:
    """A log of a run is what one would take for pairs: it holds the statements, and no person's word on them."""
    try:
        whole = json.loads(raw)
    except (ValueError, RecursionError):
        return
    if isinstance(whole, dict) and {"metrics", "examples"} <= set(whole):
        raise InputError(
            f"{path}: this is a log of a run; label its pairs first: citewell eval label {path} --out labels.jsonl"
        )


def _format(row: Row, path: Path) -> Format:
    for form in _ALL:
        if form.fields <= set(row):
            return form
    names = ", ".join(form.name for form in _ALL)
    raise InputError(
        f"{path}: the fields {', '.join(sorted(row))[:200]} are of no known format ({names}); write {_EXAMPLE}."
    )


def _pairs(numbered: Sequence[tuple[int, Row]], form: Format, path: Path) -> Iterator[Pair]:
    read = form.open(path)
    for number, row in numbered:
        try:
            yield from read(row, number)
        except FieldError as error:
            raise InputError(f"{path}:{number}: {error.problem}; {error.advice}.") from error


def _chosen(pairs: Sequence[Pair], *, split: str | None, source: str | None) -> list[Pair]:
    """The pairs of a split and a source."""
    found = [
        pair
        for pair in pairs
        if (source is None or source in {pair.source, pair.source.partition("/")[0]})
        and (split is None or split == pair.source.partition("/")[2])
    ]
    if not found:
        wanted = " and ".join(f"--{name} {value}" for name, value in (("source", source), ("split", split)) if value)
        there = ", ".join(sorted({pair.source for pair in pairs}))
        raise UsageError(f"No labelled pair fits {wanted or 'a judge'}; there are pairs of: {there or 'nothing'}.")
    return found


def _drawn(pairs: Sequence[Pair], limit: int, seed: int) -> list[Pair]:
    """A random part, in the order of the whole; both classes are in it where it has room for two."""
    draw = random.Random(seed)  # noqa: S311 - because nothing secret hangs on it
    classes = [[at for at, pair in enumerate(pairs) if pair.supported is wanted] for wanted in (True, False)]
    share = round(limit * len(classes[0]) / len(pairs))
    if all(classes) and limit > 1:
        share = min(max(share, 1), limit - 1)
    counts = (share, limit - share)
    kept = sorted(at for some, count in zip(classes, counts, strict=True) for at in draw.sample(some, count))
    return [pairs[at] for at in kept]
