import json
from pathlib import Path

import pytest

from tests.conftest import Run

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parents[3] / "examples" / "library.bib"
BAD = {"number-changed", "negated", "name-changed", "overclaimed", "wrong-paper"}


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_from_a_file_to_a_report_card(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "made.jsonl"
    made = run("eval", "mutate", "--papers", SAMPLE, "--out", out, "--per-kind", "4", "--seed", "3", "--json")
    assert made.code == 0
    shape = json.loads(made.out)
    assert set(shape["kinds"]) == BAD | {"paraphrase"}
    assert sum(shape["kinds"].values()) == len(rows(out))
    assert "citewell eval judge --dataset" in made.err
    card = run("eval", "judge", "--dataset", out, "--judge", "overlap", "--json")
    assert card.code == 0
    judged = json.loads(card.out)["cards"][0]
    assert set(judged["by_problem"]) == BAD
    assert judged["made"]["at_false_alarms"][0]["among"] == "paraphrase"


def test_the_same_seed_makes_the_same_file_and_another_one_another(run: Run, tmp_path: Path) -> None:
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        run("eval", "mutate", "--papers", SAMPLE, "--out", tmp_path / name, "--per-kind", "3", "--seed", seed)
    first, second, third = ((tmp_path / name).read_bytes() for name in "abc")
    assert first == second != third


def test_from_a_library_which_is_the_default(run: Run, sample_library: Path, tmp_path: Path) -> None:
    out = tmp_path / "made.jsonl"
    ran = run("eval", "mutate", "--library", sample_library, "--out", out, "--per-kind", "2", "--honest", "3")
    assert ran.code == 0
    assert "paraphrase: 3\n" in ran.out
    assert len(rows(out)) == 13


def test_the_two_halves_have_no_paper_in_common(run: Run, tmp_path: Path) -> None:
    titles = []
    for half in ("fit", "report"):
        out = tmp_path / half
        assert run("eval", "mutate", "--papers", SAMPLE, "--out", out, "--half", half, "--per-kind", "3").code == 0
        titles.append({row["paper"] for row in rows(out)})
    assert all(titles)
    assert not titles[0] & titles[1]


def test_what_people_wrote_is_added(run: Run, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    labels = ("SUPPORT", "NEI")
    some = [{"statement": f"S {label}", "evidence": ["e"], "label": label, "source": "owls"} for label in labels]
    pairs.write_text("\n".join(map(json.dumps, some)), encoding="utf-8")
    out = tmp_path / "made.jsonl"
    options = ("--per-kind", "1", "--written", pairs, "--written-source", "owls")
    assert run("eval", "mutate", "--papers", SAMPLE, "--out", out, *options).code == 0
    assert [row["statement"] for row in rows(out) if row["kind"] == "written"] == ["S SUPPORT"]


def test_an_earlier_file_is_kept_unless_told_otherwise(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "made.jsonl"
    out.write_text("mine")
    ran = run("eval", "mutate", "--papers", SAMPLE, "--out", out)
    assert ran.code == 2
    assert "is there already" in ran.err
    assert out.read_text() == "mine"
    assert run("eval", "mutate", "--papers", SAMPLE, "--out", out, "--force", "--per-kind", "1").code == 0


def test_too_few_sentences_are_told_of(run: Run, tmp_path: Path) -> None:
    papers = tmp_path / "one.jsonl"
    text = "We tracked forty owls in a dark forest, and they did not sleep in any of the nights."
    papers.write_text(json.dumps({"title": "Owls", "abstract": text}), encoding="utf-8")
    ran = run("eval", "mutate", "--papers", papers, "--out", tmp_path / "made.jsonl", "--per-kind", "5")
    assert ran.code == 0
    assert "do not have enough sentences for 5 of:" in ran.err
    assert "wrong-paper" in ran.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--papers", "none.bib"), "there is no such file"),
        (("--papers", str(SAMPLE), "--written-source", "x"), "--written-source goes with --written"),
    ],
)
def test_what_is_wrong_is_said(run: Run, tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    ran = run("eval", "mutate", "--out", tmp_path / "made.jsonl", *options)
    assert ran.code == 2
    assert message in ran.err


def test_papers_without_anything_to_change(run: Run, tmp_path: Path) -> None:
    papers = tmp_path / "one.jsonl"
    papers.write_text('{"title": "Owls", "abstract": "Owls sleep."}', encoding="utf-8")
    ran = run("eval", "mutate", "--papers", papers, "--out", tmp_path / "made.jsonl")
    assert ran.code == 2
    assert "no sentence that can be changed" in ran.err
    assert not (tmp_path / "made.jsonl").exists()
