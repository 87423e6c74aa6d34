import datetime as dt
import json
import warnings
from collections.abc import Sequence
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from sklearn.metrics import cohen_kappa_score

from assistant.errors import InputError, UsageError
from assistant.types import Answer, Citation, Verdict
from evals.judging.pairs import open_pairs
from evals.labelling.agreement import _kappa, agreement
from evals.labelling.file import LabelFile, read_labels
from evals.labelling.items import items_in, items_of_run
from evals.labelling.screen import _Screen, label_from_lines, label_on_screen, plain, said_of, view, wrapped
from evals.labelling.sitting import KEYS, Item, Labelling, in_order
from evals.log import to_json
from evals.types import CitationCheck, EvalLog, StatementCheck
from tests.fakes.evaluation import SHELF, abstention, answer, cite, eval_log, say

pytestmark = pytest.mark.slow

DAY = dt.date(2026, 1, 2)
WRONG = Verdict(label="unsupported", score=0.25, judge="fake-1")


def item(name: str, **changes: Any) -> Item:
    made = Item(
        id=name,
        statement=f"Much is said of {name}.",
        evidence=(f"On {name}", f"The abstract of {name} says much."),
        title=f"On {name}",
        text=f"The abstract of {name} says much.",
        verdict=WRONG,
        run="set.jsonl",
        place=f"q1 {name}",
    )
    return replace(made, **changes)


ITEMS = [item(name) for name in ("ant", "bee", "cat")]


def labels(path: Path) -> LabelFile:
    return LabelFile(path, today=lambda: DAY)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "labels.jsonl"


def press(labelling: Labelling, keys: str) -> None:
    for key in keys:
        labelling.press(key)


class TestOrder:
    @given(st.lists(st.sampled_from("abcdef"), max_size=12), st.integers(0, 5))
    def test_each_item_once_in_an_order_that_the_seed_decides(self, names: list[str], seed: int) -> None:
        items = [item(name) for name in names]
        found = [one.id for one in in_order(items, seed=seed)]
        assert sorted(found) == sorted(set(names))
        assert found == [one.id for one in in_order(items[::-1], seed=seed)]

    def test_a_limit_takes_the_first(self) -> None:
        items = [item(name) for name in "abcdefgh"]
        assert in_order(items, seed=1, limit=3) == in_order(items, seed=1)[:3]
        assert in_order(items, seed=1) != in_order(items, seed=2)


