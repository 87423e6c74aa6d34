"""Why an answer says what it says: one statement, the whole, and what it cost."""

import re

from assistant.cli import output
from assistant.cli.citing import Citer
from assistant.cli.marking import bold
from assistant.cli.showing import PROBLEMS, counted, print_evidence, print_reasons, sentence
from assistant.types import Account, Answer, Change, Limits, Outcome, Repair, Statement, Usage

_OUTCOMES: dict[Outcome, str] = {
    "answered": "answered",
    "partly": "answered in part: no paper has the rest",
    "disagreement": "papers of the library contradict each other",
    "not-in-library": "no paper of the library answers",
    "nothing-supported": "what was written is supported by no paper",
    "declined": "declined: the model said that the papers do not answer, or abstracts never say such a thing",
}
_CHANGED: dict[Change, tuple[str, str]] = {
    "rewritten": ("rewritten", "it said"),
    "reattributed": ("source corrected", "it cited"),
    "attributed": ("source found", "it cited"),
    "citation-removed": ("citation taken out", "it cited"),
}
_CHAT_JUDGE = re.compile(r"chat(?:-[a-z-]+)?-\d+:(.+)@[0-9a-f]{8}(?: at \S+)?$")
_LABEL_WIDTH = 10
"""Columns for a label, its colon and a space."""


def judge_name(name: str) -> str:
    """What a reader calls a judge; the whole name has the version of the prompt and the server in it too."""
    found = _CHAT_JUDGE.match(name)
    return f"chat judge {found[1]}" if found else name


def print_why(number: int, statement: Statement, citer: Citer, *, whole_names: bool = False) -> None:
    """A statement with its quotes and their offsets, its verdict, and what was changed before it was shown."""
    output.print_text(output.hanging(f"{number:>2}  ", sentence(statement, citer)))
    for citation in statement.citations:
        print_evidence(citation, statement, indent="      ")
    if not statement.citations:
        output.print_text("      cites nothing")
    verdict = statement.verdict
    judge = verdict.judge if whole_names else judge_name(verdict.judge)
    _row("verdict", f"{verdict.label}, score {verdict.score:.2f}, by {judge}")
    if verdict.problem:
        _row("problem", PROBLEMS[verdict.problem])
    if verdict.reason:
        _row("reason", verdict.reason)
    for repair in statement.repairs:
        _row("changed", f"{_changed(repair)} — {repair.reason}")


def _changed(repair: Repair) -> str:
    """What was changed, and what stood there before, if anything did."""
    change, cited = _CHANGED[repair.change]
    if not repair.before:
        return change
    before = f"“{repair.before}”" if repair.change == "rewritten" else repair.before
    return f"{change}; {cited} {before}"


def print_why_answer(answer: Answer) -> None:
    """How the question ended, what became of the sentences that were written, and why some were left out."""
    _row("outcome", _OUTCOMES[answer.outcome])
    if answer.standalone_question != answer.question:
        _row("asked as", answer.standalone_question)
    if answer.confidence is not None:
        _row("held", f"the library holds an answer with probability {answer.confidence:.2f}")
    _row("model", answer.model)
    if account := _account_line(answer.account):
        _row("written", account)
    if answer.dropped:
        output.print_text(f"      dropped: {len(answer.dropped)}")
        print_reasons(answer.dropped)


def _account_line(account: Account) -> str:
    """`5 sentences: 3 supported as written, 1 rewritten, 1 dropped`; empty when nothing was counted."""
    parts = (
        (account.supported, "supported as written"),
        (account.attributed, "given the right source"),
        (account.rewritten, "rewritten"),
        (account.kept, "kept though not supported"),
        (account.dropped, "dropped"),
    )
    said = ", ".join(f"{count} {what}" for count, what in parts if count)
    return f"{counted(account.written, 'sentence')}: {said}" if account.written else ""


def _row(label: str, text: str) -> None:
    name = f"      {label + ':':<{_LABEL_WIDTH}}"
    shown = output.printable(output.hanging(name, text))
    output.print_marked(bold(name) + shown[len(name) :])


def cost_line(usage: Usage) -> str:
    """`812 + 120 tokens, $0.0012`."""
    return f"{usage.prompt:,} + {usage.completion:,} tokens, {usd(usage.usd)}"


def time_line(answer: Answer) -> str:
    """`first verified sentence after 0.8 s, all after 2.1 s (0.3 s searching, 1.5 s writing, 0.1 s checking)`."""
    seconds = answer.seconds
    first = f"first verified sentence after {seconds.first:.1f} s, " if seconds.first is not None else ""
    steps = f"{seconds.retrieve:.1f} s searching, {seconds.generate:.1f} s writing, {seconds.verify:.1f} s checking"
    return f"{first}all after {seconds.total:.1f} s ({steps})"


def usd(amount: float | None) -> str:
    """Dollars with as many places as it takes to see them."""
    if amount is None:
        return "price unknown"
    return "$0" if not amount else f"${amount:.2f}" if amount >= 1 else f"${amount:.4f}"


def limits_line(limits: Limits) -> str:
    """`2,000 tokens, $0.01, 30 s an answer`."""
    parts = (
        f"{limits.max_tokens:,} tokens" if limits.max_tokens is not None else "",
        f"${limits.max_usd:g}" if limits.max_usd is not None else "",
        f"{limits.timeout:g} s" if limits.timeout is not None else "",
    )
    said = ", ".join(part for part in parts if part)
    return f"At most {said} an answer." if said else "No limits."
