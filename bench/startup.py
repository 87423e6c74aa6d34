"""How long the command line takes to start, and a first answer from a cold process.

    python bench/startup.py [--runs 9]

Every command runs once to warm the disk's cache and then `--runs` times, in turns, so that other work on the machine
slows all of them alike. Exits 1 when `citewell --help` is not four times faster than importing what it does without.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from seed_library import ROOT, SEEDS, keep_to_this_machine, machine

HEAVY = "import chromadb, langchain_openai"
LEAST_RATIO = 4.0
SEEDS_QUESTION = "By how many points does SynapticRAG improve on earlier memory retrieval?"
EXAMPLES_QUESTION = "How does Self-RAG decide when to retrieve passages?"
PROFILE = "--profile"


def main() -> int:
    """Measure and print."""
    if sys.argv[1:2] == [PROFILE]:
        print(json.dumps(profile(Path(sys.argv[2]), sys.argv[3])))
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    keep_to_this_machine()
    source, question = (SEEDS, SEEDS_QUESTION) if SEEDS.is_dir() else (ROOT / "examples/library.bib", EXAMPLES_QUESTION)
    if source != SEEDS:
        print(f"{str(SEEDS)!r} is not there (set CITEWELL_DATA): the library is examples/library.bib instead.")
    print(f"{machine()}; {runs} runs of each in turns; medians in seconds")
    with TemporaryDirectory(prefix="citewell-bench-") as folder:
        return measure(Path(folder) / "library", source, question, runs)


def measure(library: Path, source: Path, question: str, runs: int) -> int:
    """Time all commands over a library made from a source; return the exit code."""
    citewell = str(Path(sys.executable).with_name("citewell"))
    began = perf_counter()
    run([citewell, "--library", str(library), "add", str(source)])
    added = perf_counter() - began
    probe = [sys.executable, str(Path(__file__).resolve()), PROFILE, str(library), question]
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "citewell --help": [citewell, "--help"],
        f"python -c '{HEAVY}'": [sys.executable, "-c", HEAVY],
        "citewell list": [citewell, "--library", str(library), "list"],
        "citewell ask (embedded, cold)": [citewell, "--library", str(library), "ask", question],
    }
    timings: dict[str, list[Timing]] = {name: [] for name in commands}
    profiles: list[dict[str, float]] = []
    for round_ in range(runs + 1):
        for name, command in commands.items():
            timing = timed(command)
            if round_:
                timings[name].append(timing)
        output = run(probe)
        if round_:
            profiles.append(json.loads(output))
    report(timings, profiles)
    print(f"citewell add {source.name} (once, cold, every paper embedded): {added:.2f}")
    ratio = wall(timings[f"python -c '{HEAVY}'"]) / wall(timings["citewell --help"])
    print(f"`citewell --help` is {ratio:.1f} times faster than the imports; at least {LEAST_RATIO:.0f} is wanted")
    return 0 if ratio >= LEAST_RATIO else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds of one run of a command."""

    wall: float
    cpu: float
    """Of all its threads; says more than the wall when the machine has other work."""


def timed(command: Sequence[str]) -> Timing:
    """Run a command to its end."""
    before, began = os.times(), perf_counter()
    run(command)
    after, ended = os.times(), perf_counter()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Timing(wall=ended - began, cpu=cpu)


def wall(timings: Sequence[Timing]) -> float:
    """Median wall time."""
    return median(one.wall for one in timings)


def run(command: Sequence[str]) -> str:
    """What a command prints; its own words and an end when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed with {done.returncode}:\n{done.stderr}")
    return done.stdout


def report(timings: Mapping[str, Sequence[Timing]], profiles: Sequence[Mapping[str, float]]) -> None:
    """Print the medians, and where the time of an answer goes."""
    print(f"{'':48} {'wall':>6} {'fastest':>8} {'slowest':>8} {'CPU':>6}")
    for name, values in timings.items():
        walls = [one.wall for one in values]
        cpu = median(one.cpu for one in values)
        print(f"{name:48} {median(walls):6.2f} {min(walls):8.2f} {max(walls):8.2f} {cpu:6.2f}")
    parts = {part: median(one[part] for one in profiles) for part in profiles[0]}
    total = sum(parts.values())
    shares = ", ".join(f"{part} {value:.2f} ({value / total:.0%})" for part, value in parts.items())
    print(f"inside that answer, medians of a process that times itself: {shares}")


def profile(library: Path, question: str) -> dict[str, float]:
    """Answer one question in this process; seconds by what they were spent on."""
    clock = Clock()
    began = perf_counter()
    with clock.imports_counted():
        from assistant.reading.extract import Extractor, Reading
        from assistant.wiring import Assistant

        wrap(clock, "reading", Extractor, "read")
        wrap(clock, "reading", Reading, "statements")
        with Assistant.open(library, must_exist=True) as assistant:
            wrap(clock, "search", assistant.index, "search")
            assistant.ask(question)
    rest = perf_counter() - began - sum(clock.seconds.values())
    return {**clock.seconds, "opening and the rest": rest}


class Clock:
    """Adds up seconds by name; time spent importing inside another part counts as import only."""

    def __init__(self) -> None:
        self.seconds = {"import": 0.0, "search": 0.0, "reading": 0.0}
        self._importing = False

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the time inside as this part's."""
        imported, began = self.seconds["import"], perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += perf_counter() - began - (self.seconds["import"] - imported)

    @contextmanager
    def imports_counted(self) -> Iterator[None]:
        """Count every outermost import statement that runs inside."""
        import builtins

        real = builtins.__import__

        def counted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - because it stands in for the real one
            if self._importing:
                return real(*args, **kwargs)
            self._importing, began = True, perf_counter()
            try:
                return real(*args, **kwargs)
            finally:
                self.seconds["import"] += perf_counter() - began
                self._importing = False

        builtins.__import__ = counted
        try:
            yield
        finally:
            builtins.__import__ = real


def wrap(clock: Clock, part: str, owner: object, name: str) -> None:
    """Have calls of a function or method timed."""
    real: Callable[..., Any] = getattr(owner, name)

    def counted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - because it stands in for the real one
        with clock.part(part):
            return real(*args, **kwargs)

    setattr(owner, name, counted)


if __name__ == "__main__":
    sys.exit(main())
