"""Services that mean harm, or others that answer in their place."""

import gzip
import json
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from assistant.errors import UsageError
from assistant.types import Record, Skipped
from tests.fakes.outside import World
from tests.fakes.services import Fault, Services, _Handler, refuses, says


def packed(body: bytes, encoding: str) -> Fault:
    """An answer whose bytes are packed as the header says."""

    def fault(handler: _Handler) -> None:
        handler.send_response(200)
        for name, value in (("Content-Encoding", encoding), ("Content-Length", str(len(body)))):
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return fault


@pytest.mark.parametrize("encoding", ["gzip, gzip", "gzip,gzip,gzip", "br"])
def test_what_is_packed_twice_is_not_unpacked(encoding: str, world: World) -> None:
    body = gzip.compress(gzip.compress(b"0" * 1_000_000))
    world.services.faults.extend([packed(body, encoding)] * 4)
    assert "packed its answer" in world.failure("openalex:owls")


def test_what_is_packed_once_is_read(world: World) -> None:
    work = {"id": "https://openalex.org/W1", "title": "Owls"}
    body = gzip.compress(json.dumps({"results": [work], "meta": {"count": 1}}).encode())
    world.services.faults.append(packed(body, "gzip"))
    assert world.only("openalex:owls").title == "Owls"


def test_nobody_is_known_again_by_a_cookie(world: World) -> None:
    world.services.faults.append(refuses(503, Set_Cookie="who=ada; Path=/"))
    world.fetch("openalex:citing")
    assert len(world.services.asked) > 1
    assert not any("cookie" in asked.headers for asked in world.services.asked)


MANY_DIGITS = "9" * 5000


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("pubmed:owls", json.dumps({"esearchresult": {"count": MANY_DIGITS, "idlist": []}})),
        ("arxiv:owls", f"<feed><totalResults>{MANY_DIGITS}</totalResults></feed>"),
        ("crossref:owls", json.dumps({"message": {"items": [], "total-results": MANY_DIGITS}})),
    ],
)
def test_a_count_that_is_too_long_to_be_read(query: str, body: str, world: World) -> None:
    world.services.faults.append(says(body))
    assert isinstance(world.only(query), Skipped)


def test_a_search_ends_when_pages_without_papers_do_not(world: World) -> None:
    numbers = count()

    def page(handler: _Handler) -> None:
        works = [{"id": f"https://openalex.org/W{next(numbers)}"} for _ in range(100)]
        handler.send(200, json.dumps({"results": works, "meta": {"next_cursor": f"c{next(numbers)}"}}), "text/json")

    world.services.faults.extend([page] * 20)
    items = world.fetch("openalex:owls", most=500)
    assert (len(world.services.asked), len(items)) == (1, 100)


def test_pubmed_is_not_asked_for_more_numbers_than_are_wanted(world: World) -> None:
    found: dict[str, Any] = {"esearchresult": {"count": "3000", "idlist": [str(number) for number in range(3000)]}}
    world.services.faults.append(says(json.dumps(found)))
    world.fetch("pubmed:owls", most=2)
    assert [asked.fields.get("id") for asked in world.services.asked] == [None, "0,1"]


@pytest.mark.parametrize(
    "contact", ["ü@example.org", "ada\x01@example.org", "ada@example.org\r\nX: y", "ada@example.org\x7f", "@a.b", "a@b"]
)
def test_a_contact_that_no_header_can_carry(contact: str, world: World) -> None:
    with pytest.raises(UsageError, match="is no e-mail address"):
        world.fetch("openalex:owls", contact=contact)
    assert world.services.asked == []


def test_a_server_that_stood_in_does_not_speak_for_the_service_later(world: World) -> None:
    work = {"id": "https://openalex.org/W101", "title": "Forged"}
    with Services() as stand_in:
        stand_in.faults.append(says(json.dumps(work)))
        assert replace(world, services=stand_in).only("openalex:W101").title == "Forged"
    item = world.only("openalex:W101")
    assert isinstance(item, Record)
    assert item.title != "Forged"
