"""Names that links on the page go by, whatever the ids of questions and the keys of papers are."""

from urllib.parse import quote

__all__ = ["paper_anchor", "question_anchor", "source_anchor"]

_AS_TYPED = "!$&'()*+,-./:;=?@_~"
"""Besides letters and digits: what a browser leaves as it is in the fragment of an address. `|` is kept for us."""


def question_anchor(sample_id: str) -> str:
    """`q-ID`, encoded as a browser encodes what is typed after the `#`, so that both are the same name."""
    return f"q-{_encoded(sample_id)}"


def paper_anchor(key: str) -> str:
    """The paper's own entry."""
    return f"p-{_encoded(key)}"


def source_anchor(question: str, key: str) -> str:
    """The paper among the sources of the question with this anchor."""
    return f"s{question}|{_encoded(key)}"


def _encoded(text: str) -> str:
    return quote(text, safe=_AS_TYPED, errors="replace")
