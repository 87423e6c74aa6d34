"""What makes a document another than the one that its title names: corrections, replies, parts, editions."""

import re

_CORRECTIONS = (
    r"errat(?:um|a)|corrigend(?:um|a)|corrections?|addend(?:um|a)|(?:publishers?|authors?)'?s? correction"
    r"|(?:partial )?retraction(?: note| notice)?|correction notice|notice of (?:retraction|correction)"
    r"|expression of concern|withdrawal"
)
_ANSWERS = (
    r"comments?|commentary|remarks?|discussion|repl(?:y|ies)|in reply|response|rejoinder|rebuttal|letter|re"
    r"|(?:the )?authors?'?s?'? (?:repl(?:y|ies)|response)|invited commentary|editorial(?: comment(?:ary)?)?"
    r"|(?:book )?reviews?|letter to the editor|peer review|counterpoint|editors?'?s? (?:note|comment)"
)
_EITHER = rf"(?:(?P<correction>{_CORRECTIONS})|(?P<answer>{_ANSWERS}))"
_BEFORE = re.compile(rf"^\W*{_EITHER}(?:\s+(?:to|on|of|for|by|from)\b|\s*:|\s*\W*$|\.\s|\s+-)")
_AFTER = re.compile(rf"(?:[\[(:.?!;]|\s-)\s*{_EITHER}(?:\s+(?:to|on|by|from)\b[^\])]*)?\s*[\])]?\W*$")
_SUPPLEMENTS = re.compile(
    r"\b(?:(?:supplement(?:ary|al)?|supporting) (?:materials?|information|data|figures?|tables?|appendix)"
    r"|data from|dataset for|(?:study|trial) protocol|protocol (?:for|of))\b"
)
_ROMAN = {
    roman: str(number)
    for number, roman in enumerate(
        "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split(), start=1
    )
}
_COUNTED = {
    word: str(number)
    for number, words in enumerate(
        (
            "one first 1st",
            "two second 2nd",
            "three third 3rd",
            "four fourth 4th",
            "five fifth 5th",
            "six sixth 6th",
            "seven seventh 7th",
            "eight eighth 8th",
            "nine ninth 9th",
            "ten tenth 10th",
        ),
        start=1,
    )
    for word in words.split()
}
_PARTS = frozenset(
    """part parts pt pts chapter book vol volume no number issue section lecture session phase stage paper supplement
    appendix act episode edition ed edn study experiment installment instalment""".split()
)
SPELLED_OUT = {"ed": "edition", "edn": "edition", "vol": "volume", "pt": "part"}
_EDITIONS = frozenset("edition ed edn volume part chapter".split())


def marks_of(plain: str) -> frozenset[str]:
    """What a folded title says of another: a document with other marks is another document."""
    found = set()
    for pattern in (_BEFORE, _AFTER):
        match = pattern.search(plain)
        if match:
            found.add("correction" if match["correction"] else "answer")
    if _SUPPLEMENTS.search(plain):
        found.add("supplement")
    return frozenset(found)


def numerals(words: tuple[str, ...], *, only_parts: bool = False) -> tuple[str, ...]:
    """The numbers among a title's words, in order, also Roman ones and those of parts and editions.

    Args:
        words: Of a folded title.
        only_parts: Only numbers that tell a part, a volume or an edition from the others.
    """
    found = []
    for place, word in enumerate(words):
        number = number_at(words, place)
        if number and (not only_parts or word in _ROMAN or _is_part(words, place)):
            found.append(number)
        elif not number and not only_parts:
            found.extend(re.findall(r"[0-9]+", word))  # GPT4, H1N1
    return tuple(found)


def number_at(words: tuple[str, ...], place: int) -> str:
    """The number that a word of a title stands for, in Arabic numerals; empty when it is none."""
    word, is_part = words[place], _is_part(words, place)
    if word.isdigit():
        return str(int(word)) if word.isascii() else word
    if is_part and word in _COUNTED:
        return _COUNTED[word]
    if is_part and len(word) == 1 and word.isascii() and word not in _ROMAN:
        return word  # part A, part B
    # One letter is a numeral only where one can stand: `Factor V deficiency`, `the x axis`.
    if word in _ROMAN and (len(word) > 1 or is_part or place == len(words) - 1):
        return _ROMAN[word]
    return ""


def _is_part(words: tuple[str, ...], place: int) -> bool:
    """True where a number would tell a part, a volume or an edition from the others."""
    is_after = place > 0 and words[place - 1] in _PARTS
    return is_after or (place + 1 < len(words) and words[place + 1] in _EDITIONS)
