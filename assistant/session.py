"""Conversations kept in the library, so that they can be continued, listed and searched."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from assistant.errors import UsageError
from assistant.library.database import Database
from assistant.shapes import answer_from_json, answer_to_json
from assistant.text import fold
from assistant.types import Answer, Citation, Dropped, Paper, Statement, Turn, cited_keys

Lookup = Callable[[str], Paper | None]
_NOT_HELD = "the library no longer holds the text that this cites"
_SUPPORTED = ("supported", "partly")
_FIELDS = ("question", "answer")
"""What is searched, of the JSON that is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSession:
    """A conversation as it is listed."""

    id: int
    title: str
    """Its first question."""
    started: str
    """ISO 8601, in UTC; so is `asked`."""
    asked: str
    """When its last question was asked."""
    turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTurn:
    """A turn as it is kept; number and moment together name it, because numbers are given again."""

    number: int
    asked: str
    """ISO 8601, in UTC."""
    turn: Turn


class Sessions:
    """The conversations of one library; several chats may go on with the same one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self) -> int:
        """Begin a conversation; return its id."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return self._database.insert("INSERT INTO sessions (started) VALUES (?)", [now])

    def latest(self) -> int | None:
        """Id of the conversation with the newest turn, if there is one."""
        rows = self._database.rows("SELECT session FROM turns ORDER BY asked DESC, session DESC LIMIT 1")
        return int(rows[0][0]) if rows else None

    def turns(self, session: int) -> list[Turn]:
        """What was said, oldest first; see `saved_turns`."""
        return [saved.turn for saved in self.saved_turns(session)]

    def saved_turns(self, session: int) -> list[SavedTurn]:
        """What was said, oldest first.

        Raises:
            UsageError: There is no such conversation.
            LibraryDamaged: What was saved makes no sense.
        """
        if not self._database.rows("SELECT 1 FROM sessions WHERE id = ?", [session]):
            raise UsageError(f"There is no session {session}. `citewell sessions` lists them.")
        rows = self._database.rows(
            "SELECT number, asked, answer FROM turns WHERE session = ? ORDER BY number", [session]
        )
        try:
            return [_saved_turn(number, asked, answer_from_json(text)) for number, asked, text in rows]
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise self._database.damaged(f"session {session} cannot be read: {error}") from error

    def append(self, session: int, turn: Turn) -> SavedTurn:
        """Save one turn behind the others."""
        asked = datetime.now(UTC).isoformat()
        ((number,),) = self._database.rows(
            "INSERT INTO turns SELECT ?, coalesce(max(number), 0) + 1, ?, ? FROM turns WHERE session = ?"
            " RETURNING number",
            [session, asked, answer_to_json(turn.answer), session],
        )
        return SavedTurn(number=number, asked=asked, turn=turn)

    def remove(self, session: int, saved: SavedTurn) -> None:
        """Forget a turn; nothing when another chat has forgotten or replaced it."""
        self._database.rows(
            "DELETE FROM turns WHERE session = ? AND number = ? AND asked = ?", [session, saved.number, saved.asked]
        )

    def replace(self, session: int, saved: SavedTurn, turn: Turn) -> SavedTurn:
        """Put a turn in the place of another; behind the others when another chat has forgotten or replaced that."""
        asked = datetime.now(UTC).isoformat()
        replaced = self._database.rows(
            "UPDATE turns SET asked = ?, answer = ? WHERE session = ? AND number = ? AND asked = ? RETURNING number",
            [asked, answer_to_json(turn.answer), session, saved.number, saved.asked],
        )
        return replace(saved, asked=asked, turn=turn) if replaced else self.append(session, turn)

    def saved(self, words: str = "") -> Sequence[SavedSession]:
        """The conversations that have turns, the one spoken in last first.

        Args:
            words: Only those whose questions and answers together have all of these words or parts of words, in any
                case, with or without accents.
        """
        listed = self._database.rows(
            "SELECT id, started, max(asked), count(*) FROM sessions JOIN turns ON session = id GROUP BY id"
            " ORDER BY max(asked) DESC, id DESC"
        )
        said = self._said()
        wanted = fold(words).split()
        return [
            SavedSession(id=session, title=said[session][0], started=started, asked=asked, turns=count)
            for session, started, asked, count in listed
            if _has_all(wanted, said[session])
        ]

    def _said(self) -> dict[int, list[str]]:
        """Questions and answers by session, oldest first; of a turn that is no JSON nothing."""
        fields = ", ".join(
            f"CASE WHEN json_valid(answer) THEN coalesce(json_extract(answer, '$.{name}'), '') ELSE '' END"
            for name in _FIELDS
        )
        said: dict[int, list[str]] = {}
        for session, *texts in self._database.rows(f"SELECT session, {fields} FROM turns ORDER BY session, number"):
            said.setdefault(int(session), []).extend(map(str, texts))
        return said


def _saved_turn(number: int, asked: str, answer: Answer) -> SavedTurn:
    return SavedTurn(number=number, asked=asked, turn=Turn(question=answer.question, answer=answer))


def _has_all(wanted: Sequence[str], texts: Iterable[str]) -> bool:
    if not wanted:
        return True
    folded = fold("\n".join(texts))
    return all(word in folded for word in wanted)


def still_held(answer: Answer, lookup: Lookup) -> Answer:
    """The answer less what the library no longer holds.

    A citation stays when its paper is there and has its quote where it was. A statement that keeps none is dropped,
    unless it was marked as unsupported anyway; and so are references that nothing cites any more, and nearest papers
    that are gone.
    """
    kept: list[Statement] = []
    dropped = list(answer.dropped)
    for statement in answer.statements:
        citations = tuple(one for one in statement.citations if _is_held(one, lookup))
        if citations or statement.verdict.label not in _SUPPORTED:
            kept.append(replace(statement, citations=citations))
        else:
            dropped.append(Dropped(text=statement.text, reason=_NOT_HELD, cited=cited_keys([statement])))
    conflicts = tuple(
        one for one in answer.conflicts if all(_is_held(quote, lookup) for quote in (*one.supporting, *one.opposing))
    )
    sides = (one.key for conflict in conflicts for one in (*conflict.supporting, *conflict.opposing))
    cited = {*cited_keys(kept), *sides}
    return replace(
        answer,
        statements=tuple(kept),
        dropped=tuple(dropped),
        conflicts=conflicts,
        references=tuple(one for one in answer.references if one.key in cited),
        nearest=tuple(key for key in answer.nearest if lookup(key)),
    )


def _is_held(citation: Citation, lookup: Lookup) -> bool:
    paper = lookup(citation.key)
    if paper is None:
        return False
    text = paper.title if citation.where == "title" else paper.abstract
    return text[citation.start : citation.end] == citation.quote != ""
