"""The page of a draft in a real browser."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.export.draft_page import draft_page
from assistant.types import Citation, Draft, Paper, Section
from tests.fakes.browser import contrast, luminance, open_browser, set_screen, text_colours
from tests.fakes.drafted import GRAPH, LANTERN, RECALL, drafted, said
from tests.fakes.papers import BY_KEY, paper

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with open_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


class Reader:
    """Somebody who reads a draft."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self.browser = browser
        self.folder = folder

    def open(
        self,
        draft: Draft | None = None,
        papers: dict[str, Paper] | None = None,
        *,
        width: int = 1280,
        scheme: str = "light",
    ) -> None:
        path = self.folder / "draft.html"
        path.write_text(draft_page(draft or drafted("apa"), papers or BY_KEY), encoding="utf-8")
        set_screen(self.browser, width=width, scheme=scheme)
        self.browser.get("about:blank")
        self.browser.get(path.as_uri())

    def run(self, script: str, *arguments: object) -> Any:
        return self.browser.execute_script(script, *arguments)

    def one(self, selector: str) -> Any:
        return self.browser.find_element("css selector", selector)

    @property
    def opened(self) -> list[str]:
        ids: list[str] = self.run("return [...document.querySelectorAll('.note:popover-open')].map(e => e.id)")
        return ids

    @property
    def focused(self) -> Any:
        return self.browser.switch_to.active_element


@pytest.fixture
def reader(browser: Any, tmp_path: Path) -> Iterator[Reader]:
    yield Reader(browser, tmp_path)
    assert [one for one in browser.get_log("browser") if one["level"] in {"SEVERE", "WARNING"}] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_a_citation_opens_its_quote(reader: Reader, width: int) -> None:
    reader.open(width=width)
    assert reader.opened == []
    assert not reader.one("#q1").is_displayed()
    citation = reader.one(".cite")
    assert citation.text == "Orbin et al. (2021)"
    citation.click()
    assert reader.opened == ["q1"]
    assert reader.one("#q1 blockquote").text == f"“{RECALL}”"
    assert reader.one("#q1 mark").text == RECALL
    box = reader.run("return document.querySelector('#q1').getBoundingClientRect().toJSON()")
    assert box["left"] >= 0
    assert box["right"] <= width
    assert 0 <= box["top"] < box["bottom"] <= 900
    reader.one("#q1 .close").click()
    assert reader.opened == []
    assert reader.run("return document.documentElement.scrollWidth <= innerWidth")


def test_the_note_stands_beside_its_citation(reader: Reader) -> None:
    reader.open()
    for number, citation in enumerate(reader.browser.find_elements("css selector", ".cite"), start=1):
        citation.click()
        assert reader.opened == [f"q{number}"]
        overlap = reader.run(
            "const [a, b] = [...arguments].map(e => e.getBoundingClientRect());"
            "return a.top < b.bottom && b.top < a.bottom && a.left < b.right && b.left < a.right",
            citation,
            reader.one(f"#q{number}"),
        )
        assert not overlap
        reader.one(f"#q{number} .close").click()


def test_the_keyboard_opens_reads_and_closes(reader: Reader) -> None:
    from selenium.webdriver.common.keys import Keys

    reader.open()
    reader.run("document.querySelectorAll('.cite')[1].focus()")
    reader.focused.send_keys(Keys.ENTER)
    assert reader.opened == ["q2"]
    assert reader.focused.get_attribute("id") == "q2"
    assert reader.focused.aria_role == "dialog"
    assert reader.focused.accessible_name == "Supported by the quote"
    assert GRAPH in reader.focused.text
    reader.focused.send_keys(Keys.ESCAPE)
    assert reader.opened == []
    assert "cite" in reader.focused.get_attribute("class")
    assert "quote of Orbin et al. (2021): Lantern" in reader.focused.accessible_name


def test_it_reads_without_scripts(reader: Reader) -> None:
    reader.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        reader.open()
        reader.one(".cite").click()
        assert reader.one("#q1 mark").is_displayed()
    finally:
        reader.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_on_paper_the_quotes_are_at_the_end(reader: Reader) -> None:
    reader.open(scheme="dark")
    set_screen(reader.browser, width=794, scheme="dark", media="print")
    shown = reader.run("return [...document.querySelectorAll('.note blockquote')].map(e => e.checkVisibility())")
    assert len(shown) == 5
    assert all(shown)
    assert reader.one("sup.print").text == "q1"
    assert reader.one("#q1 h3").text == "q1 Supported by the quote"
    assert not reader.one(".close").is_displayed()
    assert reader.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert reader.run("return document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_all_text_stands_out_from_what_is_behind_it(reader: Reader, scheme: str, width: int) -> None:
    reader.open(width=width, scheme=scheme)
    reader.browser.find_elements("css selector", ".cite")[2].click()
    pairs = text_colours(reader.browser)
    assert len(pairs) > 6
    assert [one for one in pairs if contrast(one[0], one[1]) < 4.5] == []
    is_dark = luminance(reader.run("return getComputedStyle(document.body).backgroundColor")) < 0.1
    assert is_dark == (scheme == "dark")


def test_hostile_text_is_shown_and_never_run(reader: Reader) -> None:
    text = "</p></div><img src=x onerror='evil=1'><script>evil=1</script><style>*{display:none}</style>{{ 7*7 }}\u202e"
    odd = paper(text, text, f"{text} is said here.", by=f"{text}, x", year=2020)
    statement = said(f"It says {text}.", Citation(key=text, quote=text, start=0, end=len(text)))
    draft = replace(
        drafted("ieee"), title=text, reason=text, sections=(Section(heading=text, statements=(statement,)),), table=()
    )
    reader.open(draft, {text: odd})
    assert reader.one("h1").get_property("textContent") == text
    assert reader.run("return [window.evil, document.images.length, document.scripts.length]") == [None, 0, 0]
    reader.one(".cite").click()
    assert reader.one("#q1 mark").get_property("textContent") == text


def test_a_table_becomes_cards_on_a_phone(reader: Reader) -> None:
    reader.open(width=390)
    cell = reader.one(".comparison td")
    assert reader.run("return getComputedStyle(arguments[0]).display", cell) == "block"
    assert reader.run("return getComputedStyle(arguments[0], '::before').content", cell) == '"Problem"'
    assert LANTERN not in reader.one("main").text
