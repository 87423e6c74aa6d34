"""From the text of somebody else's answer to sentences and what each one cites.

Reading is the same for every way of counting. `assistant.replies.claims` does it, so that an answer of Citewell's own
model and one of another system are read by the same rules:

- a sentence ends where `vectorstore.sentences` says; each item of a list is one, headings and <think> parts are none;
- citations are numbers in square brackets: `[1]`, `[1, 2]`, `[1][2]`, `[1-3]`, `[Document 1]`, and ids of the documents
  in square brackets. `[0]` and numbers beyond the documents are citations too, of something that is not there.
  `[0, 1]` cites two documents and is no interval. Numbers of four digits are years. `(1)` cites nothing;
- a marker after the full stop belongs to the sentence before it; an id counts once for each sentence;
- a reference list at the end, under a line that says so, and the signs with which models end are left out; what
  stands under such a line is read where nothing stands above it;
- a sentence of more than 2,000 characters is cut there.
"""

import re
from collections.abc import Iterable, Mapping

from assistant.replies.claims import claims_in
from assistant.types import Citation, Statement, Verdict

__all__ = ["listed_statements", "prose_of", "statements_of"]

NOT_JUDGED = Verdict(label="unverifiable", score=0.0, judge="", reason="not judged")
_SIGNS = re.compile(r"<\|[a-z_]{1,30}\|>|</?s>|\[/?Response_(?:Start|End)\]")
_REFERENCE_LIST = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]*)?(?:\*\*)?(?:References|Bibliography|Works cited|Sources)[ \t]*:?(?:\*\*)?[ \t]*:?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_COMMA = re.compile(r",(?![^\[\]]*\])")


def statements_of(text: str, keys: Mapping[str, str], *, sample_id: str) -> tuple[Statement, ...]:
    """Split an answer into sentences with their citations, none of them judged.

    Args:
        text: The answer as its system wrote it.
        keys: Each document's id as written, such as `1`, to its unique key, such as `q7/1`.
        sample_id: What the key of an id that is not in `keys` starts with: `[9]` becomes `q7/9`, which no document has.
    """
    # Numbers are read whether known or not. They are not made known here, or `Section 5(1).` would cite; 0 is, so that
    # `[0, 1]` is no interval.
    known = {"0", *(name for name in keys if not name.isdecimal())}
    return tuple(
        Statement(text=claim.text, citations=_citations(claim.cites, keys, f"{sample_id}/"), verdict=NOT_JUDGED)
        for claim in claims_in(prose_of(text), known)
    )


def listed_statements(text: str, question: str, keys: Mapping[str, str], *, sample_id: str) -> tuple[Statement, ...]:
    """Read an answer that is a list of names with commas between, as QAMPARI asks for.

    As in ALCE's definition each name is a statement together with the question. Commas in brackets do not part names.
    """
    names = _COMMA.split(prose_of(text).strip().rstrip(".,"))
    found: list[Statement] = []
    for name in names:
        parts = statements_of(name.strip(), keys, sample_id=sample_id)
        if parts:
            citations = {citation.key: citation for part in parts for citation in part.citations}
            said = " ".join(part.text for part in parts)
            found.append(Statement(text=f"{question} {said}", citations=tuple(citations.values()), verdict=NOT_JUDGED))
    return tuple(found)


def prose_of(text: str) -> str:
    """The answer without the reference list at its end and without the signs with which models end."""
    plain = _SIGNS.sub(" ", text)
    lists = list(_REFERENCE_LIST.finditer(plain))
    before = plain[: lists[-1].start()] if lists else plain
    return before if before.strip() else plain


def _citations(names: Iterable[str], keys: Mapping[str, str], invented: str) -> tuple[Citation, ...]:
    """Each document once, in order of first citation."""
    # Keys of documents have no slash after the sample's id, so that what is invented never meets one.
    found = dict.fromkeys(keys.get(name) or invented + name.replace("/", "_") for name in names)
    return tuple(Citation(key=key, quote="", start=0, end=0) for key in found)
