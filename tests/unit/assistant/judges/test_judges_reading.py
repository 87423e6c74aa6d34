"""What the embedded judge reads in a sentence: numbers, names, directions, how sure it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.judges.frames import without_frame
from assistant.judges.hedges import read_certainty, spoken
from assistant.judges.names import acronyms, names
from assistant.judges.opposites import POLES, prefixes_turned
from assistant.judges.polarity import against, read_polarity
from assistant.judges.quantities import differing_units, is_in, quantities
from assistant.judges.subjects import named_again, own_name
from assistant.judges.words import opening_phrase, plain, read_words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("raises it by 14.6 points", [(14.6, "point", "14.6 points")]),
        ("1,210 patients", [(1210.0, "", "1,210")]),
        ("10-20% of them", [(10.0, "", "10"), (20.0, "%", "20%")]),
        ("p < .05", [(0.05, "", ".05")]),
        ("a 6-month trial", [(6.0, "month", "6-month")]),
        ("a 2.5-fold rise", [(2.5, "fold", "2.5-fold")]),
        ("3 per cent", [(3.0, "%", "3 per cent")]),
        ("12 percentage points", [(12.0, "point", "12 percentage points")]),
        ("$3.2 billion", [(3.2e9, "dollar", "$3.2 billion")]),
        ("10k tokens", [(10_000.0, "", "10 thousand")]),
        ("5mg daily", [(5.0, "mg", "5mg")]),
        ("twenty-five mice", [(25.0, "", "twenty-five")]),
        ("two thirds of it", [(2 / 3, "", "two thirds")]),
        ("COVID-19, IL-6, p53 and GPT4 in the 19th century", []),
    ],
)
def test_numbers_have_values_and_units(text: str, found: list[tuple[float, str, str]]) -> None:
    assert (
        [(one.value, one.unit, one.text) for one in quantities(text)] == pytest.approx(found)
        if not found
        else [(pytest.approx(value), unit, shown) for value, unit, shown in found]
        == [(one.value, one.unit, one.text) for one in quantities(text)]
    )


@pytest.mark.parametrize(
    ("said", "there", "found"),
    [
        ("30 minutes", "thirty minutes", True),
        ("14%", "14.2%", True),
        ("14.3%", "14.2%", False),
        ("1,210", "1210", True),
        ("50%", "a share of 0.5", True),
        ("2 million", "2,000,000", True),
        ("7", "71", False),
        ("5", "5.2", False),
    ],
)
def test_a_number_is_found_rounded_and_written_otherwise(said: str, there: str, found: bool) -> None:
    assert is_in(quantities(said)[0], quantities(there)) is found


def test_the_same_number_with_another_unit_is_told() -> None:
    assert differing_units(quantities("5 mg")[0], quantities("5 kg")) == "kg"
    assert differing_units(quantities("5 mg")[0], quantities("5 kg or 5 mg")) is None
    assert differing_units(quantities("5 points")[0], quantities("5%")) is None
    assert differing_units(quantities("5 mg")[0], quantities("5")) is None


def test_names_are_told_by_their_shape() -> None:
    assert names("Serum CRP and IL-6 in Wuhan (mTOR, p53) rise. Then SciFact falls.") == (
        "CRP", "IL-6", "Wuhan", "mTOR", "p53", "SciFact",
    )  # fmt: skip
    assert names("METHODS AND RESULTS OF ALL") == ()


def test_acronyms_are_read_where_they_are_defined() -> None:
    text = "C-reactive protein (CRP) and nuclear factor kappa B (NF-kB) in randomised controlled trials (RCTs) (Fig. 1)"
    assert acronyms(text) == {
        "crp": "C-reactive protein",
        "nfkb": "nuclear factor kappa B",
        "rcts": "randomised controlled trials",
    }


@pytest.mark.parametrize(
    ("said", "there", "turned"),
    [
        ("It increases the risk.", "It decreases the risk.", True),
        ("It increases the risk.", "It does not decrease the risk.", False),
        ("Wearers are more likely to infect.", "Wearers are less likely to infect.", True),
        ("The test is accurate here.", "The test is inaccurate here.", True),
        ("A hypoactive gland grows.", "A hyperactive gland grows.", True),
        ("It raises recall.", "It improves recall.", False),
    ],
)
def test_directions_are_compared(said: str, there: str, turned: bool) -> None:
    assert bool(against(read_polarity(said), read_polarity(there)).turned) is turned


def test_a_negation_reaches_to_the_end_of_its_clause() -> None:
    found = read_polarity("It does not bind copper, but it stores zinc.")
    assert found.negations == 1
    assert {"bind", "copper"} <= found.negated
    assert "zinc" not in found.negated


def test_not_only_denies_nothing() -> None:
    assert read_polarity("It not only binds copper but also stores zinc.").negations == 0
    assert read_polarity("Noise comes from hard samples, not just from bad ones.").negated == frozenset()
    assert read_polarity("It does not bind copper only.").negations == 1


def test_what_is_negated_in_one_place_and_not_in_another_is_not_negated() -> None:
    found = read_polarity("Stored samples fade by half, while samples that are not stored stay.")
    assert "store" not in {stem[:5] for stem in found.negated}


def test_two_negations_are_none() -> None:
    assert read_polarity("It is never not blue.").negated == frozenset()


def test_a_word_has_one_pole_and_prefixes_turn() -> None:
    assert all(sign in {1, -1} for _, sign in POLES.values())
    assert prefixes_turned({"supervised"}, {"unsupervised"}) in ([], [("supervised", "unsupervised")])
    assert prefixes_turned({"nontoxic", "cell"}, {"cell"}) == []


def test_how_sure_a_sentence_is() -> None:
    found = read_certainty("This may always cause harm in mice, and is associated with some risk.")
    assert (found.hedges, found.all, found.cause) == ({"may"}, {"always"}, {"cause"})
    assert (found.association, found.some) == ({"associated"}, {"some"})
    assert found.scope


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("According to Li et al. (2023), mice see.", "mice see."),
        ("The authors report that X rises.", "X rises."),
        ("Li and Wu report that it works.", "it works."),
        ("The authors suggest that it works.", "The authors suggest that it works."),
        ("The authors report that", "The authors report that"),
        ("Mice see.", "Mice see."),
    ],
)
def test_who_said_it_is_left_out(text: str, said: str) -> None:
    assert without_frame(text) == said


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert plain(text).isascii()
    read_words(text)
    quantities(text)
    names(text)
    acronyms(text)
    read_polarity(text)
    read_certainty(text)
    without_frame(text)


@pytest.mark.parametrize(
    ("said", "there", "found"),
    [
        ("770M parameters", "770 million parameters", True),
        ("13B", "7 and 13 billion", True),
        ("7B", "7 and 13 billion", True),
        ("45 M papers", "45 million papers", True),
        ("28B parameters", "280 billion parameters", False),
        ("about 1.4k claims", "1,400 claims", True),
        ("about 185,000 claims", "185,445 claims", True),
        ("185,000 claims", "185,445 claims", False),
        ("more than 185,000 claims", "185,445 claims", True),
        ("more than 190,000 claims", "185,445 claims", False),
        ("nearly 190,000 claims", "185,445 claims", True),
        ("nearly 180,000 claims", "185,445 claims", False),
        ("about 200,000 claims", "185,445 claims", False),
        ("31.9%", "31.87 percent", True),
        ("3100%", "31%", False),
        ("31%", "0.31", True),
        ("100 times", "a hundred times", True),
    ],
)
def test_a_rough_number_is_near_the_one_that_is_meant(said: str, there: str, found: bool) -> None:
    assert is_in(quantities(said)[0], quantities(there)) is found


@pytest.mark.parametrize("text", ["It has only 64 examples.", "It is about retrieval."])
def test_only_before_a_number_and_a_preposition_claim_nothing(text: str) -> None:
    found = read_certainty(text)
    assert found.all == frozenset()
    assert found.hedges == frozenset()


def test_what_a_hedge_does_not_reach_is_not_hedged() -> None:
    text = "two variants are compared , RAG-Token may draw on passages"
    assert spoken("hedges", text, {"variant", "compar"}) == frozenset()
    assert spoken("hedges", text, {"draw"}) == {"may"}


def test_failing_to_do_and_hard_to_do_are_one_direction() -> None:
    failing, hard = read_polarity("many fail to beat it"), read_polarity("it is hard to beat")
    assert failing.negated == hard.negated == {"beat"}
    assert read_polarity("a hard problem").negations == 0


def test_neither_and_nor_are_one_negation() -> None:
    assert {"score", "data"} <= read_polarity("It needs neither scores nor data.").negated


def test_the_name_of_a_work_is_put_where_it_speaks_of_itself() -> None:
    assert own_name("HyDE is better.", ["Precise Dense Retrieval", "HyDE, short for it, searches."]) == "HyDE"
    assert own_name("BERT is better.", ["HyDE searches as BERT does."]) == ""
    assert named_again("At 7 it was ahead.", "RAG") == "At 7 RAG was ahead."
    assert named_again("Its scores rise.", "RAG") == "RAG's scores rise."
    assert named_again("Scores rise.", "RAG") == "RAG: Scores rise."
    assert named_again("RAG says it.", "RAG") == "RAG says it."


def test_a_phrase_that_opens_a_sentence_may_end_it() -> None:
    assert opening_phrase("On the Pile it wins.") == {"pile"}
    assert opening_phrase("It wins on the Pile.") == frozenset()


def test_a_word_of_certainty_in_another_form_adds_none() -> None:
    there = read_certainty("This paper establishes a baseline and has proven it.")
    assert read_certainty("They establish a baseline and prove it.").surer_than(there) <= {"prove"}
    assert read_certainty("They establish a baseline.").surer_than(there) == frozenset()
    assert read_certainty("They confirm a baseline.").surer_than(there) == {"confirm"}
