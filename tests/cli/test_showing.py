import sys
from dataclasses import replace

import pytest

from assistant.cli.citing import Citer
from assistant.cli.explaining import cost_line, judge_name, limits_line, print_why, print_why_answer, time_line
from assistant.cli.showing import AnswerPrinter, View
from assistant.cli.waiting import NoMark, checked_by, waiting
from assistant.export.references import reference
from assistant.types import (
    Account,
    Answer,
    Checking,
    Citation,
    Conflict,
    Dropped,
    Limits,
    Repair,
    Seconds,
    Statement,
    Usage,
    Verdict,
)
from tests.fakes.papers import BY_KEY

LICHEN, MOSS = BY_KEY["baptiste2021lichen"], BY_KEY["ferro2018moss"]
QUOTE = "Of 48 designs that were synthesised, 17 bound copper."
START = MOSS.abstract.index(QUOTE)
CITATION = Citation(key=MOSS.key, quote=QUOTE, start=START, end=START + len(QUOTE))
OTHER_QUOTE = "A charge term repairs the prediction."
OTHER = Citation(key=LICHEN.key, quote=OTHER_QUOTE, start=LICHEN.abstract.index(OTHER_QUOTE), end=len(OTHER_QUOTE))
PASSED = Verdict(label="supported", score=0.9, judge="j-1", reason="nearest: it")
STATEMENT = Statement(text="Moss bound copper with 17 designs.", citations=(CITATION,), verdict=PASSED)
SECOND = Statement(text="A charge term helps.", citations=(OTHER, CITATION), verdict=PASSED)
ANSWER = Answer(
    question="q",
    standalone_question="q",
    statements=(SECOND, STATEMENT),
    references=(reference(LICHEN), reference(MOSS)),
)
WRONG_NUMBER = Dropped(
    text="Moss bound 99.", reason="not in the cited text: 99", problem="number-changed", cited=(MOSS.key,)
)


def shown(answer: Answer, view: View, capsys: pytest.CaptureFixture[str]) -> str:
    printer = AnswerPrinter(view, BY_KEY.get)
    for statement in answer.statements:
        printer.take(Checking(text=statement.text))
        printer.take(statement)
    printer.end(answer)
    return capsys.readouterr().out


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)


