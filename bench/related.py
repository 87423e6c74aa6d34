"""Related-work paragraphs from the papers that real ones cite, beside the first sentences of the abstracts.

    python bench/related.py                                # the half of CiteBench's 25 that is for reporting
    python bench/related.py --all                          # all 25
    python bench/related.py --tune --show                  # the other half, with what was written
    python bench/related.py --model openai:NAME --base-url http://127.0.0.1:8080/v1 --judge llm

Each item gives a paragraph that somebody wrote and the abstracts that it cites. The library is these abstracts. The
topic is the first sentence of the paragraph without its citation marks, or with `--topic own` the first two sentences
of the abstract of the paper that the paragraph stands in; nothing else of either reaches the system. The data set has
neither titles nor authors: papers are called `A1 et al.`, with `Untitled paper 1` as title, and an abstract that is
empty there is left out and counted. Paragraphs of one paper are in one half.

- cited: share of the papers with an abstract that the draft cites.
- citation recall and precision: as `evals.metrics.citations` says, by the embedded judge or by a chat model.
- ROUGE-1, -2 and -L: F1 against the paragraph with the names and marks of citations taken out on both sides, stemmed
  (rouge-score). A paragraph says in a few words what the abstracts say in many and much that they do not say: compare
  rows, not numbers of other data.

`lead` cites every paper with the first sentence of its abstract. With a chat model there are two rows more: its draft
without the quotes that stand in for sentences that did not pass, and the draft that is made without a model. `--given`
names the papers, as a user does who knows which to cite: then it is the writing alone that is measured.
"""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

from seed_library import DATA, keep_to_this_machine, machine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant import Assistant
    from assistant.jobs.ask import AskParts
    from assistant.types import Draft, Paper, Statement
    from assistant.verify import Judge

