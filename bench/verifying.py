"""How much of what is false `citewell verify` finds in a draft of 100 sentences, and how often it is wrong itself.

    python bench/verifying.py                       # five drafts of the part that is reported
    python bench/verifying.py --part look --misses  # other papers, for looking at what is missed
    python bench/verifying.py --judge openai:NAME --base-url URL --drafts 1

Each draft is of a topic: a paper drawn by lot and those nearest to it are the library; 100 sentences are made from
their abstracts by rule, half of them paraphrased, as people cite: `... [@key].`, `@key report that ...`, a quotation,
two papers in one sentence. Then 40 of them are made false: ten numbers changed, ten claims negated or turned round, ten
keys swapped in pairs (half of them between the nearest papers), ten keys invented. Both drafts are written as Markdown
files and go through the command line. Papers come from the half on which no judge is fitted, of the data folder
($CITEWELL_DATA, else `../shared/data` beside the project); a second hash parts them into `look` and `report`.
"""

import argparse
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from seed_library import DATA, keep_to_this_machine, machine
from verifying_data import Line, honest, made_false, pool, topical

from assistant.text import title_fingerprint
from evals.mutations.suite import Source

PAPERS = (
    DATA / "faithfulness" / "scifact_corpus.jsonl.gz",
    DATA / "scale" / "acl_anthology.jsonl.gz",
    DATA / "scale" / "paperlists.jsonl.gz",
)
PER_PARAGRAPH = 5


def main() -> None:
    """Make drafts, verify them, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drafts", type=int, default=5, help="drafts, each of a topic of its own (5)")
    parser.add_argument("--seed", type=int, default=2026, help="of the first draft (2026)")
    parser.add_argument("--part", choices=("look", "report"), default="report", help="of the papers (report)")
    parser.add_argument("--judge", help="as `citewell verify` takes it")
    parser.add_argument("--base-url", help="a server that speaks OpenAI's protocol")
    parser.add_argument("--misses", action="store_true", help="print what was missed and the false alarms")
    parser.add_argument("--keep", type=Path, help="leave drafts, libraries and results in this folder")
    options = parser.parse_args()
    keep_to_this_machine()
    if missing := [str(path) for path in PAPERS if not path.is_file()]:
        print(f"Skipped: {', '.join(missing)} not there (set CITEWELL_DATA).")
        return
    if options.part == "report" and options.misses:
        sys.exit("What is missed is looked at with --part look; the other part is for reporting.")
    flags = [*(["--judge", options.judge] if options.judge else [])]
    flags += ["--base-url", options.base_url] if options.base_url else []
    pools = [pool(path, options.part) for path in PAPERS]
    with TemporaryDirectory(prefix="citewell-bench-") as temporary:
        folder = options.keep or Path(temporary)
        rows = []
        for number in range(options.drafts):
            seed = options.seed + number
            some = topical(pools[number % len(pools)], random.Random(seed))  # noqa: S311 - because a draw must be repeatable, not secret
            rows.append(measured(some, seed, folder / f"draft-{options.part}-{seed}", flags))
            print(f"draft {number + 1} of {options.drafts}: {shown(rows[-1])}", file=sys.stderr)
    print(f"{machine()}; part {options.part}, seeds {options.seed} to {options.seed + options.drafts - 1}")
    report(rows)
    if options.misses:
        print_misses(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one draft."""

    honest: list[tuple[Line, dict[str, Any]]]
    """Lines of the honest draft with what was found."""
    mixed: list[tuple[Line, dict[str, Any]]]
    seconds: float
    """Of the command on the honest draft, start and all."""


