"""Follow-up questions: what "it", "the second one" or "the benchmark from the start" stands for."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assistant.followups.recall import Recalled, recall
from assistant.guards.neutral import harmless
from assistant.guards.orders import without_orders
from assistant.llm import ChatModel
from assistant.reading.asking import subject_appended
from assistant.reading.cues import CITE_KEY
from assistant.text import QUESTION_WORDS, content_stems
from assistant.types import Paper, Turn, Usage
from prompts import Prompts

if TYPE_CHECKING:
    from vectorstore.types import Embedder

Lookup = Callable[[str], Paper | None]
_TURNS_SHOWN = 2
_TURNS_OF_A_LIST = 4
_LONGEST_REWRITE = 600
_FEW_WORDS = 2
_KEPT = 0.5
"""Least share of a question's words that its rewrite must keep: small models like to ask something else."""
_LIKE = 0.2
"""Least likeness of the earlier turn that a question says it goes back to."""
_FAR_MORE_LIKE = 0.15
"""By so much an earlier turn must be more alike than the last one to be meant by a question that does not say so."""
_THING = (
    r"(?:authors?|papers?|work|study|methods?|approach|models?|framework|system|dataset|benchmark|others?|rest|ones?)"
)
_PRONOUN = re.compile(r"\b(it|its|they|them|their|theirs|he|she|his|her|this|these|those)\b", re.IGNORECASE)
_REFERS_BACK = re.compile(
    rf"\b(former|latter|same|previous|above|earlier|the {_THING}|(?:and|what|how) about|that {_THING})\b"
    r"|\b(?:compar\w+|contrast\w*|differ\w*(?: from)?) (?:that|this|it|them|those)\b"
    r"|\bthat\s*(?:[?.,;!]|\Z)",
    re.IGNORECASE,
)
_LONG_AGO = re.compile(
    r"\b(?:we|you|I) (?:have |had )?(?:already |just )?"
    r"(?:talked|spoke|discussed|mentioned|started|began|saw|showed|shown|named|listed|asked|had|said)\b"
    r"|\b(?:at|from|in) the (?:very )?(?:start|beginning|outset)\b|\b(?:going|coming|go|come|back) (?:back )?to\b"
    r"|\b(?:from|of) (?:before|earlier)\b|\bearlier\b|\bpreviously\b|\bbefore\b\s*(?:[?.,;!]|\Z)|\blong ago\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:and|what|how) about\b", re.IGNORECASE)
_COMPARED = re.compile(
    r"(\b(?:compare|contrast)\s+)(?:it|them|this|that)(?=\s+(?:with|to|and|against)\s+\S)", re.IGNORECASE
)
"""A pronoun that is set beside something else by name."""
_NAME = re.compile(r"(?<=\s)[A-Z][\w-]+|\b[A-Z]\w*[A-Z]\w*")
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "former": 0, "latter": 1}
# "the first step" and "the last ten years" name none of the papers.
_NAMES_ONE = re.compile(
    rf"\bthe ({'|'.join(_ORDINALS)})"
    r"(?: (?:one|paper|work|study|method|approach)\b|(?=\s*(?:[?.,;!]|\Z|(?:about|and|compares?|differs?|do|does|did"
    r"|brings?|costs?|finds?|gets?|has|have|is|makes?|needs?|or|reports?|says?|scores?|shows?|than|uses?|vs|was"
    r"|works?)\b)))",
    re.IGNORECASE,
)
_ONE = re.compile(r"\bone\b", re.IGNORECASE)
_THE_OTHER = re.compile(rf"\bthe other(?: {_THING}\b|(?=\s*(?:[?.,;!]|\Z)))", re.IGNORECASE)
"""Of what was shown, that which was not spoken of last."""
_OF_THE_CONVERSATION = re.compile(
    r"\s+(?:that |which )?(?:(?:you|we|I) (?:have |had )?(?:ever )?(?:showed|shown|saw|seen|mentioned|named|listed"
    r"|discussed|talked about|started with)|of (?:all|this conversation)|at the (?:start|beginning))"
    r"(?: (?:me|us))?\b",
    re.IGNORECASE,
)
"""After "the first paper": the first of all that were shown, not of the last answer."""


def titles_for_keys(question: str, lookup: Lookup) -> str:
    """The question with the title of a paper where it has the cite key: `[key]`, `[@key]` or `@key`.

    A search knows titles and not keys. What is no key of a paper stays as it is.
    """

    def title(match: "re.Match[str]") -> str:
        paper = lookup(match.group(1) or match.group(2))
        return f"“{_shown(paper)}”" if paper else match.group()

    return CITE_KEY.sub(title, question)


