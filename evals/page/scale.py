"""An axis for positive amounts: from 0 when they are alike, logarithmic when they are not."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

__all__ = ["Scale"]

_WIDE = 20
"""The largest over the smallest amount, from which on an axis is logarithmic."""
_MOST_TICKS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """An axis from `low` to `high`."""

    low: float
    high: float
    is_log: bool

    @classmethod
    def of(cls, smallest: float, largest: float) -> "Scale":
        """The axis for amounts from the smallest to the largest, both above 0."""
        if largest > _WIDE * smallest:
            return cls(low=smallest, high=largest, is_log=True)
        return cls(low=0.0, high=largest, is_log=False)

    def place(self, value: float) -> float:
        """Where a value stands: 0 at the left end, 1 at the right."""
        if self.is_log:
            return (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> Sequence[float]:
        """Up to six round values on the axis, ascending."""
        if not self.is_log:
            return self._even()
        decades = range(floor(log10(self.low)), ceil(log10(self.high)) + 1)
        for steps in ((1, 2, 5), (1, 3), (1,)):
            found = [step * 10.0**power for power in decades for step in steps]
            inside = [value for value in found if self.low <= value <= self.high]
            if len(inside) <= _MOST_TICKS:
                break
        return inside[:: ceil(len(inside) / _MOST_TICKS)]

    def _even(self) -> Sequence[float]:
        """Multiples of 1, 2 or 5 times a power of ten."""
        power = 10.0 ** floor(log10(self.high))
        steps = (power * step for step in (0.2, 0.5, 1.0))
        step = next(one for one in steps if self.high / one < _MOST_TICKS or one == power)
        count = floor(self.high / step + 1e-9)
        return [at * step for at in range(count + 1)][:: ceil((count + 1) / _MOST_TICKS)]
