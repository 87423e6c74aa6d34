"""What is said and kept when a service fails."""

import json
from collections.abc import Callable
from email.utils import formatdate

import httpx2
import pytest

from assistant.fetching import sending
from assistant.guards.offline import nothing_leaves
from assistant.types import Record, Skipped
from tests.fakes.outside import NOW, World
from tests.fakes.services import (
    WORKS,
    Fault,
    Services,
    breaks_off,
    leads_to,
    many,
    refuses,
    says,
    says_nothing,
    web_page,
)

COPIED = WORKS[0]
QUERY = f"openalex:{COPIED.openalex}"
QUERIES = (
    QUERY,
    f"arxiv:{COPIED.arxiv}",
    f"doi:{COPIED.doi}",
    "crossref:citing",
    f"pubmed:{COPIED.pmid}",
    "pubmed:citing",
    f"s2:{COPIED.s2}",
    "openalex:citing",
    "arxiv:citing",
    "s2:citing",
)


def asked_again(world: World, query: str, fault: Fault) -> None:
    world.services.faults.extend([fault, fault])
    notes: list[str] = []
    found = world.fetch(query, on_note=notes.append)
    assert [item.title for item in found if isinstance(item, Record)] == [COPIED.title]
    assert len([note for note in notes if "asking again in" in note]) == 2
    assert sum(world.waits) >= 3


@pytest.mark.parametrize("status", [403, 408, 429, 500, 502, 503, 504])
def test_what_passes_is_asked_again(world: World, status: int) -> None:
    asked_again(world, QUERY, refuses(status))


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("fault", [breaks_off(), says('{"resu'), says("<feed><ent"), says("")])
def test_what_is_cut_off_is_asked_for_again(world: World, query: str, fault: Fault) -> None:
    asked_again(world, query, fault)


def test_it_is_asked_four_times_in_all(world: World) -> None:
    world.services.faults.extend([refuses(502)] * 9)
    assert "OpenAlex has a fault (status 502). Try again later." in world.failure(QUERY)
    assert len(world.services.asked) == 4
    assert 1 + 2 + 4 <= sum(world.waits) <= 2 + 3 + 5 + 3 * 3


@pytest.mark.parametrize("said", ["7", lambda: formatdate(NOW + 7, usegmt=True)])
def test_the_service_says_how_long_to_wait(world: World, said: str | Callable[[], str]) -> None:
    world.services.faults.append(refuses(429, retry_after=said if isinstance(said, str) else said()))
    assert world.only(QUERY).title == COPIED.title
    assert world.waits == pytest.approx([7.0], abs=0.01)


def test_a_long_wait_is_not_waited_for(world: World) -> None:
    world.services.faults.append(refuses(429, retry_after="3600"))
    reason = world.failure(QUERY)
    assert "OpenAlex refuses more requests for now (status 429) and asks to wait 3,600 s" in reason
    assert "a free one is at openalex.org/settings/api: set OPENALEX_API_KEY." in reason
    assert world.waits == []


@pytest.mark.parametrize("said", ["soon", "-5", "", "1e400", "Mon, 99 Foo 2026"])
def test_a_wait_that_is_none_is_not_believed(world: World, said: str) -> None:
    world.services.faults.append(refuses(503, retry_after=said))
    assert world.only(QUERY).title == COPIED.title
    assert 1 <= world.waits[0] <= 2


def test_who_has_a_key_is_not_told_to_get_one(keyed: World) -> None:
    keyed.services.faults.extend([refuses(429)] * 9)
    assert "settings/api" not in keyed.failure(QUERY)


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_accepted_is_named_by_its_variable(keyed: World, status: int) -> None:
    keyed.services.faults.append(refuses(status))
    assert "does not accept the key in S2_API_KEY" in keyed.failure(f"s2:{COPIED.s2}")
    assert len(keyed.services.asked) == 1


@pytest.mark.parametrize("query", QUERIES)
def test_a_web_page_is_no_record(world: World, query: str) -> None:
    world.services.faults.append(web_page())
    assert "answered with a web page" in world.failure(query)
    assert len(world.services.asked) == 1


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize(
    "body", ['{"surprise": 1}', "[1, 2]", "null", "<a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"]
)
def test_an_answer_without_what_was_asked_for_is_none(world: World, query: str, body: str) -> None:
    world.services.faults.extend([says(body)] * 4)
    assert "sent an answer" in world.failure(query)


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_merged_work_is_followed_on_its_own_host(world: World, status: int) -> None:
    world.services.faults.append(leads_to(f"/openalex/works/{COPIED.openalex}", status))
    assert world.only("openalex:W7").source == "openalex:W101"


@pytest.mark.parametrize(
    "query", [QUERY, f"arxiv:{COPIED.arxiv}", f"pubmed:{COPIED.pmid}", f"doi:{COPIED.doi}", f"s2:{COPIED.s2}"]
)
def test_no_service_leads_elsewhere(keyed: World, query: str) -> None:
    with Services() as elsewhere:
        keyed.services.faults.append(leads_to(f"{elsewhere.address}/openalex/works/W101"))
        assert f"leads to {elsewhere.address.removeprefix('http://')}, which is not its own" in keyed.failure(query)
        assert elsewhere.asked == []


def test_a_registrar_that_only_has_pages_is_named(world: World) -> None:
    world.services.faults.extend([None, leads_to("https://publisher.example/article/5")])
    reason = world.failure(f"doi:{WORKS[2].doi}")
    assert "doi.org leads to publisher.example" in reason
    assert "export the citation there" in reason


