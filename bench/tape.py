"""A chat model that keeps its replies in a file, so that a bench can run again without the model."""

import json
import time
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.llm import ChatModel, Delta


class Tape:
    """A chat model that remembers its replies in a file, and does without the model where it has them."""

    def __init__(self, path: Path | None, model: "ChatModel | None", *, as_json: bool) -> None:
        self._path = path
        self._model = model
        lines = path.read_text(encoding="utf-8").splitlines() if path and path.exists() else []
        self._replies: dict[str, dict[str, Any]] = {one["prompt"]: one for one in map(json.loads, lines)}
        self.name = model.name if model else next((one["model"] for one in self._replies.values()), "nothing recorded")
        self.writes_json = as_json
        self.calls: list[dict[str, Any]] = []
        """What was said since the list was cleared last."""
        self.missing = 0
        """Prompts that nothing was recorded for, as when the search, the judge's reasons or the templates changed."""

    def stream(self, prompt: str, schema: Mapping[str, Any] | None = None) -> "Iterator[Delta]":
        """The recorded reply at once, or the model's as it arrives."""
        from assistant.llm import Delta
        from assistant.types import Usage

        key = sha256(f"{bool(schema)} {prompt}".encode()).hexdigest()
        known = self._replies.get(key)
        if known is None:
            yield from self._live(key, prompt, schema)
            return
        self.calls.append({**known, "text": prompt})
        yield Delta(text=known["reply"])
        yield Delta(text="", usage=Usage(prompt=known["tokens"][0], completion=known["tokens"][1]))

    def _live(self, key: str, prompt: str, schema: Mapping[str, Any] | None) -> "Iterator[Delta]":
        from assistant.errors import ServiceError

        if self._model is None:
            self.missing += 1
            raise ServiceError("this prompt's reply was not recorded")
        reply, tokens, waited, began = "", [0, 0], 0.0, time.perf_counter()
        for delta in self._model.stream(prompt, schema):
            waited += time.perf_counter() - began
            reply += delta.text
            if delta.usage:
                tokens = [delta.usage.prompt, delta.usage.completion]
            yield delta
            began = time.perf_counter()
        said = {"prompt": key, "model": self.name, "reply": reply, "tokens": tokens, "seconds": round(waited, 3)}
        self._replies[key] = said
        self.calls.append({**said, "text": prompt})
        if self._path:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(said, ensure_ascii=False) + "\n")
