"""The page of a run in a real browser."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals.page import page
from evals.types import EvalLog
from tests.fakes.browser import contrast, luminance, open_browser, set_screen, text_colours
from tests.fakes.evaluated import evaluated

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with open_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


class Reader:
    """Somebody who looks at a page."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self.browser = browser
        self.folder = folder

    def open(self, log: EvalLog | None = None, *, anchor: str = "", width: int = 1280, scheme: str = "light") -> None:
        path = self.folder / "page.html"
        path.write_text(page(log or evaluated()), encoding="utf-8")
        self.view(width, scheme)
        self.browser.get("about:blank")
        self.browser.get(path.as_uri() + anchor)

    def view(self, width: int, scheme: str = "light", media: str = "") -> None:
        set_screen(self.browser, width=width, scheme=scheme, media=media)

    def run(self, script: str, *arguments: object) -> Any:
        return self.browser.execute_script(script, *arguments)

    def one(self, selector: str) -> Any:
        return self.browser.find_element("css selector", selector)

    @property
    def shown(self) -> list[str]:
        ids: list[str] = self.run(
            "return [...document.querySelectorAll('.example')].filter(e => e.checkVisibility())"
            ".map(e => e.querySelector('.qid').textContent)"
        )
        return ids

    @property
    def count(self) -> str:
        return str(self.one("#count").text)

    def choose(self, name: str, value: str) -> None:
        from selenium.webdriver.support.select import Select

        Select(self.one(f"#{name}")).select_by_value(value)

    def is_open(self, anchor: str) -> bool:
        return bool(self.run("return document.getElementById(arguments[0]).open", anchor))

    def wait_until_open(self, anchor: str) -> None:
        """A browser follows a link a moment after the click."""
        from selenium.webdriver.support.wait import WebDriverWait

        WebDriverWait(self.browser, 5).until(lambda _: self.is_open(anchor))


@pytest.fixture
def reader(browser: Any, tmp_path: Path) -> Iterator[Reader]:
    reader = Reader(browser, tmp_path)
    yield reader
    complaints = [one for one in browser.get_log("browser") if one["level"] in {"SEVERE", "WARNING"}]
    assert complaints == []
    browser.execute_script("try { localStorage.clear() } catch {}")


def test_the_page_opens_from_a_file_and_asks_the_network_for_nothing(reader: Reader) -> None:
    reader.open()
    assert reader.one("h1").text == "Evaluation on sea.jsonl"
    asked = reader.run("return performance.getEntriesByType('resource').map(e => e.name)")
    assert [one for one in asked if not one.startswith("data:")] == []
    assert reader.count == "6 of 6 shown"


def test_its_script_and_style_pass_its_own_policy(reader: Reader) -> None:
    reader.open()
    assert reader.run("return getComputedStyle(document.querySelector('.cautions')).borderLeftWidth") == "5px"
    reader.run("const s = document.createElement('script'); s.textContent = 'window.evil = 1'; document.body.append(s)")
    assert reader.run("return window.evil") is None
    blocked = reader.browser.get_log("browser")
    assert any("Content Security Policy" in one["message"] for one in blocked)


def test_hostile_text_stays_text(reader: Reader) -> None:
    text = "</script><img src=x onerror='evil=1'><script>evil=1</script>{{ 7*7 }}\u202e\u05d0🧊\" #q-x"
    first, *others = evaluated().results
    sample = replace(first.sample, id=text, question=text, kind=text)
    reader.open(evaluated(results=(replace(first, sample=sample), *others), notes=(text,), dataset=text))
    assert reader.one(".example h3").get_property("textContent") == text
    assert reader.run("return [window.evil, document.images.length, document.scripts.length]") == [None, 0, 1]
    reader.one("#kind option:nth-child(2)").click()  # the kinds are sorted, and no letter comes before `<`
    assert reader.shown == [text]
    reader.one(".example summary").click()
    reader.one(".example .permalink a").click()
    reader.browser.refresh()
    assert reader.run("return document.querySelector('.example').open")


def test_words_are_looked_for_in_questions_answers_and_titles(reader: Reader) -> None:
    reader.open()
    for words, found in (
        ("SLEDGE thick", ["ice thickness #2"]),
        ("ships agree", ["ice thickness #2"]),
        ("mills of the tide", ["mills", "unjudged"]),
        ("speaks of gold", ["gold", "kent"]),
        ("nowhere", []),
    ):
        reader.one("#search").clear()
        reader.one("#search").send_keys(words)
        assert (words, reader.shown) == (words, found)
        assert reader.count == f"{len(found)} of 6 shown"
    assert reader.one("#none").is_displayed()


def test_filters_narrow_together(reader: Reader) -> None:
    reader.open()
    reader.choose("kind", "fact")
    assert reader.shown == ["mills", "kent", "down", "unjudged"]
    reader.one("#failing").click()
    assert reader.shown == ["kent", "down", "unjudged"]
    assert reader.count == "3 of 6 shown"
    reader.choose("kind", "")
    reader.choose("verdict", "contradicted")
    assert reader.shown == ["ice thickness #2"]


def test_questions_are_ordered_worst_or_slowest_first(reader: Reader) -> None:
    reader.open()
    reader.choose("order", "severity")
    assert reader.shown[:3] == ["down", "kent", "ice thickness #2"]
    reader.choose("order", "slowest")
    assert reader.shown[0] == "ice thickness #2"
    reader.choose("order", "place")
    assert reader.shown[0] == "mills"


def test_all_are_opened_and_closed(reader: Reader) -> None:
    reader.open()
    reader.one("#unfold").click()
    assert reader.run("return document.querySelectorAll('.example[open]').length") == 6
    assert reader.one("#unfold").text == "Close all"
    reader.one("#unfold").click()
    assert reader.run("return document.querySelectorAll('.example[open]').length") == 0


