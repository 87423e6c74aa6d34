from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.llm import DEFAULT_OPENAI, Price, Prices

NOWHERE = Path("/nowhere/prices.toml")


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "prices.toml"
    path.write_text(text)
    return path


class TestOwnTable:
    def test_default_model_has_a_price(self) -> None:
        price = Prices.read(NOWHERE).of(DEFAULT_OPENAI)
        assert price is not None
        assert 0 < price.prompt < price.completion < 100

    def test_dated_names_and_relatives(self) -> None:
        prices = Prices.read(NOWHERE)
        assert prices.of("openai:gpt-5-mini-2025-08-07") == prices.of("openai:gpt-5-mini")
        assert prices.of("anthropic:claude-sonnet-4-5-20250929") == prices.of("anthropic:claude-sonnet-4-5")

    @pytest.mark.parametrize("name", ["openai:gpt-5-pro", "openai:gpt-4o-audio-preview", "x:gpt-5", "openai:gpt-6"])
    def test_what_is_not_listed_has_none(self, name: str) -> None:
        assert Prices.read(NOWHERE).of(name) is None

    def test_every_entry_is_plausible(self) -> None:
        (table,) = Prices.read(NOWHERE).known
        assert len(table) > 20
        assert all(0 < one.prompt <= one.completion for one in table.values())


class TestUsersTable:
    def test_goes_first_and_extends(self, tmp_path: Path) -> None:
        file = written(
            tmp_path,
            '[models]\n"openai:gpt-5*" = { prompt = 9, completion = 9.5 }\n"a:b" = { prompt = 0, completion = 1 }\n',
        )
        prices = Prices.read(file)
        assert prices.of("openai:gpt-5-mini") == Price(prompt=9, completion=9.5)
        assert prices.of("a:b") == Price(prompt=0, completion=1)
        assert prices.of("openai:gpt-4o") == Prices.read(NOWHERE).of("openai:gpt-4o")

    def test_alone_counts_for_a_server_that_is_no_vendor(self, tmp_path: Path) -> None:
        prices = Prices.read(written(tmp_path, '[models]\n"openai:gpt-4o" = { prompt = 9, completion = 9 }\n'))
        assert prices.of("openai:gpt-4o", at_vendor=False) == Price(prompt=9, completion=9)
        assert prices.of("openai:gpt-5", at_vendor=False) is None
        assert Prices.read(NOWHERE).of("openai:gpt-4o", at_vendor=False) is None

    def test_longest_pattern_counts(self, tmp_path: Path) -> None:
        lines = ['"a:*" = { prompt = 1, completion = 1 }', '"a:big*" = { prompt = 2, completion = 2 }']
        for order in (lines, lines[::-1]):
            prices = Prices.read(written(tmp_path, "[models]\n" + "\n".join(order)))
            assert prices.of("a:big-one") == Price(prompt=2, completion=2)
            assert prices.of("a:small") == Price(prompt=1, completion=1)

    def test_own_name_goes_before_longer_patterns(self, tmp_path: Path) -> None:
        lines = ['"a:big" = { prompt = 1, completion = 1 }', '"a:big*" = { prompt = 2, completion = 2 }']
        prices = Prices.read(written(tmp_path, "[models]\n" + "\n".join(lines)))
        assert prices.of("a:big") == Price(prompt=1, completion=1)
        assert prices.of("a:bigger") == Price(prompt=2, completion=2)

    def test_absent_one_is_empty_unless_it_was_named(self) -> None:
        assert len(Prices.read(NOWHERE).known) == 1
        with pytest.raises(UsageError, match=r"price file /nowhere/prices\.toml cannot be read"):
            Prices.read(NOWHERE, must_exist=True)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("[models", "is not valid TOML"),
            ("[model]\n", r"must have one table, \[models\]"),
            ('[models]\n"a:b" = 3\n', r"the price of 'a:b' is 3\. A line in it is"),
            ('[models]\n"a:b" = { prompt = 1 }\n', "the price of 'a:b' is"),
            ('[models]\n"a:b" = { prompt = -1, completion = 1 }\n', "the price of 'a:b' is"),
            ('[models]\n"a:b" = { prompt = nan, completion = 1 }\n', "the price of 'a:b' is"),
            ('[models]\n"a:b" = { prompt = "1", completion = 1 }\n', "the price of 'a:b' is"),
            ('[models]\n"a:b" = { prompt = true, completion = 1 }\n', "the price of 'a:b' is"),
        ],
    )
    def test_wrong_one_is_refused(self, text: str, message: str, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=message):
            Prices.read(written(tmp_path, text))


def test_cost() -> None:
    assert Price(prompt=2, completion=8).of(500_000, 250_000) == 3.0