class TestLabelling:
    def test_every_key_for_a_label(self, out: Path) -> None:
        items = [item(name) for name in "abcd"]
        press(Labelling(items, labels(out)), "spcu")
        rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
        assert [(row["id"], row["label"], row.get("problem")) for row in rows] == [
            ("a", "supported", None),
            ("b", "partly", "partly"),
            ("c", "contradicted", "contradicted"),
            ("d", "unsupported", "unsupported"),
        ]

    def test_all_that_is_written(self, out: Path) -> None:
        press(Labelling(ITEMS, labels(out)), "u")
        assert [json.loads(line) for line in out.read_text("utf-8").splitlines()] == [
            {
                "id": "ant",
                "statement": "Much is said of ant.",
                "evidence": ["On ant", "The abstract of ant says much."],
                "label": "unsupported",
                "problem": "unsupported",
                "judge_label": "unsupported",
                "judge_score": 0.25,
                "judge": "fake-1",
                "labelled": "2026-01-02",
                "run": "set.jsonl",
                "place": "q1 ant",
            }
        ]

    def test_it_is_saved_after_every_key_and_gone_on_with(self, out: Path) -> None:
        labelling = Labelling(ITEMS, labels(out))
        labelling.press("s")
        again = Labelling(ITEMS, labels(out))
        assert again.item == ITEMS[1]
        assert (again.number, again.total, again.labelled) == (2, 3, 1)

    def test_skipping_saves_nothing_and_comes_again_next_time(self, out: Path) -> None:
        labelling = Labelling(ITEMS, labels(out))
        press(labelling, "?s")
        assert read_labels(out).keys() == {"bee"}
        assert labelling.item == ITEMS[2]
        assert Labelling(ITEMS, labels(out)).item == ITEMS[0]

    def test_going_back_over_what_was_skipped_and_what_was_labelled(self, out: Path) -> None:
        labelling = Labelling(ITEMS, labels(out))
        press(labelling, "s?b")
        assert labelling.item == ITEMS[1]
        labelling.press("b")
        assert labelling.item == ITEMS[0]
        assert labelling.label_of(ITEMS[0]) == "supported"
        labelling.press("b")
        assert labelling.item == ITEMS[0]
        labelling.press("c")
        assert read_labels(out)["ant"]["label"] == "contradicted"
        assert labelling.item == ITEMS[1]

    def test_at_the_end_one_can_go_back(self, out: Path) -> None:
        labelling = Labelling(ITEMS, labels(out))
        press(labelling, "sss")
        assert labelling.item is None
        labelling.press("s")
        labelling.press("b")
        assert labelling.item == ITEMS[2]

    def test_what_a_key_did(self, out: Path) -> None:
        labelling = Labelling(ITEMS, labels(out))
        assert [labelling.press(key) for key in "x?bsq"] == ["unknown", "moved", "moved", "labelled", "quit"]

    def test_lines_of_other_pairs_stay(self, out: Path) -> None:
        other = {"id": "other", "statement": "s", "evidence": ["e"], "label": "NEI", "mine": 1}
        out.write_text(json.dumps(other) + "\n", "utf-8")
        press(Labelling(ITEMS, labels(out)), "s")
        assert read_labels(out)["other"] == other
        assert list(read_labels(out)) == ["other", "ant"]

    def test_what_has_no_utf_8_form_is_saved_too(self, out: Path) -> None:
        press(Labelling([item("ant", statement="Half a \ud83d.")], labels(out)), "s")
        assert read_labels(out)["ant"]["statement"] == "Half a ?."

    def test_the_judges_report_card_can_read_it(self, out: Path) -> None:
        press(Labelling(ITEMS, labels(out)), "spu")
        found = open_pairs(out).pairs
        assert [(pair.id, pair.supported, pair.problem) for pair in found] == [
            ("ant", True, ""),
            ("bee", False, "partly"),
            ("cat", False, "unsupported"),
        ]
        assert found[0].evidence == ITEMS[0].evidence

    def test_a_file_that_cannot_be_written_is_named_and_stays(self, tmp_path: Path) -> None:
        folder = tmp_path / "gone"
        folder.mkdir()
        labelling = Labelling(ITEMS, labels(folder / "labels.jsonl"))
        folder.rmdir()
        with pytest.raises(InputError, match=r"labels\.jsonl: cannot be written"):
            labelling.press("s")
        assert labelling.item == ITEMS[0]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("{", ":1: not JSON"),
            ('{"id": "a"}', ":1: no id or no label"),
            ('{"label": "supported"}', ":1: no id or no label"),
            ('{"id": "a", "label": "x"}\n{"id": "a", "label": "y"}', ":2: the id 'a' has a label in a line above"),
        ],
    )
    def test_what_is_no_file_of_labels_is_refused(self, out: Path, content: str, message: str) -> None:
        out.write_text(content, "utf-8")
        with pytest.raises(InputError, match=message):
            LabelFile(out)


def run_of(*answers: Answer | None, checks: dict[str, tuple[StatementCheck, ...]] | None = None) -> EvalLog:
    log = eval_log({"m": [1.0] * len(answers)})
    results = [replace(result, answer=given, checks=checks) for result, given in zip(log.results, answers, strict=True)]
    return replace(log, results=tuple(results))


