"""Noun phrases of titles that can head a section, and how they are spelled."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.guards.neutral import harmless
from assistant.guards.orders import title_without_orders
from assistant.reading.abbreviations import long_forms
from assistant.text import STOP_WORDS
from assistant.types import Paper

__all__ = ["Spelling", "phrases_in", "title_of"]

_MOST_WORDS = 4
_MOST_AROUND_OF = 2
# Words that fit any paper; a heading made of them alone says nothing.
_VAGUE = frozenset(
    """abstract advance advances analyses analysis application applications approach approaches article aspect aspects
    baseline baselines benchmark benchmarks capability capabilities case challenge challenges comparison comprehensive
    concept concepts contribution data dataset datasets demonstration development direction directions effect effects
    efficiency efficient enhanced evaluation evidence example examples experiment experiments exploration factor factors
    framework frameworks future guide impact implication implications improved improvement improvements influence
    insight insights introduction investigation issue issues language large learning lessons limitation limitations
    literature method methodology methods model models new novel open opportunities opportunity overview paper papers
    part performance perspective perspectives potential practice preliminary problem problems progress project prospect
    prospective prospects protocol quality question questions recent report resource resources result results review
    reviews role roles search series simple software state strategies strategy studies study success survey surveys
    system systems task tasks taxonomy technique techniques technology test testing theory tool toolkit tools topic
    training trend trends tutorial update use value work years""".split()
)
# Finite verbs and other words of titles that make no noun phrase.
_NO_NOUNS = frozenset(
    """achieve achieves activates affect affects aid aids allow allows answers apply attenuates avoid beat beats become
    becomes better boost boosts bring brings build builds came cause causes come comes control controls create
    creates decrease decreases demonstrate demonstrates depend depends determine determines differ differs drive
    drives elicit elicits emerge emerges enable enables enhance enhances exceed exceeds exhibit exhibits explain
    explains exploit exploits facilitate facilitates fail fails find finds follow follows generalize generalizes
    good harms help helps hold holds identifies improve improves increase increases indicate indicates induces
    inhibit inhibits know knows lead leads learn learns lie like look matter matters mediate mediates meet meets
    need needs outperform outperforms predict predicts prevent prevents produce produces promote promotes protect
    protects prove proves provide provides reduce reduces regulate regulates remain remains require requires reveal
    reveals see solve solves speak suffer suffers suggest suggests support supports suppress suppresses surpass
    say says surpasses take takes tell tells think thinks understand versus work works write writes wrong go goes
    getting let lets much many enough less worth always never still please i'm can't don't isn't doesn't won't et al
    ii iii iv""".split()
)
# Of words in -ing these begin noun phrases as often as they are done to something.
_NOUNS_IN_ING = frozenset(
    """aging building computing drawing drinking drug ending engineering feeling imaging marketing mapping meaning
    morning mining nursing planning processing programming reading reasoning remaining scaling screening sequencing
    spring string testing training wing writing machine-learning""".split()
)
_HALVES = frozenset(
    """aware based deep driven few free general good guided high higher large level long low lower multi neural new non
    novel only open pre quasi scale semi shot single small specific super top type ultra unified via vs zero""".split()
)
"""Words that need another one behind them."""
_FIRST_HALVES = frozenset("cross few high long low multi one open pre semi short single zero".split())
"""Of a compound that may be written in two words: `long form`, `zero shot`."""
_ADJECTIVE = re.compile(r"(?:[^tv]al|ical|ional|ntal|[^s]ive|[^s]ic|ous|able|ible|ful|less|ish|ary|est|er-than)\Z")
_SINGLE = frozenset(
    """animal signal signals topic music logic traffic clinic epidemic pandemic perspective dictionary vocabulary
    summary library boundary journal trial proposal""".split()
)
"""Nouns that look like adjectives."""
_NO_HEADING = frozenset(
    """big black blue chinese clean complex dark dense diverse dynamic early easy english exploratory fast faster
    final fine first full german global green human hybrid joint key last late light little local long main
    major many minor modern more most multiple natural processing science intelligence generation text old
    parallel pre public quick rapid real red robust rich safe scalable second self short slow small smart social
    sparse stable strong third thought thoughts ticket tickets towards true two useful various visual weak white
    wide young better best simpler stronger smaller larger merge edit train retrieve generate rewrite compress
    detect measure rethink revisit compose decompose read ask rank prompt distill prune scale align cut mix fuse
    route adapt trust verify evaluate adaptation alignment architecture attention context embedding embeddings
    enhancement feature features generation inference information integration knowledge network networks optimization
    optimisation prediction process refinement representation representations selection structure transformer
    transformers understanding""".split()
)
"""Words that head nothing alone."""
_HALF = re.compile(r"(?:[-–](?:aware|based|driven|free|guided|level|oriented|scale|shot|specific)|ed|ly|[-–])\Z")
_WORD = re.compile(r"[^\W_]+(?:[-–’'+/.][^\W_]+)*\+*")
_SMALL = frozenset("a an and as at by for from in into nor of off on or per the to up versus via vs with".split())
_SHOUTED = 0.8
_WORDS_OF_A_NAME = 2


def title_of(paper: Paper) -> str:
    """A title as one harmless line, without what it tells its reader to do."""
    return harmless(title_without_orders(paper.title))


def phrases_in(title: str) -> Iterator[tuple[str, ...]]:
    """Noun phrases of a title, roughly: the last one to four words of each run that no function word interrupts.

    Two runs with `of` between them are one phrase, too. What has a verb in it, what lacks its last word, and what
    would fit any paper is none.
    """
    runs = [(_unnumbered(run), joint) for run, joint in _runs(title)]
    for run, _ in runs:
        for length in range(1, min(_MOST_WORDS, len(run)) + 1):
            # What was augmented stands before it, and `long` belongs to `form`.
            is_cut = length < len(run) and (
                run[-length].lower().endswith("ed") or run[-length - 1].lower() in _FIRST_HALVES
            )
            if _is_phrase(run[-length:]) and not is_cut:
                yield tuple(run[-length:])
    for (left, joint), (right, _) in pairwise(runs):
        phrase = (*left[-_MOST_AROUND_OF:], "of", *right)
        if (
            joint == "of"
            and left
            and right
            and len(right) <= _MOST_AROUND_OF
            and _is_phrase([*left[-_MOST_AROUND_OF:], *right])
        ):
            yield phrase
            if len(left) > 1 and _is_phrase([left[-1], *right]):
                yield (left[-1], "of", *right)


class Spelling:
    """How a word is written in the middle of sentences: names and short forms keep their capitals in a heading."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        seen: dict[str, Counter[str]] = {}
        self._long: dict[str, str] = {}
        for paper in papers:
            # The first word of a title has a capital in any case, and all words may have one.
            for match in _WORD.finditer(paper.abstract):
                seen.setdefault(match.group().casefold(), Counter())[match.group()] += 1
            for short, words in long_forms(f"{paper.title}. {paper.abstract}").items():
                self._long.setdefault(short, words)
        self._usual = {word: forms.most_common(1)[0][0] for word, forms in seen.items()}

    def heading(self, phrase: Sequence[str], title: str) -> str:
        """A phrase with a capital at each word that carries content; a short form alone is written out.

        Args:
            phrase: Words of a title.
            title: The title, which may be written in capitals throughout.
        """
        is_short = len(phrase) == 1 and phrase[0].removesuffix("s").isupper()
        if is_short and (words := self._long.get(phrase[0].lower().removesuffix("s"))):
            phrase, title = words.split(), ""
        is_shouted = _is_shouted(title)
        written = [self._word(one, is_shouted=is_shouted) for one in phrase]
        heading = " ".join(written)
        return heading[:1].upper() + heading[1:]

    def _word(self, word: str, *, is_shouted: bool) -> str:
        usual = self._usual.get(word.casefold(), "")
        if usual[1:] != usual[1:].lower():
            return usual
        if usual[1:] and usual.casefold() == word.casefold() and word[1:] != word[1:].lower() and "-" not in word:
            word = usual
        if is_shouted:
            word = word.lower()
        if word in _SMALL:
            return word
        return "-".join(one if one in _SMALL else one[:1].upper() + one[1:] for one in word.split("-"))


