"""Commands that write: files (/save, /export), a draft (/related), a longer question (/multi, /edit)."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from assistant.cli import output
from assistant.cli.commands.command import Command
from assistant.cli.diagnostics import say
from assistant.cli.editor import edited
from assistant.cli.files import path_of, refuse_folder, write_file
from assistant.cli.marking import bold
from assistant.cli.waiting import checked_by, waiting
from assistant.errors import InputError, UsageError
from assistant.types import Answer, Assignment, Draft, OnEvent, Turn, cited_keys

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.cli.conversation import Conversation

RELATED = "Related work: "
"""What the question of a draft begins with; the topic follows."""
_LONGEST_SUBJECT = 2_000
_MOST_CITED = 20
"""Papers of a conversation from which a draft is written."""
_FORCE = "--force"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What stands after /save or /export."""

    name: str
    is_forced: bool

    @classmethod
    def of(cls, argument: str) -> Self:
        """Read `FILE` or `FILE --force`."""
        words = argument.rsplit(maxsplit=1)
        is_forced = words[-1:] == [_FORCE]
        return cls(name=argument.removesuffix(_FORCE).rstrip() if is_forced else argument, is_forced=is_forced)

    @property
    def path(self) -> "Path":
        """The file that is meant."""
        return path_of(self.name)


def _save(conversation: "Conversation", argument: str) -> None:
    target = Target.of(argument)
    if not target.name:
        raise UsageError("Write /save FILE.")
    from assistant.export.conversation import conversation_markdown

    _write(conversation, target, output.printable(conversation_markdown(conversation.turns)))


def _export(conversation: "Conversation", argument: str) -> None:
    target = Target.of(argument)
    match target.path.suffix.lower():
        case ".bib":
            _write(conversation, target, _bibtex(conversation))
        case ".md":
            _save(conversation, argument)
        case ".json":
            from assistant.export.conversation import conversation_json

            _write(conversation, target, conversation_json(conversation.turns))
        case _:
            raise UsageError(
                "Write /export FILE.bib for the papers cited, or FILE.md or FILE.json for the conversation."
            )


def _bibtex(conversation: "Conversation") -> str:
    from assistant.export.bibtex import to_bibtex

    keys = cited_keys(statement for turn in conversation.turns for statement in turn.answer.statements)
    if not keys:
        raise UsageError("This conversation cites no paper yet.")
    papers = [paper for key in keys if (paper := conversation.assistant.library.get(key))]
    return to_bibtex(papers, abstracts=False)


def _write(conversation: "Conversation", target: Target, text: str) -> None:
    """Write a file; one that was there before this chat is not written over unless that was asked for."""
    path = target.path
    refuse_folder(path)
    if path.exists() and not target.is_forced and path.absolute() not in conversation.written:
        raise InputError(f"{path} is there already. Name another file, or write --force behind its name.")
    write_file(path, text)
    conversation.written.add(path.absolute())
    output.print_text(f"Written: {path}")


def _related(conversation: "Conversation", argument: str) -> None:
    draft_into(conversation, argument or _subject(conversation))


def _subject(conversation: "Conversation") -> str:
    """What the conversation is about: its questions, the last ones when there are too many."""
    asked = [turn.answer.standalone_question for turn in _talk(conversation)]
    subject = " ".join(dict.fromkeys(asked))[-_LONGEST_SUBJECT:]
    if not subject:
        raise UsageError("Write /related TOPIC; there is no conversation yet whose subject could be taken.")
    return subject


def _talk(conversation: "Conversation") -> list[Turn]:
    """The turns that ask something."""
    return [turn for turn in conversation.turns if not turn.question.startswith(RELATED)]


def _drafted(conversation: "Conversation", topic: str, on_event: OnEvent) -> Draft:
    """A draft on the topic; on what was talked about, from the papers cited there when a search finds none."""
    asked = Assignment(topic=topic, where=conversation.where)
    keep = conversation.keep_unsupported
    draft = conversation.assistant.related_work(asked, on_event=on_event, keep_unsupported=keep)
    talk = _talk(conversation)
    cited = cited_keys(statement for turn in talk for statement in turn.answer.statements)[:_MOST_CITED]
    if draft.sections or draft.dropped or not cited or topic != _subject(conversation):
        return draft
    asked = replace(asked, papers=cited)
    return conversation.assistant.related_work(asked, on_event=on_event, keep_unsupported=keep)


def draft_into(conversation: "Conversation", topic: str, *, instead: bool = False) -> None:
    """Draft a related-work text, print it, and keep it as an answer of the conversation."""
    with conversation.attempt(RELATED + topic, instead=instead), waiting("drafting …") as mark:
        draft = _drafted(conversation, topic, checked_by(mark))
    answer = answer_of(draft, topic)
    conversation.add(Turn(question=answer.question, answer=answer), instead=instead)
    printer = conversation.printer()
    for section in draft.sections:
        output.print_marked(bold(output.printable(output.wrapped(section.heading))) + "\n")
        for statement in section.statements:
            printer.statement(statement)
    printer.end(answer)
    output.flush()


def answer_of(draft: Draft, topic: str) -> Answer:
    """A draft as an answer, so that its statements can be asked after like those of any other."""
    statements = tuple(statement for section in draft.sections for statement in section.statements)
    question = RELATED + " ".join(topic.split())
    return Answer(
        question=question,
        standalone_question=question,
        statements=statements,
        dropped=draft.dropped,
        references=draft.references,
        abstained=not statements,
        outcome="answered" if statements else "nothing-supported" if draft.dropped else "not-in-library",
        reason=draft.reason,
        account=draft.account,
        model=draft.model,
        usage=draft.usage,
        seconds=draft.seconds,
    )


def _multi(conversation: "Conversation", _argument: str) -> None:
    conversation.begin_lines()
    say("Write as many lines as you like; a line with only . or /end asks them.")


def _edit(conversation: "Conversation", argument: str) -> None:
    question = edited(argument, instead="Write the question on one line, or after /multi.")
    if question is None:
        raise UsageError("Nothing was written in the editor, so nothing is asked.")
    if question.startswith("/"):
        raise UsageError("What was written begins with a slash. Write a question in the editor, and commands here.")
    say(f"Asked: {' '.join(question.split())}")
    conversation.ask(question)


_KEPT = f"A file that was there before is not written over, unless {_FORCE} stands behind its name."

WRITING = (
    Command(usage="related [TOPIC]", what="draft related work on a topic, or on what was talked about", run=_related),
    Command(
        usage="save FILE",
        what="write the conversation as Markdown",
        more=_KEPT,
        run=_save,
        completes="file",
    ),
    Command(
        usage="export FILE.bib|.md|.json",
        what="the papers cited, or the conversation",
        more="FILE.bib has the papers that this conversation cites, FILE.md the conversation to read, FILE.json the "
        f"conversation for /load. {_KEPT}",
        run=_export,
        completes="file",
    ),
    Command(
        usage="multi",
        what="a question of several lines",
        more='A line with only . or /end asks it. Alt-Enter also breaks a line, and """ begins and ends several.',
        run=_multi,
    ),
    Command(usage="edit [TEXT]", what="write the question in $VISUAL or $EDITOR", run=_edit),
)
