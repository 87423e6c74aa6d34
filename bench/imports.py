"""Every real bibliographic file: what is read, what is reported, what is missing; and which fields come out right.

    python bench/imports.py [--kind ris] [--verbose] [--no-fields]

The files and a manifest that counts their records lie in the folder `import` of $CITEWELL_DATA. A record counts when it
is read, or reported with its line and a reason; at most as many count in a file as the manifest has there. The manifest
counts the lines of tables, quoted ones among them, and no records where a tool's own format is meant (JSON, other XML,
text): such files show what is made of them. `--verbose` names every file that falls short, and what was said of it.
"""

import argparse
import csv
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from import_fields import field_accuracy  # noqa: E402 - because the path is set above
from seed_library import DATA  # noqa: E402 - because as above

from assistant.library.sources.files import read_sources  # noqa: E402 - because as above
from assistant.library.sources.recognising import FAULT  # noqa: E402 - because as above
from assistant.types import Record, Skipped  # noqa: E402 - because as above

IMPORT = DATA / "import"
TARGET = 0.98
SLOW = 3.0
"""Seconds that no file should take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one file."""

    path: Path
    kind: str
    repository: str
    origin: str
    """Its path where it comes from."""
    expected: int
    """Records, as the manifest counts them."""
    records: tuple[Record, ...]
    skipped: tuple[Skipped, ...]
    seconds: float
    crash: str = ""

    @property
    def reported(self) -> int:
        """Records that were not read but told of one by one."""
        return sum(one.line is not None for one in self.skipped)

    @property
    def missing(self) -> int:
        """Records that the manifest has and that nothing was said of."""
        return max(0, self.expected - len(self.records) - self.reported)

    @property
    def falls_short(self) -> bool:
        """Whether somebody should look."""
        return bool(self.missing or self.crash or self.seconds > SLOW or not (self.records or self.skipped))


def main() -> None:
    """Read all files, print the tables, and fail when records are lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", help="only files of one kind, as the manifest has them: ris, bibtex, csv/tsv ...")
    parser.add_argument("--verbose", action="store_true", help="name the files that fall short")
    parser.add_argument("--no-fields", action="store_true", help="leave the field accuracy out")
    options = parser.parse_args()
    if not (IMPORT / "MANIFEST.tsv").is_file():
        sys.exit(f"{str(IMPORT)!r} is not there. Set CITEWELL_DATA to the folder that holds it.")
    outcomes = [read(row) for row in manifest() if options.kind in (None, row["kind"])]
    print_kinds(outcomes)
    if options.verbose:
        print_shortfalls(outcomes)
    if not options.no_fields:
        for line in field_accuracy(outcomes, verbose=options.verbose):
            print(line)
    share = share_of(outcomes)
    if share < TARGET or any(one.crash for one in outcomes):
        sys.exit(f"Below the target of {TARGET:.0%}, or crashed.")


def manifest() -> list[dict[str, str]]:
    """Rows of the manifest."""
    with (IMPORT / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def read(row: dict[str, str]) -> Outcome:
    """Read one file as `citewell add` does."""
    path = IMPORT / row["file"]
    begun, crash = time.perf_counter(), ""
    items: list[Record | Skipped] = []
    try:
        items.extend(read_sources([path]))
    except Exception as error:  # noqa: BLE001 - because the bench counts what must never happen
        crash = f"{type(error).__name__}: {error}"
    skipped = tuple(one for one in items if isinstance(one, Skipped))
    faults = [one.reason for one in skipped if one.reason.startswith(FAULT)]
    return Outcome(
        path=path,
        kind=row["kind"],
        repository=row["repo"],
        origin=row["path"],
        expected=int(row["records"] or 0),
        records=tuple(one for one in items if isinstance(one, Record)),
        skipped=skipped,
        seconds=time.perf_counter() - begun,
        crash=crash or "; ".join(faults),
    )


def share_of(outcomes: Sequence[Outcome]) -> float:
    """Of the manifest's records, those that were read or reported."""
    expected = sum(one.expected for one in outcomes)
    return 1 - sum(one.missing for one in outcomes) / expected if expected else 1.0


def print_kinds(outcomes: Sequence[Outcome]) -> None:
    """One line a kind, and all together."""
    heads = ("files", "manifest", "read", "reported", "missing", "no record", "crashed", "seconds")
    print(f"{'kind':<14}" + "".join(f"{head:>10}" for head in heads) + "     share")
    kinds = Counter(one.kind for one in outcomes)
    for kind in (*(kind for kind, _ in kinds.most_common()), "all"):
        some = [one for one in outcomes if kind in (one.kind, "all")]
        values = (
            len(some),
            sum(one.expected for one in some),
            sum(len(one.records) for one in some),
            sum(one.reported for one in some),
            sum(one.missing for one in some),
            sum(not one.records for one in some),
            sum(bool(one.crash) for one in some),
        )
        seconds = sum(one.seconds for one in some)
        print(f"{kind:<14}" + "".join(f"{value:>10,}" for value in values) + f"{seconds:>10.1f}{share_of(some):>10.2%}")


def print_shortfalls(outcomes: Sequence[Outcome]) -> None:
    """The files that somebody should look at, the costliest first; then those without a record, by what was said."""
    print("\nFall short:")
    for one in sorted((one for one in outcomes if one.falls_short), key=lambda one: -one.missing):
        name = one.path.relative_to(IMPORT)
        said = one.crash or "; ".join(dict.fromkeys(skip.reason for skip in one.skipped)) or "nothing was said"
        counts = f"{one.missing} missing of {one.expected}, {len(one.records)} read, {one.reported} reported"
        print(f"  {name}: {counts}, {one.seconds:.1f} s: {said[:160]}")
    print("\nNot a record, and none counted:")
    for one in outcomes:
        if not one.records and not one.expected:
            said = "; ".join(f"{skip.line or '-'}: {skip.reason}" for skip in one.skipped[:2])
            print(f"  {one.path.relative_to(IMPORT)}: {said[:160]}")


if __name__ == "__main__":
    main()
