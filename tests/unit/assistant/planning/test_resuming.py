import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import InputError, UsageError
from assistant.planning.resuming import KeptPlan, KeptSection, Resumable
from assistant.planning.typed import is_as_stated
from assistant.types import (
    Assignment,
    Citation,
    Dropped,
    Outline,
    OutlineSection,
    Repair,
    Section,
    Statement,
    Usage,
    Verdict,
)
from tests.fakes.papers import PAPERS

PLAN = KeptPlan(
    outline=Outline(title="T", sections=(OutlineSection(heading="H", papers=("a", "b"), note="n"),)),
    topic="tides",
    relevant=("a", "b", "c"),
    notes=("told",),
    usage=Usage(prompt=3, completion=2, usd=None),
)
VERDICT = Verdict(label="partly", score=0.5, judge="j-1", reason="r", problem="overclaimed")
STATEMENT = Statement(
    text="Tides rise.",
    citations=(Citation(key="a", quote="Tides", start=0, end=5),),
    verdict=VERDICT,
    own=True,
    repairs=(Repair(change="rewritten", before="x", reason="y"),),
)
KEPT = KeptSection(
    section=Section(heading="H", statements=(STATEMENT,), papers=("a", "b")),
    dropped=(
        Dropped(
            text="d",
            reason="r",
            problem="negated",
            cited=("a",),
            verdict=replace(VERDICT, reason="r", problem="negated"),
        ),
    ),
    usage=Usage(prompt=10, completion=5, usd=0.25),
)
IDENTITY = {"topic": "1", "model": "2"}


def begun(path: Path, *, taking_up: bool = False) -> Resumable:
    kept = Resumable(path, taking_up=taking_up)
    kept.begin(IDENTITY)
    return kept


def test_what_is_kept_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "draft.json"
    first = begun(path)
    assert first.plan is None
    first.keep_plan(PLAN, PAPERS[:2])
    first.keep_section(0, KEPT)
    again = begun(path, taking_up=True)
    assert again.plan == PLAN
    assert again.section(0) == KEPT
    assert again.section(1) is None
    assert again.finished == 1
    again.check_papers(PAPERS[:2])
    assert [one.name for one in path.parent.iterdir()] == ["draft.json"]
    again.discard()
    assert not path.exists()
    again.discard()


def test_a_new_draft_forgets_the_old_one(tmp_path: Path) -> None:
    begun(tmp_path / "d").keep_plan(PLAN, [])
    assert begun(tmp_path / "d").plan is None


def test_a_changed_assignment_is_told(tmp_path: Path) -> None:
    begun(tmp_path / "d").keep_plan(PLAN, [])
    with pytest.raises(UsageError, match=r"begun with another model and another order.*leave out --resume"):
        Resumable(tmp_path / "d", taking_up=True).begin({"topic": "1", "model": "3", "order": "4"})


def test_changed_and_removed_papers_are_told(tmp_path: Path) -> None:
    begun(tmp_path / "d").keep_plan(PLAN, PAPERS[:3])
    again = begun(tmp_path / "d", taking_up=True)
    changed = replace(PAPERS[1], record=replace(PAPERS[1].record, abstract="Other words."))
    with pytest.raises(UsageError, match=f"{PAPERS[1].key}, {PAPERS[2].key} changed in the library"):
        again.check_papers([PAPERS[0], changed])


def test_nothing_to_resume(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"There is no draft to resume: .*none"):
        begun(tmp_path / "none", taking_up=True)


def whole() -> dict[str, Any]:
    return {"kind": "citewell draft in progress", "version": 1, "identity": IDENTITY, "plan": None, "sections": {}}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "cannot be resumed"),
        ("[]", "it is no draft in progress"),
        (json.dumps(whole() | {"version": 9}), "it is of version 9"),
        (json.dumps(whole() | {"sections": None}), "a part of it is missing"),
        (json.dumps(whole() | {"papers": ["a"]}), "a part of it is missing"),
        ("[" * 100_000, "cannot be resumed"),
    ],
)
def test_what_is_no_kept_draft_is_refused(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "d").write_text(text)
    with pytest.raises(InputError, match=why):
        begun(tmp_path / "d", taking_up=True)


@pytest.mark.parametrize("part", [{"plan": {"outline": {}}}, {"sections": {"0": {"heading": "H"}}}])
def test_damaged_parts_are_told(tmp_path: Path, part: dict[str, Any]) -> None:
    (tmp_path / "d").write_text(json.dumps(whole() | part))
    kept = begun(tmp_path / "d", taking_up=True)
    with pytest.raises(InputError, match="a part of it is missing"):
        _ = kept.plan if "plan" in part else kept.section(0)


WRONG: tuple[object, ...] = (5, "x", [5], [["x"]], {"a": 1}, None)


def spots(value: object) -> Iterator[tuple[Any, Any]]:
    """Every place inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for place, one in inside:
        yield value, place
        yield from spots(one)


@pytest.mark.parametrize("wrong", WRONG)
def test_values_of_other_types_are_refused_or_mean_nothing(tmp_path: Path, wrong: object) -> None:
    kept = begun(tmp_path / "d")
    kept.keep_plan(PLAN, PAPERS[:2])
    kept.keep_section(0, KEPT)
    document = json.loads((tmp_path / "d").read_text())
    for of, place in list(spots(document)):
        right, of[place] = of[place], wrong
        (tmp_path / "d").write_text(json.dumps(document))
        of[place] = right
        try:
            again = begun(tmp_path / "d", taking_up=True)
            plan, section = again.plan, again.section(0)
        except (InputError, UsageError):
            continue
        assert plan is None or is_as_stated(plan)
        assert section is None or is_as_stated(section)


@pytest.mark.parametrize("change", [{"key": "nobody2020"}, {"quote": "never said"}, {"start": 1}, {"where": "title"}])
def test_citations_that_are_not_of_the_library_are_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    paper = PAPERS[0]
    honest = Citation(key=paper.key, quote=paper.abstract[:20], start=0, end=20)
    kept = begun(tmp_path / "d")

    def check(citation: Citation) -> None:
        statement = replace(STATEMENT, citations=(citation,))
        kept.check_quotes(Section(heading="H", statements=(statement,), papers=()), {paper.key: paper})

    check(honest)
    with pytest.raises(InputError, match="cannot be resumed: it cites"):
        check(replace(honest, **change))


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        begun(tmp_path / "file" / "d").keep_plan(PLAN, [])


def test_the_same_assignment_has_the_same_name() -> None:
    assert Resumable.name_of(Assignment(topic="a")) == Resumable.name_of(Assignment(topic="a"))
    assert Resumable.name_of(Assignment(topic="a")) != Resumable.name_of(Assignment(topic="a", words=9))
