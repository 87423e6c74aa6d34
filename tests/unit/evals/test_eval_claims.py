import pytest

from assistant.errors import ServiceError
from assistant.types import Paper, Usage
from evals.claims import Decomposer, ModelClaims, SentenceClaims, Split, check_claims
from evals.metrics import named
from evals.types import Case, ClaimCheck, Metric, Sample, Score
from prompts import Prompts
from tests.fakes.chat import USD_PER_CALL, Broken, ScriptedModel
from tests.fakes.evaluation import SHELF, abstention, answer, say
from tests.fakes.judge import FakeJudge, always

PASSAGES = {key: (f"Title of {key}", f"The abstract of {key} says much.") for key in SHELF}


class TestSentenceClaims:
    @pytest.mark.parametrize(
        ("statement", "claims"),
        [
            (
                "The model has two encoders; the decoder is shared by all tasks.",
                ("The model has two encoders.", "the decoder is shared by all tasks."),
            ),
            (
                "Owls are birds of prey; bats are mammals of the air; newts can live in water",
                ("Owls are birds of prey.", "bats are mammals of the air.", "newts can live in water"),
            ),
            ("Owls are very quiet; bats can hear well.", ("Owls are very quiet.", "bats can hear well.")),
        ],
    )
    def test_clauses_that_can_be_read_alone_are_parted(self, statement: str, claims: tuple[str, ...]) -> None:
        assert SentenceClaims().split(statement) == Split(claims=claims)

    @pytest.mark.parametrize(
        "statement",
        [
            "Owls are birds and bats are mammals.",
            "The model has two encoders; it is shared by all tasks.",
            "The model has two encoders; the latter is shared by all.",
            "The model has two encoders; in these there are four layers.",
            "Owls are active at night; more than bats of any kind.",
            "Three sets are used: the first is small; the second one is very large.",
            "The encoders (one is small; the other has more layers) are shared.",
            'They write that "owls are birds of prey; bats are mammals of the air".',
            "It is slow; bats are mammals of the air.",
            ";;",
            "",
        ],
    )
    def test_anything_else_is_one_claim(self, statement: str) -> None:
        assert SentenceClaims().split(statement) == Split(claims=(statement,))


class TestModelClaims:
    def test_asks_for_one_statement_at_a_time(self) -> None:
        model = ScriptedModel(["- Owls hunt.\n\n -  Owls sleep. \n"])
        split = ModelClaims(model, Prompts()).split("Owls hunt {{ 7 }}\nand sleep.")
        assert split.claims == ("Owls hunt.", "Owls sleep.")
        assert split.usage is not None
        assert split.usage.usd == USD_PER_CALL
        assert model.prompts[0].endswith("Sentence: Owls hunt {{ 7 }} and sleep.\n")

    def test_what_is_said_twice_is_one_claim(self) -> None:
        assert ModelClaims(ScriptedModel(["- a\n- b\n- a"]), Prompts()).split("s").claims == ("a", "b")

    def test_thoughts_are_no_part_of_the_reply_however_long(self) -> None:
        reply = f"<think>{'hm ' * 500}\n- c</think>\n- a b"
        assert ModelClaims(ScriptedModel([reply]), Prompts()).split("s").claims == ("a b",)

    @pytest.mark.parametrize(
        "reply", ["", "a\nb", "Claims:\n- a", "- a\n-b", "- a\n- \n- b", "1. a", "<think>- a", "- a" + " b" * 200]
    )
    def test_what_cannot_be_read_is_asked_for_once_more_and_paid_for(self, reply: str) -> None:
        model = ScriptedModel([reply, "- a"])
        split = ModelClaims(model, Prompts()).split("s")
        assert split.claims == ("a",)
        assert split.usage is not None
        assert split.usage.prompt > len(model.prompts[0].split())
        assert len(model.prompts) == 2

    def test_what_goes_on_and_on_is_broken_off_and_its_price_unknown(self) -> None:
        model = ScriptedModel([Broken("- a\n" * 1_000, AssertionError("read to its end")), "- a"])
        split = ModelClaims(model, Prompts()).split("s")
        assert split.claims == ("a",)
        assert split.usage is not None
        assert split.usage.usd is None
        assert split.usage.completion > 100

    def test_a_long_sentence_may_have_a_long_reply(self) -> None:
        claims = tuple(f"Owls hunt voles in field {number}." for number in range(30))
        model = ScriptedModel(["\n".join(f"- {one}" for one in claims)])
        assert ModelClaims(model, Prompts()).split(" and ".join(claims)).claims == claims

    def test_twice_is_an_error_that_says_what_came(self) -> None:
        model = ScriptedModel(["first", "no list"])
        with pytest.raises(ServiceError, match=r"scripted:model gave no list of claims for 'Owls.'.*'no list'"):
            ModelClaims(model, Prompts()).split("Owls.")

    def test_a_model_that_fails_is_not_asked_again(self) -> None:
        with pytest.raises(ServiceError, match="gone"):
            ModelClaims(ScriptedModel([ServiceError("gone")]), Prompts()).split("s")

    def test_its_name_changes_with_the_prompt(self) -> None:
        model = ScriptedModel()
        mine = ModelClaims(model, Prompts()).name
        assert mine == f"claims-1:scripted:model:{Prompts().digests()['claims'][:8]}"