class TestItems:
    def test_each_statement_with_each_paper_it_cites(self) -> None:
        log = run_of(answer(say("One.", "ant", "bee"), say("Two.", cite("cat")), say("Three.")), abstention(), None)
        found = items_of_run(log)
        assert [(one.statement, one.title) for one in found] == [
            ("One.", "Title of ant"),
            ("One.", "Title of bee"),
            ("Two.", "Title of cat"),
        ]
        assert found[0].evidence == ("Title of ant", SHELF["ant"].abstract)
        assert (found[0].run, found[0].place) == ("made-up.jsonl", "q1 ant")
        assert len({one.id for one in found}) == 3

    def test_papers_that_are_not_there_are_left_out(self) -> None:
        assert items_of_run(run_of(answer(say("One.", "elk")))) == []

    def test_quotes_are_marked_where_they_are_exact(self) -> None:
        right, wrong = cite("ant", "abstract", 4), cite("ant", "nonsense", 4)
        title = Citation(key="ant", quote="Title", start=0, end=5, where="title")
        (found,) = items_of_run(run_of(answer(say("One.", right, wrong, title))))
        assert found.quotes == ((4, 12),)
        assert found.text[4:12] == "abstract"

    def test_the_verdict_is_that_on_this_paper_alone(self) -> None:
        right = Verdict(label="supported", score=1.0, judge="fake-1")
        check = StatementCheck(
            text="One.",
            joint=right,
            citations=(CitationCheck(key="ant", known=True, alone=WRONG), CitationCheck(key="bee", known=True)),
        )
        found = items_of_run(run_of(answer(say("One.", "ant", "bee")), checks={"citewell": (check,)}))
        assert [one.verdict for one in found] == [WRONG, None]

    def test_a_convention_that_did_not_ask_hides_no_verdict(self) -> None:
        asked, silent = (
            StatementCheck(text="One.", joint=WRONG, citations=(CitationCheck(key="ant", known=True, alone=one),))
            for one in (WRONG, None)
        )
        (found,) = items_of_run(run_of(answer(say("One.", "ant")), checks={"citewell": (asked,), "alce": (silent,)}))
        assert found.verdict == WRONG

    def test_the_same_pair_of_two_runs_is_one_item(self) -> None:
        first, second = run_of(answer(say("One.", "ant"))), run_of(abstention(), answer(say("One.", "ant")))
        items = items_of_run(first) + items_of_run(second)
        assert len(in_order(items, seed=0)) == 1

    def test_a_run_and_pairs_are_told_apart(self, tmp_path: Path) -> None:
        run, pairs = tmp_path / "run.json", tmp_path / "pairs.jsonl"
        run.write_text(to_json(run_of(answer(say("One.", cite("ant"))))), "utf-8")
        rows = [
            {"id": 7, "statement": "One.", "evidence": ["Title", "Text"], "label": "supported"},
            {"statement": "Two.", "evidence": ["Only text"]},
        ]
        pairs.write_text("\n".join(map(json.dumps, rows)), "utf-8")
        assert [one.title for one in items_in(run)] == ["Title of ant"]
        own, other = items_in(pairs)
        assert (own.id, own.title, own.text, own.run) == ("7", "Title", "Text", "pairs.jsonl")
        assert (other.title, other.text, other.evidence) == ("", "Only text", ("Only text",))

    def test_pairs_of_other_formats_can_be_labelled_again(self, tmp_path: Path) -> None:
        path = tmp_path / "claims.jsonl"
        path.write_text(
            json.dumps(
                {"claim": "One.", "title": "T", "evidence_sentences": ["A.", "B."], "label": "NEI", "dataset": "d"}
            ),
            "utf-8",
        )
        (found,) = items_in(path)
        assert (found.statement, found.title, found.text) == ("One.", "T", "A.\nB.")

    def test_ids_that_begin_again_with_every_source_lose_no_pair(self, tmp_path: Path) -> None:
        path = tmp_path / "claims.jsonl"
        rows = [
            {"id": 1, "claim": f"{name}.", "evidence_sentences": ["A."], "label": "NEI", "dataset": name}
            for name in ("owls", "bees")
        ]
        path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
        assert {one.place for one in in_order(items_in(path), seed=0)} == {"owls 1", "bees 1"}
        own = [{"id": 1, "statement": text, "evidence": ["x"]} for text in ("One.", "One.", "Two.")]
        path.write_text("\n".join(map(json.dumps, own)), "utf-8")
        with pytest.raises(InputError, match=r"claims\.jsonl:3: the id '1' is that of another pair above"):
            items_in(path)

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("", "nothing to label"),
            ('{"statement": " ", "evidence": ["x"]}', "no statement or no evidence"),
            ('{"statement": "s", "evidence": []}', "no statement or no evidence"),
            ('{"examples": []}', "no log of an evaluation"),
            ("nonsense", "not JSON"),
        ],
    )
    def test_what_cannot_be_labelled_is_refused(self, tmp_path: Path, content: str, message: str) -> None:
        path = tmp_path / "x.json"
        path.write_text(content, "utf-8")
        with pytest.raises(InputError, match=message):
            items_in(path)


