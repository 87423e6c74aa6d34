import pytest

from assistant.writing.voice import in_third_person


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("We propose Lantern.", "They propose Lantern."),
        ("To replay talks, we train our agents ourselves.", "To replay talks, they train their agents themselves."),
        ("Our method helps us.", "Their method helps them."),
        ("The memory is ours.", "The memory is theirs."),
        ("In this paper, we replay talks.", "In that paper, they replay talks."),
        ("This study replays talks.", "That study replays talks."),
        ("The present work replays talks.", "That work replays talks."),
        ("This dialogue memory replays talks in the US.", "This dialogue memory replays talks in the US."),
        ("They write that “we replay our talks” at night.", "They write that “we replay our talks” at night."),
        ('Agents that say "our memory" replay our talks.', 'Agents that say "our memory" replay their talks.'),
        ("Powers, bus lines and wealth.", "Powers, bus lines and wealth."),
    ],
)
def test_the_work_of_others_is_told_in_the_third_person(text: str, told: str) -> None:
    assert in_third_person(text) == told


def test_the_name_stands_once() -> None:
    told = in_third_person("As “we” say, we show that we replay our talks.", r"Orbin et al. (\d)")
    assert told == r"As “we” say, Orbin et al. (\d) show that they replay their talks."
