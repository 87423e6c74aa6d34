"""Statements made false in known ways, and honest ones beside them."""

import gzip
import json
import random
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import InputError
from assistant.text import fold, numbers
from evals.judging.pairs import open_pairs
from evals.judging.types import Pair
from evals.mutations import BAD_KINDS, Bad, Mutation, mutate, paraphrase
from evals.mutations.editing import decapitalised
from evals.mutations.elsewhere import nearest, sentences_elsewhere, standing
from evals.mutations.inflection import base_of, third_person
from evals.mutations.names import names_in
from evals.mutations.reading import sources_in
from evals.mutations.suite import Source, make_suite, part_of, written_cases
from evals.mutations.types import Case, Change, applied
from evals.mutations.writing import lines

SAMPLE = Path(__file__).parents[3] / "examples" / "library.bib"
SOURCES = sources_in(SAMPLE)
ABSTRACTS = [one.abstract for one in SOURCES]
TALE = (
    "We propose OwlNet, a new method for tracking owls at night. OwlNet outperforms BatNet on three datasets, with an "
    "accuracy of 91.5% against 84.0%. The method may reduce the number of false alarms in most forests by up to 30%. "
    "In mice, feeding was associated with longer sleep. Sleep did not change in 12 of 40 control animals."
)
OTHER = "We train BeeNet on FlowerSet and find that bees dance twice as often in the sun. BeeNet is slower than AntNet."