class TestView:
    def test_the_judge_is_hidden_until_one_has_spoken(self, out: Path) -> None:
        labelling = Labelling(ITEMS, labels(out))
        assert "judge" not in plain(labelling, show_judge=False)
        assert "The judge says: unsupported (0.25, fake-1)" in plain(labelling, show_judge=True)
        labelling.press("s")
        assert said_of(labelling) == "You said supported; the judge said unsupported (0.25, fake-1)."
        labelling.press("?")
        assert said_of(labelling) == ""

    def test_progress_statement_and_cited_text(self, out: Path) -> None:
        labelling = Labelling(ITEMS, labels(out))
        labelling.press("s")
        shown = plain(labelling, show_judge=False)
        assert shown.startswith("2 of 3, 1 labelled   set.jsonl: q1 bee\n")
        assert "Much is said of bee." in shown
        assert shown.endswith("On bee\nThe abstract of bee says much.")
        labelling.press("b")
        assert plain(labelling, show_judge=False).endswith("You said: supported")

    @pytest.mark.parametrize(
        ("quotes", "shown"),
        [
            ((), "abcdef"),
            (((1, 3),), "a«bc»def"),
            (((4, 6), (0, 2)), "«ab»cd«ef»"),
            (((0, 4), (1, 2), (2, 6)), "«abcd»«ef»"),
        ],
    )
    def test_quotes_are_marked(self, quotes: tuple[tuple[int, int], ...], shown: str, out: Path) -> None:
        labelling = Labelling([item("x", text="abcdef", quotes=quotes)], labels(out))
        assert plain(labelling, show_judge=False).endswith(shown)

    def test_control_characters_are_spaces(self, out: Path) -> None:
        labelling = Labelling([item("x", text="a\x1b[31mb", statement="s\x07")], labels(out))
        assert not any("\x1b" in text or "\x07" in text for _, text in view(labelling, show_judge=True))

    def test_when_nothing_is_left(self, out: Path) -> None:
        assert plain(Labelling([], labels(out)), show_judge=False) == "All done: b goes back, q ends."

    @given(
        st.lists(st.tuples(st.sampled_from(["", "quote"]), st.text("ab \n", max_size=80)), max_size=4),
        st.integers(1, 60),
    )
    def test_wrapping_breaks_at_spaces_only(self, fragments: list[tuple[str, str]], width: int) -> None:
        text = "".join(part for _, part in fragments)
        found = "".join(part for _, part in wrapped(fragments, width))
        assert found.replace("\n", " ").split() == text.replace("\n", " ").split() or "".join(found.split()) == "".join(
            text.split()
        )
        assert all(len(line) <= max(width, 20) or " " not in line.strip() for line in found.split("\n"))


class TestLines:
    def test_keys_of_a_script(self, out: Path) -> None:
        shown: list[str] = []
        label_from_lines(Labelling(ITEMS, labels(out)), ["s\n", "\n", " u \n"], shown.append)
        assert {key: row["label"] for key, row in read_labels(out).items()} == {
            "ant": "supported",
            "bee": "unsupported",
        }
        assert sum(text.startswith("You said") for text in shown) == 2

    def test_it_ends_with_the_items(self, out: Path) -> None:
        label_from_lines(Labelling(ITEMS, labels(out)), "sssssss", lambda _text: None)
        assert len(read_labels(out)) == 3

    def test_what_is_no_key_ends_it_and_keeps_the_rest(self, out: Path) -> None:
        with pytest.raises(UsageError, match=r"Line 3: 'yes' is no key\. The keys are: s supported"):
            label_from_lines(Labelling(ITEMS, labels(out)), ["s", "\n", "yes", "s"], lambda _text: None)
        assert read_labels(out).keys() == {"ant"}


class Screen(DummyOutput):
    """A terminal of a known size that keeps what is written."""

    def __init__(self, rows: int = 40, columns: int = 80) -> None:
        self.text = ""
        self._size = Size(rows=rows, columns=columns)

    def get_size(self) -> Size:
        return self._size

    def write(self, data: str) -> None:
        self.text += data


def type_keys(items: Sequence[Item], keys: str, out: Path, *, show_judge: bool = False, rows: int = 40) -> str:
    screen = Screen(rows)
    with create_pipe_input() as pipe:
        pipe.send_text(keys)
        label_on_screen(Labelling(items, labels(out)), show_judge=show_judge, keys=pipe, screen=screen)
    return screen.text