def test_a_link_opens_its_question(reader: Reader) -> None:
    reader.open(anchor="#q-kent")
    assert reader.is_open("q-kent")
    assert not reader.is_open("q-mills")


@pytest.mark.parametrize("anchor", ["#q-ice%20thickness%20%232", "#q-ice thickness %232"])
def test_a_link_to_an_odd_id_opens_its_question(reader: Reader, anchor: str) -> None:
    reader.open(anchor=anchor)
    assert reader.is_open("q-ice%20thickness%20%232")


def test_a_citation_leads_to_its_source_and_the_source_to_the_paper(reader: Reader) -> None:
    reader.open(anchor="#q-mills")
    reader.one("[id='q-mills'] .cites a").click()
    assert "tides1998" in reader.browser.current_url
    assert reader.one("[id='sq-mills|tides1998']").is_displayed()
    reader.one("[id='sq-mills|tides1998'] .key a").click()
    reader.wait_until_open("p-tides1998")


def test_a_link_to_a_filtered_question_shows_it(reader: Reader) -> None:
    reader.open()
    reader.choose("kind", "number")
    assert reader.shown == ["ice thickness #2"]
    reader.run("location.hash = '#q-mills'")
    reader.wait_until_open("q-mills")
    assert "mills" in reader.shown
    assert reader.count == "6 of 6 shown"


def test_marks_show_what_is_quoted(reader: Reader) -> None:
    reader.open(anchor="#q-mills")
    assert reader.one("[id='q-mills'] .abstract mark").text == "We count 212 of them between Brittany and Kent."


@pytest.mark.parametrize("width", [1280, 390, 360])
def test_the_page_is_no_wider_than_the_screen(reader: Reader, width: int) -> None:
    long_id = "x" * 200
    first, *others = evaluated().results
    first = replace(first, sample=replace(first.sample, id=long_id, kind="k" * 90, facts=(("f" * 300,),)))
    reader.open(evaluated(results=(first, *others), notes=("n" * 300,)), width=width)
    reader.run("for (const one of document.querySelectorAll('details')) one.open = true")
    assert reader.run("return document.documentElement.scrollWidth") <= width
    assert reader.run("return innerWidth") == width


@pytest.mark.parametrize("width", [320, 390, 480])
def test_on_a_phone_a_share_stands_beside_its_interval_and_count(reader: Reader, width: int) -> None:
    reader.open(width=width)
    cells = "[...document.querySelectorAll('.metrics .value')].find((one) => one.textContent === '0.500').parentElement"
    boxes = reader.run(
        f"return [...({cells}).querySelectorAll('.value, .interval, [data-label]')].slice(0, 3)"
        ".map((one) => one.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) == 3
    assert all(box["width"] > 0 and 0 <= box["left"] < box["right"] <= width for box in boxes)
    assert len({round(box["top"]) for box in boxes}) == 1


def test_the_colours_can_be_switched_and_are_kept(reader: Reader) -> None:
    reader.open()
    light = _colour(reader, "body", "backgroundColor")
    button = reader.one("#theme")
    assert button.text == "Dark"
    button.click()
    dark = _colour(reader, "body", "backgroundColor")
    assert (button.text, luminance(dark) < luminance(light)) == ("Light", True)
    reader.browser.refresh()
    assert _colour(reader, "body", "backgroundColor") == dark


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_contrast(reader: Reader, scheme: str) -> None:
    reader.open(scheme=scheme)
    reader.run("for (const one of document.querySelectorAll('details')) one.open = true")
    is_dark = luminance(_colour(reader, "body", "backgroundColor")) < 0.1
    assert is_dark == (scheme == "dark")
    pairs = text_colours(reader.browser)
    assert len(pairs) > 6
    low = [one for one in pairs if contrast(one[0], one[1]) < 4.5]
    assert low == []


def test_on_paper_everything_is_open_and_black_on_white(reader: Reader) -> None:
    reader.open(scheme="dark")
    reader.run("dispatchEvent(new Event('beforeprint'))")
    reader.view(794, "dark", media="print")
    assert reader.run("return [...document.querySelectorAll('details')].every(e => e.open)")
    assert not reader.one("#filters").is_displayed()
    assert _colour(reader, "body", "backgroundColor") == "rgb(255, 255, 255)"
    assert _colour(reader, "body", "color") == "rgb(0, 0, 0)"
    assert reader.run("return getComputedStyle(document.querySelector('.abstract mark')).borderBottomStyle") == "solid"
    reader.view(1280)
    reader.run("dispatchEvent(new Event('afterprint'))")
    assert not reader.run("return [...document.querySelectorAll('details')].some(e => e.open)")


def test_without_scripts_everything_is_still_there(reader: Reader) -> None:
    reader.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        reader.open()
        assert not reader.one("#filters").is_displayed()
        assert not reader.one("#theme").is_displayed()
        question = reader.one("[id='q-mills'] summary")
        question.click()
        assert reader.one("[id='q-mills'] .abstract mark").is_displayed()
    finally:
        reader.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_thousand_questions_open_and_filter_at_once(reader: Reader) -> None:
    first, *_ = evaluated().results
    results = tuple(replace(first, sample=replace(first.sample, id=f"q{number}")) for number in range(1_000))
    reader.open(evaluated(results=results))
    assert reader.count == "1000 of 1000 shown"
    reader.one("#search").send_keys("q999")
    assert reader.shown == ["q999"]


def _colour(reader: Reader, selector: str, name: str) -> str:
    script = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
    return str(reader.run(script, selector, name))
