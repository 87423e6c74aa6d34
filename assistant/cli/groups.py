"""Options that go together, as one parameter of a command."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from assistant.cli.options import (
    AuthorOption,
    BaseUrlOption,
    JudgeOption,
    LocalOption,
    MaxTokensOption,
    MaxUsdOption,
    ModelOption,
    RerankOption,
    StructuredOption,
    TagOption,
    TimeoutOption,
    VenueOption,
    YearOption,
    years_of,
)
from assistant.types import Filter, Limits

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.wiring import Assistant

__all__ = ["AnsweringOptions", "FilterOptions", "with_groups"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterOptions:
    """Which papers are meant."""

    year: YearOption = None
    author: AuthorOption = None
    venue: VenueOption = None
    tag: TagOption = None

    @property
    def filter(self) -> Filter:
        """The filter that the options describe.

        Raises:
            UsageError: The years are not years.
        """
        first, last = years_of(self.year) if self.year else (None, None)
        return Filter(
            first_year=first,
            last_year=last,
            authors=tuple(self.author or ()),
            venues=tuple(self.venue or ()),
            tags=tuple(self.tag or ()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringOptions:
    """How answers are made."""

    model: ModelOption = None
    base_url: BaseUrlOption = None
    rerank: RerankOption = None
    local: LocalOption = False
    judge: JudgeOption = None
    structured: StructuredOption = None
    max_tokens: MaxTokensOption = None
    max_usd: MaxUsdOption = None
    timeout: TimeoutOption = None

    def open(self, library: "Path | None", store: str | None) -> "Assistant":
        """The assistant that answers so; the library must be there.

        Raises:
            CitewellError: See `Assistant.open`.
        """
        from assistant.wiring import Assistant

        return Assistant.open(
            library,
            model=self.model,
            base_url=self.base_url,
            reranker=self.rerank,
            store=store,
            local=self.local,
            must_exist=True,
            limits=Limits(max_tokens=self.max_tokens, max_usd=self.max_usd, timeout=self.timeout),
            judge=self.judge,
            structured=self.structured,
        )


def with_groups(command: Callable[..., None]) -> Callable[..., None]:
    """A command as Typer reads it: where a parameter is a dataclass of options, the options stand in its place."""
    parameters = inspect.signature(command).parameters
    groups: dict[str, type[Any]] = {
        name: one.annotation
        for name, one in parameters.items()
        if isinstance(one.annotation, type) and is_dataclass(one.annotation)
    }
    if not groups:
        return command

    def run(**given: Any) -> None:  # noqa: ANN401 - because commands differ in what they take
        for name, group in groups.items():
            given[name] = group(**{option.name: given.pop(option.name) for option in fields(group)})
        command(**given)

    shown: list[inspect.Parameter] = []
    for one in parameters.values():
        inside = inspect.signature(groups[one.name]).parameters.values() if one.name in groups else (one,)
        shown.extend(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in inside)
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__dict__["__signature__"] = inspect.Signature(shown)
    return run