def test_a_circle_ends(world: World) -> None:
    world.services.faults.extend([leads_to("/openalex/works/W101")] * 9)
    assert "again and again" in world.failure(QUERY)


@pytest.mark.parametrize("location", ["http://[::1", "ftp://127.0.0.1/x", "", "http://127.0.0.1:99999/x"])
def test_an_odd_address_is_led_to_by_nobody(world: World, location: str) -> None:
    world.services.faults.extend([leads_to(location)] * 9)
    assert "leads to" in world.failure(QUERY)


def test_a_service_that_is_not_there_is_tried_twice(world: World) -> None:
    world.services.__exit__(None, None, None)
    assert "OpenAlex cannot be used: it cannot be reached. Is this machine connected?" in world.failure(QUERY)
    assert len(world.waits) == 1


def test_silence_is_not_waited_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_READ_SECONDS", 0.02)
    world.services.faults.extend([says_nothing()] * 4)
    assert "it was silent for too long" in world.failure(QUERY)


def test_an_answer_takes_its_time_only_so_long(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SECONDS", -1.0)
    assert "it had not ended its answer" in world.failure(QUERY)


def test_an_answer_that_never_ends_is_not_read_to_its_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "MOST_BYTES", 100)
    assert "sent more than can be read" in world.failure(QUERY)


def test_an_odd_status_is_said(world: World) -> None:
    world.services.faults.append(refuses(418))
    assert "OpenAlex refuses the request (status 418)" in world.failure(QUERY)


def test_what_came_before_a_failure_is_kept_and_not_asked_for_again(world: World) -> None:
    world.services.works = many(300)
    world.services.faults.extend([None, None, *[refuses(500)] * 4])
    found = world.fetch("crossref:notes", most=300)
    assert len([item for item in found if isinstance(item, Record)]) == 200
    failure = found[-1]
    assert isinstance(failure, Skipped)
    assert failure.source == "crossref:notes"
    assert "Before that 200 of 300 papers came. The same command goes on from there" in failure.reason
    asked = len(world.services.asked)
    assert [item.title for item in world.fetch("crossref:notes", most=300)] == [work.title for work in many(300)]  # type: ignore[union-attr]  # because a Skipped fails here
    assert len(world.services.asked) == asked + 1


@pytest.mark.parametrize("name", ["openalex", "arxiv", "crossref", "s2"])
def test_a_service_that_turns_in_a_circle_is_left(world: World, name: str) -> None:
    world.services.works = many(400)
    first = world.services.found("notes")[:100]
    world.services.found = lambda words: first * 4  # type: ignore[method-assign]  # because every page is the first
    assert len(world.fetch(f"{name}:notes", most=400)) == 100
    assert len(world.services.asked) == 2


def test_an_empty_page_of_arxiv_is_asked_for_again(world: World) -> None:
    world.services.works = many(150)
    empty = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">'
        "<o:totalResults>150</o:totalResults></feed>"
    )
    world.services.faults.extend([None, says(empty, kind="application/atom+xml")])
    assert len(world.fetch("arxiv:notes")) == 150


def test_loopback_is_no_other_machine(world: World) -> None:
    with nothing_leaves():
        assert world.only(QUERY).title == COPIED.title


def test_a_wrong_key_of_pubmed_is_told_from_a_wrong_search(keyed: World) -> None:
    keyed.services.faults.append(refuses(400, body='{"error":"API key invalid","api-key":"ncbi-secret"}'))
    assert "PubMed does not accept the key in NCBI_API_KEY (status 400)" in keyed.failure("pubmed:citing")


@pytest.mark.parametrize("name", ["openalex", "arxiv", "crossref", "pubmed", "s2"])
def test_a_search_that_is_turned_down_is_no_failure_of_the_service(world: World, name: str) -> None:
    world.services.faults.append(refuses(400, body='{"error": "Invalid query"}'))
    skipped = world.only(f"{name}:a ( b")
    assert "does not understand this search" in skipped.reason
    assert not skipped.failed


def test_a_services_words_are_short_harmless_and_without_keys(keyed: World) -> None:
    said = {"esearchresult": {"ERROR": "bad\x1b[31m \n ncbi-secret " + "word " * 500}}
    keyed.services.faults.append(says(json.dumps(said)))
    reason = keyed.only("pubmed:citing").reason
    assert "(bad [key] word" in reason
    assert len(reason) < 300
    assert reason.isprintable()


@pytest.mark.parametrize(
    ("variable", "address"),
    [("ALL_PROXY", "socks5://127.0.0.1:9"), ("HTTP_PROXY", "http://[::1"), ("HTTPS_PROXY", "gopher://127.0.0.1")],
)
def test_a_proxy_that_cannot_be_used_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch, variable: str, address: str
) -> None:
    monkeypatch.setenv(variable, address)
    assert "OpenAlex cannot be asked" in world.failure(QUERY)


def test_a_certificate_that_nobody_trusts_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def distrust(*_: object) -> None:
        raise httpx2.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate")

    monkeypatch.setattr(sending.Sender, "_exchange", distrust)
    assert "shows a certificate that this machine does not trust" in world.failure(QUERY)


def test_a_registrar_without_records_for_programs_is_said(world: World) -> None:
    world.services.faults.extend([None, refuses(406)])
    assert "no record that a program can read" in world.only(f"doi:{WORKS[2].doi}").reason
