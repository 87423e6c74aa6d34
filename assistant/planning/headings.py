"""Headings for groups of papers, from the phrases that are characteristic of each group."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import count
from math import log

from assistant.guards.neutral import harmless
from assistant.guards.orders import without_orders
from assistant.planning.phrases import Spelling, phrases_in, title_of
from assistant.planning.subject import subject_of
from assistant.text import content_stems
from assistant.types import Paper

__all__ = ["FURTHER", "headings"]

_IN_TITLE, _IN_ABSTRACT, _SCATTERED = 1.0, 0.7, 0.2
"""How far a paper is about a phrase: it stands in its title, in its abstract, or only its words do."""
_OUTSIDE = 0.15
"""Share of the other papers that is added to those with the phrase, so that few of them are no proof."""
_ELSEWHERE = 0.6
"""A phrase that so large a part of the others is about, beside those of the group, tells nothing apart."""
_LENGTHS = {1: 0.4, 2: 1.0, 3: 1.1, 4: 1.05}
"""What a phrase of so many words counts: one is vague, many are one paper's."""
_COVERS = 0.55
"""A phrase that fewer of the papers are about gets a second one beside it."""
_ADDS = 0.2
"""Least share of the papers that only the second one is about."""
_SECOND_IS = 0.45
"""Least worth of the second beside the first."""
_FEW = 4
"""Of fewer papers than these a phrase of one tells enough."""
_LONGEST = 64
"""Characters of a heading of two phrases."""
_FAVOUR = 1.3
"""What a phrase counts more that is in the words of the topic."""
_WORDS_OF_A_TOPIC = 7
_TELLS = 0.4
"""Least share of the papers of a group, one of several, that its heading must be about."""
FURTHER = "Other Work"
"""Heads a group that has nothing in common."""


@dataclass(frozen=True, slots=True)
class _Text:
    """Stems of a paper, in order, as one string with spaces around each."""

    title: str
    abstract: str
    all: frozenset[str]

    def is_about(self, stems: tuple[str, ...]) -> float:
        run = f" {' '.join(stems)} "
        if run in self.title:
            return _IN_TITLE
        if run in self.abstract:
            return _IN_ABSTRACT
        return _SCATTERED if self.all.issuperset(stems) else 0.0


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    stems: tuple[str, ...]
    worth: float
    about: tuple[float, ...]
    """How far each paper of the group is about it."""
    is_shared: bool
    """More than one of them is, and not nearly as many of the others."""


def headings(groups: Sequence[Sequence[Paper]], topic: str = "") -> list[str]:
    """One heading for each group, all different.

    A phrase counts by how many papers of the group are about it, and by how few of the others: c-TF-IDF (Grootendorst,
    "BERTopic", 2022) over phrases of titles in place of words. A phrase that covers only a part of the group is joined
    by a second one; when both are about a few of many papers only, it is other work. Of a group without any
    phrase the first title is the heading. Of a single group the topic is the heading when it is short, and else a
    phrase in its words where that is possible.
    """
    texts = [[_text(paper) for paper in group] for group in groups]
    if len(groups) == 1 and (heading := _of_topic(topic)):
        return [heading]
    favoured = frozenset(_stems(topic)) if len(groups) == 1 else frozenset()
    spelling = Spelling([paper for group in groups for paper in group])
    found: list[str] = []
    taken: list[frozenset[str]] = []
    for index, papers in enumerate(groups):
        others = [text for other, members in enumerate(texts) if other != index for text in members]
        phrases = _ranked(papers, texts[index], others, spelling, favoured)
        free = [one for one in phrases if not any(_is_near(one.stems, stems) for stems in taken)]
        chosen = _chosen(free)
        heading = " and ".join(_usual(one.text, papers) for one in chosen)
        stems = frozenset(stem for one in chosen for stem in one.stems)
        if others and not _tells(chosen, len(papers)):
            heading, stems = _numbered(found), frozenset()
        elif not heading or heading.casefold() in {one.casefold() for one in found}:
            heading, stems = _plain(papers, found), frozenset()
        found.append(heading)
        taken.append(stems)
    return found


def _of_topic(topic: str) -> str:
    """A short topic as a heading; empty for sentences."""
    words = harmless(without_orders(subject_of(topic))).rstrip(" .?!").split()
    is_short = 0 < len(words) <= _WORDS_OF_A_TOPIC and bool(content_stems(" ".join(words)))
    return Spelling([]).heading(words, " ".join(words)) if is_short else ""


def _text(paper: Paper) -> _Text:
    title, abstract = _stems(title_of(paper)), _stems(without_orders(paper.abstract))
    return _Text(f" {' '.join(title)} ", f" {' '.join(abstract)} ", frozenset([*title, *abstract]))


