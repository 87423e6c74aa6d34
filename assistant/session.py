"""Conversations kept in the library, so that they can be continued."""

from collections.abc import Sequence
from datetime import UTC, datetime

from assistant.errors import UsageError
from assistant.library.database import Database
from assistant.shapes import answer_from_json, answer_to_json
from assistant.types import Turn


class Sessions:
    """The conversations of one library."""

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
        """What was said, oldest first.

        Raises:
            UsageError: There is no such conversation.
            LibraryDamaged: What was saved makes no sense.
        """
        if not self._database.rows("SELECT 1 FROM sessions WHERE id = ?", [session]):
            raise UsageError(f"There is no session {session}. `citewell chat --continue` goes on with the newest.")
        rows = self._database.rows("SELECT answer FROM turns WHERE session = ? ORDER BY number", [session])
        try:
            answers = [answer_from_json(text) for (text,) in rows]
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise self._database.damaged(f"session {session} cannot be read: {error}") from error
        return [Turn(question=answer.question, answer=answer) for answer in answers]

    def append(self, session: int, turn: Turn) -> None:
        """Save one turn."""
        self._database.rows(
            "INSERT INTO turns SELECT ?, coalesce(max(number), 0) + 1, ?, ? FROM turns WHERE session = ?",
            [session, datetime.now(UTC).isoformat(), answer_to_json(turn.answer), session],
        )

    def saved(self) -> Sequence[tuple[int, str, int]]:
        """(id, when started, number of turns) of the conversations that have turns, newest first."""
        return [
            (int(session), started, int(count))
            for session, started, count in self._database.rows(
                "SELECT id, started, count(*) FROM sessions JOIN turns ON session = id GROUP BY id ORDER BY id DESC"
            )
        ]
