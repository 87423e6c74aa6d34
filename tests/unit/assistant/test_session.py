from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import LibraryDamaged, UsageError
from assistant.library.database import Database
from assistant.session import Sessions, still_held
from assistant.types import Answer, Citation, Conflict, Label, Paper, Record, Reference, Statement, Turn, Verdict

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


def test_saved_lists_those_with_turns_the_last_spoken_in_first(sessions: Sessions) -> None:
    one, _, three = sessions.start(), sessions.start(), sessions.start()
    for session, turn in ((three, SECOND), (one, FIRST), (three, FIRST)):
        sessions.append(session, turn)
    assert [(one.id, one.turns, one.title) for one in sessions.saved()] == [
        (three, 2, SECOND.question),
        (one, 1, FIRST.question),
    ]
    assert all(one.started.startswith("20") and one.asked >= one.started[:10] for one in sessions.saved())


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", [2, 1]),
        ("  ", [2, 1]),
        ("owls", [1]),
        ("MICE What", [1]),
        ("mice bees", []),
        ("cafe", [2]),
        ("ÉTÉ", [2]),
        ("%", []),
        ("xyzzy", []),
    ],
)
def test_saved_are_searched_by_words_of_questions_and_answers(words: str, found: list[int], sessions: Sessions) -> None:
    for turn in (FIRST, Turn(question="Café?", answer=replace(ANSWER, question="Café l'été?", statements=()))):
        sessions.append(sessions.start(), turn)
    assert [one.id for one in sessions.saved(words)] == found


def test_a_damaged_turn_does_not_hide_the_others(sessions: Sessions, database: Database) -> None:
    sessions.append(sessions.start(), FIRST)
    database.rows("INSERT INTO turns VALUES (?, 1, 'now', '{')", [sessions.start()])
    assert [(one.id, one.title) for one in sessions.saved()] == [(2, ""), (1, FIRST.question)]


def test_a_turn_is_removed_and_replaced(sessions: Sessions) -> None:
    session, other = sessions.start(), sessions.start()
    first, second = [sessions.append(session, turn) for turn in (FIRST, SECOND)]
    sessions.append(other, FIRST)
    assert sessions.saved_turns(session) == [first, second]
    second = sessions.replace(session, second, FIRST)
    assert sessions.turns(session) == [FIRST, FIRST]
    sessions.remove(session, second)
    third = sessions.append(session, SECOND)
    assert sessions.turns(session) == [FIRST, SECOND]
    sessions.remove(session, first)
    assert sessions.turns(session) == [SECOND]
    sessions.remove(session, third)
    sessions.remove(session, third)
    assert sessions.turns(session) == []
    assert sessions.turns(other) == [FIRST]


class TestTwoChatsOnOneSession:
    def test_each_forgets_its_own_turn(self, sessions: Sessions) -> None:
        session = sessions.start()
        mine = sessions.append(session, FIRST)
        sessions.append(session, SECOND)
        sessions.remove(session, mine)
        assert sessions.turns(session) == [SECOND]

    def test_a_number_that_is_given_again_names_another_turn(self, sessions: Sessions) -> None:
        session = sessions.start()
        mine = sessions.append(session, FIRST)
        sessions.remove(session, mine)
        theirs = sessions.append(session, SECOND)
        assert theirs.number == mine.number
        sessions.remove(session, mine)
        assert sessions.turns(session) == [SECOND]

    def test_each_replaces_its_own_turn(self, sessions: Sessions) -> None:
        session = sessions.start()
        mine = sessions.append(session, FIRST)
        sessions.append(session, FIRST)
        sessions.replace(session, mine, SECOND)
        assert sessions.turns(session) == [SECOND, FIRST]

    def test_what_replaces_a_turn_that_is_gone_is_kept(self, sessions: Sessions) -> None:
        session = sessions.start()
        mine = sessions.append(session, FIRST)
        sessions.remove(session, mine)
        again = sessions.replace(session, mine, SECOND)
        assert sessions.saved_turns(session) == [again]


class TestStillHeld:
    OWLS = Paper(key="a", record=Record(title="Owls at night", abstract="Owls hunt mice."))

    def test_all_of_it(self) -> None:
        answer = replace(ANSWER, references=(Reference(key="a", text="A."),), nearest=("a",))
        assert still_held(answer, {"a": self.OWLS}.get) == answer

    def test_a_paper_that_is_gone(self) -> None:
        answer = replace(ANSWER, references=(Reference(key="a", text="A."),), nearest=("a",))
        held = still_held(answer, {}.get)
        assert (held.statements, held.references, held.nearest) == ((), (), ())
        assert [(one.text, one.cited) for one in held.dropped] == [("Owls hunt mice.", ("a",))]

    def test_an_abstract_that_changed(self) -> None:
        changed = replace(self.OWLS, record=replace(self.OWLS.record, abstract="All owls hunt mice."))
        assert still_held(ANSWER, {"a": changed}.get).statements == ()

    def test_a_quote_of_the_title(self) -> None:
        quote = Citation(key="a", quote="Owls", start=0, end=4, where="title")
        answer = replace(ANSWER, statements=(replace(ANSWER.statements[0], citations=(quote,)),))
        assert still_held(answer, {"a": self.OWLS}.get) == answer
        empty = replace(
            answer, statements=(replace(ANSWER.statements[0], citations=(replace(quote, quote="", end=0),)),)
        )
        assert still_held(empty, {"a": self.OWLS}.get).statements == ()

    def test_one_citation_of_two(self) -> None:
        both = replace(
            ANSWER.statements[0],
            citations=(*ANSWER.statements[0].citations, Citation(key="b", quote="x", start=0, end=1)),
        )
        assert still_held(replace(ANSWER, statements=(both,)), {"a": self.OWLS}.get).statements == ANSWER.statements

    @pytest.mark.parametrize(
        ("label", "kept"), [("supported", 0), ("partly", 0), ("unsupported", 1), ("contradicted", 1)]
    )
    def test_without_a_citation_only_what_is_marked_stays(self, label: Label, kept: int) -> None:
        bare = replace(ANSWER.statements[0], citations=(), verdict=Verdict(label=label, score=0.0, judge="j"))
        assert len(still_held(replace(ANSWER, statements=(bare,)), {}.get).statements) == kept

    def test_conflicts(self) -> None:
        side = ANSWER.statements[0].citations
        conflict = Conflict(claim="c", supporting=side, opposing=side, score=1.0)
        answer = replace(ANSWER, statements=(), conflicts=(conflict,), references=(Reference(key="a", text="A."),))
        assert still_held(answer, {"a": self.OWLS}.get) == answer
        gone = still_held(answer, {}.get)
        assert (gone.conflicts, gone.references) == ((), ())


def test_an_unknown_session(sessions: Sessions) -> None:
    with pytest.raises(UsageError, match=r"There is no session 7\. `citewell sessions` lists them"):
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
