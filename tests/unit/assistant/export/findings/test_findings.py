import json
import re
from html.parser import HTMLParser

import pytest

from assistant.drafts import document_of
from assistant.export.findings import findings_shape, to_github, to_page, to_text
from assistant.types import Citation, Problem, Usage, Verdict
from assistant.types.findings import CitedKey, Finding, Findings
from tests.fakes.papers import BY_KEY, paper

LANTERN = BY_KEY["orbin2021lantern"]
HOSTILE = paper("evil2020", "<script>alert(1)</script> & 100%", "First. A </mark><img src=x onerror=y> claim. Last.")
SOURCE = (
    "# One & two\n\nIt is fine [@orbin2021lantern].\nIt is 50% wrong,\nsays <b> [@evil2020].\n\n"
    "## Three\n\nNobody says it.\n"
)


def finding(place: int, *, problem: Problem | None = None, **more: object) -> Finding:
    """A sentence of SOURCE with a verdict."""
    document = document_of(SOURCE, name="a.md", markup="markdown")
    sentence = document.sentences[place]
    label = "unsupported" if problem else "supported"
    verdict = Verdict(label=label, score=0.25 if problem else 1.0, judge="fake-1", reason="", problem=problem)
    values = {"keys": (), "problem": problem, "verdict": verdict} | more
    return Finding(sentence=sentence, text=sentence.text, state="judged", **values)  # type: ignore[arg-type]  # because fields vary


def quoted(one: str) -> Citation:
    start = HOSTILE.abstract.index(one)
    return Citation(key="evil2020", quote=one, start=start, end=start + len(one))


@pytest.fixture(name="found")
def _found() -> Findings:
    document = document_of(SOURCE, name="a.md", markup="markdown")
    fine = finding(0, keys=(CitedKey(written="orbin2021lantern", key="orbin2021lantern", line=3, use="supports"),))
    wrong = finding(
        1,
        problem="number-changed",
        keys=(CitedKey(written="evil2020", key="evil2020", line=5, use="untold"),),
        reason="says 50%: which, it\nseems, is not there",
        citations=(quoted("A </mark><img src=x onerror=y> claim."),),
    )
    nobody = Finding(sentence=document.sentences[2], text="Nobody says it.", state="uncited")
    return Findings(document=document, findings=(fine, wrong, nobody), papers=(LANTERN, HOSTILE), judge="fake-1")


def test_text_names_the_place_the_reason_the_quote_and_the_next_step(found: Findings) -> None:
    lines = to_text([found]).splitlines()
    assert lines[0] == "a.md:4: unsupported (number-changed)"
    assert lines[1].startswith("    It is 50% wrong, says")
    assert lines[1].endswith("[evil2020]")
    assert lines[-1] == ("3 sentences: 1 supported, 1 unsupported, 1 uncited. 1 sentence to look at.")
    assert any(line.startswith("    > Correct the number") for line in lines)
    assert "It is fine" not in to_text([found])
    assert "a.md:3: supported\n    It is fine. [orbin2021lantern]" in to_text([found], everything=True)


def test_what_is_allowed_is_a_warning(found: Findings) -> None:
    text = to_text([found], allowed=["unsupported"])
    assert "a.md:4: warning: unsupported" in text
    assert text.endswith("Nothing fails, 1 warning.")
    assert to_github([found], allowed=["unsupported"]).startswith("::warning ")


def test_what_is_definite_is_told_from_what_only_was_not_found(found: Findings) -> None:
    missed = finding(0, problem="not-stated")
    both = Findings(document=found.document, findings=(missed, found.findings[1]))
    assert to_text([both]).endswith("2 sentences to look at, 1 of them definite.")
    alone = Findings(document=found.document, findings=(missed,))
    assert to_text([alone]).endswith("1 sentence to look at, none of them definite.")
    assert findings_shape([both])["summary"]["definite"] == 1
    assert to_text([both], allowed=["not-stated"]).endswith("1 sentence to look at, 1 warning.")


