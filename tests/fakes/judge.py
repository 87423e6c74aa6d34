"""Judges that say what a test tells them to, and remember what they were asked."""

from collections.abc import Callable, Iterable, Sequence

from assistant.types import Label, Verdict

Rule = Callable[[str, Sequence[str]], Label]


class FakeJudge:
    """Judges by a rule or from a queue; a queued error is raised."""

    def __init__(
        self, rule: Rule | None = None, *, queue: Iterable[Label | Exception] = (), name: str = "fake-1"
    ) -> None:
        self.name = name
        self.calls: list[tuple[str, tuple[str, ...]]] = []
        self._rule = rule
        self._queue = list(queue)

    def judge(self, statement: str, evidence: Sequence[str]) -> Verdict:
        self.calls.append((statement, tuple(evidence)))
        said = self._rule(statement, evidence) if self._rule else self._queue.pop(0)
        if isinstance(said, Exception):
            raise said
        return Verdict(label=said, score=1.0 if said == "supported" else 0.0, judge=self.name)


def always(label: Label) -> FakeJudge:
    """A judge of one opinion."""
    return FakeJudge(lambda _statement, _evidence: label)
