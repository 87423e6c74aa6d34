import pytest

from assistant.drafts import document_of
from assistant.weighing.claimed import claimed, is_of_own_work, names_only
from assistant.weighing.differences import difference
from assistant.weighing.parts import clauses_of, parts_of
from tests.fakes.papers import BY_KEY, paper

LANTERN = BY_KEY["orbin2021lantern"]
QUILL = BY_KEY["malk2022quillgraph"]
NOBODY = paper("anon2020", "A Title of Nobody")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Orbin et al. (2021) report that it rains.", "it rains."),
        ("Orbin et al. (2021) and Malk and Terrell (2022) show that it rains.", "it rains."),
        ("According to Orbin et al. (2021), it rains.", "it rains."),
        ("As Orbin et al. (2021) note, it rains.", "it rains."),
        ("It rains, as shown by Orbin et al. (2021).", "It rains."),
        ("Orbin et al. (2021) write: “It rains here.”", "“It rains here.”"),
        ("“A Title of Nobody” writes: “It rains here.”", "“It rains here.”"),
        ("Orbin et al. (2021) propose a lamp.", "propose a lamp."),
        ("Sund (2020) reports that it rains.", "Sund (2020) reports that it rains."),
        ("They quote “it rains […] every single day” here.", "They quote “it rains” “every single day” here."),
        ("It helps the authors' system.", "It helps their system."),
        ("It rains (see also Orbin et al. (2021), p. 7).", "It rains (see also )."),
        ("It rains on 12 of 30 days (Table 2), cf. Sec. 3.1.", "It rains on 12 of 30 days."),
        (
            "Section 230 asks for p = 0.05 after 30 sec. 4 times.",
            "Section 230 asks for p = 0.05 after 30 sec. 4 times.",
        ),
    ],
)
def test_who_says_it_is_no_part_of_what_is_said(text: str, said: str) -> None:
    assert claimed(text, [LANTERN, QUILL, NOBODY]) == said


@pytest.mark.parametrize(
    ("text", "is_bare"),
    [
        ("See Orbin et al. (2021) for a detailed survey.", True),
        ("See also Orbin et al. (2021), “Lantern: Replaying Old Conversations for Dialogue Memory”.", True),
        ("See also Orbin et al. (2021), “Another Title Altogether”.", False),
        ("Orbin et al. (2021) replay conversations.", False),
    ],
)
def test_what_only_names_papers_claims_nothing(text: str, is_bare: bool) -> None:
    assert names_only(text, [LANTERN]) is is_bare


def test_own_work_is_told_outside_quotations() -> None:
    assert is_of_own_work("We use Lantern.")
    assert is_of_own_work("In this paper, Lantern is used.")
    assert not is_of_own_work("Orbin et al. (2021) write: “We propose Lantern.”")
    assert not is_of_own_work("The USA and Ourense are places.")


class TestParts:
    def parts(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        document = document_of(text, name="a.md", markup="markdown")
        sentence = document.sentences[0]
        return [(one.text, one.keys) for one in parts_of(sentence, document.source, sentence.text)]

    def test_each_place_closes_a_part(self) -> None:
        assert self.parts("Lantern replays old *conversations* [@a], and QuillGraph stores large graphs [@b; @c].") == [
            ("Lantern replays old conversations.", ("a",)),
            ("QuillGraph stores large graphs.", ("b", "c")),
        ]

    def test_what_follows_the_last_place_rests_on_all(self) -> None:
        parts = self.parts("Lantern replays old conversations [@a], but graphs store causes better than summaries.")
        assert parts[1] == ("Graphs store causes better than summaries.", ("a",))

    def test_a_citation_within_a_clause_closes_no_part(self) -> None:
        assert (
            self.parts("Some old work of Orbin and Malk [@a] replays conversations, and graphs store causes [@b].")
            == []
        )

    def test_words_too_few_to_be_judged_go_with_the_next(self) -> None:
        assert self.parts("Lantern [@a] and QuillGraph [@b] store long conversations.") == []
        assert self.parts("Lantern [@a] replays old conversations at night [@b], and QuillGraph stores graphs [@c].")[
            0
        ] == ("Lantern replays old conversations at night.", ("a", "b"))

    def test_one_place_is_no_part(self) -> None:
        assert self.parts("Lantern replays old conversations and QuillGraph stores graphs [@a; @b].") == []

    def test_clauses_are_not_cut_out_of_a_quotation(self) -> None:
        text = "Lantern replays old conversations, and QuillGraph stores large graphs."
        assert len(clauses_of(text)) == 2
        assert clauses_of(f"They write: “{text}”") == ()


class TestDifferences:
    QUOTE = "Recall rises from 41.5 (38.0-44.2) to 58 percent on hundreds of questions by an unsupervised method."

    def found(self, said: str) -> tuple[str, str] | None:
        one = difference(said, [self.QUOTE], [self.QUOTE, "It was run 3 times on 26 languages."])
        return (one.problem, one.reason) if one else None

    @pytest.mark.parametrize(
        "said",
        [
            "Recall rises from 41.5 to 58 percent.",
            "Recall rises from about 42 percent to 58%.",
            "Across twenty-six languages it rises to 58 percent.",
            "Recall rises on hundreds of questions without supervision.",
            QUOTE,
        ],
    )
    def test_nothing_is_told_of_what_agrees(self, said: str) -> None:
        assert self.found(said) is None

    @pytest.mark.parametrize(
        ("said", "problem"),
        [
            ("Recall rises to 59 percent.", "number-changed"),
            ("Recall rises to 5800%.", "number-changed"),
            ("Recall rises from 58 to 41.5 percent.", "number-changed"),
            ("Recall rises on thousands of questions.", "number-changed"),
            ("Recall rises by a supervised method.", "negated"),
        ],
    )
    def test_what_stands_against_it_is_told(self, said: str, problem: str) -> None:
        found = self.found(said)
        assert found is not None
        assert found[0] == problem

    def test_a_negation_may_turn_a_word_back(self) -> None:
        quote = "The method is not linear in time."
        assert difference("The method is nonlinear in time.", [quote], [quote]) is None
