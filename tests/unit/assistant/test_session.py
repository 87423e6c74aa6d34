from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import LibraryDamaged, UsageError
from assistant.library.database import Database
from assistant.session import Sessions
from assistant.types import Answer, Citation, Statement, Turn, Verdict

ANSWER = Answer(
    question="What do owls hunt?",
    standalone_question="What do owls hunt?",
    statements=(
        Statement(
            text="Owls hunt mice.",
            citations=(Citation(key="a", quote="Owls hunt mice", start=0, end=14),),
            verdict=Verdict(label="supported", score=1.0, judge="j"),
        ),
    ),
)
FIRST = Turn(question=ANSWER.question, answer=ANSWER)
SECOND = Turn(question="And bees?", answer=replace(ANSWER, question="And bees?", abstained=True, statements=()))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "library.db")
    yield database
    database.close()


@pytest.fixture
def sessions(database: Database) -> Sessions:
    return Sessions(database)


def test_turns_come_back_in_order(sessions: Sessions, tmp_path: Path) -> None:
    session = sessions.start()
    assert sessions.turns(session) == []
    sessions.append(session, FIRST)
    sessions.append(session, SECOND)
    assert sessions.turns(session) == [FIRST, SECOND]
    again = Database(tmp_path / "library.db")
    assert Sessions(again).turns(session) == [FIRST, SECOND]
    again.close()


def test_the_latest_is_the_one_spoken_in_last(sessions: Sessions) -> None:
    assert sessions.latest() is None
    one, two = sessions.start(), sessions.start()
    assert sessions.latest() is None
    sessions.append(two, FIRST)
    assert sessions.latest() == two
    sessions.append(one, FIRST)
    assert sessions.latest() == one


def test_saved_lists_those_with_turns_newest_first(sessions: Sessions) -> None:
    one, _, three = sessions.start(), sessions.start(), sessions.start()
    for session in (three, one, three):
        sessions.append(session, FIRST)
    assert [(session, count) for session, _, count in sessions.saved()] == [(three, 2), (one, 1)]
    assert all(started.startswith("20") for _, started, _ in sessions.saved())


def test_an_unknown_session(sessions: Sessions) -> None:
    with pytest.raises(UsageError, match=r"There is no session 7\. `citewell chat --continue`"):
        sessions.turns(7)


def test_questions_without_a_utf8_form_are_saved(sessions: Sessions) -> None:
    session = sessions.start()
    sessions.append(session, Turn(question="caf\udce9", answer=replace(ANSWER, question="caf\udce9")))
    assert sessions.turns(session)[0].question == "caf?"


@pytest.mark.parametrize("text", ["{", "[]", "{}", "1", '{"statements": [{}]}'])
def test_a_turn_that_makes_no_sense(sessions: Sessions, database: Database, text: str) -> None:
    session = sessions.start()
    database.rows("INSERT INTO turns VALUES (?, 1, 'now', ?)", [session, text])
    with pytest.raises(LibraryDamaged, match=f"session {session} cannot be read"):
        sessions.turns(session)
