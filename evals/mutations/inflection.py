"""Forms of regular English verbs."""

import re

__all__ = ["base_of", "third_person"]

_IRREGULAR = {"showed": "show", "shown": "show", "led": "lead", "has": "have", "was": "be", "were": "be"}
_ENDS_IN_E = frozenset(
    """achieve activate alleviate attenuate capture cause contribute correlate decrease dominate enable facilitate
    generalize generate improve increase indicate induce mediate modulate produce promote provide reduce regulate
    remove require serve use""".split()
)


def base_of(verb: str) -> str:
    """The base of a verb from its third person or regular past: `improves`, `improved` -> `improve`."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("ed"):
        return verb[:-1] if verb[:-1] in _ENDS_IN_E else verb[:-2]
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    if re.search(r"(?:sh|ch|ss|x|zz)es$", verb):
        return verb[:-2]
    return verb.removesuffix("s")


def third_person(verb: str) -> str:
    """The third person of a verb: `improve` -> `improves`."""
    if verb == "be":
        return "is"
    if verb == "have":
        return "has"
    if re.search(r"(?:sh|ch|s|x|z|o)$", verb):
        return verb + "es"
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ies"
    return verb + "s"
