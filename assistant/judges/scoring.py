"""From features to a probability: weights that can be read, from the file that `bench/fit_judge.py` writes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from math import exp
from pathlib import Path
from typing import Any

from assistant.errors import CitewellError

__all__ = ["WEIGHTS", "Feature", "Linear", "Scoring", "copiedness", "digest_of", "read_scoring", "shipped_scoring"]

WEIGHTS = Path(__file__).parent / "embedded_weights.json"
_COPIED_FROM, _COPIED_TO = 0.6, 0.9
_DEFINITE = {"numbers_missing_any": 1.0, "names_missing": 0.3, "flipped_any": 0.3}
"""Log-odds that a number or a name which the cited text nowhere has takes away, and a word that only one negates.

The labelled claims that the weights were fitted on have few of them in free words, so the weights alone let them pass.
"""
_FURTHEST = 30.0
"""Log-odds beyond which a probability is 0 or 1 in print anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """What one feature adds to the log-odds: `weight * (value - mean) / scale`."""

    weight: float
    mean: float
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """A linear function of features."""

    features: Mapping[str, Feature]
    intercept: float

    def __call__(self, values: Mapping[str, float]) -> float:
        """Log-odds of support.

        Raises:
            KeyError: A feature that has a weight is missing.
        """
        parts = ((one, values[name]) for name, one in self.features.items())
        return self.intercept + sum(one.weight * (value - one.mean) / one.scale for one, value in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """Weights and thresholds."""

    free: Linear
    """For statements in words of their own."""
    copied: Linear
    """For statements that follow the text word by word, where one changed word says much."""
    supported: float
    """Probability from which a statement is supported."""
    partly: float
    """Probability from which it is partly supported."""

    def log_odds(self, values: Mapping[str, float]) -> float:
        """Log-odds of support: the one function, the other, or in between a mixture of both.

        Raises:
            KeyError: A feature that has a weight is missing.
        """
        copied = copiedness(values)
        taken_away = sum(taken * min(values.get(name, 0.0), 1.0) for name, taken in _DEFINITE.items())
        return (1 - copied) * self.free(values) + copied * self.copied(values) - taken_away

    def probability(self, values: Mapping[str, float]) -> float:
        """Probability of support, 0 to 1."""
        return 1 / (1 + exp(-max(-_FURTHEST, min(_FURTHEST, self.log_odds(values)))))


def copiedness(values: Mapping[str, float]) -> float:
    """How much a statement counts as copied, 0 to 1, by the share of it that stands in the span in its order."""
    return max(0.0, min(1.0, (values["in_order"] - _COPIED_FROM) / (_COPIED_TO - _COPIED_FROM)))


@cache
def shipped_scoring() -> Scoring:
    """The weights that come with Citewell.

    Raises:
        CitewellError: The file is missing or changed.
    """
    return read_scoring(WEIGHTS)


def read_scoring(path: Path) -> Scoring:
    """Read weights.

    Raises:
        CitewellError: The file cannot be read, lacks something, or was changed after it was fitted.
    """
    try:
        shape: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if shape["digest"] != digest_of(shape):
            raise CitewellError(f"{str(path)!r} was changed. Run `pip install --force-reinstall citewell`.")
        return Scoring(
            free=_linear(shape["free"]),
            copied=_linear(shape["copied"]),
            supported=float(shape["thresholds"]["supported"]),
            partly=float(shape["thresholds"]["partly"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CitewellError(
            f"{str(path)!r} cannot be read as weights ({type(error).__name__}). "
            "Run `pip install --force-reinstall citewell`."
        ) from error


def _linear(shape: Mapping[str, Any]) -> Linear:
    features = {name: Feature(**one) for name, one in shape["features"].items()}
    return Linear(features=features, intercept=float(shape["intercept"]))


def digest_of(shape: Mapping[str, Any]) -> str:
    """SHA-256 of everything in the file but the digest itself."""
    rest = {name: value for name, value in shape.items() if name != "digest"}
    return sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
