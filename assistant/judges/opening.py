"""From a judge's name to the judge."""

from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import UsageError
from assistant.llm import ChatModel, ModelChoice, choose_model, open_model

if TYPE_CHECKING:
    from assistant.judges.chat import ChatJudge, Form
    from assistant.judges.embedded import EmbeddedJudge
    from assistant.judges.onnx import OnnxJudge
    from prompts import Prompts
    from vectorstore.types import Embedder

__all__ = ["KNOWN", "open_judge"]

KNOWN = "embedded, llm, provider:model, yes-no:provider:model, onnx:FOLDER"
"""How judges are named."""

_WORDS = ("embedded", "llm")
"""Judges that are named by one word."""


def open_judge(
    spec: str,
    *,
    embedder: "Embedder",
    prompts: "Prompts",
    base_url: str | None = None,
    local: bool = False,
    model: ChatModel | None = None,
    opened: Callable[[ModelChoice], ChatModel] = open_model,
    known: str = KNOWN,
) -> "EmbeddedJudge | OnnxJudge | ChatJudge":
    """Make the judge of a name; nothing is sent yet.

    Args:
        spec: `embedded`; `llm`, the model that answers; `onnx:FOLDER`; or a chat model as `provider:model`.
            `yes-no:` before a chat model or `llm` asks it for a word instead of a verdict. A model's name alone will
            not do even with `base_url`: a misspelt judge would be taken for a model, and texts be sent there.
        embedder: Makes the vectors of `embedded`.
        prompts: The templates of chat models.
        base_url: A server that speaks OpenAI's protocol: the one that `model` is on, or the named one.
        local: Refuse a model to which text would leave this machine.
        model: The model that answers; None when none does.
        opened: Makes the chat model of a choice, with the prices and within the limits that hold for it.
        known: The names to choose from, said where the name is none of them.

    Raises:
        UsageError: There is no such judge, or it cannot be used.
    """
    if spec == "embedded":
        from assistant.judges.embedded import EmbeddedJudge

        return EmbeddedJudge(embedder)
    kind, _, rest = spec.partition(":")
    if kind == "onnx" and rest:
        from assistant.judges.onnx import OnnxJudge

        return OnnxJudge(Path(rest).expanduser())
    from assistant.judges.chat import ChatJudge

    form: Form = "yes-no" if kind == "yes-no" else "verdict"
    name = rest if kind == "yes-no" else spec
    if name == "llm" and model is not None:
        return ChatJudge(model, prompts, form, server=base_url)
    if name == "llm":
        raise UsageError(
            f"The judge {spec!r} is the model that answers, and no chat model does. Name one with --model, or the "
            "judge embedded."
        )
    if kind == "onnx" or not all(part.strip() for part in name.partition(":")):
        raise UsageError(f"There is no judge {spec!r}. {_meant(spec, base_url)}The judges are: {known}.")
    choice = choose_model(name, base_url=base_url, local=local)
    return ChatJudge(opened(choice), prompts, form, server=choice.base_url)


def _meant(spec: str, base_url: str | None) -> str:
    """What may have been meant by what is no judge; empty when nothing is near."""
    name = spec.removeprefix("yes-no:")
    if near := get_close_matches(name.lower(), _WORDS, n=1):
        return f"Did you mean {near[0]}? "
    if base_url and name and ":" not in name:
        return f"A model at {base_url} is {spec.removesuffix(name)}openai:{name}. "
    return ""