class Halves:
    """Parts statements at a bar; costs one token each."""

    name = "halves"

    def split(self, statement: str) -> Split:
        return Split(claims=tuple(statement.split("|")), usage=Usage(prompt=1))


class TestCheckClaims:
    said = answer(say("a|b", "bee"), say("c", "ant", "unicorn", "bee"), say("b"))

    def evidence(self, *, context: tuple[str, ...] = ()) -> list[tuple[str, tuple[str, ...]]]:
        judge = always("supported")
        check_claims(self.said, Halves(), judge, SHELF.get, context)
        return judge.calls

    def test_each_claim_once_against_all_cited_papers(self) -> None:
        cited = PASSAGES["bee"] + PASSAGES["ant"]
        assert self.evidence() == [("a", cited), ("b", cited), ("c", cited)]

    def test_or_against_all_that_the_system_was_given(self) -> None:
        given = PASSAGES["dog"] + PASSAGES["cat"]
        assert self.evidence(context=("dog", "cat", "dog")) == [("a", given), ("b", given), ("c", given)]

    def test_a_claim_that_is_made_twice_counts_twice(self) -> None:
        judge = FakeJudge(queue=["supported", "unsupported", "supported"])
        found = check_claims(self.said, Halves(), judge, SHELF.get)
        assert [(one.text, one.verdict.label) for one in found] == [
            ("a", "supported"),
            ("b", "unsupported"),
            ("c", "supported"),
            ("b", "unsupported"),
        ]

    def test_what_cites_nothing_has_nothing_to_rest_on(self) -> None:
        judge = always("supported")
        (one,) = check_claims(answer(say("a", "unicorn")), SentenceClaims(), judge, SHELF.get)
        assert (one.verdict.label, one.verdict.score, one.verdict.judge) == ("unverifiable", 0, "fake-1")
        assert judge.calls == []

    def test_an_abstention_makes_no_claims(self) -> None:
        assert check_claims(abstention(), SentenceClaims(), always("supported"), SHELF.get, ("ant",)) == ()

    def test_errors_are_let_through(self) -> None:
        with pytest.raises(ServiceError, match="gone"):
            check_claims(self.said, Halves(), FakeJudge(queue=[ServiceError("gone")]), SHELF.get)

    def test_both_are_decomposers(self) -> None:
        both: list[Decomposer] = [SentenceClaims(), ModelClaims(ScriptedModel(), Prompts())]
        assert len({one.name for one in both}) == 2


class TestFaithfulness:
    said = answer(say("a|b", "ant"))

    def score(self, claims: tuple[ClaimCheck, ...] | None, claims_error: str = "") -> Score:
        metric = named("faithfulness")
        assert isinstance(metric, Metric)
        case = Case(
            sample=Sample(id="1", question="q"),
            answer=self.said,
            papers=dict[str, Paper]().get,
            claims=claims,
            claims_error=claims_error,
        )
        return metric.score(case)

    def test_share_of_claims_that_are_supported(self) -> None:
        judge = FakeJudge(queue=["supported", "partly"])
        found = self.score(check_claims(self.said, Halves(), judge, SHELF.get))
        assert found == Score(value=0.5, explanation="1 of 2 claims are supported")

    def test_not_measured_is_not_failed(self) -> None:
        assert self.score(None).value is None
        assert not self.score(None).failed
        assert not self.score(()).failed

    def test_a_failed_judge_is(self) -> None:
        found = self.score(None, "no reply")
        assert (found.value, found.failed, found.explanation) == (None, True, "the judge failed: no reply")