def _runs(title: str) -> Iterator[tuple[list[str], str]]:
    """Runs of words that carry content, each with the function word behind it; no short name before a colon."""
    run: list[str] = []
    end = 0
    for match in _WORD.finditer(title):
        word = match.group()
        between = title[end : match.start()].strip()
        if run and between:
            if between != ":" or len(run) > _WORDS_OF_A_NAME or end != len(" ".join(run)):
                yield run, ""
            run = []
        end = match.end()
        if word.lower() in STOP_WORDS or word.lower() in _NO_NOUNS:
            if run:
                yield run, word.lower()
            run = []
        else:
            run.append(word)
    if run:
        yield run, ""


def _unnumbered(run: Sequence[str]) -> list[str]:
    """A run without the numbers at its end."""
    end = len(run)
    while end and run[end - 1][0].isdigit():
        end -= 1
    return list(run[:end])


def _is_phrase(words: Sequence[str]) -> bool:
    first, last = words[0].lower(), words[-1].lower()
    if all(word.lower() in _VAGUE or not any(char.isalpha() for char in word) for word in words):
        return False
    if len(words) == 1 and not _heads_alone(first):
        return False
    if first.endswith("ing") and len(words) > 1 and first not in _NOUNS_IN_ING:
        return False
    if first[0].isdigit() or last[0].isdigit():
        return False
    return last not in _HALVES and not (_HALF.search(last) and last not in {"seed", "need", "speed", "feed", "family"})


def _heads_alone(word: str) -> bool:
    """True for what may be a noun that says something without another one."""
    if len(word) < 3 or word in _NO_HEADING:  # noqa: PLR2004 - because two letters are no word to head a section with
        return False
    return word in _SINGLE or not _ADJECTIVE.search(word)


def _is_shouted(title: str) -> bool:
    letters = [char for char in title if char.isalpha()]
    words = title.split()
    return len(words) > _WORDS_OF_A_NAME and sum(char.isupper() for char in letters) > _SHOUTED * len(letters)
