import pytest

from assistant.errors import UsageError
from assistant.types import Limits


@pytest.mark.parametrize(
    "limits", [{}, {"max_tokens": 1, "max_usd": 0, "timeout": 0.001}, {"max_usd": 0.0, "timeout": 5}]
)
def test_limits(limits: dict[str, float]) -> None:
    assert all(getattr(Limits(**limits), name) == value for name, value in limits.items())  # type: ignore[arg-type] - because one is whole


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"max_tokens": 0}, "0 is no limit of tokens. Give a whole number above 0."),
        ({"max_tokens": -5}, "-5 is no limit of tokens"),
        ({"max_tokens": 2.5}, "2.5 is no limit of tokens"),
        ({"max_tokens": True}, "True is no limit of tokens"),
        ({"max_usd": -0.01}, "-0.01 is no limit of dollars. Give a number that is not below 0."),
        ({"max_usd": float("nan")}, "nan is no limit of dollars"),
        ({"max_usd": "1"}, "'1' is no limit of dollars"),
        ({"timeout": 0}, "0 is no limit of seconds. Give a number above 0."),
        ({"timeout": float("inf")}, "inf is no limit of seconds"),
    ],
)
def test_no_limits(limits: dict[str, int], message: str) -> None:
    with pytest.raises(UsageError) as raised:
        Limits(**limits)
    assert message in str(raised.value)
