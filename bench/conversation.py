"""A real conversation: Citewell's chain with a real chat model behind a real server that speaks OpenAI's protocol.

    python bench/conversation.py --base-url http://127.0.0.1:8080/v1 --model openai:NAME
    python bench/conversation.py --gguf FILE        # starts llama.cpp's server itself; needs `pip install xllamacpp`

Ten questions of the development set over the seeds and three follow-ups of one conversation, in this order, each with
all earlier turns as its history. `--transcript FILE` writes the answers, to be read: no figure below says whether a
sentence is true. The figures of bench/RESULTS.md were made with Qwen2.5-Coder-1.5B-Instruct Q4_K_M.
"""

import argparse
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from seed_library import QUESTIONS, SEEDS, keep_to_this_machine, machine, open_assistant

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.types import Answer
    from evals.types import Sample

SERVER = """
import os, sys, threading, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.port = sys.argv[1], int(sys.argv[2])
params.model_alias = {"local"}
params.hostnames = ["127.0.0.1"]
params.ui = False
params.n_ctx, params.n_parallel = 8192, 1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = max(1, (os.cpu_count() or 2) - 1)
server = xllamacpp.Server(params)
threading.Event().wait()
"""
LONGEST_START = 120.0  # seconds in which a server loads a model of a gigabyte or two


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A question that needs the turn before it, and what a right answer has."""

    id: str
    question: str
    gold_keys: tuple[str, ...]
    facts: tuple[tuple[str, ...], ...]
    kind: str = "follow-up"


CONVERSATION: tuple[str | FollowUp, ...] = (
    "dev-01",
    FollowUp(
        id="next-1",
        question="In which languages were the datasets that it was tried on?",
        gold_keys=("hou2024synapticrag",),
        facts=(("English",), ("Chinese",), ("Japanese",)),
    ),
    "dev-02",
    "dev-04",
    FollowUp(
        id="next-2",
        question="And how accurate are the best models on it, compared with people?",
        gold_keys=("xiaondegoblind",),
        facts=(("56%", "56\\%", "56 percent"), ("87.4",)),
    ),
    "dev-14",
    "dev-36",
    "dev-19",
    "dev-26",
    FollowUp(
        id="next-3",
        question="How many music clips are in the dataset that the first one offers?",
        gold_keys=("yi2021crossmodal",),
        facts=(("3,000", "3000"),),
    ),
    "dev-05",
    "dev-27",
    "dev-40",
)
"""Ids of evals/data/seeds_dev.jsonl (six facts, two comparisons, two that cannot be answered) and follow-ups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of one question."""

    asked: "Sample | FollowUp"
    answer: "Answer | None"
    """None when it failed."""
    error: str = ""

    @property
    def right(self) -> int:
        """Statements that cite a gold paper."""
        statements = self.answer.statements if self.answer else ()
        gold = set(self.asked.gold_keys)
        return sum(any(one.key in gold for one in statement.citations) for statement in statements)

    @property
    def facts(self) -> int:
        """Facts asked for that the statements state."""
        from evals.facts import states

        text = " ".join(one.text for one in self.answer.statements) if self.answer else ""
        return sum(states(text, wordings) for wordings in self.asked.facts)


def main() -> None:
    """Converse and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    server = parser.add_mutually_exclusive_group(required=True)
    server.add_argument("--base-url", metavar="URL", help="a running server")
    server.add_argument("--gguf", metavar="FILE", type=Path, help="a model to start a server with")
    parser.add_argument("--model", metavar="NAME", default="openai:local", help="as the running server names it")
    parser.add_argument("--transcript", metavar="FILE", type=Path, help="write questions and answers here")
    options = parser.parse_args()
    keep_to_this_machine()
    if not SEEDS.is_dir():
        print(f"Skipped: {str(SEEDS)!r} is not there (set CITEWELL_DATA).")
        return
    print(f"{options.gguf.name if options.gguf else options.model}; {machine()}")
    with serving(options.gguf, options.base_url) as base_url:
        name = options.model if ":" in options.model else f"openai:{options.model}"
        with open_assistant(SEEDS, model=name, base_url=base_url) as assistant:
            assistant.search("what is warmed up by this search")
            print_table(converse(assistant, options.transcript))


