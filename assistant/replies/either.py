"""Replies of models that were asked for plain sentences and may write the JSON document all the same."""

import re
from collections.abc import Iterable, Iterator, Mapping

from assistant.replies.claims import Claim, stream_claims
from assistant.replies.structured import StructuredReply
from assistant.replies.thinking import outside_thinking

__all__ = ["claims_of_either"]

_DOCUMENT = re.compile(r"\s*(?:`{3}[a-z]{0,8}\s*)?\{\s*\"(?:statements|answered)\"", re.IGNORECASE)
_MAY_BECOME_ONE = re.compile(r"\s*(?:`{1,3}(?:[a-z]{0,8}\s*)?)?(?:\{\s*(?:\"[a-z]{0,10})?)?", re.IGNORECASE)


def claims_of_either(pieces: Iterable[str], known: Mapping[str, str], document: StructuredReply) -> Iterator[Claim]:
    """The claims of a reply in plain sentences, or in the JSON document when it begins with that.

    Args:
        pieces: The reply as it arrives. The document may stand in a code fence.
        known: Numbers and keys of passages that exist, with what each is called in a sentence.
        document: Reads the document when the reply is one.
    """
    texts = outside_thinking(pieces)
    begun = ""
    for text in texts:
        begun += text
        if not _MAY_BECOME_ONE.fullmatch(begun):
            break
    rest = _after(begun, texts)
    yield from document.claims(rest) if _DOCUMENT.match(begun) else stream_claims(rest, known)


def _after(begun: str, rest: Iterator[str]) -> Iterator[str]:
    yield begun
    yield from rest
