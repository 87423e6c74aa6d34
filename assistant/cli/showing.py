"""Answers and drafts as a person reads them: sentences with citations, quotes, outcomes, references."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.cli import output
from assistant.cli.citing import DEFAULT_STYLE, CitationStyle, Citer
from assistant.cli.diagnostics import say
from assistant.cli.marking import bold, dim, marked
from assistant.cli.waiting import Mark, NoMark
from assistant.export.references import short_name
from assistant.llm import ModelChoice
from assistant.types import (
    Answer,
    Checking,
    Citation,
    Conflict,
    Draft,
    Dropped,
    Event,
    Outcome,
    Paper,
    Problem,
    Reference,
    Statement,
    Understood,
    cited_keys,
)

Lookup = Callable[[str], Paper | None]
_NEAREST_LISTED = " The papers nearest to the question:"
"""What follows this in a reason is printed one paper a line instead."""
_HEADLINES: dict[Outcome, str] = {
    "partly": "Only partly in your library.",
    "disagreement": "Your library disagrees.",
    "not-in-library": "Not in your library.",
}
"""How a question ended, for those outcomes that must not be taken for one another."""
_LABELS = {"supported": "", "partly": "partly supported", "unsupported": "not supported"}
"""How a verdict is said behind a sentence; the others are said as they are."""
_CHANGES = {"rewritten": "rewritten", "reattributed": "source corrected"}
"""The repairs that are said behind a sentence; `/why` says all."""
PROBLEMS: dict[Problem, str] = {
    "unknown-key": "cites what is no paper of your library",
    "wrong-paper": "the cited paper does not say it",
    "other-passage": "the cited passage does not say it",
    "number-changed": "another number than in the cited paper",
    "name-changed": "another name than in the cited paper",
    "negated": "the cited paper says the opposite",
    "overclaimed": "claims more than the cited paper",
    "not-stated": "no paper says it",
}
NO_PROBLEM = "no statement that could be checked"
"""What is said of what was left out without a check, because it repeats another or states nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What of an answer is shown, and how."""

    style: CitationStyle = DEFAULT_STYLE
    evidence: bool = False
    """The quotes under each sentence."""
    dropped: bool = False
    """What was left out, and why; else only how much."""
    numbered: bool = False
    """Each sentence has its number before it."""
    how_to_see_dropped: str = "--show dropped"


class AnswerPrinter:
    """Prints one answer: its sentences as they come, then what follows them."""

    def __init__(
        self, view: View, lookup: Lookup, *, choice: ModelChoice | None = None, mark: Mark | None = None
    ) -> None:
        """Begin an answer.

        Args:
            view: What is shown.
            lookup: Finds papers by key.
            choice: What answers: of quotes it is said before the first whose words they are.
            mark: What is shown while a sentence is checked.
        """
        self._view = view
        self._lookup = lookup
        self._choice = choice
        self._mark = mark or NoMark()
        self._printed: list[Statement] = []
        self.citer = Citer(view.style, lookup)

    def take(self, event: Event) -> None:
        """Print a sentence that has passed; say which one is being checked, and how the question was understood."""
        if isinstance(event, Understood):
            self._mark.hide()
            say(f"Understood as: {event.question}")
            self._go_on()
        elif isinstance(event, Checking):
            self._mark.say(f"checking: {event.text}")
        elif isinstance(event, Statement):
            self._mark.hide()
            if self._choice and self._choice.is_embedded and not self._printed:
                say("In the papers' own words:")
            self.statement(event)
            output.flush()
            self._go_on()
        else:
            self._go_on()

    def _go_on(self) -> None:
        choice = self._choice
        self._mark.say("reading on …" if choice is None or choice.is_embedded else f"{choice.name} is writing …")

    def statement(self, statement: Statement) -> None:
        """One sentence, with its quotes below it if they are wanted."""
        self._printed.append(statement)
        label = f"{len(self._printed):>2}  " if self._view.numbered else "  "
        print_hanging(label, sentence(statement, self.citer))
        if self._view.evidence:
            for citation in statement.citations:
                print_evidence(citation, statement, indent=" " * (len(label) + 2))
        output.print_text()

    def as_printed(self, answer: Answer) -> Answer:
        """The answer with its statements and references in the order in which they were printed."""
        statements = sorted(answer.statements, key=self._place)
        keys = list(cited_keys(statements))
        references = sorted(answer.references, key=lambda one: keys.index(one.key) if one.key in keys else len(keys))
        return replace(answer, statements=tuple(statements), references=tuple(references))

    def _place(self, statement: Statement) -> int:
        return self._printed.index(statement) if statement in self._printed else len(self._printed)

    def end(self, answer: Answer) -> None:
        """What follows the sentences: how the question ended, references, what was left out."""
        self._mark.hide()
        self._outcome(answer)
        print_references(self.as_printed(answer).references, self.citer)
        print_dropped(answer.dropped, self._view)

    def _outcome(self, answer: Answer) -> None:
        reason = answer.reason.partition(_NEAREST_LISTED)[0]
        if not reason and answer.lacking:
            reason = f"No paper answers this part: {'; '.join(answer.lacking)}."
        headline = _HEADLINES.get(answer.outcome, "")
        if headline or reason:
            line = output.printable(output.wrapped(f"{headline} {reason}".strip()))
            is_whole = bool(headline) and line.startswith(headline)
            output.print_marked(bold(headline) + line.removeprefix(headline) if is_whole else line)
        for conflict in answer.conflicts:
            self._conflict(conflict)
        if answer.abstained and answer.nearest:
            output.print_text("The nearest papers:")
            for key in answer.nearest:
                paper = self._lookup(key)
                output.print_text(output.item(f"[{key}] {_named(paper)}".rstrip()))
        elif headline or reason:
            output.print_text()

    def _conflict(self, conflict: Conflict) -> None:
        sides = (("on one side", conflict.supporting), ("on the other", conflict.opposing))
        for name, side in sides:
            for one in side:
                output.print_text(output.item(f"{self.citer.marker([one.key])} {name}: “{one.quote}”"))


def _named(paper: Paper | None) -> str:
    """Who wrote a paper, when, and its title."""
    if paper is None:
        return ""
    return f"{short_name(paper)}: {paper.title}" if paper.record.authors else paper.title


def sentence(statement: Statement, citer: Citer) -> str:
    """A sentence with its citations; quotation marks around what is quoted, a word where support is not full."""
    keys = cited_keys([statement])
    text = f"“{statement.text}”" if is_bare_quote(statement) else statement.text
    label = statement.verdict.label
    notes = [_LABELS.get(label, label), *(_CHANGES.get(one.change, "") for one in statement.repairs)]
    said = "; ".join(dict.fromkeys(note for note in notes if note))
    marker = citer.marker(keys)
    return text + (f" {marker}" if marker else "") + (f" ({said})" if said else "")


def is_bare_quote(statement: Statement) -> bool:
    """True when the sentence is one of its source's, word for word."""
    return statement.quoted and any(one.quote == statement.text for one in statement.citations)


