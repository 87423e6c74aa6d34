"""Which paper a follow-up question is about: without memory, with the last two turns, and with recall of all of them.

    python bench/followups.py             # sums over both halves
    python bench/followups.py --failures  # the tuning half's failures too, one a line

Asks about `examples/library.bib`, in the conversations of `evals/data/followups.json`: what each turn showed is given
there, so that one wrong answer does not spoil the rest. The rule is measured, which also writes when no model is there.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seed_library import QUESTIONS, ROOT, keep_to_this_machine, machine, open_assistant

from assistant.evidence.bank import EvidenceBank
from assistant.evidence.remembering import Remembering
from assistant.export.references import reference
from assistant.followups.followup import standalone_by_rule
from assistant.reading.extract import Extractor
from assistant.retrieve import find_papers
from assistant.types import Answer, Filter, Statement, Turn, Verdict
from evals.stats import interval

if TYPE_CHECKING:
    from assistant import Assistant
    from vectorstore.types import Embedder

KINDS = ("last", "ordinal", "far")
"""A follow-up on the last turn, on a paper counted in what was shown, on a turn long ago."""
Memory = Callable[[str, Sequence[Turn]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A question with what was said before it."""

    split: str
    question: str
    history: tuple[Turn, ...]
    refers: str
    gold: tuple[str, ...]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--failures", action="store_true", help="print the failures of the tuning half")
    failures = parser.parse_args().failures
    keep_to_this_machine()
    with open_assistant(ROOT / "examples" / "library.bib") as assistant:
        embedder = Remembering(assistant.index.embedder)
        asked = read(assistant, embedder)
        for split in ("tune", "report"):
            chosen = [one for one in asked if one.split == split]
            conversations = len({one.history[0].question for one in chosen})
            print(f"\n{split}: {len(chosen)} follow-ups in {conversations} conversations; {machine()}\n")
            print(
                "| memory | "
                + " | ".join(f"{kind} ({sum(one.refers == kind for one in chosen)})" for kind in KINDS)
                + " | all | refers to nothing, unchanged |"
            )
            print("|---" * (len(KINDS) + 3) + "|")
            for name, memory in memories(assistant, embedder).items():
                row(name, chosen, memory, assistant, embedder, failures=failures and split == "tune")


def read(assistant: "Assistant", embedder: "Embedder") -> list[FollowUp]:
    """The follow-ups, with turns as the program would have saved them."""
    papers = {paper.key: paper for paper in assistant.papers()}
    bank = EvidenceBank(papers.values(), embedder)
    asked = []
    for conversation in json.loads((QUESTIONS / "followups.json").read_text("utf-8")):
        history: list[Turn] = []
        for turn in conversation["turns"]:
            if "refers" in turn:
                asked.append(
                    FollowUp(
                        split=conversation["split"],
                        question=turn["question"],
                        history=tuple(history),
                        refers=turn["refers"],
                        gold=tuple(turn["gold"]),
                    )
                )
            about = " ".join([turn["question"], *(papers[key].title for key in turn.get("gold", []))])
            cited = bank.best_per_paper(about, turn["shown"])
            verdict = Verdict(label="supported", score=1.0, judge="by hand")
            answer = Answer(
                question=turn["question"],
                standalone_question=turn["question"],
                statements=tuple(Statement(text=one.quote, citations=(one,), verdict=verdict) for one in cited),
                references=tuple(reference(papers[key]) for key in turn["shown"]),
                abstained=not cited,
            )
            history.append(Turn(question=turn["question"], answer=answer))
    return asked


def memories(assistant: "Assistant", embedder: "Embedder") -> dict[str, Memory]:
    """Ways to understand a follow-up."""
    lookup = assistant.library.get
    return {
        "none": lambda question, _: question,
        "last two turns": lambda question, history: standalone_by_rule(question, history[-2:], lookup),
        "recall": lambda question, history: standalone_by_rule(question, history, lookup, embedder=embedder),
    }


def row(
    name: str,
    asked: Sequence[FollowUp],
    memory: Memory,
    assistant: "Assistant",
    embedder: "Embedder",
    *,
    failures: bool,
) -> None:
    """Print one line of the table: share with the intended paper most relevant, and questions left as they were."""
    right: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    unchanged = []
    for one in asked:
        standalone = memory(one.question, one.history)
        if one.refers == "nothing":
            unchanged.append(standalone == one.question)
            passed = unchanged[-1]
        else:
            passed = most_relevant(standalone, assistant, embedder) in one.gold
            right[one.refers].append(passed)
        if failures and not passed:
            print(f"[{name}] {one.refers}: {one.question} -> {standalone}")
    every = [mark for marks in right.values() for mark in marks]
    print(f"| {name} | " + " | ".join(cell(marks) for marks in [*right.values(), every, unchanged]) + " |")


def most_relevant(standalone: str, assistant: "Assistant", embedder: "Embedder") -> str:
    """Key of the paper that a question is taken to be about."""
    index, lookup = assistant.index, assistant.library.get
    found = find_papers(standalone, search=index.search, lookup=lookup, limit=10, where=Filter())
    reading = Extractor(EvidenceBank([one.paper for one in found], embedder), index.rarity).read(standalone, found)
    return reading.papers[0].paper.key


def cell(marks: Sequence[bool]) -> str:
    """Share with its 95% interval."""
    one = interval([float(mark) for mark in marks], share=True)
    return f"{one.value:.3f} ({one.low:.2f} to {one.high:.2f})"


if __name__ == "__main__":
    main()
