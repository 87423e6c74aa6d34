"""How well duplicates are told: precision and recall against marks made by hand, and what is merged where all differ.

    python bench/dedupe.py [--marked FILE] [--verbose] [--distinct acl_anthology paperlists scifact] [--limit N]

The marked file is an export of EndNote in which duplicates were marked by hand: the caption of a record says
`Duplicate` when the file holds another record of the same publication. Every record of such a group is marked, the
first one too, and nothing says which records belong together. So three things are counted:

- records: a record is found when it is merged with another one, and right when it is marked. This needs no guess.
- copies: records of a publication of which the file holds an earlier record. A group is marked records with the same
  DOI, or with titles that agree in nine of ten letters and years that differ by one at most; its first record is no
  copy. A copy is found when it is merged with an earlier record, and right when that is one of its group.
- pairs: two marked records of one group, each two of them counted once.

The plain way beside it merges records with the same DOI or the same letters in the title.

`--distinct` adds collections of papers that are published once (almost): what is merged is to be looked at, with
`--verbose` by its keys. The time is the processor's, of looking a record up among those before it.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import combinations, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from assistant.library.deduping import find_duplicates
from assistant.library.ingest import add_records
from assistant.library.matching import Matcher
from assistant.library.sources.files import read_sources
from assistant.library.store import Library
from assistant.text import title_fingerprint
from assistant.types import Record
from bench.seed_library import DATA

FILES = {
    "acl_anthology": DATA / "scale" / "acl_anthology.jsonl.gz",
    "paperlists": DATA / "scale" / "paperlists.jsonl.gz",
    "scifact": DATA / "retrieval" / "scifact" / "corpus.jsonl.gz",
}
ORDERS = 5
Groups = list[set[int]]
"""Numbers of the records of one paper, from 0 in the order of the file."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What was found, and how much of it is right."""

    right: int
    found: int
    wanted: int

    def __str__(self) -> str:
        precision, recall = self.right / max(1, self.found), self.right / max(1, self.wanted)
        return f"{precision:7.4f} {recall:7.4f}   {self.right:4} right of {self.found:4} found, {self.wanted:4} there"


def marked_groups(records: Sequence[Record], marked: set[int]) -> Groups:
    """The marked records, by publication."""
    from rapidfuzz.fuzz import ratio

    letters = {one: title_fingerprint(records[one].title) for one in marked}
    pairs = (
        (one, other)
        for one, other in combinations(sorted(marked), 2)
        if (records[one].doi and records[one].doi == records[other].doi)
        or (
            abs((records[one].year or 0) - (records[other].year or 0)) <= 1
            and ratio(letters[one], letters[other]) >= 90
        )
    )
    return joined(pairs, len(records))


def joined(pairs: Iterable[tuple[int, int]], count: int) -> Groups:
    """Groups of records that are connected by pairs."""
    group = {one: {one} for one in range(count)}
    for one, other in pairs:
        if group[one] is not group[other]:
            group[one] |= group[other]
            group.update(dict.fromkeys(group[other], group[one]))
    return [members for first, members in group.items() if first == min(members)]


def plain(records: Sequence[Record]) -> Groups:
    """Merge by the same DOI or the same letters in the title."""
    by: dict[str, list[int]] = {}
    for number, record in enumerate(records):
        for key in (record.doi and f"doi {record.doi.lower()}", title_fingerprint(record.title)):
            if key:
                by.setdefault(key, []).append(number)
    return joined(((members[0], other) for members in by.values() for other in members[1:]), len(records))


