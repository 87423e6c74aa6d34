"""Papers from the public services: OpenAlex, arXiv, Crossref and DOI registrars, PubMed, Semantic Scholar."""

from assistant.fetching.contact import contact_of
from assistant.fetching.fetching import fetch
from assistant.fetching.outside import Outside
from assistant.fetching.queries import is_query

__all__ = ["Outside", "contact_of", "fetch", "is_query"]
