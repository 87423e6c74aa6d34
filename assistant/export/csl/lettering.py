"""Letters of titles and of sort keys."""

from anyascii import anyascii

from assistant.export.csl.marks import unmarked

__all__ = ["in_title_case", "sort_key"]

_SMALL = frozenset(
    "a about an and as at but by down for from in into nor of on onto or over per so than the to up"
    " via vs vs. with yet".split()
)
"""Words of English titles that stay small within them."""
_AROUND = "“”‘’\"'«»()[]<>,;:!?"
_FORMULA = frozenset("$\\_^{}<>=/&@")
_LATIN_END = "\u0250"


def in_title_case(text: str) -> str:
    """Capitals for the words that English titles give them; what has a capital or a sign of mathematics stays."""
    words = text.split(" ")
    last = len(words) - 1
    made = []
    for at, word in enumerate(words):
        core = word.strip(_AROUND)
        is_small = core in _SMALL and at not in (0, last) and not words[at - 1].endswith((":", ".", "?", "!", "—"))
        is_raised = core.islower() and core[0].isalpha() and not is_small and not set(core) & _FORMULA
        made.append(word.replace(core, core[0].upper() + core[1:], 1) if is_raised else word)
    return " ".join(made)


def sort_key(text: str) -> str:
    """Letters without accents, capitals and what stands around them, so that `Şahin` is among the S."""
    plain = unmarked(text).strip("\"'“”‘’«»()[]<> ")
    return "".join(anyascii(one) if one < _LATIN_END else one for one in plain).casefold()
