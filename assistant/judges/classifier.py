"""A pair classifier in a local folder, as Hugging Face's tools export them to ONNX, run by onnxruntime."""

import json
import os
from functools import cached_property
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import ServiceError, UsageError
from vectorstore.text import encodable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenizers import Tokenizer

__all__ = ["PairClassifier"]

_MODEL_FILES = ("model.onnx", "onnx/model.onnx")
_DECIDING = ("config.json", "tokenizer.json", "tokenizer_config.json")
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_NUMBERS = {"tensor(int64)": "int64", "tensor(int32)": "int32"}
_USUAL_WINDOW = 512
_NOT_KNOWN = 1_000_000
"""Tokens. Exporters write a huge number where a tokenizer does not say how much its model reads."""
_POSITIONS_TAKEN = {"camembert": 2, "longformer": 2, "mpnet": 2, "roberta": 2, "xlm-roberta": 2}
"""Positions that no token can have, in models that begin to count after the padding's."""
_MOST_THREADS = 4
_EXPORT = "`optimum-cli export onnx --task text-classification` makes such a folder"


class PairClassifier:
    """A model that reads two texts and gives each of its labels a probability. Safe to share between threads.

    The folder holds `model.onnx` (or `onnx/model.onnx`), `tokenizer.json`, and `config.json` with `id2label`.
    """

    def __init__(self, folder: Path) -> None:
        """Load the model and try it once.

        Raises:
            UsageError: A file is missing or of no use; the message names it.
        """
        self._folder = folder
        if not folder.is_dir():
            raise UsageError(f"There is no folder {str(folder)!r} with an ONNX model; {_EXPORT}.")
        self._path = _model_file(folder)
        self._config = _json(folder / "config.json", wanted="the names of the model's labels (id2label)")
        self.labels = _labels(self._config, folder / "config.json")
        self._session = _session(self._path)
        self._inputs = _inputs(self._session, self._path)
        self._whole = _tokenizer(folder / "tokenizer.json")
        self._whole.no_truncation()
        self._whole.no_padding()
        self._paired = _tokenizer(folder / "tokenizer.json")
        self.window = self._fit_to_window()
        self._output = _output(self._session, self._path)
        try:
            self.probabilities("One text.", "Another text.")
        except ServiceError as error:
            raise UsageError(str(error)) from error

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the files that decide what the model says."""
        names = [self._path, *_weights_beside(self._path), *(self._folder / name for name in _DECIDING)]
        total = sha256()
        for path in names:
            if path.exists():
                with path.open("rb") as file:
                    total.update(file_digest(file, "sha256").digest())
        return total.hexdigest()

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Offsets of the tokens of a text, in order."""
        return list(self._whole.encode(encodable(text), add_special_tokens=False).offsets)

    def room(self, hypothesis: str) -> int:
        """Tokens that are left for the first text when this is the second."""
        return self.window - self._whole.num_special_tokens_to_add(is_pair=True) - len(self.spans(hypothesis))

    def probabilities(self, premise: str, hypothesis: str) -> list[float]:
        """Probability of each label, in the order of `labels`; of a single label its own.

        Several outputs go through a softmax, a single one through a sigmoid.

        Raises:
            ServiceError: The model fails on this pair, or gives something else than a number for each label.
        """
        import numpy as np

        encoded = self._paired.encode(encodable(premise), encodable(hypothesis))
        values = (encoded.ids, encoded.attention_mask, encoded.type_ids)
        given = {
            name: np.array([value], dtype=self._inputs[name])
            for name, value in zip(_INPUTS, values, strict=True)
            if name in self._inputs
        }
        try:
            (raw,) = self._session.run([self._output], given)
        except Exception as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise ServiceError(f"{self._path} cannot read a pair of texts: {reason}") from error
        logits = np.asarray(raw, dtype=np.float64)
        if logits.shape != (1, len(self.labels)) or not np.isfinite(logits).all():
            raise ServiceError(
                f"{self._path} must give one number for each of {', '.join(self.labels)}; it gave {logits.tolist()!r}."
            )
        if len(self.labels) == 1:
            return [float(1 / (1 + np.exp(-logits[0, 0])))]
        powers = np.exp(logits[0] - logits[0].max())
        return [float(one) for one in powers / powers.sum()]

    def _fit_to_window(self) -> int:
        """Have pairs cut and padded as the model needs it; return the tokens that the model reads at a time."""
        window = _window(self._folder, self._config)
        ids = next(one for one in self._session.get_inputs() if one.name == "input_ids")
        length = ids.shape[1] if len(ids.shape) > 1 else None
        if isinstance(length, int):
            window = min(window, length)
            self._paired.enable_padding(length=length, pad_id=int(self._config.get("pad_token_id") or 0))
        else:
            self._paired.no_padding()
        self._paired.enable_truncation(window, strategy="only_first")
        return window