@contextmanager
def serving(gguf: Path | None, base_url: str | None) -> Iterator[str]:
    """Address of the server: the one given, or one that is started here and stopped afterwards."""
    if gguf is None:
        yield base_url or ""
        return
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", SERVER, str(gguf.resolve()), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/health", process)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()


def wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    """Return when the server answers that it is ready; end the bench when it never does."""
    began = time.monotonic()
    while process.poll() is None and time.monotonic() - began < LONGEST_START:
        try:
            with urlopen(address, timeout=5):  # noqa: S310 - because it is an address on this machine
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    sys.exit("The server did not start. Is xllamacpp installed for this Python, and FILE a GGUF model?")


def converse(assistant: "Assistant", transcript: Path | None) -> Iterator[Row]:
    """Ask everything in one conversation."""
    from assistant.errors import CitewellError
    from assistant.types import Turn
    from evals.datasets.jsonl import read

    samples = {sample.id: sample for sample in read(QUESTIONS / "seeds_dev.jsonl").samples}
    history: list[Turn] = []
    if transcript:
        transcript.write_text("", encoding="utf-8")
    for entry in CONVERSATION:
        asked = samples[entry] if isinstance(entry, str) else entry
        try:
            row = Row(asked=asked, answer=assistant.ask(asked.question, history=history))
        except CitewellError as error:
            row = Row(asked=asked, answer=None, error=str(error))
        if row.answer:
            history.append(Turn(question=asked.question, answer=row.answer))
        if transcript:
            with transcript.open("a", encoding="utf-8") as file:
                file.write(told(row) + "\n")
        yield row


def told(row: Row) -> str:
    """A turn for reading."""
    lines = [f"## {row.asked.id}: {row.asked.question}"]
    answer = row.answer
    if answer is None:
        return "\n".join([*lines, f"FAILED: {row.error}", ""])
    if answer.standalone_question != answer.question:
        lines.append(f"understood as: {answer.standalone_question}")
    for one in answer.statements:
        quotes = "; ".join(f"{citation.key}: “{citation.quote}”" for citation in one.citations)
        lines.append(f"- {one.text}\n  {one.verdict.label} {one.verdict.score:.2f} ({quotes})")
    if answer.abstained:
        lines.append(f"ABSTAINED: {answer.reason}")
    lines += [f"- LEFT OUT: {one.text} ({one.reason})" for one in answer.dropped]
    return "\n".join([*lines, ""])


def print_table(rows: Iterable[Row]) -> None:
    """A row for each question as soon as it is answered, and the sums."""
    heads = ("statements", "cited", "right", "facts", "dropped", "abstained", "retrieve", "generate", "verify", "total")
    print(f"{'question':10} {'kind':13}" + "".join(f"{head:>11}" for head in heads) + f" {'tokens':>12}")
    done = []
    for row in rows:
        cells = counts([row]) if row.answer else f" failed: {row.error}"
        print(f"{row.asked.id:10} {row.asked.kind:13}{cells}", flush=True)
        done.append(row)
    print(f"{'all':10} {'':13}{counts(done)}")
    print(
        "right: statements that cite a gold paper. retrieve: seconds, of which the rewriting of the question is a part."
    )


def counts(rows: Sequence[Row]) -> str:
    """The columns, summed up."""
    answers = [row.answer for row in rows if row.answer]
    statements = [one for answer in answers for one in answer.statements]
    cells = [
        str(len(statements)),
        str(sum(bool(one.citations) for one in statements)),
        str(sum(row.right for row in rows)),
        f"{sum(row.facts for row in rows)}/{sum(len(row.asked.facts) for row in rows)}",
        str(sum(len(answer.dropped) for answer in answers)),
        str(sum(answer.abstained for answer in answers)),
        *(f"{sum(getattr(answer.seconds, part) for answer in answers):.1f}" for part in steps()),
    ]
    prompt, completion = (sum(getattr(one.usage, part) for one in answers) for part in ("prompt", "completion"))
    return "".join(f"{cell:>11}" for cell in cells) + f" {f'{prompt}+{completion}':>12}"


def steps() -> tuple[str, ...]:
    """The steps that `Seconds` tells apart."""
    return ("retrieve", "generate", "verify", "total")


if __name__ == "__main__":
    main()
