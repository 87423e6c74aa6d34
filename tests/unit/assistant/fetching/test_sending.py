import time
from contextlib import closing

import pytest

from assistant.fetching.sending import LedAwayError, Letter, Reply, Sender, _next_address
from tests.fakes.services import Services, leads_to


def answer(status: int, location: str) -> Reply:
    return Reply(status=status, headers={"location": location}, body=b"")


def sent(letter: Letter) -> Reply:
    with closing(Sender(clock=time.monotonic)) as sender:
        return sender.send(letter)


def test_a_letter_is_led_on_to_a_known_host_without_its_secrets(services: Services) -> None:
    with Services() as other:
        services.faults.append(leads_to(f"{other.address}/openalex/works/W101"))
        letter = Letter(
            url=f"{services.address}/doi/10.5555/x",
            headers={"Accept": "application/json"},
            secret_headers={"Authorization": "secret"},
            params=(("a", "b"),),
            leads_to=frozenset({other.address.removeprefix("http://")}),
        )
        assert sent(letter).status == 200
        assert services.asked[0].headers["authorization"] == "secret"
        assert services.asked[0].fields == {"a": "b"}
        assert "authorization" not in other.asked[0].headers
        assert other.asked[0].headers["accept"] == "application/json"
        assert other.asked[0].fields == {}


def test_a_form_stays_a_form_on_its_own_host(services: Services) -> None:
    services.faults.append(leads_to("/pubmed/entrez/eutils/efetch.fcgi", 307))
    letter = Letter(url=f"{services.address}/pubmed/old", form={"id": "30000101", "api_key": "secret"})
    assert sent(letter).status == 200
    assert [asked.fields["api_key"] for asked in services.asked] == ["secret", "secret"]


LETTER = Letter(url="https://doi.org/10.1/x", leads_to=frozenset({"data.crosscite.org"}))
FORM = Letter(url="https://doi.org/10.1/x", form={}, leads_to=LETTER.leads_to)


@pytest.mark.parametrize("location", ["https://data.crosscite.org/10.1/x", "https://doi.org/y", "/y", "//doi.org/y"])
def test_where_a_letter_may_be_led(location: str) -> None:
    assert _next_address(LETTER, LETTER.url, answer(302, location)).startswith("https://")


@pytest.mark.parametrize(
    "location",
    [
        "http://data.crosscite.org/10.1/x",
        "http://doi.org/y",
        "https://doi.org:8443/y",
        "https://doi.org.example/y",
        "https://doi.org@example.com/y",
        "file:///etc/passwd",
        "https://127.0.0.1/",
    ],
)
def test_where_it_may_not(location: str) -> None:
    with pytest.raises(LedAwayError):
        _next_address(LETTER, LETTER.url, answer(302, location))


@pytest.mark.parametrize(("status", "location"), [(302, "/y"), (307, "https://data.crosscite.org/y")])
def test_a_form_is_not_sent_to_others_nor_turned_into_a_question(status: int, location: str) -> None:
    with pytest.raises(LedAwayError):
        _next_address(FORM, FORM.url, answer(status, location))
