"""Limits on what one answer may cost: tokens, money and time, over all calls that are made for it.

Before a call its prompt is counted; the call is made only when the prompt and a reply worth having fit into what is
left, and the reply is capped at what is left then. So tokens and money cannot be exceeded by more than the count of
the prompt is wrong. It is exact for OpenAI's models of today, asked at OpenAI. Others have tokenizers of their own, or
charge for a chat template around the prompt: their prompts are taken to be 40% longer, and every character that is not
ASCII to cost a token more.

What a server reports counts afterwards. A reply that breaks off, or is stopped, counts as far as it was read.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from math import ceil, inf
from time import perf_counter
from typing import Any

from assistant.errors import LimitReached, TookTooLong
from assistant.llm import ChatModel, Delta, MeteredModel, Price
from assistant.types import Limits, Usage

__all__ = ["Spending", "limited", "spending"]

LEAST_REPLY = 200
"""Tokens. A shorter reply holds no cited statement."""
_AROUND = 24
"""Tokens of the chat template around a prompt."""
_LONGER_ELSEWHERE = 1.4
_COUNTED_AT_ONCE = 400
"""Characters of a reply that are counted together."""
_LENIENCE = 1.15
"""A reply is stopped when it has so many times the tokens it may have, as this tokenizer counts them."""

_ALLOW = "Allow at least"
_FEWER = "use a filter that leaves fewer papers"


@dataclass(slots=True, kw_only=True)
class Spending:
    """What has been spent on one answer, and what may be."""

    limits: Limits
    price_file: str = "prices.toml"
    """Where the user writes prices."""
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    """Waited for models."""
    calls: list[Callable[[], object]] = field(default_factory=list)
    """Each puts a call that was made on the account, unless it is there already."""

    @property
    def tokens(self) -> int:
        """Prompt and completion of all calls."""
        return self.usage.prompt + self.usage.completion

    def at_least(self, usage: Usage) -> Usage:
        """What was spent, where it is more than a usage: replies that nobody read to their end report none."""
        return self.usage if self.tokens > usage.prompt + usage.completion else usage

    def room(self, prompt: int, price: Price | None, model: str) -> int | None:
        """How many tokens the reply to a prompt may have; None when nothing limits it.

        Raises:
            LimitReached: The prompt and a reply worth having do not fit, or no price is known and money is limited.
        """
        most_tokens, most_usd = self.limits.max_tokens, self.limits.max_usd
        by_tokens = inf if most_tokens is None else most_tokens - self.tokens - prompt
        if by_tokens < LEAST_REPLY:
            raise LimitReached(
                f"The limit of {most_tokens:,} tokens does not allow this call of {model}: {self._before()}its prompt "
                f"has about {prompt:,} tokens and a reply needs at least {LEAST_REPLY}. Nothing was sent. "
                f"{_ALLOW} {self.tokens + prompt + LEAST_REPLY:,} with --max-tokens, or {_FEWER}."
            )
        by_usd = inf if most_usd is None else self._affordable(prompt, price, most_usd, model)
        room = min(by_tokens, by_usd)
        return None if room == inf else int(room)

    def _affordable(self, prompt: int, price: Price | None, most: float, model: str) -> float:
        if price is None or self.usage.usd is None:
            raise LimitReached(
                f"What {model} costs is not known, so the limit of {most:g} USD cannot be kept. Nothing was sent. "
                f"Write its price into {self.price_file}: [models], then "
                f'"{model}" = {{ prompt = 1.00, completion = 2.00 }}, in USD per million tokens.'
            )
        least = price.of(prompt, LEAST_REPLY)
        left = most - self.usage.usd
        if least > left:
            raise LimitReached(
                f"The limit of {most:g} USD does not allow this call of {model}: {self._before()}it costs at least "
                f"{least:.2g} USD. Nothing was sent. {_ALLOW} {self.usage.usd + least:.2g} with --max-usd, name a "
                f"cheaper model with --model, or {_FEWER}."
            )
        if not price.completion:
            return inf
        return (left - price.of(prompt, 0)) / price.of(0, 1)

    def _before(self) -> str:
        if not self.tokens:
            return ""
        usd = f", {self.usage.usd:.2g} USD" if self.usage.usd else ""
        return f"the calls before used {self.tokens:,} tokens{usd}, "

    def time_left(self, model: str) -> float | None:
        """Seconds that models may still take; None when nothing limits them.

        Raises:
            TookTooLong: There are none.
        """
        if self.limits.timeout is None:
            return None
        if self.seconds >= self.limits.timeout:
            raise self.too_long(model)
        return self.limits.timeout - self.seconds

    def too_long(self, model: str) -> TookTooLong:
        """What is said when the time is used up."""
        return TookTooLong(
            f"{model} was stopped after {self.limits.timeout:g} s, the time limit of one answer. Raise it with "
            "--timeout, or name a faster model with --model."
        )


_current: ContextVar[Spending | None] = ContextVar("spending", default=None)
"""What is spent on the answer that is being made in this thread; models are called from several modules, and a judge's
calls count as well."""


@contextmanager
def spending(limits: Limits, *, price_file: str = "prices.toml") -> Iterator[Spending]:
    """Hold all models that went through `limited` to limits, together, for as long as the context lasts.

    Args:
        limits: What all their calls may cost.
        price_file: Where the user writes prices, for the message that one is missing.
    """
    spent = Spending(limits=limits, price_file=price_file)
    token = _current.set(spent)
    try:
        yield spent
    finally:
        for close in spent.calls:
            close()
        _current.reset(token)


def limited(model: ChatModel, price: Callable[[], Price | None] = lambda: None) -> ChatModel:
    """A model that keeps to the limits of the answer that is being made.

    Args:
        model: The model.
        price: Says what it costs, for one that does not know.
    """
    return model if isinstance(model, _LimitedModel) else _LimitedModel(model, price)


class _LimitedModel:
    """Counts before, while and after a model writes."""

    def __init__(self, model: ChatModel, price: Callable[[], Price | None]) -> None:
        self._model = model
        self._price_elsewhere = price

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def writes_json(self) -> bool:
        return self._model.writes_json

    @property
    def price(self) -> Price | None:
        return self._model.price if isinstance(self._model, MeteredModel) else self._price_elsewhere()

    def stream(self, prompt: str, schema: Mapping[str, Any] | None = None) -> Iterator[Delta]:
        spent = _current.get()
        if spent is None:
            yield from self._model.stream(prompt, schema)
            return
        tokens = self._tokens_of(prompt, schema)
        price = self.price
        room = spent.room(tokens, price, self.name)
        seconds = spent.time_left(self.name)
        held = self._within(room, seconds)
        account = _Account(spent, tokens, price, room)
        spent.calls.append(account.close)
        try:
            for delta in _clocked(held.stream(prompt, schema), spent, self.name):
                yield account.noted(delta)
                if account.is_full:
                    yield Delta(text="", usage=account.close(), end="length")
                    return
        except TookTooLong:
            account.has_begun = True  # the server works on it, and may charge for it
            raise spent.too_long(self.name) from None
        except KeyboardInterrupt:
            account.has_begun = True
            raise
        finally:
            account.close()

    def _tokens_of(self, prompt: str, schema: Mapping[str, Any] | None) -> int:
        """Tokens that a call is charged for before the reply; rather too many than too few."""
        from vectorstore.tokens import count_tokens

        text = prompt + (json.dumps(schema) if schema else "")
        count = count_tokens(text)
        is_exact = self._model.is_openai if isinstance(self._model, MeteredModel) else self.name.startswith("openai:")
        if not is_exact:
            count = ceil(count * _LONGER_ELSEWHERE) + sum(1 for character in text if not character.isascii())
        return count + _AROUND

    def _within(self, room: int | None, seconds: float | None) -> ChatModel:
        if not isinstance(self._model, MeteredModel):
            return self._model
        held = self._model.within(tokens=room, seconds=seconds)
        if held is None:
            raise LimitReached(
                f"{self.name} cannot be held to a number of tokens, so the limit cannot be kept. Nothing was sent. "
                "Name another model with --model, or leave --max-tokens and --max-usd out."
            )
        return held


class _Account:
    """What one call costs, as it goes on."""

    def __init__(self, spent: Spending, prompt: int, price: Price | None, room: int | None) -> None:
        self._spent = spent
        self._prompt = prompt
        self._price = price
        self._most = inf if room is None else room * _LENIENCE
        self._uncounted = ""
        self._written = 0
        self.has_begun = False
        self._reported: Usage | None = None
        self._is_closed = False

    @property
    def is_full(self) -> bool:
        """True when the server goes on although the reply is as long as it may be."""
        return self._reported is None and self._written >= self._most

    def noted(self, delta: Delta) -> Delta:
        self.has_begun = True
        if delta.usage:
            self._reported = delta.usage + (self._reported or Usage())
        self._uncounted += delta.text
        if len(self._uncounted) >= _COUNTED_AT_ONCE:
            self._count()
        return delta

    def close(self) -> Usage:
        """Put the call on the account, once; what it cost."""
        self._count()
        usd = self._price.of(self._prompt, self._written) if self._price else None
        usage = self._reported or Usage(prompt=self._prompt, completion=self._written, usd=usd)
        if self.has_begun and not self._is_closed:
            self._is_closed = True
            self._spent.usage += usage
        return usage

    def _count(self) -> None:
        from vectorstore.tokens import count_tokens

        self._written += count_tokens(self._uncounted)
        self._uncounted = ""


def _clocked(deltas: Iterator[Delta], spent: Spending, model: str) -> Iterator[Delta]:
    """The pieces, as long as there is time; waiting for them is what takes time."""
    while True:
        began = perf_counter()
        try:
            delta = next(deltas, None)
        finally:
            spent.seconds += perf_counter() - began
        if delta is None:
            return
        yield delta
        if delta.end is None:  # what is complete is not given up for the time it took
            spent.time_left(model)