def measured(some: Sequence[Source], seed: int, folder: Path, flags: Sequence[str]) -> Row:
    """Make the library and both drafts, and verify them."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = [f"paper{number:03}" for number in range(len(some))]
    papers = folder / "papers.jsonl"
    papers.write_text(
        "".join(
            json.dumps({"id": key, "key": key, "title": one.title, "abstract": one.abstract, **people(one)}) + "\n"
            for key, one in zip(keys, some, strict=True)
        ),
        encoding="utf-8",
    )
    citewell("add", str(papers), "--library", str(folder / "library"))
    held = json.loads(citewell("list", "--library", str(folder / "library"), "--json"))["papers"]
    by_title = {title_fingerprint(one["title"]): one["key"] for one in held}
    keyed = [by_title.get(title_fingerprint(one.title)) for one in some]
    usable = [(one, key) for one, key in zip(some, keyed, strict=True) if key]
    rng = random.Random(seed)  # noqa: S311 - because a draw must be repeatable, not secret
    lines = honest(usable, rng)
    false = made_false(lines, usable, rng)
    began = perf_counter()
    found = verified(lines, folder / "honest.md", flags)
    seconds = perf_counter() - began
    return Row(honest=found, mixed=verified(false, folder / "mixed.md", flags), seconds=seconds)


def people(one: Source) -> dict[str, object]:
    """Authors and year for the record: as the source has them, else made up."""
    family, _, year = one.author.partition(" (")
    names = family.removesuffix(" et al.").split(" and ") if family else []
    more = ["Other, A.", "Another, B."] if family.endswith("et al.") else []
    return {"authors": [*names, *more], "year": int(year.rstrip(")"))} if names and year else {}


def citewell(*arguments: str) -> str:
    """Run the command line; what it printed."""
    ended = subprocess.run(
        [sys.executable, "-m", "assistant", *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    if ended.returncode > 1:
        sys.exit(f"citewell {arguments[0]} ended with {ended.returncode}: {ended.stderr}")
    return ended.stdout


def verified(lines: Sequence[Line], path: Path, flags: Sequence[str]) -> list[tuple[Line, dict[str, Any]]]:
    """Write the draft, run the command, and put what was found beside each line."""
    text, places, number = ["# A review", ""], [], 3
    for at, line in enumerate(lines):
        text.append(line.markdown)
        places.append(number)
        number += 1
        if at % PER_PARAGRAPH == PER_PARAGRAPH - 1:
            text.append("")
            number += 1
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    printed = citewell("verify", str(path), "--library", str(path.parent / "library"), "--json", *flags)
    found: dict[int, list[dict[str, Any]]] = {}
    for one in json.loads(printed)["statements"]:
        found.setdefault(one["line"], []).append(one)
    return [(line, worst(found.get(place, []))) for line, place in zip(lines, places, strict=True)]


def worst(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of the sentences that a line was read as the one with an error, if there is one."""
    levels = ("error", "warning", "fine")
    return min(found, key=lambda one: levels.index(one["level"]), default={"level": "fine", "state": "unread"})


def is_error(found: dict[str, Any]) -> bool:
    """True for what fails the check."""
    return bool(found["level"] == "error")


def shown(row: Row) -> str:
    """One draft in a line."""
    false = [found for line, found in row.mixed if line.kind != "honest"]
    alarms = sum(is_error(found) for _, found in row.honest)
    return (
        f"found {sum(map(is_error, false))}/{len(false)}, false alarms {alarms}/{len(row.honest)}, {row.seconds:.1f} s"
    )


def report(rows: Sequence[Row]) -> None:
    """What was found of each kind, and the false alarms."""
    print("\n| made false | found | problem or verdict |\n|---|---:|---|")
    false = [(line.kind, found) for row in rows for line, found in row.mixed if line.kind != "honest"]
    for kind in [*dict.fromkeys(sorted(kind for kind, _ in false)), "all"]:
        some = [found for name, found in false if kind in {name, "all"}]
        told = Counter(str(one.get("problem") or one.get("verdict")) for one in some)
        print(f"| {kind} | {sum(map(is_error, some))}/{len(some)} | {listed(told)} |")
    print("\n| honest | false alarms | problem or verdict |\n|---|---:|---|")
    true = [(line.form, found) for row in rows for line, found in row.honest]
    for form in [*dict.fromkeys(sorted(form for form, _ in true)), "all"]:
        some = [found for name, found in true if form in {name, "all"}]
        told = Counter(str(one.get("problem") or one.get("verdict")) for one in some if is_error(one))
        print(f"| {form} | {sum(map(is_error, some))}/{len(some)} | {listed(told)} |")
    print()
    for number, row in enumerate(rows, start=1):
        print(f"draft {number}: {shown(row)}")
    idle = sum(found["level"] == "warning" for _, found in true)
    print(
        f"warnings on honest sentences: {idle}; sentences not read: {sum(one['state'] == 'unread' for _, one in true)}"
    )


def listed(told: Counter[str]) -> str:
    """Names with their counts, the most frequent first."""
    return ", ".join(f"{name} {count}" for name, count in told.most_common())


def print_misses(rows: Sequence[Row]) -> None:
    """What was not found, and what was found that is not there."""
    for line, found in wrong(rows):
        print(f"\n{line.kind} ({line.form}), {found.get('verdict')} {found.get('score')} {found.get('problem')}")
        print(f"  said:   {line.markdown}")
        print(f"  origin: {' / '.join(line.origins)}")
        print(f"  reason: {found.get('reason')}")


def wrong(rows: Sequence[Row]) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Lines about which the check was wrong."""
    for row in rows:
        yield from ((line, found) for line, found in row.mixed if line.kind != "honest" and not is_error(found))
        yield from ((line, found) for line, found in row.honest if found["level"] != "fine")


if __name__ == "__main__":
    main()