def _ranked(
    papers: Sequence[Paper],
    own: Sequence[_Text],
    others: Sequence[_Text],
    spelling: Spelling,
    favoured: frozenset[str],
) -> list[_Phrase]:
    """The phrases of the titles, best first; of several with the same stems the most frequent spelling."""
    spelled: dict[tuple[str, ...], dict[str, int]] = {}
    for paper in papers:
        title = title_of(paper)
        for words in phrases_in(title):
            stems = _stems(" ".join(words))
            if stems:
                forms = spelled.setdefault(stems, {})
                text = spelling.heading(words, title)
                forms[text] = forms.get(text, 0) + 1
    found = []
    for stems, forms in spelled.items():
        text = max(forms, key=lambda one: forms[one])
        # What is written out is known by its short form, too.
        both = {stems, _stems(text)}
        about = tuple(max(one.is_about(each) for each in both) for one in own)
        inside = sum(about) / len(own)
        outside = sum(max(one.is_about(each) for each in both) for one in others) / len(others) if others else 0.0
        worth = inside * log(1 + 1 / (outside + _OUTSIDE)) * _LENGTHS.get(len(stems), 0.9)
        worth *= _FAVOUR if favoured.issuperset(stems) else 1.0
        # A word alone may be meant otherwise in an abstract.
        is_shared = sum(one > (_IN_ABSTRACT if len(stems) == 1 else _SCATTERED) for one in about) > 1
        if is_shared or len(stems) > 1:
            is_shared = is_shared and outside <= _ELSEWHERE * inside
            found.append(_Phrase(text=text, stems=_stems(text), worth=worth, about=about, is_shared=is_shared))
    found = [one for one in found if not any(_is_end_of(one, other) for other in found)]
    # What several papers are about comes before what only one of them names.
    return sorted(found, key=lambda one: (not one.is_shared, -one.worth))


def _is_end_of(phrase: _Phrase, other: _Phrase) -> bool:
    """True for the last words of a longer phrase that always stand in it."""
    count = len(phrase.stems)
    is_in_it = len(other.stems) > count and other.stems[-count:] == phrase.stems
    return phrase.is_shared and is_in_it and phrase.about == other.about


def _stems(text: str) -> tuple[str, ...]:
    return tuple(content_stems(text.replace("-", " ").replace("–", " ")))


def _chosen(phrases: Sequence[_Phrase]) -> list[_Phrase]:
    """The best phrase, perhaps with a second one; empty for none."""
    if not phrases:
        return []
    first = _longer(phrases[0], phrases)
    covered = [one > _SCATTERED for one in first.about]
    is_vague = len(first.stems) == 1 and not _is_specific(first.text)
    if is_vague or sum(covered) < _COVERS * len(covered):
        for second in phrases[1:]:
            adds = sum(one > _SCATTERED and not was for one, was in zip(second.about, covered, strict=True))
            if (
                len(second.stems) > 1
                and (adds >= max(1, _ADDS * len(covered)) or is_vague)
                and (second.is_shared == first.is_shared or is_vague)
                and (second.worth >= _SECOND_IS * first.worth or is_vague)
                and not set(first.stems) & set(second.stems)
                and len(first.text) + len(second.text) + 5 <= _LONGEST
            ):
                return [first, second]
    return [first]


def _tells(phrases: Sequence[_Phrase], count: int) -> bool:
    """Whether phrases say what a group is about; of a few papers a phrase of one of them does."""
    if not phrases or count < _FEW:
        return True
    about = sum(any(one > _SCATTERED for one in each) for each in zip(*(one.about for one in phrases), strict=True))
    return about >= _TELLS * count


def _usual(phrase: str, papers: Sequence[Paper]) -> str:
    """A phrase in the plural when the papers have it so more often: `Language Models`."""
    text = " ".join(f"{title_of(paper)} {paper.abstract}" for paper in papers)
    one, several = (len(re.findall(rf"\b{re.escape(form)}\b", text, re.IGNORECASE)) for form in (phrase, f"{phrase}s"))
    return f"{phrase}s" if several > one else phrase


def _is_specific(word: str) -> bool:
    """True for a single word that says something alone: a name, a short form, or a compound."""
    return "-" in word or word[1:] != word[1:].lower() or any(char.isdigit() for char in word)


def _longer(phrase: _Phrase, phrases: Sequence[_Phrase]) -> _Phrase:
    """A phrase of several words in the place of one word of it, when more than one paper is about that."""
    if len(phrase.stems) > 1:
        return phrase
    return next((one for one in phrases if one.is_shared and set(phrase.stems) < set(one.stems)), phrase)


def _is_near(stems: Collection[str], other: frozenset[str]) -> bool:
    """True for a phrase that a reader would take for the same as another: one has all words of the other."""
    return bool(other) and (other.issuperset(stems) or other <= set(stems))


def _plain(papers: Sequence[Paper], used: Sequence[str]) -> str:
    """The first title that is no heading yet, for a group whose titles have nothing in common."""
    titles = [title_of(paper).rstrip(" .") for paper in papers]
    taken = {one.casefold() for one in used}
    return next((one for one in titles if one and one.casefold() not in taken), None) or _numbered(used)


def _numbered(used: Sequence[str]) -> str:
    """`Other Work`, with a number when there is more of it."""
    numbered = (FURTHER + (f" ({number})" if number else "") for number in count())
    return next(one for one in numbered if one not in used)
