from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.drafts import document_of
from assistant.errors import LimitReached, ServiceError
from assistant.export.markdown import escaped as markdown
from assistant.jobs.ask import AskParts
from assistant.jobs.verify import verify
from assistant.types import Label
from assistant.types.findings import Finding, Findings
from tests.fakes.judge import FakeJudge
from tests.fakes.papers import BY_KEY, exact, open_parts, paper

LANTERN, QUILL, FACET = "orbin2021lantern", "malk2022quillgraph", "sund2020facet"
TRUE = "Lantern raises recall of past facts by 14.6 points over a sliding window"
GRAPH = "QuillGraph stores a dialogue memory as a graph whose edges are causes"


def findings(text: str, parts: AskParts, *, suggest: bool = True) -> Findings:
    found = verify(document_of(text, name="a.md", markup="markdown"), parts, suggest=suggest)
    for one in found.findings:
        for citation in (*one.citations, *([one.instead] if one.instead else [])):
            assert exact(BY_KEY.get, citation.key, citation.quote, citation.start, citation.end, citation.where)
    return found


def finding(text: str, parts: AskParts) -> Finding:
    (one,) = findings(text, parts).findings
    return one


@pytest.mark.parametrize(
    "text",
    [
        f"{TRUE} [@{LANTERN}].",
        f"@{LANTERN} report that Lantern raises recall of past facts by 14.6 points over a sliding window.",
        f"@{LANTERN} write: “It needs 2 GB of storage for 1,210 conversations.”",
        f"{TRUE} [@{LANTERN}], and {GRAPH} [@{QUILL}].",
        f"{TRUE}, and {GRAPH} [@{LANTERN}; @{QUILL}].",
        "Small earthquakes are detected with phone accelerometers [@quist2017tremor].",
    ],
)
def test_what_the_papers_say_is_supported(text: str, parts: AskParts) -> None:
    one = finding(text, parts)
    assert (one.label, one.problem, one.level()) == ("supported", None, "fine")
    assert {key.use for key in one.keys} == {"supports"}
    assert {quote.key for quote in one.citations} == {key.key for key in one.keys}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{TRUE.replace('14.6', '46.1')} [@{LANTERN}].", "number-changed"),
        (f"{TRUE} [@{QUILL}].", "wrong-paper"),
        (f"{GRAPH} [@lindqvist2023survey].", "wrong-paper"),
        (f"{TRUE} [@{QUILL}], and {GRAPH} [@{LANTERN}].", "wrong-paper"),
        (f"@{LANTERN} write: “Lantern forgets everything that was said at night.”", "not-stated"),
        (f"Quist et al. (2021) find that {TRUE} [@{LANTERN}].", "name-changed"),
        (f"The moon is made of cheese and honey [@{LANTERN}].", "not-stated"),
    ],
)
def test_what_they_do_not_say_is_an_error(text: str, problem: str, parts: AskParts) -> None:
    one = finding(text, parts)
    assert (one.label, one.problem, one.level()) == ("unsupported", problem, "error")
    assert one.level(["unsupported"]) == "warning"


def test_the_paper_that_says_it_is_named(parts: AskParts) -> None:
    one = finding(f"{TRUE} [@{QUILL}].", parts)
    assert one.instead is not None
    assert (one.instead.key, one.instead.quote) == (LANTERN, f"On the TalkBack benchmark {TRUE}.")
    assert findings(f"{TRUE} [@{QUILL}].", parts, suggest=False).findings[0].instead is None


@pytest.mark.parametrize("text", ["Graph memory.", "Memory for dialogue agents.", "A table of graph memories."])
def test_a_few_words_are_said_by_no_paper_alone(text: str, parts: AskParts) -> None:
    for keys in (FACET, "nobody2000"):
        one = finding(f"{text[:-1]} [@{keys}].", parts)
        assert one.instead is None
        assert one.problem != "wrong-paper"


def test_an_unknown_key_is_told_with_what_may_have_been_meant(parts: AskParts) -> None:
    one = finding(f"{TRUE} [@orbin2020lantern].", parts)
    assert (one.label, one.problem, one.level(["unsupported"])) == ("unsupported", "unknown-key", "error")
    assert (one.unknown[0].written, one.unknown[0].near, one.unknown[0].line) == ("orbin2020lantern", (LANTERN,), 1)
    assert one.instead is not None
    assert one.instead.key == LANTERN


def test_an_unknown_key_beside_a_known_one(parts: AskParts) -> None:
    one = finding(f"{TRUE} [@{LANTERN}; @zzz1999].", parts)
    assert (one.label, one.problem, one.level()) == ("supported", "unknown-key", "error")
    assert [key.use for key in one.keys] == ["supports", "unknown"]


def test_a_paper_that_adds_nothing_is_a_warning(parts: AskParts) -> None:
    one = finding(f"{TRUE} [@{LANTERN}; @voss2019drizzle].", parts)
    assert (one.label, one.level()) == ("supported", "warning")
    assert [key.written for key in one.idle] == ["voss2019drizzle"]


def test_a_paper_without_an_abstract_leaves_it_open(parts: AskParts) -> None:
    one = finding("Tremor finds 40 earthquakes that stations miss [@quist2017tremor].", parts)
    assert (one.label, one.problem, one.level(), one.level(["unverifiable"])) == (
        *("unverifiable", None),
        *("error", "warning"),
    )
    assert one.keys[0].use == "no-abstract"
    assert finding("Li et al. find 40 earthquakes [@quist2017tremor].", parts).problem == "name-changed"


def test_own_work_is_not_what_an_abstract_is_about(parts: AskParts) -> None:
    one = finding(f"We run Lantern on 99 old recordings of whales [@{LANTERN}].", parts)
    assert (one.label, one.problem) == ("unverifiable", None)


