"""Asking as a LangChain Runnable, so that it can be a step of anybody's chain."""

from typing import TYPE_CHECKING, Any

from assistant.types import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.runnables import Runnable


def as_runnable(ask: "Callable[..., Answer]") -> "Runnable[str | dict[str, Any], Answer]":
    """Wrap `Assistant.ask`: the input is a question, or a dict of `question` and whatever else `ask` takes."""
    from langchain_core.runnables import RunnableLambda

    def run(given: str | dict[str, Any]) -> Answer:
        return ask(given) if isinstance(given, str) else ask(**given)

    return RunnableLambda(run, name="citewell.ask")
