"""Short forms in text put back into words, so that `ARBs` and `angiotensin receptor blockers` are compared as one."""

import re
from collections.abc import Mapping

__all__ = ["initials", "long_forms", "spelled_out"]

_DEFINED = re.compile(r"(?<![\w-])((?:[\w-]+[ ]+){1,8})\(([A-Z][A-Za-z-]{1,7})\)")
_LEAST = 2
_WORD = re.compile(r"[A-Za-z]+")
_SHORT = re.compile(r"\b[A-Z]{2,7}s?\b")


def long_forms(text: str) -> Mapping[str, str]:
    """Short form, without a plural's s -> the words before it in a text: `angiotensin receptor blockers (ARBs)`."""
    found = {}
    for before, short in _DEFINED.findall(text):
        wanted = short.replace("-", "").lower().removesuffix("s")
        words = _WORD.findall(before)
        run = words[-len(wanted) :]
        if len(wanted) >= _LEAST and "".join(word[0] for word in run).lower() == wanted:
            found[wanted] = " ".join(run)
    return found


def initials(question: str, text: str) -> Mapping[str, str]:
    """Short forms of three letters or more in a text -> words of the question in a row that they are made of.

    A word in capitals is taken whole: `ACEIs` is made of `ACE inhibitors`.
    """
    shorts = {match.group().lower().removesuffix("s") for match in _SHORT.finditer(text)}
    words = _WORD.findall(question)
    letters = [word.lower() if word.isupper() else word[0].lower() for word in words]
    runs = ((start, end) for start in range(len(words)) for end in range(start + _LEAST, len(words) + 1))
    made = {"".join(letters[start:end]): " ".join(words[start:end]) for start, end in runs}
    return {short: made[short] for short in shorts if len(short) > _LEAST and short in made}


def spelled_out(sentence: str, forms: Mapping[str, str]) -> str:
    """A sentence with its short forms in words; what is not known stays as it is."""

    def put(match: re.Match[str]) -> str:
        short = match.group().lower()
        return forms.get(short.removesuffix("s"), forms.get(short, match.group()))

    return _SHORT.sub(put, sentence) if forms else sentence
