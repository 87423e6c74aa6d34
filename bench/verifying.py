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
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from seed_library import DATA, keep_to_this_machine, machine

from assistant.export.markdown import escaped
from assistant.text import title_fingerprint
from evals.mutations import Bad, Change, mutate, paraphrase
from evals.mutations.editing import decapitalised
from evals.mutations.elsewhere import nearest, sentences_elsewhere
from evals.mutations.reading import sources_in
from evals.mutations.suite import Source, part_of

PAPERS = (
    DATA / "faithfulness" / "scifact_corpus.jsonl.gz",
    DATA / "scale" / "acl_anthology.jsonl.gz",
    DATA / "scale" / "paperlists.jsonl.gz",
)
EACH = 5_000
"""Papers of each file that are looked at."""
LIBRARY = 120
SENTENCES = 100
OF_A_KIND = 10
PER_PARAGRAPH = 5
FORMS = ("bracket", "bracket", "bracket", "bracket", "narrative", "narrative", "quote", "two", "named")
CHANGED: tuple[Bad, ...] = ("number-changed", "negated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence of the draft, on a line of its own."""

    form: str
    papers: tuple[int, ...]
    """Places of its papers in the library."""
    origins: tuple[str, ...]
    """Sentences of their abstracts that it was made from."""
    said: tuple[str, ...]
    """Those, perhaps in other words."""
    keys: tuple[str, ...]
    kind: str = "honest"

    @property
    def markdown(self) -> str:
        """As it stands in the file."""
        first, key = bare(self.said[0]), self.keys[0]
        if self.form == "two":
            return f"{first} [@{key}], and {lowered(bare(self.said[1]))} [@{self.keys[1]}]."
        if self.form == "narrative":
            return f"@{key} report that {lowered(first)}."
        if self.form == "quote":
            return f"@{key} write: “{escaped(self.said[0])}”"
        return f"{first} [@{key}]."


def bare(sentence: str) -> str:
    """Without its full stop, as Markdown."""
    return escaped(sentence.rstrip("."))


def lowered(sentence: str) -> str:
    """As it stands within another sentence."""
    return decapitalised(sentence, "")


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


def pool(path: Path, part: str) -> list[Source]:
    """The papers of a file that no judge was fitted on and that belong to a part."""
    every = [one for one in sources_in(path, most=EACH) if part_of(one.title) == "report"]
    return [one for one in every if second_part(one.title) == part and len(sentences_elsewhere(one.abstract)) > 2]


def second_part(title: str) -> str:
    """`look` or `report`, by another byte of the hash that parts what was fitted from what is reported."""
    return "look" if sha256(title_fingerprint(title).encode()).digest()[1] % 2 else "report"


def topical(some: Sequence[Source], rng: random.Random) -> list[Source]:
    """A paper drawn by lot and those nearest to it."""
    at = rng.randrange(len(some))
    near = nearest([one.abstract for one in some], [at], LIBRARY - 1)[0]
    return [some[at], *(some[one] for one in near)]


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


def honest(some: Sequence[tuple[Source, str]], rng: random.Random) -> list[Line]:
    """So many sentences that the papers support, no sentence twice."""
    stock = [(at, one) for at, (source, _) in enumerate(some) for one in sentences_elsewhere(source.abstract)]
    rng.shuffle(stock)
    lines: list[Line] = []
    while len(lines) < SENTENCES and len(stock) > 1:
        form = rng.choice(FORMS)
        drawn = [stock.pop() for _ in range(2 if form == "two" else 1)]
        if form == "two" and drawn[0][0] == drawn[1][0]:
            continue
        made = [spoken(sentence, some[at][0], form, rng) for at, sentence in drawn]
        if all(made):
            places = tuple(at for at, _ in drawn)
            lines.append(
                Line(
                    form=form,
                    papers=places,
                    origins=tuple(sentence for _, sentence in drawn),
                    said=tuple(str(one) for one in made),
                    keys=tuple(some[at][1] for at in places),
                )
            )
    return lines


def spoken(sentence: str, source: Source, form: str, rng: random.Random, changes: Sequence[Change] = ()) -> str | None:
    """A sentence as a draft has it: quoted as it is, named with its authors, or as often as not in other words."""
    if form == "quote":
        return sentence
    if form != "named" and rng.random() < 0.5:
        return None if sentence.startswith(("We ", "Our ", "In this paper")) else sentence
    author = source.author if form == "named" else ""
    said = paraphrase(sentence, source.abstract, rng, author=author, changes=changes)
    is_told_twice = form == "narrative" and said and "frame" in said[1]
    return said[0] if said and not is_told_twice else None


def made_false(lines: Sequence[Line], some: Sequence[tuple[Source, str]], rng: random.Random) -> list[Line]:
    """The draft with so many of its sentences made false in each way."""
    false = list(lines)
    free = [at for at, line in enumerate(lines) if len(line.papers) == 1]
    rng.shuffle(free)
    for kind in CHANGED:
        for at in changed(false, free, some, kind, rng):
            free.remove(at)
    swap(false, free, some, rng)
    for at in free[:OF_A_KIND]:
        key = false[at].keys[0]
        false[at] = replace(false[at], keys=(invented(key, rng),), kind="invented")
    return false


def changed(
    false: list[Line], free: Sequence[int], some: Sequence[tuple[Source, str]], kind: Bad, rng: random.Random
) -> list[int]:
    """Change what sentences say; the places of those that were."""
    done: list[int] = []
    for at in free:
        if len(done) == OF_A_KIND:
            break
        line = false[at]
        source = some[line.papers[0]][0]
        others = [other.abstract for number, (other, _) in enumerate(some) if number != line.papers[0]][:30]
        found = mutate(line.origins[0], source.abstract, others, kind, rng)
        if found is None:
            continue
        is_as_it_was = line.said[0] == line.origins[0]
        tries = (spoken(found.text, source, line.form, rng, found.changes) for _ in range(6))
        text = found.text if is_as_it_was else next((one for one in tries if one), None)
        if text:
            false[at] = replace(line, said=(text,), kind=kind)
            done.append(at)
    return done


def swap(false: list[Line], free: list[int], some: Sequence[tuple[Source, str]], rng: random.Random) -> None:
    """Exchange the keys of pairs of sentences: every other time with the nearest paper that is cited."""
    for number in range(OF_A_KIND // 2):
        first = free.pop()
        place = false[first].papers[0]
        others = [at for at in free if false[at].papers[0] != place]
        if number % 2:
            second = rng.choice(others)
        else:
            order = nearest([one.abstract for one, _ in some], [place], len(some))[0]
            second = min(others, key=lambda at: order.index(p) if (p := false[at].papers[0]) in order else len(some))
        free.remove(second)
        one, other = false[first], false[second]
        way = "swapped" if number % 2 else "swapped with the nearest"
        false[first] = replace(one, keys=other.keys, kind=way)
        false[second] = replace(other, keys=one.keys, kind=way)


def invented(key: str, rng: random.Random) -> str:
    """A key as a model makes it up: of nobody's, or with another year or letter."""
    if rng.random() < 0.5:
        people = ("smith", "chen", "garcia", "mueller", "tanaka")
        return f"{rng.choice(people)}{rng.randint(1998, 2025)}{rng.choice(('learning', 'towards', 'effects'))}"
    return f"{key}{rng.choice('abx')}" if key[-1].isdigit() else f"{key[:-1]}q"


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
