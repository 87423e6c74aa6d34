import pytest

from assistant.weighing.differences import difference


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
