from assistant.accounting import account_of
from assistant.types import Account, Change, Dropped, Label, Repair, Statement, Verdict


def statement(*changes: Change, label: Label = "supported", quoted: bool = False) -> Statement:
    return Statement(
        text="Owls hunt.",
        citations=(),
        verdict=Verdict(label=label, score=0.5, judge="j"),
        quoted=quoted,
        repairs=tuple(Repair(change=change, before="a", reason="r") for change in changes),
    )


def test_each_sentence_is_counted_once() -> None:
    statements = [
        statement(),
        statement("citation-removed", label="partly"),
        statement("attributed"),
        statement("reattributed"),
        statement("rewritten", "attributed"),
        statement(label="contradicted"),
        statement(label="unverifiable", quoted=True),
    ]
    assert account_of(statements, [Dropped(text="d", reason="no")] * 2) == Account(
        written=9, supported=3, attributed=2, rewritten=1, kept=1, dropped=2
    )


def test_nothing() -> None:
    assert account_of([], []) == Account()