def lot(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - because nothing secret hangs on it


def changed(sentence: str, kind: Bad, *, abstract: str = TALE, tries: int = 60) -> dict[str, set[str]]:
    """What a sentence can become, by the way in which it is changed."""
    found: dict[str, set[str]] = {}
    for seed in range(tries):
        one = mutate(sentence, abstract, [OTHER], kind, lot(seed))
        if one:
            found.setdefault(one.way, set()).add(one.text)
    return found


class TestNumbers:
    sentence = "OwlNet outperforms BatNet on three datasets, with an accuracy of 91.5% against 84.0%."

    def test_two_numbers_change_places(self) -> None:
        (text,) = changed(self.sentence, "number-changed")["exchanged"]
        assert "accuracy of 84.0% against 91.5%." in text

    def test_a_new_value_is_nowhere_in_the_abstract_and_looks_like_the_old_one(self) -> None:
        for text in changed(self.sentence, "number-changed")["value"]:
            (new,) = numbers(text) - numbers(self.sentence)
            assert new not in numbers(TALE)
            assert len(new.partition(".")[2]) == 1
            assert float(new) <= 100

    def test_another_magnitude(self) -> None:
        for text in changed(self.sentence, "number-changed")["magnitude"]:
            (new,) = numbers(text) - numbers(self.sentence)
            assert any(float(new) == pytest.approx(old * f) for old in (91.5, 84.0) for f in (0.1, 10, 100))

    def test_words_that_are_numbers(self) -> None:
        assert all(" three " not in text for text in changed(self.sentence, "number-changed")["word"])

    @pytest.mark.parametrize(
        ("sentence", "text"),
        [
            ("Owls are twice as fast here.", "Owls are ten times as fast here."),
            ("It halves a third of all cases.", "It halves a fifth of all cases."),
            ("There were 1,200 owls.", "There were 12,000 owls."),
            ("It began in 2020 for good.", "It began in 2022 for good."),
        ],
    )
    def test_by_hand(self, sentence: str, text: str) -> None:
        found = changed(sentence, "number-changed", abstract="Owls.", tries=200)
        assert text in {one for some in found.values() for one in some}

    @pytest.mark.parametrize("sentence", ["The third of the owls sleeps.", "A third owl sleeps."])
    def test_an_ordinal_is_no_share(self, sentence: str) -> None:
        found = changed(sentence, "number-changed").get("word", set())
        assert not any("fifth owl" in text for text in found)

    def test_units(self) -> None:
        found = changed("The animals slept for 12 hours after the dose of 5 mg.", "number-changed")["unit"]
        assert found == {
            "The animals slept for 12 days after the dose of 5 mg.",
            "The animals slept for 12 hours after the dose of 5 g.",
        }

    @pytest.mark.parametrize(
        "sentence",
        [
            "Owls hunt mice at night.",
            "GPT-4 and p53 are names, and so is OWL2.",
            "The interval has its usual 95% confidence level.",
            "Layers were wide or deep (1) and tall (2).",
        ],
    )
    def test_what_is_no_value_is_left_alone(self, sentence: str) -> None:
        assert changed(sentence, "number-changed") == {}

    @pytest.mark.parametrize("sentence", ["We use 10 and 20 layers.", "They slept for 10 to 20 hours."])
    def test_numbers_of_a_list_or_a_range_do_not_change_places(self, sentence: str) -> None:
        assert "exchanged" not in changed(sentence, "number-changed")


class TestNegations:
    @pytest.mark.parametrize(
        ("sentence", "way", "text"),
        [
            ("The method is fast in every forest.", "inserted", "The method is not fast in every forest."),
            ("The drug improves survival in owls.", "inserted", "The drug does not improve survival in owls."),
            ("The drug reduced the risk of death.", "inserted", "The drug did not reduce the risk of death."),
            ("Sleep was not longer in owls.", "removed", "Sleep was longer in owls."),
            ("Such owls cannot be seen by day.", "removed", "Such owls can be seen by day."),
            ("They see without light or sound.", "removed", "They see with light or sound."),
            (
                "There was no significant difference in sleep.",
                "removed",
                "There was a significant difference in sleep.",
            ),
            ("The drug increases sleep in owls.", "direction", "The drug decreases sleep in owls."),
            ("OwlNet outperforms BatNet on owls.", "direction", "OwlNet underperforms BatNet on owls."),
            ("Higher doses were better for owls.", "direction", "Lower doses were better for owls."),
        ],
    )
    def test_by_hand(self, sentence: str, way: str, text: str) -> None:
        assert text in changed(sentence, "negated")[way]

    @pytest.mark.parametrize(
        "sentence", ["It helps not only owls, and all bats.", "They asked whether or not owls sleep."]
    )
    def test_a_not_that_denies_nothing_stays(self, sentence: str) -> None:
        assert "removed" not in changed(sentence, "negated")

    def test_where_both_directions_are_named_neither_is_turned(self) -> None:
        assert "direction" not in changed("Doses may increase or decrease over nights.", "negated")


class TestOverclaims:
    @pytest.mark.parametrize(
        ("sentence", "text"),
        [
            ("The drug may reduce sleep.", "The drug reduces sleep."),
            ("These cells might be resting.", "These cells are resting."),
            ("The results suggest that owls sleep.", "The results prove that owls sleep."),
            ("The gene appears to be active.", "The gene is active."),
            ("It is potentially harmful to owls.", "It is harmful to owls."),
            ("Sleep was associated with longer life.", "Sleep caused longer life."),
            ("It saves up to 30% of the time.", "It saves 30% of the time."),
            ("Some owls hunt by day.", "All owls hunt by day."),
            ("Most owls hunt by day.", "All owls hunt by day."),
            ("It often fails.", "It always fails."),
            ("The drug prolonged sleep in mice.", "The drug prolonged sleep."),
            ("The drug prolonged sleep in healthy volunteers, and life.", "The drug prolonged sleep, and life."),
        ],
    )
    def test_by_hand(self, sentence: str, text: str) -> None:
        assert text in {one for some in changed(sentence, "overclaimed").values() for one in some}

    @pytest.mark.parametrize(
        "sentence",
        [
            "They took the 20 most cited papers.",
            "It is most often seen at night.",
            "It becomes possible to fly.",
            "They could potentially fly far.",
        ],
    )
    def test_what_is_no_hedge_or_not_the_only_one_stays(self, sentence: str) -> None:
        found = {one for some in changed(sentence, "overclaimed").values() for one in some}
        assert not found or "potentially fly" in next(iter(found))


class TestNames:
    def test_a_name_of_another_abstract_comes_in_everywhere(self) -> None:
        found = changed("OwlNet beats others because OwlNet is small.", "name-changed")["foreign"]
        assert found <= {f"{name} beats others because {name} is small." for name in ("BeeNet", "FlowerSet", "AntNet")}
        assert found

    def test_sides_of_a_comparison_change_places(self) -> None:
        assert changed("Here OwlNet outperforms BatNet by far.", "name-changed")["exchanged"] == {
            "Here BatNet outperforms OwlNet by far."
        }

    def test_names_side_by_side_do_not(self) -> None:
        assert "exchanged" not in changed("They compare OwlNet and BatNet with others.", "name-changed")

    def test_what_is_a_name(self) -> None:
        text = "METHODS: We ran the Long Owl Method (LOM) on English text with OwlNet and S100A9 in Wikipedia."
        assert names_in(text) == ["Long", "Owl", "Method", "English", "OwlNet", "S100A9", "Wikipedia"]


class TestOtherPapers:
    def test_a_sentence_of_another_abstract(self) -> None:
        found = changed("We propose OwlNet.", "wrong-paper")
        assert set(found) == {"near", "any"}
        assert {one for some in found.values() for one in some} <= set(sentences_elsewhere(OTHER))

    def test_none_that_this_one_has_too(self) -> None:
        assert mutate("x", OTHER, [OTHER], "wrong-paper", lot(0)) is None

    def test_the_nearest_come_first_and_the_same_text_is_none(self) -> None:
        texts = [
            TALE,
            TALE,
            OTHER,
            "Tracking owls at night raises false alarms in forests.",
            "Whales sing songs that travel far.",
        ]
        (found,) = nearest(texts, [0], 2)
        assert 1 not in found
        assert found[0] == 3


@pytest.mark.parametrize("kind", BAD_KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_every_mutation_changes_what_is_said_and_tells_how(kind: Bad, seed: int) -> None:
    rng = lot(seed)
    made = 0
    for at, abstract in enumerate(ABSTRACTS):
        for sentence in sentences_elsewhere(abstract):
            one = mutate(sentence, abstract, ABSTRACTS[at + 1 :] + ABSTRACTS[:at], kind, rng)
            if one:
                made += 1
                assert_told(one, abstract)
    assert made > (2 if kind in {"overclaimed", "number-changed", "name-changed"} else 20)


def assert_told(one: Mutation, abstract: str) -> None:
    assert fold(one.text).rstrip(".") not in fold(abstract)
    if one.kind == "wrong-paper":
        assert (one.text, one.changes) == (one.origin, ())
        return
    assert one.origin in abstract
    assert fold(one.text) != fold(one.origin)
    assert one.changes
    for change in one.changes:
        assert one.origin[change.start : change.end] == change.before != change.after
    assert all(left.end <= right.start for left, right in pairwise(one.changes))
    made = applied(one.origin, one.changes)
    assert made.split() == one.text.split() or made.split()[1:] == one.text.split()[1:]


@pytest.mark.parametrize("kind", BAD_KINDS)
@given(sentence=st.text(max_size=120), abstract=st.text(max_size=200), seed=st.integers(0, 99))
def test_any_text_is_changed_or_left_alone(kind: Bad, sentence: str, abstract: str, seed: int) -> None:
    one = mutate(sentence, abstract, [OTHER], kind, lot(seed))
    assert one is None or one.text != sentence


SAYINGS = (
    "We may find that owls did not sleep in 3 of 12% of the 1,200 nights (see there).",
    "Because nights are long, owls sleep.",
    "We present a method for owls.",
)


@given(
    sentence=st.one_of(st.sampled_from(SAYINGS), st.text(max_size=120)),
    abstract=st.text(max_size=99),
    seed=st.integers(),
)
def test_any_text_is_said_otherwise_or_not_at_all(sentence: str, abstract: str, seed: int) -> None:
    said = paraphrase(sentence, abstract, lot(seed), author="Li et al. (2023)")
    assert said is None or (said[0] != sentence and said[1])


class TestParaphrases:
    def said(self, sentence: str, *, author: str = "", tries: int = 80) -> set[str]:
        found = (paraphrase(sentence, TALE, lot(seed), author=author) for seed in range(tries))
        return {one[0] for one in found if one}

    @pytest.mark.parametrize(
        ("sentence", "text"),
        [
            ("We show that our owls sleep.", "The authors show that their owls sleep."),
            ("In this paper, we study owls.", "The authors study owls."),
            ("Because nights are long, owls sleep.", "Owls sleep because nights are long."),
            ("Owls sleep a lot because nights are long.", "Because nights are long, owls sleep a lot."),
            ("In long nights, owls of all ages sleep.", "Owls of all ages sleep in long nights."),
            ("Owls slept in 12% of nights.", "Owls slept in 12 percent of nights."),
            ("Owls slept for three nights.", "Owls slept for 3 nights."),
            ("Owls heard 1,200 calls.", "Owls heard 1200 calls."),
            ("Owls did not sleep.", "Owls didn't sleep."),
            ("Owls (all of them) sleep.", "Owls sleep."),
            ("However, owls sleep.", "The authors report that however, owls sleep."),
            ("Moreover, owls sleep.", "Owls sleep."),
            ("Owls sleep, which saves strength.", "Owls sleep."),
            ("We introduce a method for owls.", "A method for owls is introduced."),
            ("This paper presents a method.", "The authors present a method."),
            ("Here, we study us and owls.", "The authors study them and owls."),
            ("Our owls sleep.", "The authors' owls sleep."),
            ("Owls heard 13 percent of 99 calls.", "Owls heard 13% of 99 calls."),
            ("They made three nests at 2 places.", "They made 3 nests at 2 places."),
        ],
    )
    def test_by_hand(self, sentence: str, text: str) -> None:
        assert text in self.said(sentence)

    def test_an_acronym_is_written_out_where_the_abstract_defines_it(self) -> None:
        abstract = "We saw obstructive sleep apnea (OSA) in owls. Patients with OSA are tired."
        found = {paraphrase("Patients with OSA are tired.", abstract, lot(seed)) for seed in range(40)}
        assert "Patients with obstructive sleep apnea are tired." in {one[0] for one in found if one}

    def test_a_frame_names_who_says_it(self) -> None:
        found = self.said("Owls sleep.", author="Li et al. (2023)")
        assert "According to Li et al. (2023), owls sleep." in found
        assert "The authors report that owls sleep." in found

    def test_a_name_keeps_its_capital(self) -> None:
        assert "The authors report that OwlNet tracks owls." in self.said("OwlNet tracks owls.")

    def test_years_and_numbers_stay_what_they_are(self) -> None:
        for text in self.said("In 2021 owls heard 3 of 1200 calls, or 12 %.", tries=200):
            assert numbers(text.replace("three", "3")) == {"2021", "3", "1200", "12"}

    @pytest.mark.parametrize("before", ["not ", "potentially "])
    def test_where_something_was_taken_out_nothing_else_goes(self, before: str) -> None:
        origin = f"Owls sleep (they are {before}blind) in {before}dark and calm forests, which is {before}good."
        for place in (at for at in range(len(origin)) if origin.startswith(before, at)):
            change = Change(start=place, end=place + len(before), before=before, after="")
            text = applied(origin, [change])
            around = {text[:place].split()[-1].strip("()"), text[place:].split()[0].strip("().")}
            for seed in range(30):
                said = paraphrase(text, origin, lot(seed), changes=[change])
                assert said is None or around <= set(re.findall(r"\w+", said[0]))

    @pytest.mark.parametrize("seed", range(4))
    def test_what_was_done_to_a_sentence_is_not_undone(self, seed: int) -> None:
        rng = lot(seed)
        for abstract in ABSTRACTS:
            for sentence in sentences_elsewhere(abstract):
                for kind in BAD_KINDS[:4]:
                    one = mutate(sentence, abstract, ABSTRACTS, kind, rng)
                    said = one and paraphrase(one.text, abstract, rng, changes=one.changes)
                    if one and said:
                        kept = {word for change in one.changes for word in change.after.lower().split()}
                        assert all(word.strip(",.;()%") in said[0].lower() for word in kept)


class TestSuite:
    def suite(self, seed: int = 5) -> list[Case]:
        return make_suite(SOURCES, per_kind=6, seed=seed)

    def test_the_seed_decides(self) -> None:
        assert self.suite() == self.suite()
        assert self.suite() != self.suite(6)

    def test_every_kind_is_there_as_often_as_wanted(self) -> None:
        cases = self.suite()
        for kind in ("negated", "wrong-paper"):
            assert sum(case.kind == kind for case in cases) == 6
        assert sum(case.kind == "paraphrase" for case in cases) == 30
        assert {case.label for case in cases if case.kind in {"negated", "number-changed"}} == {"REFUTE"}
        assert {case.label for case in cases if case.kind == "paraphrase"} == {"SUPPORT"}
        assert len({case.id for case in cases}) == len(cases)

    def test_a_statement_is_held_against_title_and_whole_abstract(self) -> None:
        by_title = {source.title: source for source in SOURCES}
        for case in self.suite():
            source = by_title[case.paper]
            assert case.evidence == (source.title, source.abstract)
            assert case.statement not in source.abstract
            if case.kind == "wrong-paper":
                assert case.origin not in source.abstract
            else:
                assert case.origin in source.abstract

    def test_about_half_of_the_mutations_are_paraphrased(self) -> None:
        cases = [case for case in make_suite(SOURCES, per_kind=25, seed=1) if case.label != "SUPPORT"]
        share = sum(bool(case.paraphrased) for case in cases) / len(cases)
        assert 0.3 < share < 0.7

    def test_too_few_abstracts_give_fewer_statements(self) -> None:
        assert make_suite([], per_kind=3, seed=0) == []
        one = make_suite([Source(title="", abstract="Owls sleep.")], per_kind=3, seed=0)
        assert one == []

    def test_halves_are_told_by_the_title_alone(self) -> None:
        assert part_of("Owls: a Study!") == part_of("owls a study")
        assert {part_of(source.title) for source in SOURCES} == {"fit", "report"}

    def test_what_people_wrote_counts_as_honest(self) -> None:
        yes = Pair(id="1", statement="s", evidence=("t", "e"), supported=True, source="scifact/train")
        no = Pair(id="2", statement="s", evidence=("e",), supported=False, problem="nei")
        (case,) = written_cases([yes, no])
        assert (case.kind, case.label, case.statement, case.paper) == ("written", "SUPPORT", "s", "t")

    def test_what_is_written_is_read_as_labelled_pairs(self, tmp_path: Path) -> None:
        cases = self.suite()
        path = tmp_path / "made.jsonl"
        path.write_text(lines(cases), encoding="utf-8")
        pairs = open_pairs(path).pairs
        assert [pair.statement for pair in pairs] == [case.statement for case in cases]
        assert [pair.kind for pair in pairs] == [case.kind for case in cases]
        assert all(pair.supported == (pair.kind == "paraphrase") for pair in pairs)
        assert {pair.problem for pair in pairs if not pair.supported} <= set(BAD_KINDS)
        first = json.loads(path.read_text(encoding="utf-8").splitlines()[-1])
        assert {"kind", "way", "origin", "changes", "paraphrased", "paper"} <= set(first)


class TestPapers:
    def read(self, path: Path, text: str) -> list[Source]:
        path.write_text(text, encoding="utf-8")
        return sources_in(path)

    @pytest.mark.parametrize(
        "field", ['"abstract": "Owls sleep."', '"text": "Owls sleep."', '"abstract": ["Owls", "sleep."]']
    )
    def test_lines_as_test_collections_have_them(self, tmp_path: Path, field: str) -> None:
        found = self.read(tmp_path / "x", f'{{"title": "T", {field}, "year": 2020}}\n{{"title": "no abstract"}}\n')
        assert found == [Source(title="T", abstract="Owls sleep.")]

    def test_packed(self, tmp_path: Path) -> None:
        (tmp_path / "x.gz").write_bytes(gzip.compress(b'{"title": "T", "abstract": "A."}'))
        assert [one.title for one in sources_in(tmp_path / "x.gz")] == ["T"]

    @pytest.mark.parametrize(
        ("authors", "called"),
        [
            ('["Bo Li"]', "Li (2020)"),
            ('["Bo Li", "Cem Berg"]', "Li and Berg (2020)"),
            ('["Bo Li", "Cem Berg", "Ada Quill"]', "Li et al. (2020)"),
            ("[]", ""),
        ],
    )
    def test_how_a_paper_is_called(self, tmp_path: Path, authors: str, called: str) -> None:
        (one,) = self.read(tmp_path / "x", f'{{"title": "T", "abstract": "A.", "authors": {authors}, "year": 2020}}')
        assert one.author == called

    def test_what_a_library_reads_is_read(self) -> None:
        assert len(SOURCES) > 20
        assert any("et al. (" in one.author for one in SOURCES)

    def test_at_most_so_many_evenly_from_the_whole_file(self, tmp_path: Path) -> None:
        text = "".join(f'{{"title": "{at}", "abstract": "A."}}\n' for at in range(10))
        (tmp_path / "x").write_text(text)
        assert [one.title for one in sources_in(tmp_path / "x", most=4)] == ["0", "2", "5", "7"]
        assert len(sources_in(tmp_path / "x", most=40)) == 10

    def test_what_is_not_there_or_holds_nothing_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"--papers .*none: there is no such file"):
            sources_in(tmp_path / "none")
        with pytest.raises(InputError, match="holds no paper with an abstract"):
            self.read(tmp_path / "x", '{"title": "T"}')


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("improves", "improve"),
        ("improved", "improve"),
        ("inhibited", "inhibit"),
        ("studies", "study"),
        ("reaches", "reach"),
        ("passes", "pass"),
        ("causes", "cause"),
        ("showed", "show"),
        ("led", "lead"),
        ("has", "have"),
    ],
)
def test_the_base_of_a_verb(form: str, base: str) -> None:
    assert base_of(form) == base


