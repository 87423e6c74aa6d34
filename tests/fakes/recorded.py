"""What a real chat model once said, given again.

    python -m tests.fakes.recorded FILE MODEL BASE_URL     # records the questions of FILE anew

A recording is a JSON file: the model's name and, for each question, the reply and its tokens. A question is found again
by its words in the prompt, not by the whole prompt: that may have its passages in another order on another processor.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.llm import ChatModel, Delta
from assistant.types import Usage


class RecordedModel:
    """Replays a recording. A question that was not recorded fails at once; `unused` names what nobody asked for."""

    def __init__(self, path: Path) -> None:
        recording: dict[str, Any] = json.loads(path.read_text("utf-8"))
        self.name: str = recording["model"]
        self.writes_json = False
        self._replies: dict[str, dict[str, Any]] = recording["replies"]
        self.unused = set(self._replies)

    @property
    def questions(self) -> list[str]:
        """The questions that were recorded."""
        return list(self._replies)

    def stream(self, prompt: str, schema: object = None) -> Iterator[Delta]:
        question = next((one for one in self._replies if one in prompt), None)
        if question is None:
            raise AssertionError(f"no reply is recorded for this prompt: {prompt[-300:]!r}")
        self.unused.discard(question)
        reply = self._replies[question]
        yield Delta(text=reply["text"])
        yield Delta(text="", usage=Usage(prompt=reply["prompt"], completion=reply["completion"]))


class Recorder:
    """Stands before a real model and writes down what it says."""

    def __init__(self, model: ChatModel, questions: list[str]) -> None:
        self.name = model.name
        self.writes_json = False
        self.replies: dict[str, dict[str, Any]] = {}
        self._model = model
        self._questions = questions

    def stream(self, prompt: str, schema: object = None) -> Iterator[Delta]:
        text, usage = "", Usage()
        for delta in self._model.stream(prompt):
            text += delta.text
            usage = delta.usage or usage
            yield delta
        question = next(one for one in self._questions if one in prompt)
        self.replies[question] = {"text": text, "prompt": usage.prompt, "completion": usage.completion}


def _record(path: Path, name: str, base_url: str) -> None:
    from assistant.llm import choose_model, open_model
    from evals.datasets.builtin import builtin
    from evals.systems import SystemOptions, open_system

    questions = RecordedModel(path).questions
    recorder = Recorder(open_model(choose_model(name, base_url=base_url)), questions)
    options = SystemOptions(model=name, base_url=base_url)
    with open_system(options, builtin(), cache=path.parent / ".cache" / "cache.sqlite3") as assistant:
        assistant._model = recorder
        for question in questions:
            assistant.ask(question)
    text = json.dumps({"model": name, "replies": recorder.replies}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    _record(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