def test_of_several_unknown_keys_each_is_named_with_what_may_have_been_meant(found: Findings) -> None:
    keys = [CitedKey(written=one, key=None, line=3, use="unknown", near=("orbin2021lantern",)) for one in ("a1", "b2")]
    text = to_text([Findings(document=found.document, findings=(finding(0, problem="unknown-key", keys=tuple(keys)),))])
    assert "> Did you mean orbin2021lantern with a1? Did you mean orbin2021lantern with b2?" in text


def test_workflow_commands_are_escaped(found: Findings) -> None:
    command, summary = to_github([found]).splitlines()
    assert command.startswith(
        "::error file=a.md,line=4,endLine=5,title=unsupported (number-changed)::It is 50%25 wrong"
    )
    assert "50%25: which, it%0Aseems" in command
    assert summary.endswith("1 sentence to look at.")
    odd = Findings(document=document_of(SOURCE, name="a,b:c%.md", markup="markdown"), findings=found.findings)
    assert "file=a%2Cb%3Ac%25.md,line=4" in to_github([odd])
    stdin = Findings(document=document_of(SOURCE, name="-", markup="markdown"), findings=found.findings)
    assert to_github([stdin]).startswith("::error line=4")


def test_json_has_what_was_promised(found: Findings) -> None:
    shape = json.loads(json.dumps(findings_shape([found])))
    fine, wrong, nobody = shape["statements"]
    assert set(fine) >= {"text", "line", "citations", "verdict", "score", "problem"}
    assert (wrong["line"], wrong["verdict"], wrong["score"], wrong["problem"]) == (
        4,
        "unsupported",
        0.25,
        "number-changed",
    )
    assert wrong["keys"] == [{"written": "evil2020", "key": "evil2020", "line": 5, "use": "untold", "near": []}]
    assert (nobody["verdict"], nobody["score"], nobody["judge"], nobody["state"]) == (None, None, None, "uncited")
    assert shape["summary"]["ok"] is False
    counted = {"sentences": 3, "judged": 2, "supported": 1, "unsupported": 1, "uncited": 1}
    assert counted.items() <= shape["summary"].items()
    assert shape["usd"] == 0.0
    unpriced = Findings(document=found.document, findings=(), usage=Usage(prompt=1, usd=None))
    assert findings_shape([found, unpriced])["usd"] is None


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "br", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_nothing_in_it_acts(found: Findings) -> None:
    page = to_page([found])
    tags = _Tags()
    tags.feed(page)
    assert tags.open == []
    names = {tag for tag, _ in tags.seen}
    assert names.isdisjoint({"script", "img", "b2"})
    assert not re.search(r"(?:src|href)=\"(?!#|data:)", page)
    assert "<mark>A &lt;/mark&gt;&lt;img src=x onerror=y&gt; claim.</mark>" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 100%" in page
    opened = [attrs for tag, attrs in tags.seen if tag == "details"]
    assert [("open" in one, one["class"]) for one in opened] == [(False, "fine"), (True, "error")]
    targets = {attrs["href"] for tag, attrs in tags.seen if tag == "a"}
    assert targets == {f"#{opened[1]['id']}"}
    assert page.count("<h3") == 3  # what to look at, and two headings
    assert to_page([found, found]).count("<h2") == 2


def test_what_was_not_read_is_told() -> None:
    source = "\\input{chapters/one}\nIt rains.\n"
    document = document_of(source, name="a.tex", markup="text")
    document = type(document)(name="a.tex", markup="latex", source=source, paragraphs=(), includes=("chapters/one",))
    nothing = Findings(document=document, findings=())
    assert "chapters/one is taken in here and was not read" in to_github([nothing])
    assert "chapters/one is taken in by this file" in to_page([nothing])
    assert findings_shape([nothing])["files"][0]["not_read"] == ["chapters/one"]
    assert to_text([nothing]) == "0 sentences. Nothing fails."