@pytest.mark.parametrize(
    ("base", "form"),
    [
        ("improve", "improves"),
        ("reach", "reaches"),
        ("study", "studies"),
        ("play", "plays"),
        ("be", "is"),
        ("have", "has"),
    ],
)
def test_the_third_person_of_a_verb(base: str, form: str) -> None:
    assert third_person(base) == form


@pytest.mark.parametrize(
    ("sentence", "context", "after"),
    [
        ("Owls sleep.", "", "owls sleep."),
        ("English owls sleep.", "", "English owls sleep."),
        ("Athena is an owl.", "They call Athena an owl.", "Athena is an owl."),
        ("I saw owls.", "", "I saw owls."),
        ("OwlNet sees.", "", "OwlNet sees."),
        ("DNA is long.", "", "DNA is long."),
        ("12 owls sleep.", "", "12 owls sleep."),
    ],
)
def test_a_first_word_loses_its_capital_unless_it_is_a_name(sentence: str, context: str, after: str) -> None:
    assert decapitalised(sentence, context) == after


def test_changes_are_made_where_they_say() -> None:
    changes = [Change(start=0, end=1, before="a", after="x"), Change(start=2, end=3, before="c", after="")]
    assert applied("abcd", changes) == "xbd"


@pytest.mark.parametrize(
    "sentence",
    [
        "It was then tested on many owls in the wild.",
        "Owls sleep.",
        "The code is available at https://example.org for all of the owls.",
        "Nous avons fait une étude des chouettes de la forêt noire.",
        "This is a sentence of many words that has no closing mark",
    ],
)
def test_sentences_that_do_not_stand_alone_are_not_used(sentence: str) -> None:
    assert standing(sentence) == []


def test_a_heading_is_no_part_of_a_sentence() -> None:
    text = "METHODS: We tracked forty owls in a dark forest for the whole night."
    ((start, end),) = standing(text)
    assert text[start:end].startswith("We tracked")