def standalone_by_rule(
    question: str, history: Sequence[Turn], lookup: Lookup, *, embedder: "Embedder | None" = None
) -> str:
    """Without a model: name the paper that is referred to, or else the subject of the last question.

    A question that refers to nothing is returned as it is.

    Args:
        question: As it was typed.
        history: All turns of the conversation, oldest first; at least one.
        lookup: Finds a paper by its key.
        embedder: Brings earlier turns back by meaning; without it only the last one is referred to.
    """
    shown = [_papers(turn, lookup) for turn in history]
    named = _NAMES_ONE.sub(lambda match: _title(match, question, shown), question)
    named = _OF_THE_CONVERSATION.sub("", named) if named != question else named
    if named == question and names_the_other(question):
        other = _other(history, lookup)
        return _THE_OTHER.sub(f"“{_shown(other)}”", question, count=1) if other else question
    if named != question:
        both = shown[-1] and _REFERS_BACK.search(named) and _shown(shown[-1][0]) not in named
        return f"{named} (about: {_shown(shown[-1][0])})" if both else named
    if _is_whole(question) and not _LONG_AGO.search(question):
        return question
    own = content_stems(question, leave_out=QUESTION_WORDS)
    meant = _meant(question, history, shown, embedder) if own and embedder else None
    if meant is None:
        return _with_subject(question, _subject(history, shown))
    nearest = _nearest_first(question, shown[meant.index], embedder)
    return _with_subject(question, _subject(history[: meant.index + 1], [*shown[: meant.index], nearest]))


def standalone_by_model(
    question: str,
    history: Sequence[Turn],
    lookup: Lookup,
    model: ChatModel,
    prompts: Prompts,
    *,
    embedder: "Embedder | None" = None,
) -> tuple[str, Usage]:
    """Have the model rewrite a question that refers back; a rewrite that asks something else is not used.

    It sees the last turns and, of the earlier ones, that which the question goes back to.
    """
    by_rule = standalone_by_rule(question, history, lookup, embedder=embedder)
    if by_rule == question:
        return question, Usage()
    turns = [
        {
            "question": harmless(turn.answer.standalone_question),
            "answer": harmless(turn.answer.text),
            "titles": [_shown(paper) for paper in _papers(turn, lookup, cited=True)],
        }
        for turn in _turns_shown(question, history, lookup, embedder)
    ]
    reply, usage = "", Usage()
    for delta in model.stream(prompts.render("standalone_question", history=turns, question=question)):
        reply += delta.text
        usage += delta.usage or Usage()
    rewritten = re.sub(r"<think>.*?(?:</think>|\Z)", "", reply, flags=re.DOTALL).strip().strip('"“”')
    return (rewritten if _is_rewrite(rewritten, question) else by_rule), usage


def _shown(paper: Paper) -> str:
    """The title, which goes into prompts with the question."""
    return harmless(without_orders(paper.title))


def _papers(turn: Turn, lookup: Lookup, *, cited: bool = False) -> list[Paper]:
    """What a turn showed, in that order: the papers cited, or else those nearest to the question."""
    keys = [reference.key for reference in turn.answer.references]
    if not keys and not cited:
        keys = list(turn.answer.nearest)
    return [paper for key in keys if (paper := lookup(key))]


def _turns_shown(question: str, history: Sequence[Turn], lookup: Lookup, embedder: "Embedder | None") -> list[Turn]:
    """The last turns, and before them the one that the question goes back to."""
    latest = list(history[-_TURNS_SHOWN:])
    shown = [_papers(turn, lookup) for turn in history]
    meant = _meant(question, history, shown, embedder) if embedder else None
    return [meant.turn, *latest] if meant and meant.index < len(history) - _TURNS_SHOWN else latest


def _meant(
    question: str, history: Sequence[Turn], shown: Sequence[Sequence[Paper]], embedder: "Embedder | None"
) -> Recalled | None:
    """The earlier turn that a question is about, when that is not the last one."""
    if embedder is None or len(history) < 2:  # noqa: PLR2004 - because one turn is the last one
        return None
    titles = ["; ".join(paper.title for paper in papers) for papers in shown]
    recalled = recall(question, history, embedder, titles)
    best, last = recalled[0], next(one for one in recalled if one.index == len(history) - 1)
    if best is last:
        return None
    if _LONG_AGO.search(question):
        return best if best.likeness >= _LIKE else None
    words = content_stems(question, leave_out=QUESTION_WORDS)
    return best if len(words) >= _FEW_WORDS and best.activation >= last.activation + _FAR_MORE_LIKE else None


