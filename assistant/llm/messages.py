"""What the pieces of a reply say in LangChain's form of them: text, usage, and how the reply ended."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assistant.llm.seam import Ending

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

__all__ = ["ended", "ending", "reported", "text_of"]

_ENDINGS: Mapping[str, Ending] = {
    "length": "length",
    "max_tokens": "length",
    "MAX_TOKENS": "length",
    "content_filter": "filter",
    "SAFETY": "filter",
    "refusal": "refusal",
}


def reported(message: "BaseMessage") -> tuple[int, int] | None:
    """Tokens of prompt and completion, where a piece says them; with a schema only OpenAI's own form of it does."""
    raw = message.response_metadata.get("token_usage")
    if counted := getattr(message, "usage_metadata", None):
        prompt, completion = counted["input_tokens"], counted["output_tokens"]
    elif isinstance(raw, Mapping):
        prompt, completion = raw.get("prompt_tokens"), raw.get("completion_tokens")
    else:
        return None
    is_count = isinstance(prompt, int) and isinstance(completion, int) and min(prompt, completion) >= 0
    return (prompt, completion) if is_count else None


def text_of(message: "BaseMessage") -> str:
    """What a piece says: text, the arguments of a call of the tool that stands for the schema, or a refusal."""
    if text := str(message.text):
        return text
    if calls := getattr(message, "tool_call_chunks", None):
        return "".join(call.get("args") or "" for call in calls)
    refusal = message.additional_kwargs.get("refusal")
    return refusal if isinstance(refusal, str) else ""


def ending(message: "BaseMessage") -> Ending | None:
    """How the reply ended, where a piece says that it did not simply end."""
    if message.additional_kwargs.get("refusal"):
        return "refusal"
    about = message.response_metadata
    reason = about.get("finish_reason") or about.get("stop_reason") or about.get("done_reason")
    return _ENDINGS.get(str(reason)) if reason else None


def ended(end: Ending) -> "BaseMessage":
    """An empty piece that says how a reply ended."""
    from langchain_core.messages import AIMessageChunk

    reason = next(name for name, meant in _ENDINGS.items() if meant == end)
    return AIMessageChunk(content="", response_metadata={"finish_reason": reason})