@contextmanager
def empty_library() -> Iterator[Library]:
    """A library whose papers are not cut into chunks."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder) / "library", chunker=lambda *_: [])
        yield library
        library.close()


def added(records: Sequence[Record], order: Sequence[int]) -> Groups:
    """Merge as `citewell add` does, the records in this order."""
    with empty_library() as library:
        add_records(library, [replace(records[one], source=str(one), key=None) for one in order])
        papers: dict[int, set[int]] = {}
        for paper, source in library.database.rows("SELECT paper, source FROM sources"):
            papers.setdefault(paper, set()).add(int(source))
    return sorted(papers.values(), key=min)


def reviewed(records: Sequence[Record], *, also_perhaps: bool) -> Groups:
    """Merge as `citewell dedupe` proposes it, of a library in which every record is a paper."""
    with empty_library() as library:
        with library.changing("add"):
            number = {library.insert(replace(record, key=None)): place for place, record in enumerate(records)}
        pairs = [
            (number[group.keep], number[other])
            for group in find_duplicates(library)
            if group.is_certain or also_perhaps
            for other in group.others
        ]
    return joined(pairs, len(records))


def score(name: str, groups: Groups, truth: Groups, marked: set[int]) -> None:
    """Print the counts of one way."""
    of = {one: group for group in truth for one in group}
    found = {one for group in groups if len(group) > 1 for one in group}
    copies = [(one, group) for group in groups for one in sorted(group)[1:]]
    pairs = {pair for group in groups for pair in combinations(sorted(group), 2)}
    wanted = {pair for group in truth for pair in combinations(sorted(group), 2)}
    right = sum(any(other < one and other in of[one] for other in group) for one, group in copies)
    counts = {
        "records": Counts(right=len(found & marked), found=len(found), wanted=len(marked)),
        "copies": Counts(right=right, found=len(copies), wanted=sum(len(group) - 1 for group in truth)),
        "pairs": Counts(right=len(pairs & wanted), found=len(pairs), wanted=len(wanted)),
    }
    for what, count in counts.items():
        print(f"{name if what == 'records' else '':28} {what:8} {count}")


def errors(groups: Groups, marked: set[int], names: Sequence[str]) -> None:
    """Print the numbers of records merged though not marked, and marked though not merged."""
    for group in groups:
        if len(group) > 1 and not group <= marked:
            print("  merged, not marked:", ", ".join(names[one] for one in sorted(group)))
        if len(group) == 1 and group <= marked:
            print("  marked, not merged:", names[min(group)])


def measure_marked(file: Path, *, verbose: bool) -> None:
    """Score every way on a file with marks."""
    records = [one for one in read_sources([file]) if isinstance(one, Record)]
    marked = {number for number, one in enumerate(records) if "duplicate" in dict(one.extra).get("caption", "").lower()}
    names = [dict(one.extra).get("rec-number", str(number)) for number, one in enumerate(records)]
    truth = marked_groups(records, marked)
    alone = [group for group in truth if len(group) == 1 and group <= marked]
    print(f"{file.name}: {len(records)} records, {len(marked)} marked, {len(alone)} of them in no group")
    print(f"{'':37} precision recall")
    ways = {
        "same DOI or letters of title": plain(records),
        "citewell add": added(records, range(len(records))),
        "citewell dedupe --yes": reviewed(records, also_perhaps=False),
        "citewell dedupe, all shown": reviewed(records, also_perhaps=True),
    }
    for name, groups in ways.items():
        score(name, groups, truth, marked)
        if verbose:
            errors(groups, marked, names)
    shuffled = random.Random(0)  # noqa: S311 - because orders of records are no secrets
    sizes = [len(added(records, shuffled.sample(range(len(records)), len(records)))) for _ in range(ORDERS)]
    print(f"papers after adding in {ORDERS} other orders: {sizes}, in the file's order {len(ways['citewell add'])}")


def measure_distinct(name: str, limit: int | None, *, verbose: bool) -> None:
    """Add papers that differ; print what was merged, and the time of looking them up."""
    records = (one for one in read_sources([FILES[name]]) if isinstance(one, Record))
    merged, possible, seconds, count = [], [], 0.0, 0
    with empty_library() as library, library.changing("add"):
        matcher = Matcher(library)
        for record in islice(records, limit):
            start = time.process_time()
            match = matcher.find(record)
            seconds += time.process_time() - start
            count += 1
            if match is None or not match.is_certain:
                key = library.insert(record)
                possible += [(key, match)] if match else []
            else:
                merged.append((record.key, match))
    print(f"{name}: {count} records, {len(merged)} merged, {len(possible)} perhaps the same as another,")
    print(f"  {1e6 * seconds / max(1, count):.0f} microseconds of processor time to look one up")
    if verbose:
        for what, found in (("merged", merged), ("perhaps", possible)):
            for key, match in found:
                print(f"  {what}: {key} = {match.key} ({match.why})")


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--marked", type=Path, default=DATA / "dedup" / "copper.xml")
    parser.add_argument("--distinct", nargs="*", choices=FILES, default=[])
    parser.add_argument("--limit", type=int, help="records of each collection of distinct papers")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    if options.distinct:
        for name in options.distinct:
            measure_distinct(name, options.limit, verbose=options.verbose)
    else:
        measure_marked(options.marked, verbose=options.verbose)


if __name__ == "__main__":
    main()
