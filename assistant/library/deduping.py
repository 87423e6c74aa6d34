"""Papers of a library that are the same: finding them, choosing which to keep, merging, and telling apart for good."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import combinations

from assistant.errors import UsageError
from assistant.library.codec import record_from_json
from assistant.library.database import Database
from assistant.library.matching import are_keys_up_to_date, bring_keys_up_to_date
from assistant.library.merging import filled
from assistant.library.sameness.judging import Verdict, judge
from assistant.library.sameness.works import Work
from assistant.library.store import Library
from assistant.types import Paper, Record

_LARGEST = 100
"""Papers under one key; of more (`Introduction`) the other keys tell which are the same."""
_FEWEST = 2
_UNTOLD = frozenset("source line key tags notes edited filled written extracted year_inferred et_al extra".split())
"""Fields that do not make a record more complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two papers that are, or may be, one."""

    first: str
    """Cite key of the one that was added first."""
    second: str
    why: str
    """For the reader: `same title, authors and year`."""
    is_certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Papers that are, or may be, one."""

    keep: str
    """Cite key of the one into which the others would be merged."""
    others: tuple[str, ...]
    """Their cite keys, in the order they were added."""
    why: str
    """For the reader: what the pairs have in common, each reason once."""
    is_certain: bool
    """Sure enough to merge them unasked."""
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    first: int
    second: int
    verdict: Verdict


def find_duplicates(library: Library) -> list[Group]:
    """Groups of papers that are or may be the same, the certain ones first, each in the order they were added.

    Pairs that were told apart are left out. Papers that are certainly the same make one group, unless two of them
    certainly are not: then, as with papers that only may be the same, the reader has to say.
    """
    _bring_up_to_date(library)
    apart = _told_apart(library.database)
    works = _Works(library.database)
    judged = []
    for first, second in _candidates(library.database):
        verdict = judge(works[first], works[second])
        if verdict.outcome != "different" and (first, second) not in apart:
            judged.append(_Judged(first=first, second=second, verdict=verdict))
    certain = [one for one in judged if one.verdict.outcome == "same"]
    groups = [_group(works, members, certain, apart) for members in _components(certain)]
    grouped = {frozenset((pair.first, pair.second)) for group in groups for pair in group.pairs}
    merged = {key: place for place, group in enumerate(groups) for key in (group.keep, *group.others)}
    for one in judged:
        keys = works.key(one.first), works.key(one.second)
        is_inside = keys[0] in merged and merged[keys[0]] == merged.get(keys[1])
        if one.verdict.outcome == "perhaps" and not is_inside and frozenset(keys) not in grouped:
            groups.append(_group(works, [one.first, one.second], [one], apart))
    return sorted(groups, key=lambda group: not group.is_certain)


def merge(library: Library, keep: str, others: Sequence[str]) -> Paper:
    """Make one paper of several: the one kept has its gaps filled, and the others' keys, sources and tags.

    Args:
        library: Where they are.
        keep: Key of the paper that stays.
        others: Keys of those that go; their keys become aliases of the one kept.

    Raises:
        UsageError: A key is no paper's, or is that of the paper that stays.
    """
    kept, gone = _named(library, [keep])[0], _named(library, others)
    if not gone or kept.key in {paper.key for paper in gone}:
        raise UsageError(f"{kept.key} cannot be merged with itself. Name another paper to merge into it.")
    with library.changing(f"merge {', '.join(paper.key for paper in gone)} into {kept.key}"):
        record = kept.record
        for paper in gone:
            record = _filled(record, paper.record)
            library.absorb(kept.key, paper.key)
        library.replace(kept.key, record)
    return Paper(key=kept.key, record=record)


def tell_apart(library: Library, keys: Sequence[str]) -> None:
    """Remember that papers which look alike are different ones, so that they are not shown as duplicates again.

    Args:
        library: Where they are.
        keys: Each of them is another paper than each other one.

    Raises:
        UsageError: A key is no paper's, or fewer than two are named.
    """
    papers = sorted({paper.key for paper in _named(library, keys)})
    if len(papers) < _FEWEST:
        raise UsageError("Name two papers or more that are different ones.")
    with library.changing(f"tell {', '.join(papers)} apart"):
        library.database.many("INSERT OR IGNORE INTO told_apart VALUES (?, ?)", list(combinations(papers, 2)))