PARAGRAPHS = DATA / "related_work" / "citebench_dev25.json"
MARK = re.compile(r"\[\d+\]\d*")
ABSTRACT = re.compile(r"</?abs>|\A\s*Abstract\s+(?=[A-Z])")
ROUGE = ("rouge1", "rouge2", "rougeL")
SHARES = ("cited", "recall", "precision", *ROUGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One paragraph that somebody wrote."""

    number: int
    own: str
    """The abstract of the paper that it stands in."""
    given: tuple[str, ...]
    """The abstracts that it cites, less the empty ones."""
    without: int
    """Number of papers that it cites whose abstract is empty."""
    reference: str
    """Without citation marks."""


@dataclass(slots=True)
class Row:
    """What one system wrote for one item."""

    item: Item
    text: str
    values: dict[str, float | None] = field(default_factory=dict)
    words: int = 0
    seconds: float = 0.0
    tokens: int = 0
    """Of prompts and replies."""


def main() -> None:
    """Measure and print."""
    options = arguments()
    keep_to_this_machine()
    if not PARAGRAPHS.is_file():
        print(f"{PARAGRAPHS} is not there: nothing is measured.")
        return
    items = chosen(read(), options)
    print(
        f"{len(items)} paragraphs ({part(options)}), topic: {options.topic}, papers "
        f"{'given' if options.given else 'found'}; {machine()}",
        flush=True,
    )
    print(f"{sum(one.without for one in items)} papers without an abstract are left out.")
    rows: dict[str, list[Row]] = {}
    judged_by = ""
    began = perf_counter()
    for item in items:
        if options.minutes and perf_counter() - began > 60 * options.minutes:
            print(f"The time is over: {len(items) - items.index(item)} of the paragraphs are not measured.")
            break
        with opened(item, options) as assistant:
            judge = judge_of(assistant, options)
            judged_by = judge.name
            for name, row in written(assistant, item, judge, options):
                rows.setdefault(name, []).append(row)
                told = " ".join(f"{one} {value:.2f}" for one, value in row.values.items() if value is not None)
                print(f"[{item.number}] {name}: {told}; {row.tokens} tokens, {row.seconds:.0f} s", flush=True)
                if options.show and row.text:
                    print(f"\n{topic_of(item, options.topic)}\n\n{row.text}\n", flush=True)
    print_rows(rows, judged_by)


def arguments() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--tune", action="store_true", help="the half that may be looked at")
    which.add_argument("--all", action="store_true", help="both halves")
    parser.add_argument("--limit", metavar="N", type=int, help="only the first N of them")
    parser.add_argument("--minutes", metavar="N", type=float, help="begin no paragraph after so many minutes")
    parser.add_argument("--topic", choices=("reference", "own"), default="reference")
    parser.add_argument("--given", action="store_true", help="name the papers, so that nothing is searched for")
    parser.add_argument("--model", metavar="NAME", default="embedded")
    parser.add_argument("--base-url", metavar="URL")
    parser.add_argument("--judge", metavar="NAME", default="embedded", help="`llm` is the model that writes")
    parser.add_argument("--show", action="store_true", help="print what was written")
    return parser.parse_args()


def part(options: argparse.Namespace) -> str:
    """Which items are measured."""
    return "all" if options.all else "the half for looking at" if options.tune else "the half for reporting"


def read() -> list[Item]:
    """The items of the file."""
    found: list[dict[str, Any]] = json.loads(PARAGRAPHS.read_text(encoding="utf-8"))
    return [_item(number, one["input"], one["target"]) for number, one in enumerate(found)]


def _item(number: int, texts: Sequence[str], target: str) -> Item:
    own, *given = (" ".join(ABSTRACT.sub(" ", text).split()) for text in texts)
    kept = tuple(text for text in given if text)
    return Item(
        number=number, own=own, given=kept, without=len(given) - len(kept), reference=_plain(MARK.sub(" ", target))
    )


def chosen(items: Sequence[Item], options: argparse.Namespace) -> list[Item]:
    """Those of the half that is wanted which have something to cite; those of one paper are in one half."""
    owns = list(dict.fromkeys(one.own for one in items))
    halves = [one for one in items if options.all or (owns.index(one.own) % 2 == 1) == options.tune]
    return [one for one in halves if one.given][: options.limit]


def topic_of(item: Item, source: str) -> str:
    """What the draft is asked for."""
    from vectorstore.sentences import split_sentences

    text, count = (item.own, 2) if source == "own" else (item.reference, 1)
    spans = split_sentences(text)[:count]
    return text[spans[0][0] : spans[-1][1]]


@contextmanager
def opened(item: Item, options: argparse.Namespace) -> "Iterator[Assistant]":
    """An assistant over a temporary library of the papers of one item, each as it is: none is taken for a duplicate."""
    from assistant import Assistant
    from assistant.types import Author, Record

    with (
        TemporaryDirectory(prefix="citewell-bench-") as folder,
        Assistant.open(folder, model=options.model, base_url=options.base_url) as assistant,
    ):
        library = assistant.library
        with library.writing(), library.database.transaction():
            for number, abstract in enumerate(item.given, start=1):
                record = Record(
                    title=f"Untitled paper {number}",
                    authors=(Author(family=f"A{number}"),),
                    et_al=True,
                    abstract=abstract,
                    source=PARAGRAPHS.name,
                )
                library.insert(record)
        assistant.index.bring_up_to_date()
        yield assistant


def judge_of(assistant: "Assistant", options: argparse.Namespace) -> "Judge":
    """The judge that measures, which need not be the one that the draft was checked with."""
    from evals.judging.judges import open_judge

    name = options.model if options.judge == "llm" else options.judge
    return open_judge(name, embedder=assistant.index.embedder, prompts=assistant.prompts, base_url=options.base_url)


def written(
    assistant: "Assistant", item: Item, judge: "Judge", options: argparse.Namespace
) -> "Iterator[tuple[str, Row]]":
    """What each system writes for one item, under its name."""
    parts = assistant.parts
    draft, seconds = drafted(assistant, item, parts, options)
    statements = [one for section in draft.sections for one in section.statements]
    row = measured(assistant, item, statements, judge)
    row.seconds, row.tokens = seconds, draft.usage.prompt + draft.usage.completion
    yield f"draft, {assistant.choice.name}", row
    if parts.model:
        own = [one for one in statements if not one.quoted]
        yield "its own sentences alone", measured(assistant, item, own, judge)
        draft, seconds = drafted(assistant, item, replace(parts, model=None), options)
        statements = [one for section in draft.sections for one in section.statements]
        row = measured(assistant, item, statements, judge)
        row.seconds = seconds
        yield "draft, embedded", row
    yield "lead sentences", led(assistant, item, judge)


def drafted(
    assistant: "Assistant", item: Item, parts: "AskParts", options: argparse.Namespace
) -> "tuple[Draft, float]":
    """Have it written; with the seconds that it took."""
    from assistant.errors import CitewellError
    from assistant.jobs.related_work import related_work
    from assistant.types import Assignment, Coverage, Draft

    began = perf_counter()
    try:
        keys = tuple(paper.key for paper in assistant.papers()) if options.given else ()
        draft = related_work(Assignment(topic=topic_of(item, options.topic), papers=keys), parts)
    except CitewellError as error:
        print(f"[{item.number}] failed, and counts as empty: {error}", flush=True)
        none = Coverage(retrieved=0, cited=0, uncited=())
        draft = Draft(title="", sections=(), references=(), dropped=(), coverage=none)
    return draft, perf_counter() - began


def led(assistant: "Assistant", item: Item, judge: "Judge") -> Row:
    """The first sentence of each abstract."""
    from assistant.evidence.bank import sentences_of
    from assistant.types import Statement, Verdict

    verdict = Verdict(label="supported", score=1.0, judge="none")
    firsts = [sentences_of(paper)[0] for paper in assistant.papers()]
    statements = [Statement(text=one.text, citations=(one.citation,), verdict=verdict, quoted=True) for one in firsts]
    return measured(assistant, item, statements, judge)


def measured(assistant: "Assistant", item: Item, statements: "Sequence[Statement]", judge: "Judge") -> Row:
    """Compare a text with the paragraph, and its statements with what they cite."""
    from rouge_score.rouge_scorer import RougeScorer

    from assistant.types import Answer, cited_keys
    from evals.metrics.citations import citation_precision, citation_recall
    from evals.support import check
    from evals.types import Case, Sample

    papers = {one.key: one for one in assistant.papers()}
    answer = Answer(question="", standalone_question="", statements=tuple(statements))
    row = Row(item=item, text=" ".join(one.text for one in statements))
    row.words = len(row.text.split())
    case = Case(
        sample=Sample(id=str(item.number), question=""),
        answer=answer,
        papers=papers.get,
        checks=check(answer, judge, papers.get),
    )
    scorer = RougeScorer(list(ROUGE), use_stemmer=True)
    rouge = scorer.score(item.reference, nameless(row.text, papers))
    row.values = {
        "cited": len(cited_keys(statements)) / len(papers),
        "recall": citation_recall(case).value,
        "precision": citation_precision(case).value,
        **{name: rouge[name].fmeasure for name in ROUGE},
    }
    return row


def nameless(text: str, papers: "Mapping[str, Paper]") -> str:
    """A text without what it calls the papers that it cites."""
    from assistant.export.references import short_name

    for name in sorted({short_name(paper) for paper in papers.values()}, key=len, reverse=True):
        text = text.replace(name, " ")
    return _plain(text)


def _plain(text: str) -> str:
    return " ".join(text.split())


def print_rows(systems: Mapping[str, Sequence[Row]], judge: str) -> None:
    """A table as RESULTS.md has it: means with 95% intervals over the paragraphs."""
    print(f"\nCitations judged by {judge}.\n")
    print("| | n | " + " | ".join(SHARES) + " | words | seconds | tokens |")
    print("|---" * (len(SHARES) + 5) + "|")
    for name, rows in systems.items():
        cells = [shown([row.values[one] for row in rows]) for one in SHARES]
        words = sum(row.words for row in rows) / len(rows)
        seconds = sum(row.seconds for row in rows) / len(rows)
        tokens = sum(row.tokens for row in rows) / len(rows)
        print(f"| {name} | {len(rows)} | " + " | ".join(cells) + f" | {words:.0f} | {seconds:.1f} | {tokens:.0f} |")
    references = [row.item.reference for row in next(iter(systems.values()))]
    print(f"\nThe paragraphs have {sum(len(one.split()) for one in references) / len(references):.0f} words.")
    empty = {name: sum(not row.text for row in rows) for name, rows in systems.items()}
    print("Empty: " + ", ".join(f"{name} {count}" for name, count in empty.items()))


def shown(values: Sequence[float | None]) -> str:
    """A mean with its interval; what does not apply to an item is left out."""
    from evals.stats import interval

    found = interval([one for one in values if one is not None], share=True)
    if found.value is None:
        return "-"
    return f"{found.value:.3f} [{found.low:.2f}, {found.high:.2f}]" if found.low is not None else f"{found.value:.3f}"


if __name__ == "__main__":
    main()
