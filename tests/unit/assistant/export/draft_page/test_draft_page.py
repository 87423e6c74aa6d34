import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from assistant.errors import UsageError
from assistant.export.draft_page import draft_page
from assistant.export.draft_page.quotes import link_of
from assistant.types import Citation, Draft, Record, Section
from tests.fakes.drafted import BEACON, GRAPH, QUILL, RECALL, drafted, quoting, said
from tests.fakes.hostile import HOSTILE
from tests.fakes.papers import BY_KEY


class Page(HTMLParser):
    """What a browser would make of a page: tags with their attributes, and the text of each part."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def _plain(html: str) -> str:
    return " ".join(Page(html).text.split())


def _note(html: str, number: int) -> str:
    found = re.search(rf'<div id="q{number}" .*?\n</div>\n(?=<div id|</section>)', html, re.DOTALL)
    assert found
    return found[0]


def test_every_citation_opens_a_note_that_is_there() -> None:
    page = Page(draft_page(drafted(), BY_KEY))
    opened = [one["popovertarget"] for one in page.all("button") if one["class"] == "cite"]
    notes = [one["id"] for one in page.all("div") if "popover" in one]
    assert opened == notes == [f"q{number}" for number in range(1, 6)]


def test_a_note_has_the_quote_in_its_abstract_and_who_judged() -> None:
    note = _note(draft_page(drafted(), BY_KEY), 1)
    assert f'<blockquote dir="auto">“{RECALL}”</blockquote>' in note
    assert f"<mark>{RECALL}</mark> It needs 2 GB" in note
    assert "Lantern: Replaying Old Conversations for Dialogue Memory" in note
    assert "Tessa Orbin, Ivo Malk, Per Sund (2021)" in note
    assert "Supported by the quote" in note
    assert "Score 0.90, judged by embedded-3" in note


def test_a_note_of_two_papers_has_both() -> None:
    note = _note(draft_page(drafted(), BY_KEY), 2)
    assert note.count("<article>") == 2
    assert f"<mark>{GRAPH}</mark>" in note
    assert f"<mark>{RECALL}</mark>" in note


def test_a_quoted_title_is_marked_where_it_stands() -> None:
    note = _note(draft_page(drafted(), BY_KEY), 5)
    assert "<mark>Tremor: Detecting Small Earthquakes with Phone Accelerometers</mark>" in note
    assert "<blockquote" not in note


def test_quotes_that_overlap_are_one_mark() -> None:
    quotes = (quoting(QUILL, GRAPH), quoting(QUILL, "graph whose edges are causes. A walk"))
    draft = replace(drafted(), sections=(Section(heading="H", statements=(said("Graphs.", *quotes),)),))
    note = _note(draft_page(draft, BY_KEY), 1)
    assert note.count("<mark>") == 1
    assert "edges are causes. A walk</mark> over" in note


def test_a_quote_that_is_not_there_is_called_out() -> None:
    wrong = Citation(key=QUILL, quote="never said", start=0, end=10)
    draft = replace(drafted(), sections=(Section(heading="H", statements=(said("Graphs.", wrong),)),))
    note = _note(draft_page(draft, BY_KEY), 1)
    assert "does not stand where it should" in note
    assert "<mark>" not in note


def test_what_is_not_supported_is_said_in_words() -> None:
    html = draft_page(drafted(), BY_KEY)
    text = _plain(html)
    assert "Summaries lose many links (Malk and Terrell, 2022)" in text
    assert text.count("[only partly supported]") == 1
    assert text.count("[not supported]") == 1
    assert "2 sentences are not fully supported by what they cite" in text
    assert "Not supported by the quote" in _note(html, 4)
    assert "The number differs." in _note(html, 4)


def test_the_users_own_words_are_marked_and_open_nothing() -> None:
    html = draft_page(drafted(), BY_KEY)
    assert '“We forget on purpose.”</span> <span class="own">[from your own draft]</span>' in html


@pytest.mark.parametrize(
    ("style", "narrative", "bracketed", "line"),
    [
        (None, "Orbin et al. (2021)", "(Orbin et al., 2021; Malk and Terrell, 2022)", "Orbin, Tessa; Malk, Ivo;"),
        (
            "apa",
            "Orbin et al. (2021)",
            "(Malk &amp; Terrell, 2022; Orbin et al., 2021)",
            "Orbin, T., Malk, I., &amp; Sund",
        ),
        ("ieee", "Orbin et al. [1]", "[1], [2]", "T. Orbin, I. Malk, and P. Sund"),
        ("nature", "Orbin et al.<sup>1</sup>", "<sup>1,2</sup>", "Orbin, T., Malk, I. &amp; Sund, P."),
    ],
)
def test_it_cites_in_the_drafts_style(style: str | None, narrative: str, bracketed: str, line: str) -> None:
    html = draft_page(drafted(style), BY_KEY)
    shown = re.findall(r'class="cite"[^>]*>(.*?)</button>', html)
    assert shown[:2] == [narrative, bracketed]
    assert line in html


def test_a_raised_number_stands_right_behind_its_word() -> None:
    html = draft_page(drafted("nature"), BY_KEY)
    kept = r'<span class="keep">memories<button[^>]*><sup>1,2</sup></button><sup class="print">q2</sup>\.</span>'
    assert re.search(kept, html)


def test_a_style_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="no citation style 'apaa'"):
        draft_page(drafted("apaa"), BY_KEY)


def test_contents_references_table_and_what_was_left_out() -> None:
    html = draft_page(drafted(), BY_KEY)
    text = _plain(html)
    anchors = {str(one["id"]) for _, one in Page(html).tags if one.get("id")}
    links = [str(one["href"]) for one in Page(html).all("a") if str(one["href"]).startswith("#")]
    assert {"#s1", "#s2", "#s3", "#table", "#references"} <= set(links)
    assert all(link[1:] in anchors for link in links)
    assert "Every memory is a graph. No cited paper says so. It cited nobody2020." in text
    assert "Lindqvist et al. (2023): A Survey of Dialogue Memory" in text
    assert "Written by fake:writer Checked by embedded-3, quoted" in text
    assert "6 shown, 1 of them" not in text
    assert "6 shown, 1 kept although not supported, 1 left out" in text
    assert "4 cited of 5 that were taken as relevant" in text
    assert "1,200 read, 300 written; 0.0123 US dollars" in text
    assert f"<q>{GRAPH}</q>" in html


def test_nothing_is_loaded_and_nothing_runs() -> None:
    html = draft_page(drafted(), BY_KEY)
    page = Page(html)
    assert "script-src" not in html
    assert page.all("script") == []
    assert page.all("img") == []
    assert not any("style" in attributes for _, attributes in page.tags)
    (policy,) = (one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy")
    assert str(policy).startswith("default-src 'none'; style-src 'sha256-")


def test_a_draft_without_text_says_why() -> None:
    empty = replace(drafted(), sections=(), table=(), dropped=(), reason="The library holds no paper on this topic.")
    text = _plain(draft_page(empty, BY_KEY))
    assert "The library holds no paper on this topic." in text
    assert "References" not in text


def test_a_paper_that_is_gone_is_named_by_its_key() -> None:
    html = draft_page(drafted(), {key: one for key, one in BY_KEY.items() if key != BEACON})
    assert f"[{BEACON}]" in html
    assert "This paper is not in the library." in _note(html, 4)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda one: one.name)
def test_hostile_text_stays_text(hostile: object) -> None:
    paper = hostile.paper  # type: ignore[attr-defined]  # because pytest hands objects over
    end = min(len(paper.abstract), 400)
    cites = Citation(key=paper.key, quote=paper.abstract[:end], start=0, end=end)
    draft = Draft(
        title=paper.title,
        sections=(Section(heading=paper.abstract[:300], statements=(said(paper.abstract[:300], cites),)),),
        references=(),
        dropped=(),
        coverage=drafted().coverage,
        reason=paper.abstract[:300],
    )
    page = Page(draft_page(draft, {paper.key: paper}))
    assert {tag for tag, _ in page.tags} <= _TAGS
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert all(
        not one["href"] or one["href"].startswith(("#", "https://", "http://", "data:,")) for one in page.all("a")
    )


_TAGS = set(
    "html head meta link title style body header h1 p section nav ol li a main h2 span button sup i b ul dl div dt dd"
    " h3 h4 article blockquote details summary mark".split()
)


def test_keys_are_in_no_attribute_that_links() -> None:
    key = '"><script>alert(1)</script>'
    paper = replace(BY_KEY[QUILL], key=key)
    draft = replace(
        drafted(),
        table=(),
        sections=(Section(heading="H", statements=(said("Graphs.", replace(quoting(QUILL, GRAPH), key=key)),)),),
    )
    for papers in ({key: paper}, {}):
        assert Page(draft_page(draft, papers)).all("script") == []


@pytest.mark.parametrize(
    ("record", "href"),
    [
        (Record(title="T", doi="10.1000/xyz"), "https://doi.org/10.1000/xyz"),
        (Record(title="T", doi='10.1000/a"><b>'), "https://doi.org/10.1000/a%22><b>"),
        (Record(title="T", doi="javascript:alert(1)"), None),
        (Record(title="T", arxiv_id="2305.14627"), "https://arxiv.org/abs/2305.14627"),
        (Record(title="T", arxiv_id="../../x y"), None),
        (Record(title="T", url="https://example.org/a?b=c"), "https://example.org/a?b=c"),
        (Record(title="T", url="javascript:alert(1)"), None),
        (Record(title="T", url="data:text/html,x"), None),
        (Record(title="T", url="//example.org"), None),
        (Record(title="T", url="https://[bad"), None),
        (Record(title="T", url='https://example.org/" onclick="x'), None),
        (Record(title="T"), None),
    ],
)
def test_links_go_to_the_web_only(record: Record, href: str | None) -> None:
    link = link_of(record)
    assert (link.href if link else None) == href
