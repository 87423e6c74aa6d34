"""When services are asked, what they are told, and what is kept."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.config import Config
from assistant.errors import NotLocal, UsageError
from assistant.fetching import Outside, contact_of, fetch, fetching
from assistant.fetching.hosts import HOSTS
from tests.fakes.outside import KEYS, NOW, World
from tests.fakes.services import WORKS, Asked, Services, many, refuses

COPIED = WORKS[0]
QUERIES = {
    "openalex": "openalex:notes",
    "arxiv": "arxiv:notes",
    "crossref": "crossref:notes",
    "doi": f"doi:{WORKS[2].doi}",
    "pubmed": "pubmed:notes",
    "s2": "s2:notes",
}


def whole(asked: Asked) -> str:
    """Everything that was sent."""
    return f"{asked.line} {asked.fields} {asked.headers}"


@pytest.mark.parametrize(("name", "gap"), [("arxiv", 3.0), ("pubmed", 0.34), ("s2", 1.1), ("crossref", 1.0)])
def test_requests_keep_their_distance(world: World, name: str, gap: float) -> None:
    world.services.works = many(300)
    world.fetch(f"{name}:notes", most=300)
    assert len(world.services.asked) >= 3
    assert world.waits == pytest.approx([gap] * (len(world.services.asked) - 1), abs=0.001)


def test_time_that_passes_between_pages_counts(world: World) -> None:
    world.services.works = many(200)
    for _ in fetch("arxiv:notes", outside=world.outside):
        world.now += 2  # somebody is slow in taking papers
    assert world.waits == []


def test_another_process_keeps_the_distance_too(world: World) -> None:
    world.fetch(f"arxiv:{COPIED.arxiv}")
    world.now += 1
    later = replace(world, waits=[])
    later.fetch(f"arxiv:{WORKS[1].arxiv}")
    assert later.waits == pytest.approx([2.0], abs=0.001)


def test_a_note_of_another_clock_is_not_waited_for(world: World) -> None:
    world.folder.mkdir()
    (world.folder / "arxiv.next").write_text(str(NOW + 1e6))
    world.fetch(f"arxiv:{COPIED.arxiv}")
    assert world.waits == []


def test_known_users_are_allowed_more(keyed: World) -> None:
    keyed.services.works = many(300)
    keyed.fetch("pubmed:notes", most=300)
    assert keyed.waits == pytest.approx([0.1] * 3, abs=0.001)


@pytest.mark.parametrize("query", QUERIES.values())
def test_the_contact_is_sent_when_there_is_one(world: World, query: str) -> None:
    world.fetch(query, contact="ada@example.org")
    assert all("ada@example.org" in whole(asked) for asked in world.services.asked)
    assert all("(mailto:ada@example.org)" in asked.headers["user-agent"] for asked in world.services.asked)


@pytest.mark.parametrize("query", QUERIES.values())
def test_nobody_is_named_unless_somebody_is(world: World, query: str) -> None:
    world.fetch(query)
    assert world.services.asked
    assert not [asked for asked in world.services.asked if "@" in whole(asked) or "mailto" in whole(asked)]
    assert all(asked.headers["user-agent"].startswith("citewell/") for asked in world.services.asked)


def test_pubmed_gets_the_contact_as_it_asks(world: World) -> None:
    world.fetch("pubmed:5", contact="ada@example.org")
    assert world.services.asked[0].fields["email"] == "ada@example.org"
    assert world.services.asked[0].fields["tool"] == "citewell"


def test_the_contact_comes_from_the_option_the_environment_or_the_config_file() -> None:
    config = Config(contact="config@example.org")
    environ = {"CITEWELL_CONTACT": "environ@example.org"}
    assert contact_of("option@example.org", config, environ) == "option@example.org"
    assert contact_of(None, config, environ) == "environ@example.org"
    assert contact_of(None, config, {}) == "config@example.org"
    assert contact_of(None, Config(), {}) is None


@pytest.mark.parametrize("address", ["ada", "ada@", "a b@example.org", "ada@example.org\r\nX-Evil: 1", "<ada@x.org>"])
def test_what_is_no_address_is_refused_before_anything_is_sent(world: World, address: str) -> None:
    with pytest.raises(UsageError, match="no e-mail address"):
        fetch("pubmed:5", contact=address, outside=world.outside)
    assert world.services.asked == []


@pytest.mark.parametrize("query", QUERIES.values())
def test_offline_sends_nothing(world: World, query: str) -> None:
    with pytest.raises(NotLocal, match="ruled out"):
        fetch(query, offline=True, outside=world.outside)
    assert world.services.asked == []


def test_nothing_is_sent_before_a_paper_is_taken(world: World) -> None:
    fetch("arxiv:notes", outside=world.outside)
    assert world.services.asked == []


def test_no_papers_cannot_be_asked_for(world: World) -> None:
    with pytest.raises(UsageError, match="above 0"):
        fetch("arxiv:notes", most=0, outside=world.outside)


@pytest.mark.parametrize(
    ("name", "secret"), [("openalex", "alex-secret"), ("s2", "s2-secret"), ("pubmed", "ncbi-secret")]
)
def test_a_key_goes_to_its_service_and_in_no_address(keyed: World, name: str, secret: str) -> None:
    keyed.fetch(QUERIES[name])
    assert keyed.services.asked
    for asked in keyed.services.asked:
        assert secret in whole(asked)
        assert secret not in asked.line
        assert not [other for other in KEYS.values() if other != secret and other in whole(asked)]


@pytest.mark.parametrize("query", QUERIES.values())
def test_a_server_that_stands_in_for_the_services_gets_no_key(keyed: World, query: str) -> None:
    outside = replace(keyed.outside, addresses={}, environ={**KEYS, "CITEWELL_SERVICES": keyed.services.address + "/"})
    list(fetch(query, outside=outside))
    assert keyed.services.asked
    assert "secret" not in str([whole(asked) for asked in keyed.services.asked])


def test_a_stand_in_has_an_address() -> None:
    with pytest.raises(UsageError, match="CITEWELL_SERVICES"):
        fetch("pubmed:5", outside=Outside(environ={"CITEWELL_SERVICES": "localhost:80"}))


@pytest.mark.parametrize("query", QUERIES.values())
@pytest.mark.parametrize("status", [400, 401, 403, 418, 429, 500])
def test_no_key_is_in_any_message(keyed: World, query: str, status: int) -> None:
    said = '{"error": "bad key alex-secret s2-secret ncbi-secret"}'
    keyed.services.faults.extend([refuses(status, body=said)] * 9)
    notes: list[str] = []
    found = keyed.fetch(query, on_note=notes.append)
    assert "secret" not in f"{found} {notes}"


def test_what_was_fetched_today_is_not_asked_for_again(world: World) -> None:
    world.services.works = many(150)
    first = world.fetch("openalex:notes")
    asked = len(world.services.asked)
    assert world.fetch("openalex:notes") == first
    assert len(world.services.asked) == asked == 2


def test_tomorrow_it_is(world: World) -> None:
    world.fetch(QUERIES["s2"])
    world.now += 24 * 60 * 60
    world.fetch(QUERIES["s2"])
    assert len(world.services.asked) == 2


def test_fresh_asks_again_and_keeps_what_it_gets(world: World) -> None:
    query = f"pubmed:{COPIED.pmid}"
    world.fetch(query)
    world.services.works = (replace(COPIED, abstract="Another abstract."),)
    assert world.only(query).abstract == COPIED.abstract
    assert world.only(query, fresh=True).abstract == "Another abstract."
    assert world.only(query).abstract == "Another abstract."


def test_old_answers_are_forgotten(world: World) -> None:
    world.fetch(f"pubmed:{COPIED.pmid}")
    [old] = world.folder.glob("*.answer")
    world.now += 25 * 60 * 60
    world.fetch("pubmed:9")
    assert not old.exists()
    assert len(list(world.folder.glob("*.answer"))) == 1


def test_a_damaged_answer_is_asked_for_again(world: World) -> None:
    query = f"openalex:{COPIED.openalex}"
    record = world.only(query)
    [kept] = world.folder.glob("*.answer")
    kept.write_bytes(kept.read_bytes()[:40])
    os.utime(kept, (NOW, NOW))
    assert world.only(query) == record
    assert len(world.services.asked) == 2


def test_neither_key_nor_contact_is_kept(keyed: World) -> None:
    for query in QUERIES.values():
        keyed.fetch(query, contact="ada@example.org")
    kept = " ".join(f"{path} {path.read_text()}" for path in keyed.folder.iterdir())
    assert "secret" not in kept
    assert "ada@" not in kept


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_what_is_kept_is_for_its_owner(world: World) -> None:
    world.fetch(QUERIES["s2"])
    assert world.folder.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_is_no_hindrance(world: World, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    blocked = replace(world, folder=tmp_path / "file" / "fetched")
    assert blocked.only(f"arxiv:{COPIED.arxiv}").title == COPIED.title
    assert blocked.only(f"arxiv:{COPIED.arxiv}").title == COPIED.title
    assert blocked.waits == pytest.approx([], abs=0.001) or blocked.waits == pytest.approx([3.0], abs=0.001)


def test_each_service_has_a_host(services: Services) -> None:
    assert set(HOSTS) == set(services.addresses) == set(fetching._SERVICES)
    assert all(host.address.startswith("https://") for host in HOSTS.values())


@pytest.mark.parametrize("key", ["schlüssel", "two words", "line\nX-Evil: 1"])
def test_what_is_no_key_is_refused_without_being_shown(world: World, key: str) -> None:
    with pytest.raises(UsageError, match=r"What \$S2_API_KEY holds is no key") as refused:
        fetch("pubmed:5", outside=replace(world.outside, environ={"S2_API_KEY": key}))
    assert key not in str(refused.value)
