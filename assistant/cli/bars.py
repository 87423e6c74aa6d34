"""Progress bars with rate and time left, for work that takes more than a moment."""

from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress_bar import ProgressBar
from rich.text import Text


class _Bar(BarColumn):
    """A bar where the end is known: without one it would look done, or stuck."""

    def render(self, task: Task) -> ProgressBar:
        return super().render(task) if task.total else ProgressBar(width=0)


class _Count(MofNCompleteColumn):
    """How many are done, and of how many."""

    def render(self, task: Task) -> Text:
        return super().render(task) if task.total else Text(f"{int(task.completed):,}")


class _Rate(ProgressColumn):
    """Items a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "")


class _TimeLeft(TimeRemainingColumn):
    """The time left; where the end is not known, the time that has passed."""

    def render(self, task: Task) -> Text:
        return super().render(task) if task.total else TimeElapsedColumn().render(task)


class Bars:
    """Bars on stderr, one at a time; nothing is drawn of work that is done within a moment."""

    def __init__(self, *, show_after: float) -> None:
        """No bar yet.

        Args:
            show_after: Seconds before anything is drawn.
        """
        columns = (TextColumn("{task.description}"), _Bar(), _Count(), _Rate(), _TimeLeft())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._began = monotonic()
        self._show_after = show_after
        self._shown: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def stage(self, what: str) -> Callable[[int, int | None], None]:
        """A stage of the work, which begins when the first of it is done.

        Args:
            what: What is done in it.
        """
        task: TaskID | None = None

        def update(done: int, total: int | None) -> None:
            nonlocal task
            if task is None:
                if self._shown is not None:
                    self._progress.update(self._shown, visible=False)
                task = self._shown = self._progress.add_task(what, total=None)
            self._progress.update(task, completed=done, total=total)
            if not self._progress.live.is_started and monotonic() - self._began > self._show_after:
                self._progress.start()

        return update