def test_papers_that_say_it_only_together_are_both_needed(parts: AskParts) -> None:
    def only_together(_: str, evidence: Sequence[str]) -> Label:
        said = " ".join(evidence)
        return "supported" if "TalkBack" in said and "edges are causes" in said else "unsupported"

    one = finding(
        f"Dialogue is stored in two ways [@{LANTERN}; @{QUILL}].", replace(parts, judge=FakeJudge(only_together))
    )
    assert (one.label, one.level(), [key.use for key in one.keys]) == ("supported", "fine", ["supports"] * 2)


def test_own_work_that_is_partly_said_is_not_judged_by_an_abstract(parts: AskParts) -> None:
    partly = FakeJudge(lambda _statement, _evidence: "partly")
    one = finding(f"We follow them and run Lantern [@{LANTERN}].", replace(parts, judge=partly))
    assert (one.label, one.problem) == ("unverifiable", None)


def test_what_only_was_not_found_may_be_allowed_apart_from_the_rest(parts: AskParts) -> None:
    levels = {
        f"The moon is made of cheese and honey [@{LANTERN}].": "warning",
        f"@{LANTERN} write: “Lantern forgets everything that was said at night.”": "error",
        f"{TRUE.replace('14.6', '46.1')} [@{LANTERN}].": "error",
        f"{TRUE} [@{QUILL}].": "error",
        f"The moon is made of cheese and honey [@{LANTERN}; @zzz1999].": "error",
    }
    assert {text: finding(text, parts).level(["not-stated"]) for text in levels} == levels


def test_what_is_not_judged(parts: AskParts) -> None:
    text = (
        f"Nobody says this here. See [@{LANTERN}] for details.\n\nThe moon sings [@{FACET}]. <!-- citewell: ignore -->"
    )
    found = findings(text, parts).findings
    assert [one.state for one in found] == ["uncited", "no-claim", "ignored"]
    assert all((one.verdict, one.level()) == (None, "fine") for one in found)


def test_a_quotation_may_leave_out_commands_for_fonts(tmp_path: Path) -> None:
    abstract = r"We propose the $\textbf{L}$amp$\textbf{S (LS)}$ strategy for \emph{old} copper loops at night."
    with open_parts(tmp_path / "library", papers=[paper("k", "Copper Loops", abstract)]) as parts:
        for quote in ("the LampS (LS) strategy for old copper loops at night.", abstract.partition("propose ")[2]):
            text = document_of(f"@k propose “{markdown(quote)}”", name="a.md", markup="markdown")
            assert [one.label for one in verify(text, parts).findings] == ["supported"]


def test_nested_quotation_marks_may_be_others(parts: AskParts) -> None:
    nested = paper(
        "nest2020", "Nests", "It calls this a “slow review” of all the older papers on nests.", by="Nest, A."
    )
    held = replace(parts, lookup=lambda key: nested if key == "nest2020" else None)
    text = "@nest2020 writes: “It calls this a ‘slow review’ of all the older papers on nests.”"
    document = document_of(text, name="a.md", markup="markdown")
    assert verify(document, held, suggest=False).findings[0].label == "supported"


def test_an_old_key_finds_its_paper(parts: AskParts) -> None:
    renamed = replace(parts, lookup=lambda key: BY_KEY[LANTERN] if key == "old2021" else BY_KEY.get(key))
    one = finding(f"{TRUE} [@old2021].", renamed)
    assert (one.label, one.level()) == ("supported", "warning")
    assert [(key.written, key.key) for key in one.old] == [("old2021", LANTERN)]


class TestJudgeFails:
    TEXT = f"{TRUE} [@{LANTERN}].\n\n" * 6

    def test_one_failure_does_not_lose_the_rest(self, parts: AskParts) -> None:
        answers: list[Label | Exception] = ["supported", ServiceError("it is busy"), "supported"]
        texts = (f"{TRUE} [@{LANTERN}].", f"{GRAPH} [@{QUILL}].", f"Facet edits a single fact [@{FACET}].")
        found = findings("\n\n".join(texts), replace(parts, judge=FakeJudge(queue=answers)), suggest=False)
        assert [one.state for one in found.findings] == ["judged", "unchecked", "judged"]
        assert found.findings[1].level(["unsupported"]) == "error"
        assert "it is busy" in found.note

    def test_it_is_not_asked_for_ever(self, parts: AskParts) -> None:
        def rule(statement: str, _evidence: Sequence[str]) -> Label:
            if statement.startswith("Lantern"):
                return "supported"
            raise ServiceError("it is gone")

        judge = FakeJudge(rule)
        others = "\n\n".join(f"Graphs number {word} grow [@{QUILL}]." for word in "one two three four five".split())
        found = findings(f"{TRUE} [@{LANTERN}].\n\n{others}", replace(parts, judge=judge), suggest=False)
        assert [one.state for one in found.findings] == ["judged", *["unchecked"] * 5]
        assert len(judge.calls) == 4

    @pytest.mark.parametrize("error", [ServiceError("gone"), LimitReached("too dear")])
    def test_nothing_judged_is_a_failure(self, error: Exception, parts: AskParts) -> None:
        judge = FakeJudge(queue=[error] * 3)
        with pytest.raises(type(error)):
            findings(f"{TRUE} [@{LANTERN}].", replace(parts, judge=judge))


def test_progress_and_places(parts: AskParts) -> None:
    seen: list[tuple[int, int]] = []
    text = f"# Memory\n\nNobody says this here.\n{TRUE} [@{LANTERN}].\n"
    document = document_of(text, name="a.md", markup="markdown")
    found = verify(document, parts, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]
    assert [one.sentence.line for one in found.findings] == [3, 4]
    assert found.judge.startswith("embedded-2")
