"""A draft with one of everything that a reader may meet in one."""

from assistant.types import (
    Account,
    Citation,
    Coverage,
    Draft,
    Dropped,
    Label,
    Seconds,
    Section,
    Statement,
    TableRow,
    Usage,
    Verdict,
)
from tests.fakes.papers import BY_KEY

LANTERN, QUILL, BEACON, TREMOR = "orbin2021lantern", "malk2022quillgraph", "okafor2024beacon", "quist2017tremor"
RECALL = "On the TalkBack benchmark Lantern raises recall of past facts by 14.6 points over a sliding window."
GRAPH = "QuillGraph stores a dialogue memory as a graph whose edges are causes."


def quoting(key: str, quote: str) -> Citation:
    """A citation whose quote stands where it says, in the abstract or in the title."""
    paper = BY_KEY[key]
    where, text = ("abstract", paper.abstract) if quote in paper.abstract else ("title", paper.title)
    start = text.index(quote)
    return Citation(
        key=key, quote=quote, start=start, end=start + len(quote), where="abstract" if where == "abstract" else "title"
    )


def said(text: str, *citations: Citation, label: Label = "supported", score: float = 0.9) -> Statement:
    """A statement with this verdict."""
    verdict = Verdict(label=label, score=score, judge="embedded-3", reason="the number differs" * (score < 0.5))
    return Statement(text=text, citations=citations, verdict=verdict)


def drafted(style: str | None = None) -> Draft:
    """Three sections; one sentence partly supported, one kept though unsupported, one of the user's own."""
    own = Verdict(label="supported", score=1.0, judge="quoted")
    return Draft(
        title="Related work: dialogue memory",
        sections=(
            Section(
                heading="Memories that replay",
                statements=(
                    said(f"Orbin et al. (2021) report: “{RECALL}”", quoting(LANTERN, RECALL)),
                    said(
                        "Graphs and summaries both serve as memories.", quoting(LANTERN, RECALL), quoting(QUILL, GRAPH)
                    ),
                    said("Summaries lose many links.", quoting(QUILL, GRAPH), label="partly", score=0.55),
                ),
            ),
            Section(
                heading="Answers with sources",
                statements=(
                    said(
                        "Readers found all citations correct.",
                        quoting(BEACON, "Readers found 9 of 10 citations correct."),
                        label="unsupported",
                        score=0.2,
                    ),
                    said("See also Quist (2017).", quoting(TREMOR, BY_KEY[TREMOR].title)),
                ),
            ),
            Section(
                heading="This paper",
                statements=(
                    Statement(text="The draft says: “We forget on purpose.”", citations=(), verdict=own, own=True),
                ),
            ),
        ),
        references=(),
        dropped=(Dropped(text="Every memory is a graph.", reason="no cited paper says so", cited=("nobody2020",)),),
        coverage=Coverage(retrieved=5, cited=4, uncited=("lindqvist2023survey",)),
        style=style,
        table=(
            TableRow(key=LANTERN, problem=quoting(LANTERN, "Dialogue agents forget what was said weeks ago.")),
            TableRow(key=QUILL, method=quoting(QUILL, GRAPH)),
        ),
        account=Account(written=7, supported=5, kept=1, dropped=1),
        model="fake:writer",
        usage=Usage(prompt=1200, completion=300, usd=0.0123),
        seconds=Seconds(total=3.2),
    )
