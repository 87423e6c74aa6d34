"""What the benches share: where the measuring data is, and a temporary library of the seeds."""

import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant import Assistant

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("CITEWELL_DATA") or ROOT.parent / "shared" / "data")
SEEDS = DATA / "seeds"
QUESTIONS = ROOT / "evals" / "data"


def keep_to_this_machine() -> None:
    """Leave out what is configured for daily use, so that every run of a bench measures the same program."""
    os.environ |= {"CITEWELL_MODEL": "embedded", "CITEWELL_CONFIG": os.devnull, "ANONYMIZED_TELEMETRY": "False"}
    os.environ |= {"LANGSMITH_TRACING": "false", "LANGCHAIN_TRACING_V2": "false"}
    os.environ.pop("CITEWELL_LIBRARY", None)


@contextmanager
def open_assistant(source: Path, *, model: str = "embedded", base_url: str | None = None) -> "Iterator[Assistant]":
    """An assistant over a temporary library that holds the papers of one source."""
    from assistant import Assistant

    with (
        TemporaryDirectory(prefix="citewell-bench-") as folder,
        Assistant.open(folder, model=model, base_url=base_url) as assistant,
    ):
        assistant.add([source])
        yield assistant


def machine() -> str:
    """What every table says of the machine it was measured on."""
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores{busy} at the start"