def print_evidence(citation: Citation, statement: Statement, *, indent: str) -> None:
    """A quote with its key and its place, the words that it shares with the sentence in bold."""
    if citation.quote == statement.text:
        output.print_text(output.hanging(indent, f"{_place(citation)}: word for word"))
    else:
        print_quote(citation, indent=indent, words=statement.text)


def print_quote(citation: Citation, *, indent: str, words: str = "") -> None:
    """A quote with its key and its place; words that also stand in the text given are bold."""
    label = output.printable(f"{indent}{_place(citation)}: ")
    shown = output.printable(output.hanging(indent, f"{_place(citation)}: “{citation.quote}”"))
    # A key that is broken over two lines is no place to look for words.
    output.print_marked(label + marked(shown[len(label) :], words) if shown.startswith(label) else shown)


def _place(citation: Citation) -> str:
    return f"[{citation.key}] {citation.where} {citation.start}-{citation.end}"


def print_hanging(label: str, text: str) -> None:
    """Text beside a label that stands back."""
    shown = output.printable(output.hanging(label, text))
    output.print_marked(dim(label) + shown[len(label) :])


def print_references(references: Sequence[Reference], citer: Citer | None = None) -> None:
    """The reference list; where sentences do not cite by key, each line ends with the key."""
    if references:
        output.print_text("References")
    for one in references:
        is_by_key = citer is None or citer.style == "keys"
        label, key = (one.key, "") if is_by_key or citer is None else (citer.label(one.key), f" [{one.key}]")
        output.print_text(output.item(f"[{label}] {one.text}{key}"))


def print_dropped(dropped: Sequence[Dropped], view: View) -> None:
    """How many sentences were left out; with all of them, by what is wrong, when the view shows them."""
    if not dropped:
        return
    failed = sum(map(is_unsupported, dropped))
    others = len(dropped) - failed
    said = [f"{counted(failed, 'statement')} dropped: not supported by any paper in your library"] if failed else []
    said += [f"{counted(others, 'sentence')} left out: {NO_PROBLEM}"] if others else []
    how = "" if view.dropped else f" ({view.how_to_see_dropped} says why)"
    output.print_text()
    output.print_text(output.wrapped(f"{'; '.join(said)}.{how}"))
    if view.dropped:
        print_reasons(dropped)


def is_unsupported(dropped: Dropped) -> bool:
    """True for what was checked and found wanting."""
    return dropped.problem is not None or dropped.verdict is not None


def print_reasons(dropped: Sequence[Dropped]) -> None:
    """The sentences that were left out, by what is wrong with them."""
    groups: dict[str, list[Dropped]] = {}
    for one in dropped:
        groups.setdefault(_fault(one), []).append(one)
    for fault, same in groups.items():
        output.print_text(f"  {fault} ({len(same)})")
        for one in same:
            cited = f" [{'; '.join(one.cited)}]" if one.cited else ""
            output.print_text(output.hanging("    - ", f"{one.text}{cited} — {one.reason}"))


def _fault(dropped: Dropped) -> str:
    if dropped.problem:
        return PROBLEMS[dropped.problem]
    return "not supported" if dropped.verdict else NO_PROBLEM


def counted(number: int, thing: str) -> str:
    """`1 turn`, `2 turns`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def print_draft_end(draft: Draft, view: View, *, are_named: bool = False) -> None:
    """What follows a printed draft; its papers were found relevant, or named by the user."""
    if draft.sections:
        coverage = draft.coverage
        which = "named" if are_named else "relevant"
        output.print_text(f"{coverage.cited} of {counted(coverage.retrieved, f'{which} paper')} cited.")
        if draft.reason:
            output.print_text(output.wrapped(draft.reason))
    print_dropped(draft.dropped, view)
