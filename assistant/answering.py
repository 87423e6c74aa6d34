"""How answers are made: the model, what checks it, and what both may cost."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from assistant.budget import limited
from assistant.config import Config, config_path
from assistant.errors import UsageError
from assistant.judges.opening import open_judge
from assistant.llm import FREE, ChatModel, ModelChoice, Price, Prices, Structured, open_model
from assistant.types import Limits
from assistant.verify import Judge
from prompts import Prompts
from vectorstore.types import Embedder

_JUDGE = "embedded"
_PRICES = "prices.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """What a user decides about answers, beside the model."""

    judge: str = _JUDGE
    is_judge_configured: bool = False
    """The config file names the judge, and nobody has named another."""
    structured: Structured = "auto"
    limits: Limits = field(default_factory=Limits)
    local: bool = False
    """Nothing may leave this machine."""
    own_prices: Path | None = None
    """The user's price file; None for the one beside the config file, which need not be there."""

    @property
    def price_file(self) -> Path:
        """Where a user writes prices."""
        return self.own_prices or config_path().with_name(_PRICES)

    def prices(self) -> Prices:
        """What models cost.

        Raises:
            UsageError: The price file is wrong.
        """
        return Prices.read(self.price_file, must_exist=self.own_prices is not None)

    def model(self, choice: ModelChoice) -> ChatModel:
        """Open the model that a choice names.

        Raises:
            UsageError: There is no such model or no key for it, or the price file is wrong.
        """
        return open_model(choice, prices=self.prices() if choice.is_remote else None, structured=self.structured)

    def held(self, model: ChatModel, choice: ModelChoice) -> ChatModel:
        """The model, held to the limits of the answer that is being made."""
        return limited(model, lambda: self._price(choice))

    def _price(self, choice: ModelChoice) -> Price | None:
        return self.prices().of(choice.name) if choice.is_remote else FREE

    def open_judge(
        self, *, embedder: Embedder, prompts: Prompts, choice: ModelChoice, model: ChatModel | None
    ) -> Judge:
        """What compares statements with the text they cite.

        Raises:
            UsageError: There is no such judge, or what it needs is missing.
        """
        try:
            return open_judge(
                self.judge,
                embedder=embedder,
                prompts=prompts,
                base_url=choice.base_url,
                local=self.local,
                model=model,
                opened=lambda named: self.held(self.model(named), named),
            )
        except UsageError as error:
            if not self.is_judge_configured:
                raise
            raise UsageError(f"In the config file {config_path()}: {error}") from error


def answering(
    config: Config, *, limits: Limits | None, judge: str | None, structured: Structured | None, local: bool
) -> Answering:
    """What was given, and for the rest what the config file says."""
    given = limits or Limits()
    known = config.limits
    return Answering(
        judge=judge or config.judge or _JUDGE,
        is_judge_configured=bool(config.judge) and not judge,
        structured=structured or _structured(config),
        limits=Limits(
            max_tokens=known.max_tokens if given.max_tokens is None else given.max_tokens,
            max_usd=known.max_usd if given.max_usd is None else given.max_usd,
            timeout=known.timeout if given.timeout is None else given.timeout,
        ),
        local=local,
        own_prices=Path(config.prices).expanduser() if config.prices else None,
    )


def _structured(config: Config) -> Structured:
    return next((one for one in get_args(Structured) if one == config.structured), "auto")
