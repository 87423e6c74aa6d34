"""Whatever a service sends, it is read as papers or turned down; nothing is raised."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.fetching.arxiv import Arxiv
from assistant.fetching.crossref import Crossref
from assistant.fetching.exchange import Answer, Request, Service
from assistant.fetching.openalex import OpenAlex
from assistant.fetching.pubmed import PubMed
from assistant.fetching.queries import parsed
from assistant.fetching.semantic_scholar import SemanticScholar
from assistant.types import Record, Skipped
from tests.contracts.reader_contract import damaged
from tests.fakes.service_answers import SERVICES, WORKS, Asked, Catalogue

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 3000) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
JSON_QUERIES: list[tuple[str, Service]] = [
    ("openalex:W101", OpenAlex()),
    ("openalex:citing", OpenAlex()),
    (f"crossref:{WORKS[0].doi}", Crossref()),
    ("crossref:citing", Crossref()),
    ("pubmed:citing", PubMed()),
    (f"s2:{WORKS[0].s2}", SemanticScholar()),
    ("s2:citing", SemanticScholar()),
]
XML_QUERIES: list[tuple[str, Service]] = [
    (f"arxiv:{WORKS[0].arxiv},{WORKS[1].arxiv}", Arxiv()),
    ("arxiv:citing", Arxiv()),
    (f"pubmed:{WORKS[0].pmid},5", PubMed()),
]


def sample(request: Request) -> str:
    """What the service answers."""
    asked = Asked(
        service=request.host, method="GET", path=request.path, line="", fields=dict(request.params), headers={}
    )
    return SERVICES[request.host](Catalogue(), asked)[1]


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to all values inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(found for name, one in inner for found in places(one, (*way, name)))]


def changed(value: Any, way: tuple[Any, ...], new: Any) -> Any:
    """A value with another one at a place in it."""
    if not way:
        return new
    copy = value.copy()
    copy[way[0]] = changed(value[way[0]], way[1:], new)
    return copy


def read(service: Service, text: str, request: Request, body: str, status: int = 200) -> None:
    """Read an answer as the asker does."""
    answer = Answer(status=status, body=body.encode())
    if status == 200 and (service.problem(request, answer) or (request.form == "json" and answer.json is None)):
        return
    for item in service.read(parsed(text), request, answer).items:
        assert isinstance(item, Record | Skipped)
        assert not isinstance(item, Record) or item.title


@pytest.mark.parametrize(("text", "service"), JSON_QUERIES)
def test_json_of_any_kind_is_read_or_turned_down(text: str, service: Service) -> None:
    request = service.begin(parsed(text), 5)
    whole = json.loads(sample(request))

    @settings(deadline=None)
    @given(way=st.sampled_from(places(whole)[1:]), new=ANY_JSON)
    def check(way: tuple[Any, ...], new: object) -> None:
        read(service, text, request, json.dumps(changed(whole, way, new)))

    check()


@pytest.mark.parametrize(("text", "service"), XML_QUERIES)
def test_xml_of_any_kind_is_read_or_turned_down(text: str, service: Service) -> None:
    request = service.begin(parsed(text), 5)

    @settings(deadline=None)
    @given(body=damaged(sample(request)))
    def check(body: str) -> None:
        read(service, text, request, body)

    check()


@pytest.mark.parametrize(("text", "service"), JSON_QUERIES + XML_QUERIES)
@pytest.mark.parametrize("status", [400, 404, 410])
@pytest.mark.parametrize("body", ["", "Resource not found.", '{"error": {"deep": [1]}}', "<feed/>", "<html>"])
def test_a_refusal_is_said(text: str, service: Service, status: int, body: str) -> None:
    read(service, text, service.begin(parsed(text), 5), body, status)