class TestSentences:
    def test_plain(self, capsys: pytest.CaptureFixture[str]) -> None:
        out = shown(replace(ANSWER, statements=(STATEMENT,), references=(reference(MOSS),)), View(), capsys)
        assert out.startswith(
            "  Moss bound copper with 17 designs. [ferro2018moss]\n\nReferences\n  [ferro2018moss] Ferro, G"
        )

    def test_with_evidence(self, capsys: pytest.CaptureFixture[str]) -> None:
        out = shown(ANSWER, View(evidence=True), capsys)
        assert f"    [ferro2018moss] abstract {START}-{START + len(QUOTE)}: “{QUOTE}”\n" in out
        assert "\x1b" not in out

    def test_words_that_matter_are_bold_at_a_terminal(self, terminal: None, capsys: pytest.CaptureFixture[str]) -> None:
        out = shown(ANSWER, View(evidence=True, numbered=True), capsys)
        assert "\x1b[1mcopper\x1b[22m" in out
        assert "\x1b[1msynthesised\x1b[22m" not in out
        assert "\x1b[1mferro2018moss" not in out
        assert "\x1b[2m 1  \x1b[22mA charge term helps." in out
        assert max(len(line) for line in out.replace("\x1b[1m", "").replace("\x1b[22m", "").splitlines()) <= 84

    @pytest.mark.parametrize(
        ("label", "said"),
        [("partly", "partly supported"), ("unsupported", "not supported"), ("contradicted", "contradicted")],
    )
    def test_verdict_that_is_not_full(self, label: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
        one = replace(STATEMENT, verdict=replace(PASSED, label=label))
        assert f"designs. [ferro2018moss] ({said})\n" in shown(replace(ANSWER, statements=(one,)), View(), capsys)

    def test_repairs(self, capsys: pytest.CaptureFixture[str]) -> None:
        repairs = tuple(
            Repair(change=change, before="x", reason="r")
            for change in ("rewritten", "reattributed", "rewritten", "attributed", "citation-removed")
        )
        one = replace(STATEMENT, repairs=repairs, verdict=replace(PASSED, label="partly"))
        out = shown(replace(ANSWER, statements=(one,)), View(), capsys)
        assert "(partly supported; rewritten; source corrected)\n" in out

    def test_kept_without_a_citation(self, capsys: pytest.CaptureFixture[str]) -> None:
        one = replace(STATEMENT, citations=(), verdict=replace(PASSED, label="unsupported"))
        assert "  Moss bound copper with 17 designs. (not supported)\n" in shown(
            replace(ANSWER, statements=(one,)), View(), capsys
        )

    def test_nothing_acts_on_the_terminal(self, terminal: None, capsys: pytest.CaptureFixture[str]) -> None:
        evil = replace(
            STATEMENT, text="Evil \x1b[2J\r\x07\u202e text.", citations=(replace(CITATION, quote="\x1b]0;x\x07 text"),)
        )
        dropped = (replace(WRONG_NUMBER, text="\x1b[31mred", reason="\x9b1m", cited=("\x1b[5m",)),)
        answer = replace(ANSWER, statements=(evil,), dropped=dropped, reason="\x1b[2J", references=())
        out = shown(answer, View(evidence=True, dropped=True), capsys)
        ours = out.replace("\x1b[1m", "").replace("\x1b[22m", "").replace("\x1b[2m", "")
        assert all(char.isprintable() or char == "\n" for char in ours)

    def test_references_follow_the_order_printed(self, capsys: pytest.CaptureFixture[str]) -> None:
        printer = AnswerPrinter(View(style="numeric"), BY_KEY.get)
        for statement in (STATEMENT, SECOND):
            printer.take(statement)
        printer.end(ANSWER)
        out = capsys.readouterr().out
        assert "designs. [1]\n" in out
        assert "helps. [1, 2]\n" in out
        assert out.index("  [1] Ferro") < out.index("  [2] Baptiste")
        assert "[ferro2018moss]\n" in out
        printed = printer.as_printed(ANSWER)
        assert printed.statements == (STATEMENT, SECOND)
        assert [one.key for one in printed.references] == [MOSS.key, LICHEN.key]


class TestOutcomes:
    def test_not_in_library(self, capsys: pytest.CaptureFixture[str]) -> None:
        reason = "No abstract answers. The papers nearest to the question: Moss [ferro2018moss]; Gone [gone]."
        answer = replace(
            ANSWER,
            statements=(),
            references=(),
            abstained=True,
            outcome="not-in-library",
            reason=reason,
            nearest=(MOSS.key, "gone"),
            confidence=0.1,
        )
        assert shown(answer, View(), capsys) == (
            "Not in your library. No abstract answers.\nThe nearest papers:\n"
            "  [ferro2018moss] Ferro and Baptiste (2018): Moss: Growing Proteins that Bind Copper\n  [gone]\n"
        )

    def test_a_question_that_is_none_for_abstracts(self, capsys: pytest.CaptureFixture[str]) -> None:
        answer = replace(ANSWER, statements=(), references=(), abstained=True, outcome="declined", reason="Look there.")
        assert shown(answer, View(), capsys) == "Look there.\n\n"

    def test_disagreement(self, capsys: pytest.CaptureFixture[str]) -> None:
        conflict = Conflict(claim="c", supporting=(CITATION,), opposing=(OTHER,), score=0.9)
        out = shown(
            replace(ANSWER, outcome="disagreement", conflicts=(conflict,), reason="Two sides."),
            View(style="numeric"),
            capsys,
        )
        assert "Your library disagrees. Two sides.\n" in out
        assert f"  [2] on one side: “{QUOTE}”\n  [1] on the other: “{OTHER_QUOTE}”\n" in out

    def test_partly(self, capsys: pytest.CaptureFixture[str]) -> None:
        answer = replace(ANSWER, outcome="partly", lacking=("its price", "its colour"))
        assert "\nOnly partly in your library. No paper answers this part: its price; its colour.\n" in shown(
            answer, View(), capsys
        )

    def test_a_caution_about_an_answer(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert "\nThe reply was cut off.\n\nReferences" in shown(
            replace(ANSWER, reason="The reply was cut off."), View(), capsys
        )

    def test_headline_is_bold(
        self, terminal: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer = replace(
            ANSWER,
            statements=(),
            references=(),
            abstained=True,
            outcome="not-in-library",
            reason="Nothing.",
            confidence=0.1,
        )
        assert shown(answer, View(), capsys) == "\x1b[1mNot in your library.\x1b[22m Nothing.\n\n"
        monkeypatch.setenv("COLUMNS", "12")
        assert shown(answer, View(), capsys) == "Not in your\nlibrary.\nNothing.\n\n"


class TestDropped:
    DROPPED = (
        WRONG_NUMBER,
        Dropped(text="Yes.", reason="too short to be a statement"),
        replace(WRONG_NUMBER, text="Moss bound 98."),
        Dropped(
            text="Moss sings.", reason="the cited text does not say this", verdict=replace(PASSED, label="unsupported")
        ),
    )

    def test_counted(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert shown(replace(ANSWER, dropped=(WRONG_NUMBER,) * 2), View(), capsys).endswith(
            "\n\n2 statements dropped: not supported by any paper in your library. (--show dropped says why)\n"
        )
        assert (
            "1 statement dropped: not supported by any paper in your library; "
            "1 sentence left out: no statement that could be checked."
            in shown(replace(ANSWER, dropped=self.DROPPED[:2]), View(), capsys)
        )
        assert "dropped" not in shown(ANSWER, View(), capsys)

    def test_with_reasons_by_problem(self, capsys: pytest.CaptureFixture[str]) -> None:
        out = shown(replace(ANSWER, dropped=self.DROPPED), View(dropped=True), capsys)
        assert out.endswith(
            "  another number than in the cited paper (2)\n"
            "    - Moss bound 99. [ferro2018moss] — not in the cited text: 99\n"
            "    - Moss bound 98. [ferro2018moss] — not in the cited text: 99\n"
            "  no statement that could be checked (1)\n"
            "    - Yes. — too short to be a statement\n"
            "  not supported (1)\n"
            "    - Moss sings. — the cited text does not say this\n"
        )


class TestWhy:
    def test_a_statement(self, capsys: pytest.CaptureFixture[str]) -> None:
        repairs = (
            Repair(change="rewritten", before="Moss bound 99.", reason="99 is not there"),
            Repair(change="reattributed", before="a; b", reason="they do not say it"),
            Repair(change="attributed", before="", reason="it cited nothing"),
        )
        one = replace(STATEMENT, repairs=repairs, verdict=replace(PASSED, label="partly", problem="overclaimed"))
        print_why(3, one, AnswerPrinter(View(), BY_KEY.get).citer)
        assert capsys.readouterr().out == (
            " 3  Moss bound copper with 17 designs. [ferro2018moss] (partly supported; rewritten; source corrected)\n"
            f"      [ferro2018moss] abstract {START}-{START + len(QUOTE)}: “{QUOTE}”\n"
            "      verdict:  partly, score 0.90, by j-1\n"
            "      problem:  claims more than the cited paper\n"
            "      reason:   nearest: it\n"
            "      changed:  rewritten; it said “Moss bound 99.” — 99 is not there\n"
            "      changed:  source corrected; it cited a; b — they do not say it\n"
            "      changed:  source found — it cited nothing\n"
        )

    def test_a_statement_without_a_source(self, capsys: pytest.CaptureFixture[str]) -> None:
        print_why(1, replace(STATEMENT, citations=()), AnswerPrinter(View(), BY_KEY.get).citer)
        assert "      cites nothing\n" in capsys.readouterr().out

    def test_an_answer(self, capsys: pytest.CaptureFixture[str]) -> None:
        account = Account(written=4, supported=1, attributed=1, rewritten=1, dropped=1)
        print_why_answer(
            replace(
                ANSWER,
                standalone_question="q, whole",
                confidence=0.913,
                model="m",
                account=account,
                dropped=(WRONG_NUMBER,),
            )
        )
        assert capsys.readouterr().out.splitlines() == [
            "      outcome:  answered",
            "      asked as: q, whole",
            "      held:     the library holds an answer with probability 0.91",
            "      model:    m",
            "      written:  4 sentences: 1 supported as written, 1 given the right source, 1 rewritten, 1 dropped",
            "      dropped: 1",
            "  another number than in the cited paper (1)",
            "    - Moss bound 99. [ferro2018moss] — not in the cited text: 99",
        ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("chat-2:openai:numbers@e5e80ed8 at http://127.0.0.1:8977/v1", "chat judge openai:numbers"),
        ("chat-json-2:ollama:qwen3:8b@e5e80ed8", "chat judge ollama:qwen3:8b"),
        ("chat-yes-no-2:openai:x@e5e80ed8", "chat judge openai:x"),
        ("embedded-2", "embedded-2"),
        ("onnx-1:nli@01234567", "onnx-1:nli@01234567"),
    ],
)
def test_what_a_judge_is_called(name: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert judge_name(name) == shown
    statement = replace(STATEMENT, verdict=replace(PASSED, judge=name))
    print_why(1, statement, Citer("keys", BY_KEY.get))
    assert f"supported, score 0.90, by {shown}\n" in capsys.readouterr().out
    print_why(1, statement, Citer("keys", BY_KEY.get), whole_names=True)
    assert name in " ".join(capsys.readouterr().out.split())


class TestCost:
    def test_line(self) -> None:
        one = replace(ANSWER, usage=Usage(prompt=1200, completion=30, usd=0.00125))
        assert cost_line(one.usage) == "1,200 + 30 tokens, $0.0013"
        assert cost_line(sum([one.usage] * 1000, Usage())) == "1,200,000 + 30,000 tokens, $1.25"
        assert cost_line(one.usage + Usage(usd=None)) == "1,200 + 30 tokens, price unknown"
        assert cost_line(ANSWER.usage) == "0 + 0 tokens, $0"

    def test_time(self) -> None:
        seconds = Seconds(retrieve=0.25, generate=1.5, verify=0.1, total=2.0, first=0.8)
        steps = "all after 2.0 s (0.2 s searching, 1.5 s writing, 0.1 s checking)"
        assert time_line(replace(ANSWER, seconds=seconds)) == f"first verified sentence after 0.8 s, {steps}"
        assert time_line(replace(ANSWER, seconds=replace(seconds, first=None))) == steps

    def test_limits(self) -> None:
        assert limits_line(Limits()) == "No limits."
        assert (
            limits_line(Limits(max_tokens=2000, max_usd=0.05, timeout=30))
            == "At most 2,000 tokens, $0.05, 30 s an answer."
        )


class TestMark:
    @pytest.mark.parametrize("dumb", [True, False])
    def test_nothing_when_nobody_watches(
        self, dumb: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("TERM", "dumb" if dumb else "xterm")
        monkeypatch.setattr(type(sys.stderr), "isatty", lambda _: dumb, raising=False)
        with waiting("reading") as mark:
            mark.say("x")
            mark.hide()
            assert isinstance(mark, NoMark)
        assert capsys.readouterr() == ("", "")

    def test_at_a_terminal_it_comes_and_goes(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(type(sys.stderr), "isatty", lambda _: True, raising=False)
        with waiting("reading") as mark:
            checked_by(mark)(Checking(text="A sentence \x1b[2J " + "on and on " * 30))
            checked_by(mark)(STATEMENT)
            mark.hide()
            mark.hide()
        out, err = capsys.readouterr()
        assert out == ""
        assert "checking: A sentence [2J" in err
        assert "…" in err
        assert "\x1b[2K" in err[err.rindex("checking") :], "the line is taken back"