def _nearest_first(question: str, papers: Sequence[Paper], embedder: "Embedder | None") -> list[Paper]:
    """The papers of a turn, that which the question is nearest to first."""
    if embedder is None or len(papers) < 2:  # noqa: PLR2004 - because one paper is in order
        return list(papers)
    cosines = embedder.embed_documents([f"{paper.title}\n{paper.abstract}" for paper in papers]) @ embedder.embed_query(
        question
    )
    order = sorted(range(len(papers)), key=lambda index: -float(cosines[index]))
    return [papers[index] for index in order]


def _is_rewrite(text: str, question: str) -> bool:
    if not text or len(text) > _LONGEST_REWRITE or not text.isprintable():
        return False
    if question.endswith("?") and not text.endswith("?"):
        return False
    own = set(content_stems(question, leave_out=QUESTION_WORDS))
    return len(own & set(content_stems(text))) >= _KEPT * len(own)


def names_the_other(question: str) -> str:
    """The words "the other one" in a question for that which is no part of it; empty without."""
    match = _THE_OTHER.search(question)
    return match.group() if match and not _ONE.search(question, 0, match.start()) else ""


def _with_subject(question: str, subject: str) -> str:
    """The question with what it is about: in place of the pronoun that is compared, and else behind it."""
    compared = _COMPARED.sub(lambda match: f"{match.group(1)}“{subject}”", question, count=1)
    return compared if compared != question else f"{question} (about: {subject})"


def _subject(history: Sequence[Turn], shown: Sequence[Sequence[Paper]]) -> str:
    """What the last turn was about: a title or, when it was asked in vain, what it was understood to be about."""
    for turn, papers in zip(reversed(history), reversed(shown), strict=True):
        if papers and (not turn.answer.abstained or turn.answer.outcome == "declined"):
            return _shown(papers[0])
        if subject := subject_appended(turn.answer.standalone_question):
            return subject
        if _is_whole(turn.question):
            return turn.question
    return history[-1].question


def _is_whole(question: str) -> bool:
    """True when a question says alone what it is about."""
    own = content_stems(question, leave_out=QUESTION_WORDS)
    return (len(own) >= _FEW_WORDS or _NAME.search(question) is not None) and not _refers_back(question)


def _other(history: Sequence[Turn], lookup: Lookup) -> Paper | None:
    """The paper that was cited beside or before the one spoken of last; None when there is none or more than one."""
    cited = [papers for turn in history[-_TURNS_OF_A_LIST:] if (papers := _papers(turn, lookup, cited=True))]
    if not cited:
        return None
    spoken_of = cited[-1][0].key
    others = next((rest for papers in reversed(cited) if (rest := [one for one in papers if one.key != spoken_of])), [])
    return others[0] if len(others) == 1 else None


def _title(match: "re.Match[str]", question: str, shown: Sequence[Sequence[Paper]]) -> str:
    """The title of the paper that "the second one" names; the words themselves when there is no second one.

    It is one of the last answer, or of a list shortly before when the last answer showed too few.
    """
    index = _ORDINALS[match.group(1).lower()]
    if _OF_THE_CONVERSATION.match(question, match.end()):
        papers: Sequence[Paper] = list({paper.key: paper for one in shown for paper in one}.values())
    else:
        # "The first one" after a single paper means a list that was shown shortly before.
        wanted = max(2, index + 1)
        lists = [one for one in shown[-_TURNS_OF_A_LIST:] if len(one) >= wanted]
        papers = lists[-1] if lists and len(shown[-1]) < wanted else shown[-1]
    return f"“{_shown(papers[index])}”" if papers and index < len(papers) else match.group()


def _refers_back(question: str) -> bool:
    """True when a word stands for something outside the question; a pronoun after a name stands for that name."""
    pronoun, name = _PRONOUN.search(question), _NAME.search(question)
    is_outside = pronoun is not None and (name is None or pronoun.start() < name.start())
    asks_about_a_name = name is not None and _ABOUT.search(question)
    return is_outside or (bool(_REFERS_BACK.search(question)) and not asks_about_a_name)
