"""The services: where they are, and what they ask of those who use them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A service as its documentation describes it."""

    title: str
    address: str
    gap: float
    """Seconds between the beginnings of two requests."""
    known_gap: float
    """The same for those who say who they are: with a key where there are keys, else with a contact address."""
    key: str | None = None
    """The variable of the environment with the user's key."""
    key_header: str = ""
    """The header that carries it; empty when it is sent in a form."""
    key_prefix: str = ""
    hint: str = ""
    """What helps when the service answers no more."""
    form: bool = False
    """Requests are sent as forms (POST), with the contact and the key among the fields."""
    leads_to: frozenset[str] = frozenset()
    """Other hosts that it may send a request on to, all by HTTPS."""


HOSTS: Mapping[str, Host] = {
    "openalex": Host(
        title="OpenAlex",
        address="https://api.openalex.org",
        gap=0.2,
        known_gap=0.1,
        key="OPENALEX_API_KEY",
        key_header="Authorization",
        key_prefix="Bearer ",
        hint="Without a key it answers a few searches a day; a free one is at openalex.org/settings/api: "
        "set OPENALEX_API_KEY.",
    ),
    "arxiv": Host(title="arXiv", address="https://export.arxiv.org", gap=3.0, known_gap=3.0),
    "crossref": Host(
        title="Crossref",
        address="https://api.crossref.org",
        gap=1.0,
        known_gap=0.35,
        hint="It answers sooner those who give a contact address: --contact.",
    ),
    "doi": Host(
        title="doi.org",
        address="https://doi.org",
        gap=1.0,
        known_gap=1.0,
        leads_to=frozenset(
            "www.doi.org dx.doi.org api.crossref.org data.crosscite.org data.datacite.org api.datacite.org "
            "data.medra.org".split()
        ),
    ),
    "pubmed": Host(
        title="PubMed",
        address="https://eutils.ncbi.nlm.nih.gov",
        gap=0.34,
        known_gap=0.1,
        key="NCBI_API_KEY",
        form=True,
    ),
    "s2": Host(
        title="Semantic Scholar",
        address="https://api.semanticscholar.org",
        gap=1.1,
        known_gap=1.1,
        key="S2_API_KEY",
        key_header="x-api-key",
        hint="All who ask without a key share one allowance; with a key of your own set S2_API_KEY.",
    ),
}