class TestScreen:
    def test_keys_label(self, out: Path) -> None:
        type_keys(ITEMS, "spuq", out)
        assert [row["label"] for row in read_labels(out).values()] == ["supported", "partly", "unsupported"]

    @pytest.mark.parametrize("end", ["q", "\x03", "\x04"])
    def test_quitting_keeps_what_was_said(self, out: Path, end: str) -> None:
        type_keys(ITEMS, f"sx{end}pp", out)
        assert read_labels(out).keys() == {"ant"}

    def test_back_skip_and_scrolling(self, out: Path) -> None:
        type_keys(ITEMS, "?s\x1b[B\x1b[A\x1b[6~\x1b[5~bbcq", out, rows=6)
        assert {key: row["label"] for key, row in read_labels(out).items()} == {
            "bee": "supported",
            "ant": "contradicted",
        }

    def test_after_the_last_item_one_can_go_back(self, out: Path) -> None:
        type_keys(ITEMS, "sssbuq", out)
        assert [row["label"] for row in read_labels(out).values()] == ["supported", "supported", "unsupported"]

    def test_after_the_last_item_the_screen_says_what_can_be_done(self, out: Path) -> None:
        shown = Screen()
        with create_pipe_input() as pipe:
            application = _Screen(Labelling(ITEMS[:1], labels(out)), show_judge=False).application(pipe, shown)
            keys = iter("sq")
            application.after_render += lambda _application: pipe.send_text(next(keys, ""))
            application.run()
        assert "All done: b goes back, q ends." in shown.text
        assert "You said supported; the judge said unsupported" in shown.text

    def test_the_keys_are_explained(self, out: Path) -> None:
        shown = type_keys(ITEMS, "q", out)
        assert all(f"{key} {action}" in shown for key, action in KEYS.items())
        assert "Much is said of ant." in shown

    @pytest.mark.parametrize(("key", "first"), [("\x1b[6~", 51), ("\x1b[B", 51), ("\x1b[5~", 0)])
    def test_a_long_text_can_be_read_to_its_end(self, out: Path, key: str, first: int) -> None:
        """One key is pressed after each drawing; of 61 rows the last 10 are shown in the end."""
        text = "\n".join(f"word{number}" for number in range(54))
        screen = _Screen(Labelling([item("x", text=text)], labels(out)), show_judge=False)
        seen: list[int] = []
        with create_pipe_input() as pipe:
            application = screen.application(pipe, Screen(rows=12))

            def press_next(_application: object) -> None:
                seen.append(screen._window.vertical_scroll)
                pipe.send_text(key if len(seen) < 60 else "q")

            application.after_render += press_next
            application.run()
        assert seen[0] == 0
        assert max(seen) == seen[-2] == first
        assert sorted(seen[:-1]) == seen[:-1]

    def test_nothing_to_label_opens_no_screen(self, out: Path) -> None:
        assert type_keys([], "", out) == ""


class TestAgreement:
    def write(self, path: Path, **said: str) -> Path:
        rows = [{"id": key, "statement": key, "evidence": ["e"], "label": label} for key, label in said.items()]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        return path

    def test_kappa_as_worked_by_hand(self, tmp_path: Path) -> None:
        one = self.write(tmp_path / "a", a="supported", b="supported", c="unsupported", d="partly", e="supported")
        two = self.write(tmp_path / "b", a="support", b="NEI", c="unsupported", d="partly", f="partly")
        found = agreement(one, two)
        assert (found.n, found.only_one, found.agree) == (4, 2, 0.75)
        # Chance: supported 2/4 x 1/4, unsupported 1/4 x 2/4, partly 1/4 x 1/4 = 5/16; (12/16 - 5/16) / (11/16).
        assert found.kappa == pytest.approx(7 / 11)
        # Supported or not: 3 of 4 agree; chance 2/4 x 1/4 + 2/4 x 3/4 = 1/2.
        assert found.kappa_supported == pytest.approx(0.5)
        assert found.confusion == {
            ("supported", "supported"): 1,
            ("supported", "unsupported"): 1,
            ("unsupported", "unsupported"): 1,
            ("partly", "partly"): 1,
        }

    def test_one_label_leaves_kappa_undefined(self, tmp_path: Path) -> None:
        one = self.write(tmp_path / "a", a="supported", b="supported")
        found = agreement(one, one)
        assert (found.agree, found.kappa, found.kappa_supported) == (1.0, None, None)

    def test_files_that_do_not_belong_together(self, tmp_path: Path) -> None:
        one = self.write(tmp_path / "a", a="supported")
        with pytest.raises(InputError, match="no pair in common"):
            agreement(one, self.write(tmp_path / "b", b="supported"))
        other = tmp_path / "c"
        for changed in ({"statement": "else"}, {"evidence": ["other"]}):
            row = {"id": "a", "statement": "a", "evidence": ["e"], "label": "supported"} | changed
            other.write_text(json.dumps(row), "utf-8")
            with pytest.raises(InputError, match="'a' is one pair in"):
                agreement(one, other)

    def test_a_label_that_is_none_is_refused(self, tmp_path: Path) -> None:
        one = self.write(tmp_path / "a", a="supported")
        with pytest.raises(InputError, match="the label of 'a' is 'suported'; use one of: supported"):
            agreement(one, self.write(tmp_path / "b", a="suported"))

    @given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=30))
    def test_kappa_is_that_of_another_library(self, rows: list[tuple[str, str]]) -> None:
        said, told = ([row[at] for row in rows] for at in (0, 1))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = cohen_kappa_score(said, told)
        assert _kappa(said, told) == (None if isnan(expected) else pytest.approx(expected))
