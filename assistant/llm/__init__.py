"""Chat models: which one answers, what it costs, and the one seam through which it is called."""

from assistant.llm.choice import (
    DEFAULT_OPENAI,
    EMBEDDED,
    ModelChoice,
    Structured,
    choose_model,
    is_loopback,
)
from assistant.llm.opening import open_model
from assistant.llm.prices import FREE, Price, Prices
from assistant.llm.seam import LONGEST_REPLY, ChatModel, Delta, Ending, MeteredModel

__all__ = [
    "DEFAULT_OPENAI",
    "EMBEDDED",
    "FREE",
    "LONGEST_REPLY",
    "ChatModel",
    "Delta",
    "Ending",
    "MeteredModel",
    "ModelChoice",
    "Price",
    "Prices",
    "Structured",
    "choose_model",
    "is_loopback",
    "open_model",
]