def _model_file(folder: Path) -> Path:
    for name in _MODEL_FILES:
        if (folder / name).is_file():
            return folder / name
    raise UsageError(f"The folder {str(folder)!r} holds no {' and no '.join(_MODEL_FILES)}; {_EXPORT}.")


def _weights_beside(path: Path) -> list[Path]:
    """Files beside a model that it names: weights that did not go into it, or into the two gigabytes it may have."""
    model = path.read_bytes()
    files = sorted(one for one in path.parent.iterdir() if one.is_file() and one != path and one.suffix != ".json")
    return [one for one in files if os.fsencode(one.name) in model]


def _json(path: Path, *, wanted: str) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"There is no {path}, which has {wanted}; {_EXPORT}.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} cannot be read as JSON ({error}); copy it from the model again.") from error
    if not isinstance(raw, dict):
        raise UsageError(f"{path} holds no JSON object; copy it from the model again.")
    return raw


def _labels(config: dict[str, Any], path: Path) -> tuple[str, ...]:
    """Names of the labels in the order of the model's outputs."""
    raw = config.get("id2label")
    try:
        found = {int(number): str(name) for number, name in raw.items()} if isinstance(raw, dict) else {}
    except ValueError:
        found = {}
    if not found or sorted(found) != list(range(len(found))):
        raise UsageError(
            f'{path} does not number the labels from 0; write "id2label": {{"0": "entailment", ...}} in the order of '
            "the model's outputs."
        )
    return tuple(found[number] for number in range(len(found)))


def _tokenizer(path: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    if not path.is_file():
        raise UsageError(f"There is no {path}, which splits texts into the model's tokens; {_EXPORT}.")
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # because tokenizers raises nothing more precise
        raise UsageError(f"{path} is no tokenizer ({error}); copy it from the model again.") from error


def _session(path: Path) -> Any:  # noqa: ANN401 - because onnxruntime publishes no types
    # Read when onnxruntime is imported: otherwise it writes a device id and reports its use to its makers.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(_MOST_THREADS, os.cpu_count() or 1)
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only: nothing else may reach stderr
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise UsageError(f"{path} is no ONNX model that can be run here: {reason}") from error


def _inputs(session: Any, path: Path) -> dict[str, str]:  # noqa: ANN401 - because onnxruntime publishes no types
    """The kind of number that each input takes, by the input's name."""
    found = {one.name: _NUMBERS.get(one.type, "") for one in session.get_inputs()}
    if "input_ids" not in found or not set(found) <= set(_INPUTS) or not all(found.values()):
        kinds = ", ".join(f"{one.name} {one.type}" for one in session.get_inputs())
        raise UsageError(
            f"{path} takes {kinds}; a pair classifier takes whole numbers as input_ids and, if it wants them, "
            "attention_mask and token_type_ids."
        )
    return found


def _output(session: Any, path: Path) -> str:  # noqa: ANN401 - because onnxruntime publishes no types
    names: Sequence[str] = [one.name for one in session.get_outputs()]
    if len(names) == 1 or "logits" in names:
        return "logits" if "logits" in names else names[0]
    raise UsageError(
        f"{path} gives {', '.join(names)}, and none of them is called logits; export the classifier's head."
    )


def _window(folder: Path, config: dict[str, Any]) -> int:
    """Tokens that the model reads at a time: what its positions allow, or fewer when its tokenizer says so."""
    positions = config.get("max_position_embeddings")
    found = []
    if isinstance(positions, int) and positions > 0:
        found.append(positions - _POSITIONS_TAKEN.get(str(config.get("model_type")), 0))
    if (path := folder / "tokenizer_config.json").exists():
        longest = _json(path, wanted="the longest text that the model reads").get("model_max_length")
        if isinstance(longest, int | float) and 0 < longest < _NOT_KNOWN:
            found.append(int(longest))
    return min(found, default=_USUAL_WINDOW)
