"""Where a sentence may end early: at the end of a clause, when what follows changes nothing in what comes before."""

import re

__all__ = ["ITEM", "balanced", "label_of", "shortened", "without_pointer"]

_BOUNDARY = re.compile(
    r"[;:](?=\s)|\s[–—](?=\s)|,(?=\s+(?:which|where|whose|thereby|thus|hence|enabling|allowing|leading to|resulting in"
    r"|making|achieving|outperforming|demonstrating|showing|yielding|providing|as well as|e\.g\.|such as|including)\b)"
    r"|,(?=\s+and\s+(?:we|it|they|(?:[a-z]+ly\s+|also\s+|then\s+)?(?:show|demonstrate|evaluate|propose|introduce|present"
    r"|describe|find|discuss|provide|analy[sz]e|report|release|compare|apply|conclude|argue|investigate|study)s?)\b)"
)
_MATTERS = re.compile(
    r"\b(?:if|unless|when|whenever|whether|only|but|however|although|though|except|excluding|while|whereas|no|not|never"
    r"|none|neither|nor|cannot|without|may|might|could|would|should|can|possibly|perhaps|likely|potential(?:ly)?"
    r"|seems?|appears?|suggests?|suggesting|under|provided|given|assuming|despite|costs?|some|sometimes|often|partly"
    r"|partial(?:ly)?|limited|until|fails?|failed|lacks?|lacking|hardly|rarely|yet|rather|instead|unlike|at least"
    r"|at most|up to|restricted|subject to|in contrast|depending|depends?|require[sd]?|requiring)\b|n[’']t\b",
    re.IGNORECASE,
)
"""Words of a tail that may take back or restrict what stands before it."""
ITEM = re.compile(r"(?<![\w.])\(?(?P<number>[a-h]|[1-9]|[ivx]{1,4})\)(?=\s)")
"""What an item of a list within a sentence begins with: `(a) `, `ii) `."""
_POINTER = re.compile(
    r",?\s+(?:in order\s+)?to\s+(?:address|handle|tackle|solve|overcome|mitigate|alleviate|resolve|fill|bridge|close"
    r"|remedy)\s+(?:all\s+|both\s+)?"
    r"(?:the (?:above|aforementioned|gap|problem|issue|challenge)s?|these|this|those|such)"
    r"(?:[\s-][\w-]+){0,3}\s*\.?\s*\Z",
    re.IGNORECASE,
)
"""What something is for, in words that only the sentences before it explain."""
_FEWEST = 5
"""Words that must be left."""
_BEFORE_A_LIST = re.compile(
    r"[,\s]+(?:namely|including|such as|as follows|viz\.?|i\.e\.|e\.g\.|that is|for example)[,\s]*\Z", re.IGNORECASE
)
_HANGS = re.compile(
    r"\b(?:a|an|the|of|in|on|to|for|with|by|from|at|as|and|or|but|that|which|are|is|was|were|following|this|these|its|their"
    r"|than|into|using|via|between)\Z",
    re.IGNORECASE,
)
"""A last word that wants another one behind it."""
_LABEL = re.compile(
    r"\A\W{0,3}(?P<label>(?:[A-Z][A-Z]+(?:[ ,/&-]{1,3}(?:[A-Z]+))*|Abstract|Backgrounds?|Context|Introduction"
    r"|Motivation|Objectives?|Aims?|Purpose|Goals?|Methods?|Methodology|Materials and [Mm]ethods|Methods and [Rr]esults"
    r"|Design|Setting|Participants|Patients|Data|Results?|Findings|Main [Rr]esults?|Conclusions?|Interpretation"
    r"|Significance|Summary))(?:\s*[:\])—–]+\s*|\s*\.\s+|\s+-\s+"
    r"|(?:(?<=[A-Z]{5})|(?<=\AAbstract))\s+(?=[A-Z][a-z]|[AI]\s))(?=\S)"
)
_HEADING_WORD = re.compile(
    r"abstract|background|context|introduction|motivation|objective|aim|purpose|goal|method|material|design|setting"
    r"|participant|patient|subject|data|intervention|measure|result|finding|conclusion|interpretation|significance"
    r"|summary|importance|relevance|rationale|hypothes|limitation",
    re.IGNORECASE,
)
"""What capitals at the start of a sentence must have, to be a heading and no name."""


def shortened(text: str, most: int) -> int | None:
    """Where a text can end so that it has at most so many words and what is left out takes nothing back.

    The latest such place; None when there is none. What is left out has no condition, negation, hedge or contrast.
    """
    for match in reversed(list(_BOUNDARY.finditer(text))):
        head, tail = _BEFORE_A_LIST.sub("", text[: match.start()].rstrip()), text[match.start() :]
        if len(head.split()) > most or (ITEM.search(head) and ITEM.search(tail)):
            continue
        if len(head.split()) >= _FEWEST and balanced(head) and not (_MATTERS.search(tail) or _HANGS.search(head)):
            return len(head)
    return None


def without_pointer(text: str) -> int:
    """Where a text ends without a purpose that points back, `a lantern | to handle the above problems`."""
    match = _POINTER.search(text)
    return match.start() if match and len(text[: match.start()].split()) >= _FEWEST else len(text)


def balanced(text: str) -> bool:
    """True when brackets, quotation marks and formulas that begin in a text end in it; `i)` needs no other bracket."""
    pairs = (("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"))
    # What looks like an item may as well end a bracket: `(a shared task, part 6) on owls`.
    return any(
        all(one.count(left) == one.count(right) for left, right in pairs) for one in (text, ITEM.sub("", text))
    ) and not (text.count('"') % 2 or text.count("$") % 2)


def label_of(sentence: str) -> tuple[str, int]:
    """The heading that a sentence of a structured abstract begins with, in lower case, and where its words begin.

    `METHODS: We asked 300 people.` gives `("methods", 9)`; without a heading it is empty and 0.
    """
    match = _LABEL.match(sentence)
    if match is None or not _HEADING_WORD.search(match["label"]):
        return "", 0
    return match["label"].lower(), match.end()
