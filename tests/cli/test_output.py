import sys

import pytest

from assistant.cli.output import hanging

LABEL = "problem  index of words    "
DETAIL = " ".join(["an index that cannot be read"] * 6)


def test_beside_a_label_text_is_broken_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert hanging(LABEL, DETAIL) == LABEL + DETAIL
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True, raising=False)
    first, *others = hanging(LABEL, DETAIL).splitlines()
    assert first.startswith(LABEL)
    assert others
    assert all(line.startswith(" " * len(LABEL)) for line in others)
    assert max(map(len, [first, *others])) <= 80
    assert " ".join([first.removeprefix(LABEL), *map(str.strip, others)]) == DETAIL
