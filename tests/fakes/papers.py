"""A small library of papers that nobody wrote: systems, people and figures are all made up."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant.evidence.bank import EvidenceBank
from assistant.indexing import SearchableLibrary
from assistant.jobs.ask import AskParts
from assistant.judges.embedded import EmbeddedJudge
from assistant.library.ingest import add_records
from assistant.library.store import Library
from assistant.llm import ChatModel
from assistant.retrieve import Found
from assistant.types import Author, Paper, Record
from prompts import Prompts
from tests.fakes.embedder import HashEmbedder
from vectorstore.chunk import chunk_paper
from vectorstore.types import Chunk, Embedder, Passage, Scores


def record(title: str, abstract: str = "", *, key: str | None = None, by: str = "", year: int | None = None) -> Record:
    """A record; `by` is `Family, Given; Family, Given`."""
    people = [one.partition(",") for one in by.split(";") if one.strip()]
    authors = tuple(Author(family=family.strip(), given=given.strip()) for family, _, given in people)
    return Record(title=title, abstract=abstract, key=key, authors=authors, year=year, source="made-up.bib")


def paper(key: str, title: str, abstract: str = "", *, by: str = "", year: int | None = None) -> Paper:
    """A paper as the library hands it out."""
    return Paper(key=key, record=record(title, abstract, key=key, by=by, year=year))


PAPERS = (
    paper(
        "orbin2021lantern",
        "Lantern: Replaying Old Conversations for Dialogue Memory",
        "Dialogue agents forget what was said weeks ago. We propose Lantern, a dialogue memory that replays old"
        " conversations at night and stores them as short summaries. On the TalkBack benchmark Lantern raises recall"
        " of past facts by 14.6 points over a sliding window. It needs 2 GB of storage for 1,210 conversations.",
        by="Orbin, Tessa; Malk, Ivo; Sund, Per",
        year=2021,
    ),
    paper(
        "malk2022quillgraph",
        "QuillGraph: A Graph Memory for Dialogue Agents",
        "Summaries lose the links between events. QuillGraph stores a dialogue memory as a graph whose edges are"
        " causes. A walk over the graph finds the events that explain a question. In tests with 300 users QuillGraph"
        " answered 81 percent of the questions, while a flat memory answered 62 percent.",
        by="Malk, Ivo; Terrell, Ana",
        year=2022,
    ),
    paper(
        "sund2020facet",
        "Facet: Editing One Fact in a Language Model",
        "Language models keep outdated facts. Facet edits a single fact by changing the weights of one layer. The"
        " method does not need retraining. Facet succeeds on 93 percent of the edits in the StaleFacts dataset, but"
        " neighbouring facts change in 8 percent of the cases.",
        by="Sund, Per",
        year=2020,
    ),
    paper(
        "terrell2023manyfacet",
        "ManyFacet: Editing Ten Thousand Facts at Once",
        "Editing facts one at a time is slow. ManyFacet edits ten thousand facts together by spreading the change"
        " over six layers. Editing takes 40 minutes on a single machine. Accuracy on StaleFacts drops by only 1.5"
        " points compared with single edits.",
        by="Terrell, Ana; Sund, Per",
        year=2023,
    ),
    paper(
        "voss2019drizzle",
        "Drizzle: Rain Forecasts from Bicycle Sensors",
        "Weather radars miss light rain in cities. Drizzle predicts rain from humidity sensors on 500 shared bicycles."
        " Forecasts for the next hour have an error of 0.8 millimetres. The bicycles cover 70 percent of the city.",
        by="Voss, Lena; Adeyemi, Kola",
        year=2019,
    ),
    paper(
        "adeyemi2022squall",
        "Squall: A Transformer for Coastal Wind",
        "Coastal wind changes within minutes. Squall is a transformer that forecasts coastal wind from buoy"
        " measurements. Compared with the numerical model it halves the error at six hours. Squall was trained on 12"
        " years of buoy data.",
        by="Adeyemi, Kola",
        year=2022,
    ),
    paper(
        "ferro2018moss",
        "Moss: Growing Proteins that Bind Copper",
        "Copper poisons freshwater. Moss designs proteins that bind copper with a search over loop shapes. Of 48"
        " designs that were synthesised, 17 bound copper. The best protein removed 96 percent of the copper from pond"
        " water.",
        by="Ferro, Giulia; Baptiste, Noel",
        year=2018,
    ),
    paper(
        "baptiste2021lichen",
        "Lichen: Loop Shapes Are Not Enough for Copper Binding",
        "Earlier protein designs for copper binding were judged by loop shape alone. Lichen shows that loop shape does"
        " not predict binding when the water is acidic. A charge term repairs the prediction. The study measured 210"
        " proteins.",
        by="Baptiste, Noel",
        year=2021,
    ),
    paper(
        "kranz2020ferryman",
        "Ferryman: Retrieval for Questions in Low-Resource Languages",
        "Few passages exist in low-resource languages. Ferryman translates the question and retrieves passages in"
        " three neighbouring languages. It was evaluated on the Harbour benchmark with 26 languages. Retrieval recall"
        " rises from 41 to 58 percent.",
        by="Kranz, Ilse; Okafor, Ada",
        year=2020,
    ),
    paper(
        "okafor2024beacon",
        "Beacon: Citing Passages while Generating Answers",
        "Generated answers often lack sources. Beacon generates an answer and its citations together, and drops every"
        " sentence that no retrieved passage supports. Readers found 9 of 10 citations correct. Without the check only"
        " 6 of 10 were correct.",
        by="Okafor, Ada; Kranz, Ilse",
        year=2024,
    ),
    paper(
        "lindqvist2023survey",
        "A Survey of Dialogue Memory",
        "This survey reviews 87 papers on dialogue memory. It groups them into summary memories, graph memories and"
        " hybrid memories. Most papers evaluate on short conversations. The survey names forgetting as the least"
        " studied problem.",
        by="Lindqvist, Maja; Orbin, Tessa; Voss, Lena; Ferro, Giulia",
        year=2023,
    ),
    paper(
        "quist2017tremor",
        "Tremor: Detecting Small Earthquakes with Phone Accelerometers",
        by="Quist, Hanne",
        year=2017,
    ),
)
"""Eleven papers with an abstract of four sentences and, last, one of which only the title is known."""
BY_KEY = {one.key: one for one in PAPERS}


def bank(papers: Sequence[Paper] = PAPERS, embedder: Embedder | None = None) -> EvidenceBank:
    """The sentences of papers, embedded by hashed words unless told otherwise."""
    return EvidenceBank(papers, embedder or HashEmbedder())


def found(one: Paper, *, dense: float | None = 0.5, score: float = 1.0) -> Found:
    """A paper as a search finds it, in one passage."""
    chunk = Chunk(id=f"{one.key}#0", key=one.key, title=one.title, text=one.abstract, start=0, end=len(one.abstract))
    passage = Passage(chunk=chunk, score=score, scores=Scores(dense=dense, lexical=None))
    return Found(paper=one, passages=(passage,), score=score, dense=dense)


@contextmanager
def open_parts(
    folder: Path,
    *,
    papers: Sequence[Paper] = PAPERS,
    embedder: Embedder | None = None,
    model: ChatModel | None = None,
) -> Iterator[AskParts]:
    """What asking is made of, over a real library with real indexes in a folder.

    Args:
        folder: Empty or new.
        papers: What the library holds.
        embedder: Hashed words when not given; `vectorstore.embed.EmbeddedModel()` is the real one.
        model: None: quote. `dataclasses.replace` puts in another one later.
    """
    embedder = embedder or HashEmbedder()
    library = Library(folder, chunker=chunk_paper)
    index = SearchableLibrary(library, embedder=embedder)
    try:
        add_records(library, [one.record for one in papers])
        yield AskParts(
            search=index.search,
            lookup=library.get,
            rarity=index.rarity,
            embedder=embedder,
            judge=EmbeddedJudge(embedder),
            prompts=Prompts(),
            model=model,
            keys=library.keys,
        )
    finally:
        index.close()
        library.close()


def exact(quotes_of: Callable[[str], Paper | None], key: str, quote: str, start: int, end: int, where: str) -> bool:
    """True when a quote is what stands at its offsets in the paper."""
    cited = quotes_of(key)
    if cited is None:
        return False
    text = cited.abstract if where == "abstract" else cited.title
    return 0 <= start < end and text[start:end] == quote
