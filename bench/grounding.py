"""What checking and repair do to the sentences of a real chat model: support before and after, what is lost, the time.

    python bench/grounding.py --base-url http://127.0.0.1:8080/v1 --model openai:NAME --record replies.jsonl
    python bench/grounding.py --gguf FILE --record replies.jsonl   # starts llama.cpp's server; needs xllamacpp
    python bench/grounding.py --replay replies.jsonl               # the same replies again, without a model

Questions of the built-in benchmark over the sample library, spread evenly (`--questions 25`). `before` is the first
reply as the model wrote it, with its own citation markers; `after` is what a reader is shown. The embedded judge grades
both, and so does the benchmark, which knows nothing of that judge: it has the papers that answer each question and the
facts that an answer states. `--json` has the model write JSON, where the server can be held to a schema.
"""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from conversation import serving
from seed_library import ROOT, keep_to_this_machine, machine, open_assistant
from tape import Tape

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.jobs.ask import AskParts
    from assistant.replies.claims import Claim
    from assistant.types import Answer, Paper, Verdict
    from assistant.verify import Judge
    from evals.types import Sample

LIBRARY = ROOT / "examples" / "library.bib"


def main() -> None:
    """Measure and print."""
    options = arguments()
    keep_to_this_machine()
    from assistant.errors import CitewellError
    from evals.datasets.builtin import builtin

    every = builtin().samples
    samples = [every[at * len(every) // options.questions] for at in range(min(options.questions, len(every)))]
    recorded = options.replay or options.record
    server = nullcontext("") if options.replay else serving(options.gguf, options.base_url)
    with server as base_url:
        name = "embedded" if options.replay else options.model if ":" in options.model else f"openai:{options.model}"
        with open_assistant(LIBRARY, model=name, base_url=base_url or None) as assistant:
            assistant.search("what is warmed up by this search")
            tape = Tape(recorded, None if options.replay else assistant.parts.model, as_json=options.json)
            print(f"{tape.name}, {len(samples)} questions; {machine()}")
            rows = []
            for sample in samples:
                try:
                    rows.append(measured(assistant, sample, tape))
                except CitewellError as error:
                    print(f"{sample.id:13} {sample.kind:11} failed and is left out: {error}", flush=True)
                else:
                    print(told(rows[-1]), flush=True)
    print_table(rows, is_live=not options.replay)
    if tape.missing:
        print(f"{tape.missing} prompts are not among the recorded ones: their questions failed or were not repaired.")


def arguments() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--base-url", metavar="URL", help="a running server")
    source.add_argument("--gguf", metavar="FILE", type=Path, help="a model to start a server with")
    source.add_argument("--replay", metavar="FILE", type=Path, help="replies recorded before")
    parser.add_argument(
        "--record", metavar="FILE", type=Path, help="keep the replies here; those in it are not paid for"
    )
    parser.add_argument("--model", metavar="NAME", default="openai:local", help="as the running server names it")
    parser.add_argument("--questions", metavar="N", type=int, default=25)
    parser.add_argument("--json", action="store_true", help="have the model write JSON")
    return parser.parse_args()


@dataclass(slots=True)
class Counted:
    """A judge that counts how often it is asked."""

    judge_asked: "Judge"
    calls: int = 0

    @property
    def name(self) -> str:
        """That of the judge."""
        return self.judge_asked.name

    def judge(self, statement: str, evidence: Sequence[str]) -> "Verdict":
        """Pass it on."""
        self.calls += 1
        return self.judge_asked.judge(statement, evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence and the papers that it cites."""

    text: str
    keys: tuple[str, ...]
    label: str
    """What the embedded judge says of it beside these papers; `uncited` without any."""


@dataclass(slots=True)
class Row:
    """What came of one question."""

    sample: "Sample"
    answer: "Answer"
    before: list[Said] = field(default_factory=list)
    after: list[Said] = field(default_factory=list)
    generate: float = 0.0
    """Seconds of the model for the first reply."""
    again: float = 0.0
    """Seconds of the model for all further replies."""
    judged: int = 0


def measured(assistant: "Assistant", sample: "Sample", tape: Tape) -> Row:
    """Ask one question and look at what was written and what was shown."""
    from assistant.jobs.ask import ask

    tape.calls.clear()
    counted = Counted(assistant.judge)
    parts: AskParts = replace(assistant.parts, model=tape, judge=counted)
    row = Row(sample=sample, answer=ask(sample.question, parts))
    row.judged = counted.calls
    papers = {one.key: one for one in assistant.papers()}
    if tape.calls:
        row.before = [
            graded(claim.text, claim.cites, assistant.judge, papers)
            for claim in raw_claims(tape.calls[0], list(papers.values()))
        ]
        row.generate = tape.calls[0]["seconds"]
        row.again = sum(call["seconds"] for call in tape.calls[1:])
    row.after = [
        graded(one.text, [citation.key for citation in one.citations], assistant.judge, papers)
        for one in row.answer.statements
        if tape.calls
    ]
    return row


def raw_claims(call: Mapping[str, Any], papers: "Sequence[Paper]") -> "list[Claim]":
    """The sentences of a reply with the keys that their markers name, as the model wrote them."""
    from assistant.evidence.passages import prompt_passages
    from assistant.replies.claims import claims_in
    from assistant.replies.structured import StructuredReply
    from assistant.writing.compose import NO_ANSWER
    from assistant.writing.fitness import unfit

    titles = {prompt_passages([paper])[0].title: paper.key for paper in papers}
    numbers: dict[str, str] = {}
    for line in call["text"].splitlines():
        number, _, rest = line.removeprefix("[").partition("] ")
        key = next((key for title, key in titles.items() if rest.startswith(title)), None)
        if line.startswith("[") and number.isdigit() and key:
            numbers[number] = key
    document = StructuredReply(dict.fromkeys(numbers, ""))
    claims = list(document.claims([call["reply"]])) or claims_in(call["reply"], dict.fromkeys(numbers, ""))
    return [
        replace(claim, cites=tuple(dict.fromkeys(numbers[one] for one in claim.cites if one in numbers)))
        for claim in claims
        if NO_ANSWER not in claim.text and not unfit(claim)
    ]


def graded(text: str, keys: Sequence[str], judge: "Judge", papers: "Mapping[str, Paper]") -> Said:
    """A sentence with what the embedded judge says of it."""
    from assistant.evidence.passages import evidence_of
    from assistant.replies.attribution import without_attribution

    cited = [papers[key] for key in keys]
    evidence = [piece for paper in cited for piece in evidence_of(paper)]
    label = judge.judge(without_attribution(text, cited), evidence).label if cited else "uncited"
    return Said(text=text, keys=tuple(keys), label=label)


def facts(row: Row, said: Sequence[Said]) -> set[int]:
    """Which of the facts asked for these sentences state."""
    from evals.facts import states

    text = " ".join(one.text for one in said)
    return {at for at, wordings in enumerate(row.sample.facts) if states(text, wordings)}


def told(row: Row) -> str:
    """A line for each question."""
    account = row.answer.account
    return (
        f"{row.sample.id:13} {row.sample.kind:11} {row.answer.outcome:17} facts {len(facts(row, row.before))} ->"
        f" {len(facts(row, row.after))} of {len(row.sample.facts)}; written {len(row.before)}, shown {len(row.after)}"
        f" (rewritten {account.rewritten}, attributed {account.attributed}), dropped {account.dropped};"
        f" {row.generate:.1f} + {row.again:.1f} s, checks {row.answer.seconds.verify * 1000:.0f} ms"
    )


def print_table(rows: Sequence[Row], *, is_live: bool) -> None:
    """Before and after, side by side, and what it took."""
    print(f"\n{'':44} {'before':>14} {'after':>14}")
    for words, count in (
        ("sentences", lambda said, _: len(said)),
        ("  supported by what they cite (judge)", lambda said, _: labelled(said, "supported")),
        ("  partly", lambda said, _: labelled(said, "partly")),
        ("  without a citation of a known paper", lambda said, _: labelled(said, "uncited")),
        ("  that cite a right paper (benchmark)", right),
    ):
        cells = [
            f"{sum(count(getattr(row, side), row) for row in rows)}/{sum(len(getattr(row, side)) for row in rows)}"
            for side in ("before", "after")
        ]
        print(f"{words:44} {cells[0]:>14} {cells[1]:>14}")
    asked = sum(len(row.sample.facts) for row in rows)
    stated = [sum(len(facts(row, getattr(row, side))) for row in rows) for side in ("before", "after")]
    print(
        f"{'facts asked for that are stated (benchmark)':44} {f'{stated[0]}/{asked}':>14} {f'{stated[1]}/{asked}':>14}"
    )
    unanswerable = [row for row in rows if row.sample.answerable is False]
    cells = [str(sum(len(getattr(row, side)) for row in unanswerable)) for side in ("before", "after")]
    print(f"{f'sentences on {len(unanswerable)} questions without answer':44} {cells[0]:>14} {cells[1]:>14}")
    print_what_it_took(rows, is_live=is_live)


def print_what_it_took(rows: Sequence[Row], *, is_live: bool) -> None:
    """What was lost and gained, and the seconds."""
    lost = sum(len(facts(row, row.before) - facts(row, row.after)) for row in rows)
    gained = sum(len(facts(row, row.after) - facts(row, row.before)) for row in rows)
    print(f"facts lost by dropping: {lost}; gained by repair: {gained}")
    accounts = [row.answer.account for row in rows]
    names = ("written", "supported", "attributed", "rewritten", "kept", "dropped")
    print("account: " + ", ".join(f"{name} {sum(getattr(one, name) for one in accounts)}" for name in names))
    problems = Counter(one.problem or "not judged" for row in rows for one in row.answer.dropped)
    print("dropped: " + (", ".join(f"{name} {count}" for name, count in problems.most_common()) or "nothing"))
    print(
        "outcomes: " + ", ".join(f"{name} {count}" for name, count in Counter(r.answer.outcome for r in rows).items())
    )
    written = [row for row in rows if row.generate]
    generate, again = sum(row.generate for row in written), sum(row.again for row in written)
    verify = sum(row.answer.seconds.verify for row in written)
    share = verify / (generate + again) if written else 0.0
    print(
        f"seconds: first replies {generate:.1f}, further replies {again:.1f}, checks {verify:.2f} ({share:.1%} of the"
        f" model's time; {sum(row.judged for row in written)} calls of the judge for {sum(map(written_of, rows))}"
        " sentences)"
    )
    firsts = [row.answer.seconds.first for row in written if row.answer.seconds.first is not None]
    if is_live and firsts:
        print(f"seconds to the first verified statement: median {median(firsts):.1f}, most {max(firsts):.1f}")


def written_of(row: Row) -> int:
    """Sentences of the first reply."""
    return len(row.before)


def labelled(said: Sequence[Said], label: str) -> int:
    """How many the judge calls so."""
    return sum(one.label == label for one in said)


def right(said: Sequence[Said], row: Row) -> int:
    """How many cite a paper that answers the question."""
    return sum(bool(set(one.keys) & set(row.sample.gold_keys)) for one in said)


if __name__ == "__main__":
    main()