def best_of(papers: Iterable[Paper]) -> Paper:
    """The one to keep: rather published than a preprint, then the most complete, then the first.

    Completeness is the number of fields that say something, the abstract counted thrice.
    """
    return max(papers, key=lambda paper: (not Work(paper.record).is_preprint, _completeness(paper.record)))


def _completeness(record: Record) -> int:
    said = sum(bool(getattr(record, field.name)) for field in fields(Record) if field.name not in _UNTOLD)
    return said + len(record.details) + 2 * bool(record.abstract)


def _filled(record: Record, other: Record) -> Record:
    notes = dict.fromkeys(text for text in (record.notes, other.notes) if text)
    return replace(filled(record, other), notes="\n\n".join(notes))


def _named(library: Library, keys: Sequence[str]) -> list[Paper]:
    papers = []
    for key in keys:
        paper = library.get(key)
        if paper is None:
            raise UsageError(f"No paper has the key {key!r}. `citewell list` shows the keys.")
        papers.append(paper)
    return list({paper.key: paper for paper in papers}.values())


def _bring_up_to_date(library: Library) -> None:
    if not are_keys_up_to_date(library):
        with library.writing(), library.database.transaction():
            bring_keys_up_to_date(library)


class _Works:
    """Papers by row id, read when they are first asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._works: dict[int, tuple[str, Work]] = {}

    def __getitem__(self, paper: int) -> Work:
        return self._at(paper)[1]

    def key(self, paper: int) -> str:
        return self._at(paper)[0]

    def paper(self, paper: int) -> Paper:
        key, work = self._at(paper)
        return Paper(key=key, record=work.record)

    def _at(self, paper: int) -> tuple[str, Work]:
        if paper not in self._works:
            ((key, text),) = self._database.rows("SELECT key, record FROM papers WHERE id = ?", [paper])
            self._works[paper] = key, Work(record_from_json(text))
        return self._works[paper]


def _candidates(database: Database) -> list[tuple[int, int]]:
    """Pairs of papers that share a key, each once, in the order they were added."""
    rows = database.rows(
        "SELECT key, paper FROM matching_keys WHERE key IN"
        " (SELECT key FROM matching_keys GROUP BY key HAVING count(*) BETWEEN 2 AND ?) ORDER BY key, paper",
        [_LARGEST],
    )
    sharing: dict[str, list[int]] = {}
    for key, paper in rows:
        sharing.setdefault(key, []).append(paper)
    return sorted({pair for papers in sharing.values() for pair in combinations(papers, 2)})


def _told_apart(database: Database) -> set[tuple[int, int]]:
    """Row ids of pairs that the user told apart, also under the keys that their papers had before they were merged."""
    rows = database.rows(
        "SELECT min(a.paper, b.paper), max(a.paper, b.paper) FROM told_apart t"
        " JOIN keys a ON a.key = t.first JOIN keys b ON b.key = t.second"
        " WHERE a.paper IS NOT NULL AND b.paper IS NOT NULL"
    )
    return {(first, second) for first, second in rows}


def _components(certain: Iterable[_Judged]) -> Iterator[list[int]]:
    """Papers that are connected, by row id."""
    group: dict[int, list[int]] = {}
    for one in certain:
        ours, theirs = (group.setdefault(paper, [paper]) for paper in (one.first, one.second))
        if ours is not theirs:
            ours += theirs
            group.update(dict.fromkeys(theirs, ours))
    seen: set[int] = set()
    for paper in sorted(group):
        if paper not in seen:
            seen.update(group[paper])
            yield sorted(group[paper])


def _group(works: _Works, members: Sequence[int], judged: Iterable[_Judged], apart: set[tuple[int, int]]) -> Group:
    inside = [one for one in judged if one.first in members and one.second in members]
    verdicts = {(one.first, one.second): one.verdict for one in inside}
    is_certain = all(
        verdicts[pair].outcome == "same"
        if pair in verdicts
        else pair not in apart and judge(works[pair[0]], works[pair[1]]).outcome != "different"
        for pair in combinations(members, 2)
    )
    papers = [works.paper(paper) for paper in members]
    keep = best_of(papers)
    return Group(
        keep=keep.key,
        others=tuple(paper.key for paper in papers if paper.key != keep.key),
        why="; ".join(dict.fromkeys(one.verdict.why for one in inside)),
        is_certain=is_certain,
        pairs=tuple(
            Pair(
                first=works.key(one.first),
                second=works.key(one.second),
                why=one.verdict.why,
                is_certain=one.verdict.outcome == "same",
            )
            for one in inside
        ),
    )
