"""Which texts are in another language than English."""

from assistant.text import STOP_WORDS, words

__all__ = ["is_foreign"]

_LAST_LATIN_LETTER = "\u024f"
_LONG_ENOUGH = 4
_TELLING = 6
"""Words, at least, of which not one is a common English one."""
_FOREIGN = frozenset(
    """le les des une est dans quel quelle quels quelles comment pourquoi sont avec pour que qui der die das und ist ein
    eine wie welche welcher welches warum nicht mit wird werden el los las del una como cual cuales por para que con il
    che quali della perche sono het een hoe welke waarom zijn os uma quais sao nous cette ces leur leurs aux dont
    wir eines einer dem den""".split()
)
"""Words that hold sentences together in French, German, Spanish, Italian, Dutch and Portuguese, without accents."""


def is_foreign(text: str) -> bool:
    """True when most letters are not Latin, or words of another language hold the sentence together."""
    letters = [char for char in text if char.isalpha()]
    if sum(char > _LAST_LATIN_LETTER for char in letters) > len(letters) / 2:
        return True
    said = words(text)
    english = sum(word in STOP_WORDS for word in said)
    foreign = sum(word in _FOREIGN for word in said)
    if not english and foreign:
        return len(said) >= _TELLING or (len(said) >= _LONG_ENOUGH and foreign > 1)
    return len(said) >= _LONG_ENOUGH and foreign > max(1, 2 * english)
