"""What models cost: a table that comes with Citewell, and the user's own, which goes first."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import isfinite
from pathlib import Path

from assistant.errors import UsageError

_OWN = Path(__file__).parent.parent / "prices.toml"
_PER = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """USD per million tokens."""

    prompt: float
    completion: float

    def of(self, prompt: int, completion: int) -> float:
        """USD for so many tokens."""
        return (prompt * self.prompt + completion * self.completion) / _PER


FREE = Price(prompt=0.0, completion=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Prices by pattern of a model's name, such as `openai:gpt-5-mini` or `ollama:*`."""

    known: tuple[Mapping[str, Price], ...]
    """Tables, the one that goes first first; the last one is the vendors' list prices."""

    def of(self, name: str, *, at_vendor: bool = True) -> Price | None:
        """The price of a model: in a table its own name goes first, then the longest pattern that fits.

        Args:
            name: `provider:model`.
            at_vendor: False for a server that is named by its address: it may sell a vendor's model at another price,
                so that only the user's table counts.

        Returns:
            None when no pattern fits.
        """
        for table in self.known if at_vendor else self.known[:-1]:
            if name in table:
                return table[name]
            if fitting := [pattern for pattern in table if fnmatchcase(name, pattern)]:
                return table[max(fitting, key=len)]
        return None

    @classmethod
    def read(cls, file: Path, *, must_exist: bool = False) -> "Prices":
        """Citewell's table and a user's file.

        Args:
            file: The user's; an absent one is an empty one.
            must_exist: Refuse an absent one.

        Raises:
            UsageError: The file is not there, cannot be read, or is no table of prices.
        """
        tables = [_table(_OWN)]
        if must_exist or file.exists():
            tables.insert(0, _table(file))
        return cls(known=tuple(tables))


def _table(path: Path) -> dict[str, Price]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"The price file {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"The price file {path} is not valid TOML: {error}.") from error
    models = raw.get("models", {})
    if not isinstance(models, dict) or set(raw) - {"models", "as_of", "sources"}:
        raise UsageError(f"The price file {path} must have one table, [models]. {_HOW}")
    return {name: _price(path, name, value) for name, value in models.items()}


_HOW = 'A line in it is "openai:NAME" = { prompt = 0.25, completion = 2.00 }, in USD per million tokens.'


def _price(path: Path, name: str, value: object) -> Price:
    if not isinstance(value, dict) or set(value) != {"prompt", "completion"} or not all(map(_is_price, value.values())):
        raise UsageError(f"In the price file {path}, the price of {name!r} is {value!r}. {_HOW}")
    return Price(prompt=float(value["prompt"]), completion=float(value["completion"]))


def _is_price(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and value >= 0
