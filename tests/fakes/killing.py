"""Processes that are killed while they change a library."""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_CONTEXT = multiprocessing.get_context("forkserver")


def preload(*modules: str) -> None:
    """Import modules once for all processes: importing is no moment of working."""
    _CONTEXT.set_forkserver_preload(list(modules))


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A process that changes a library."""

    folder: Path
    process: "multiprocessing.process.BaseProcess"
    began: float

    @classmethod
    def started(cls, work: Callable[..., None], folder: Path, *, first: int = 0) -> Self:
        ours, theirs = _CONTEXT.Pipe(duplex=False)
        process = _CONTEXT.Process(target=work, args=(folder, first, theirs))
        process.start()
        theirs.close()
        assert ours.recv() == "ready"
        ours.close()
        return cls(folder=folder, process=process, began=time.monotonic())

    def seconds(self) -> float:
        """How long it takes when it is left alone."""
        self.process.join()
        assert self.process.exitcode == 0
        return time.monotonic() - self.began

    def killed(self, after: float) -> Path:
        """Kill it so many seconds after it began to work; return its folder."""
        self.process.join(max(0.0, self.began + after - time.monotonic()))
        self.process.kill()
        self.process.join()
        return self.folder
