"""Sentences that nobody wrote for a paper, each marked by hand."""

import pytest

from assistant.auditing.worthiness import cited_in_words, goes_on, is_checked, why_cited
from assistant.drafts import document_of

WORTHY = (
    "Previous work has shown that long memories help agents.",
    "Recent methods rely on a second model to rank what was found.",
    "Several studies report that readers skip footnotes.",
    "Most existing approaches use a fixed window over the conversation.",
    "It has been shown that memory fades within three weeks.",
    "It is well known that radars miss light rain.",
    "Copper has been linked to the death of young fish.",
    "Orbin et al. replay old conversations at night.",
    "Voss and colleagues measured rain with shared bicycles.",
    "Graph memories are the most widely used form of memory today.",
    "Transformers currently achieve state-of-the-art results in wind forecasting.",
    "The disease affects 12 million people in coastal regions.",
    "About 40% of patients stop taking the drug within a year.",
    "Researchers have proposed many ways of editing facts.",
    "The literature suggests that summaries lose causes.",
    "One longitudinal study found that recall drops after a month.",
    "Early systems were limited to a handful of questions.",
    "Numerous efforts to shrink such indexes exist.",
    "The algorithm proposed by Malk finds causes in linear time.",
    "Malk and Terrell propose a graph of causes.",
    "Ferryman proposed to translate the question first.",
    "Smokers are more likely to report poor sleep.",
    "High humidity is associated with lower forecast errors.",
    "Patients with anaemia have a higher risk of infection.",
    "Sleep loss was a strong predictor of errors at work.",
    "In other studies, copper binding was measured in acid.",
    "Prior research has focused on short conversations.",
    "Existing benchmarks have been found to leak their answers.",
    "Various authors have argued that loop shape decides binding.",
    "A recent survey of dialogue memory identified three families.",
    "This effect was first described in river fish.",
    "Bicycle sensors have been widely used to map air quality.",
    "Positive orders have been extensively investigated in child language.",
    "Such models outperform radar by 14.6 points on light rain.",
    "Copper is one of the most common poisons in ponds.",
    "Studies have found no effect of dose.",
    "Related work explored summaries of whole weeks.",
    "Traditional systems employ hand-written rules.",
    "Experiments suggested that the effect disappears in salt water.",
    "These models are known to forget names.",
    "Two trials have reported fewer deaths under the new drug.",
)
UNWORTHY = (
    "We propose a memory that forgets on purpose.",
    "Our method outperforms the baseline by 14 points.",
    "In this paper, previous work has a section of its own.",
    "Figure 2 shows the layout of the memory.",
    "Table 3 reports recall for 26 languages.",
    "Section 4 describes the experiments.",
    "The rest of this paper is organised as follows.",
    "What has been shown so far?",
    "Let G be a graph whose edges are causes.",
    "A memory is defined as a set of summaries.",
    "Consider a conversation of three turns.",
    "Rain is wet.",
    "The present study looks at bicycles.",
    "The proposed method reaches 81 percent.",
    "To our knowledge, no study has measured this.",
    "Little is known about forgetting.",
    "Whether this holds for other metals remains unclear.",
    "Future work could be devoted to salt water.",
    "The index is rebuilt every night.",
    "Each node stores a sentence and a time.",
    "A walk over the graph starts at the newest node.",
    "Previous work has shown this [12].",
    "Recent methods rely on ranking (Malk, 2022).",
    "Several studies report it (see Orbin et al., 2021; Voss, 2019).",
    "The data are available at https://example.org/data.",
    "I thank the reviewers of earlier studies.",
    "All texts were lower-cased and split at white space.",
    "The learning rate was set to a small value.",
    "Note that several approaches use windows.",
    "Dialogue memory keeps what was said.",
    "There are three reasons for this choice.",
    "First, the graph is pruned.",
    "The following paragraphs treat each in turn.",
    "As shown in Fig. 3, recent methods rely on ranking.",
    "Questions are answered in the order in which they came.",
    "This section reviews recent methods.",
    "Recall is the share of facts that were found.",
    "Users could choose between both memories.",
    "Suppose that previous studies found nothing.",
    "Related work.",
)


def test_enough_sentences_are_marked() -> None:
    assert len(set(WORTHY + UNWORTHY)) == 81


@pytest.mark.parametrize("sentence", UNWORTHY)
def test_left_alone(sentence: str) -> None:
    assert why_cited(sentence) == ""


def test_most_that_need_one_are_found() -> None:
    found = [one for one in WORTHY if why_cited(one)]
    assert len(found) >= 0.9 * len(WORTHY), sorted(set(WORTHY) - set(found))


def test_a_system_of_the_library_is_somebodys_work() -> None:
    assert why_cited("Lantern stores summaries at night.", {"Lantern"}) == "speaks of Lantern"
    assert why_cited("Lanterns stood in the street all night.", {"Lantern"}) == ""
    assert why_cited("We compare our memory with Lantern here.", {"Lantern"}) == ""


@pytest.mark.parametrize("heading", ["Results", "Experiments", "Our approach"])
def test_findings_under_results_are_the_authors_own(heading: str) -> None:
    finding = "High humidity is associated with lower forecast errors."
    assert why_cited(finding, heading="Background")
    assert not why_cited(finding, heading=heading)
    assert why_cited("Previous work has shown the same effect.", heading=heading)


def _before_last(text: str) -> tuple[str, bool]:
    (paragraph,) = document_of(text, name="d.md", markup="markdown").paragraphs
    last = paragraph.sentences[-1].text
    return last, goes_on(last, paragraph.sentences[:-1], why_cited(last))


@pytest.mark.parametrize(
    "text",
    [
        "Orbin replays conversations [@o]. They report a recall of 81 percent.",
        "Orbin replays conversations [@o]. This method halves the error.",
        "Orbin replays conversations [@o]. It was shown to lose 12 million people in 3 cities.",
        "Orbin replays conversations [@o]. It runs at night. Their agents answered 90 percent of all questions.",
        "Recall rose with replay [@o]. The memory answered 81 percent of the questions.",
        "@o replay conversations. However, these systems rely on summaries.",
        "Replay was tried before [3]. Such systems outperform windows by 4 points.",
    ],
)
def test_what_goes_on_about_a_cited_work_is_covered(text: str) -> None:
    assert _before_last(text)[1]


@pytest.mark.parametrize(
    "text",
    [
        "Orbin replays conversations [@o]. Previous work has shown that memory fades.",
        "Orbin replays conversations [@o]. It has been shown that memory fades within three weeks.",
        "Orbin replays conversations [@o]. However, it is well known that radars miss light rain.",
        "Memory fades over time. They report a recall of 81 percent.",
        "Orbin replays conversations [@o]. Rain is measured elsewhere. Recent methods rely on radar.",
    ],
)
def test_another_subject_is_not(text: str) -> None:
    assert not _before_last(text)[1]


def test_parts_in_which_hardly_anybody_cites() -> None:
    assert not any(map(is_checked, ["Abstract", "5. Conclusion", "Acknowledgements", "Limitations"]))
    assert all(map(is_checked, ["", "Introduction", "Related work", "Discussion"]))


def test_citations_that_name_no_key() -> None:
    assert all(map(cited_in_words, ["So it is [4, 7].", "So it is (Li et al., 2020).", "See https://example.org."]))
    assert not any(map(cited_in_words, ["So it is (in 2 of 3 cases).", "So it is."]))
