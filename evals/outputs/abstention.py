"""Whether an answer of another system says that there is none.

It does when it is empty, or when it cites nothing and each of its sentences says so in one of the ways below or is a
courtesy. What is not recognised counts as an answer: a system gains nothing by a refusal that is read as one wrongly.
The ways, each tried on a sentence in lower case:

- "I cannot answer", "unable to answer", "cannot be answered", "it is not possible to answer";
- "I do not know", "I could not find ...", "I do not have (enough) information ...", with "I" or "we are/were unable";
- "no relevant information", "no information ... found / provided / available", "not enough information";
- "the provided documents (passages, context, search results, ...) do not contain (mention, answer, ...)";
- "the documents do not provide information", "cannot be determined from the text", "is not stated in the passages";
- "there is no answer", "unanswerable", "no answer", "n/a" as the whole sentence.

"We did not find a difference" is a finding and no abstention.
"""

import re
from collections.abc import Sequence

from assistant.types import Statement

__all__ = ["says_nothing"]

_NOT = r"(?:cannot|can ?not|can't|could not|couldn't|(?:am|is|are|was|were|i'm|we're|been) (?:not able|unable) to)"
_DO_NOT = r"(?:do not|don't|does not|doesn't|did not|didn't)"
_SOME = r"(?:\w+ ){0,3}"
_GIVEN = r"(?:provided|given|retrieved|available|above|supplied|listed|search|your|these|library|context)"
_TEXTS = (
    r"(?:documents?|passages?|papers?|sources?|contexts?|results?|excerpts?|abstracts?|texts?|information|library"
    r"|articles?|references|snippets?)"
)
_INFORMATION = r"(?:information|answers?|documents?|passages?|papers?|context|sources?|details)"
_ABSTAINS = re.compile(
    rf"\b{_NOT} (?:be )?(?:fully |directly |definitively |really )?answer(?:ed)?\b"
    rf"|\b(?:not possible|impossible|unable) to (?:\w+ )?answer\b"
    rf"|\bi (?:\w+ ){{0,2}}(?:{_NOT}|{_DO_NOT}) {_SOME}(?:find|locate|know|have)\b"
    rf"|\bi(?:'m| am| was) (?:not able|unable) to (?:find|locate|provide|determine)\b"
    rf"|\bwe (?:are|were) unable to (?:find|locate) {_SOME}{_INFORMATION}\b"
    rf"|\bno relevant {_INFORMATION}\b"
    rf"|\b(?:no|insufficient|not enough) {_SOME}information (?:\w+ ){{0,2}}"
    r"(?:found|provided|available|given|about|on|regarding|to answer)\b"
    rf"|\bnot enough information\b"
    rf"|\b(?:{_GIVEN} (?:\w+ )?{_TEXTS}|{_TEXTS} (?:\w+ )?{_GIVEN}|context|search results) {_SOME}"
    rf"{_DO_NOT} {_SOME}(?:contain|provide|mention|include|answer|address|have|discuss|specify|say|state)\b"
    rf"|\A(?:the |these )?{_TEXTS} {_DO_NOT} (?:contain|provide|include|have|give) {_SOME}{_INFORMATION}\b"
    rf"|\b{_NOT} be (?:determined|found|answered|inferred) (?:from|in|based on|using) {_SOME}{_TEXTS}\b"
    rf"|\b(?:is|are) not (?:mentioned|stated|specified|given|provided|discussed) in {_SOME}{_TEXTS}\b"
    r"|\bthere is no answer\b"
    r"|\A(?:unanswerable|not answerable|no answer(?: found)?|n/a)\W*\Z"
)
_COURTESY = re.compile(
    r"\A(?:sorry|i(?:'m| am) sorry|i apologi[sz]e|please|if you|let me know|would you|could you|can you"
    r"|it would be|thank you)\b"
)


def says_nothing(text: str, statements: Sequence[Statement]) -> bool:
    """Whether an answer, read as these statements, is an abstention."""
    if not text.strip():
        return True
    if not statements or any(statement.citations for statement in statements):
        return False
    sentences = [" ".join(statement.text.lower().replace("’", "'").split()) for statement in statements]
    abstains = [bool(_ABSTAINS.search(sentence)) for sentence in sentences]
    return any(abstains) and all(
        does or _COURTESY.match(sentence) for does, sentence in zip(abstains, sentences, strict=True)
    )
