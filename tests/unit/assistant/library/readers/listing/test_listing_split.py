"""Titles glued to authors come apart where a reader would take them apart.

Left out, as nobody could tell without more evidence, with what the splitter chooses then:

- a lower-case start after a lower-case word (`Networksvan der Berg`): split only when the abstracts show the word or
  another paper shows the name; otherwise all is title;
- a camel-case given name after a word that no abstract shows (`GraphsAmirAli Zadeh`): split at the second hump;
- names in capitals after a title in capitals (`DEEP NETSBO LI`): decided by the words of the abstracts;
- a title that ends in a camel-case word, no abstract that shows it, and no author at all (`Using TensorFlow`): the
  hump is taken for one-word author;
- a title that ends in an initial-like capital after a full stop (`Part I.J. Smith`).
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.library.readers.listing.split import split_glued

OPENINGS = [
    "A Survey of",
    "Rethinking",
    "DeepSeek and TraceNet:",
    "SynapticRAG: Text, Memory, and",
    "How Far Can We Go? Towards",
    "Attention, Depth and",
    "Merge, Prune, and Share! On",
    "Word Order's Impacts on",
    "(Un)supervised",
    "3D-aware LoRA for",
    "Is the Cart before the Horse:",
]
ENDINGS = [
    "Inference in MLLMs",
    "Learning with GNN",
    "Decoding by BERT",
    "graph matching",
    "Lessons from GPT-4",
    "a Decade after 2015",
    "What Did It Learn?",
    "Yes It Does!",
    "Robust Control (Extended Version)",
    'the So-Called "Grokking"',
    "the So-Called \u201cGrokking\u201d",
    "DWE+",
    "Programs in C++",
    "Cross-Modal Fine-Tuning",
    "Agents with DeepSeek",
    "Pretraining of SynapticRAG",
    "Inter- and Intra-Layer Refinement",
    "THE LIMITS OF SCALE",
    "Sets of Size $k$",
    "Wav2Vec 2.0",
]
NAMES = [
    "Ada Quill",
    "Chi-ho Lin",
    "Jean-Pierre Dupont",
    "Mei-Ling Wu",
    "J. K. Marlow",
    "J.K. Marlow",
    "Quoc V. Pham",
    "A. Turner",
    "Laurens van der Berg",
    "Maria de la Cruz",
    "Omar al-Farsi",
    "Ronan McDonald",
    "Iain MacArthur",
    "Jules LeBlanc",
    "Sean O'Brien",
    "Carla D'Angelo",
    "Hank DeVries",
    "\u00c9lise Morel",
    "\u00d8yvind Dahl",
    "\u0141ukasz Nowak",
    "\u015eahin Y\u0131lmaz",
    "Zo\u00eb Br\u00e4ndle",
    "Xi Li",
    "Bo An",
    "An Wang",
    "Martin Luther King Jr.",
    "Peter Lax III",
    "N\u00faria Oliver i Vidal",
]
ONE_WORD_NAMES = ["Plato", "Aristotle", "Suharto"]

titles = st.builds("{} {}".format, st.sampled_from(OPENINGS), st.sampled_from(ENDINGS))
co_authors = st.lists(st.sampled_from(NAMES), max_size=4, unique=True)


@st.composite
def listings(draw: st.DrawFn) -> list[tuple[str, list[str], bool]]:
    """Papers as title, names and et al.; one owner is an author of each."""
    owner = draw(st.sampled_from(NAMES))
    papers = []
    for _ in range(draw(st.integers(3, 8))):
        names = [name for name in draw(co_authors) if name != owner]
        names.insert(draw(st.integers(0, len(names))), owner)
        if draw(st.booleans()):
            names.insert(draw(st.integers(1, len(names))), draw(st.sampled_from(ONE_WORD_NAMES)))
        papers.append((draw(titles), names, draw(st.booleans())))
    return papers


def glue(title: str, names: list[str], et_al: bool) -> str:
    return title + ", ".join(names) + (" et al." if et_al else "")


@settings(max_examples=150, deadline=None)
@given(papers=listings())
def test_what_was_glued_comes_apart(papers: list[tuple[str, list[str], bool]]) -> None:
    splits = split_glued([glue(*paper) for paper in papers])
    assert [(split.title, list(split.names), split.et_al) for split in splits] == papers


@settings(max_examples=100, deadline=None)
@given(title=titles, names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True), et_al=st.booleans())
def test_a_single_paper_comes_apart_without_help(title: str, names: list[str], et_al: bool) -> None:
    (split,) = split_glued([glue(title, names, et_al)])
    assert (split.title, list(split.names), split.et_al) == (title, names, et_al)


@settings(deadline=None)
@given(opening=st.sampled_from(OPENINGS), ending=st.sampled_from(["of graphs", "in LLMs", "for GPT-4", "Why Not?"]))
def test_a_title_without_authors_stays_whole(opening: str, ending: str) -> None:
    (split,) = split_glued([f"{opening} {ending}"])
    assert (split.title, split.names) == (f"{opening} {ending}", ())


def test_the_abstract_shows_that_a_hump_is_part_of_a_word() -> None:
    line = "Counting Sheep in TensorFlow"
    (split,) = split_glued([line], prose=["We count sheep in TensorFlow."])
    assert (split.title, split.names) == (line, ())


def test_the_abstract_shows_where_a_lower_case_name_begins() -> None:
    (split,) = split_glued(["On Sparse Networksvan der Berg, Ada Quill"], prose=["We study sparse networks."])
    assert (split.title, split.names) == ("On Sparse Networks", ("van der Berg", "Ada Quill"))


def test_another_paper_shows_where_a_lower_case_name_begins() -> None:
    lines = ["On FogAda Quill, danah fern", "On Rainy Dayspia moss, Ada Quill", "Snow and IceAda Quill, pia moss"]
    splits = split_glued([*lines, "Hail at NoonAda Quill, pia moss"])
    assert (splits[1].title, splits[1].names) == ("On Rainy Days", ("pia moss", "Ada Quill"))


def test_the_owner_decides_where_shapes_do_not() -> None:
    (split,) = split_glued(["Learning to WalkAmirAli Zadeh"], owner="AmirAli Zadeh")
    assert (split.title, split.names) == ("Learning to Walk", ("AmirAli Zadeh",))


def test_names_in_capitals_are_told_by_the_words_of_the_abstract() -> None:
    (split,) = split_glued(["Shallow learningSIYUAN MA, Ada Quill"], prose=["We look at shallow learning."])
    assert (split.title, split.names) == ("Shallow learning", ("SIYUAN MA", "Ada Quill"))


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Deep NetsBo Li and Xi Yu", ("Bo Li", "Xi Yu")),
        ("Deep NetsBo Li, Jr., Xi Yu", ("Bo Li Jr.", "Xi Yu")),
        ("Deep NetsPlato", ("Plato",)),
        ("Deep Nets\u674e\u660e, \u738b\u82b3", ("\u674e\u660e", "\u738b\u82b3")),
    ],
)
def test_lists_of_other_forms(line: str, names: tuple[str, ...]) -> None:
    (split,) = split_glued([line])
    assert (split.title, split.names) == ("Deep Nets", names)


@settings(deadline=None)
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=80), max_size=5))
def test_any_text_is_split_without_losing_a_word(lines: list[str]) -> None:
    for line, split in zip(lines, split_glued(lines), strict=True):
        assert line.strip().startswith(split.title)
        assert all(word.strip(",;") in line for name in split.names for word in name.split())
