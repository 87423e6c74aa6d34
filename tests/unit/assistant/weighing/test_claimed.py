import pytest

from assistant.weighing.claimed import claimed, is_of_own_work, names_only
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
        ("It rains (see also Orbin et al. (2021), p. 7).", "It rains (see also)."),
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
    assert not is_of_own_work("We note that Lantern needs 2 GB of storage.")
    assert is_of_own_work("We note that Lantern needs 2 GB in our tests.")
    assert not is_of_own_work("The USA and Ourense are places.")
