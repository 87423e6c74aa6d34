"""What every judge does, whatever it judges by."""

import json
from abc import ABC, abstractmethod
from typing import get_args

import pytest

from assistant.types import Label
from assistant.verify import Judge

OWLS = "Owls hunt mice at night. They see with large eyes."
BEES = "Bees dance to tell where flowers are."
TITLE = "A study of owls"
VERBATIM = "Owls hunt mice at night."
OTHER = "Whales sing songs that travel far."


class JudgeContract(ABC):
    """Subclasses make a judge; one that writes must say `supported` of `VERBATIM` and `unsupported` of `OTHER`."""

    @abstractmethod
    def make(self) -> Judge:
        """A judge as new."""

    @pytest.fixture
    def judge(self) -> Judge:
        return self.make()

    def test_has_a_name_and_signs_with_it(self, judge: Judge) -> None:
        assert judge.name.strip()
        assert judge.name == self.make().name
        assert judge.judge(VERBATIM, [OWLS]).judge == judge.name

    def test_what_stands_there_word_for_word_is_supported(self, judge: Judge) -> None:
        verdict = judge.judge(VERBATIM, [TITLE, BEES, OWLS])
        assert verdict.label == "supported"
        assert verdict.score > 0.5

    def test_what_is_about_something_else_is_not(self, judge: Judge) -> None:
        verdict = judge.judge(OTHER, [OWLS])
        assert verdict.label in {"unsupported", "contradicted"}
        assert verdict.score < 0.5

    @pytest.mark.parametrize("evidence", [[], [""], [" \n", "\t"]])
    def test_without_evidence_nothing_can_be_said(self, judge: Judge, evidence: list[str]) -> None:
        verdict = judge.judge(VERBATIM, evidence)
        assert (verdict.label, verdict.score, verdict.judge) == ("unverifiable", 0.0, judge.name)
        assert verdict.reason

    @pytest.mark.parametrize("evidence", [OWLS, "…", "a\x00b", "\u200b", "{{ 7 * 7 }} {% x %}", "word " * 3000])
    def test_any_text_gets_a_verdict(self, judge: Judge, evidence: str) -> None:
        verdict = judge.judge(VERBATIM, [evidence])
        assert verdict.label in get_args(Label)
        assert type(verdict.score) is float
        assert 0 <= verdict.score <= 1
        json.dumps(verdict.score, allow_nan=False)

    def test_says_the_same_of_the_same(self, judge: Judge) -> None:
        first = judge.judge(VERBATIM, [OWLS, BEES])
        judge.judge(OTHER, [BEES])
        assert judge.judge(VERBATIM, [OWLS, BEES]) == first == self.make().judge(VERBATIM, [OWLS, BEES])
