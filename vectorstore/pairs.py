"""A model that reads two texts at once, in a local folder: the machine of pair classifiers and of rerankers."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from vectorstore.errors import ModelFolderError
from vectorstore.model_folder import (
    EXPORT,
    INPUTS,
    digest_of,
    first_line,
    model_file,
    number_inputs,
    open_session,
    read_json,
    read_tokenizer,
    window_of,
)
from vectorstore.text import encodable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["PairModel", "PairModelFailed"]

_EXPORT = EXPORT.format(task="text-classification")
_DECIDING = ("config.json", "tokenizer.json", "tokenizer_config.json")


class PairModelFailed(Exception):  # noqa: N818 - because the name states the condition
    """The model cannot read a pair; the message says which model and why."""


class PairModel:
    """The logits that a model gives to pairs of texts. Safe to share between threads.

    The folder holds `model.onnx` (or `onnx/model.onnx`), `tokenizer.json` (or `vocab.txt`) and, if it likes,
    `config.json`.
    """

    def __init__(self, folder: Path, *, cut: Literal["first", "second"]) -> None:
        """Load the model.

        Args:
            folder: Where its files are.
            cut: Which text of a pair is cut when both together are too long.

        Raises:
            ModelFolderError: A file is missing or of no use; the message names it.
        """
        self.folder = folder
        self.path = model_file(folder, export=_EXPORT)
        described = folder / "config.json"
        self.config = read_json(described, wanted="", export=_EXPORT) if described.exists() else {}
        self._session = open_session(self.path)
        self._inputs = number_inputs(self._session, self.path, kind="a pair classifier")
        self._whole = read_tokenizer(folder, export=_EXPORT)
        self._paired = read_tokenizer(folder, export=_EXPORT)
        self.window = self._fit_to_window("only_first" if cut == "first" else "only_second")
        self._output = _output(self._session, self.path)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the files that decide what the model says."""
        # A vocabulary is often there, and read only where tokenizer.json is not.
        names = _DECIDING if (self.folder / "tokenizer.json").exists() else (*_DECIDING, "vocab.txt")
        return digest_of(self.path, [self.folder / name for name in names])

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the outputs, in order, as `config.json` has them; empty when it does not number them from 0."""
        raw = self.config.get("id2label")
        try:
            found = {int(number): str(name) for number, name in raw.items()} if isinstance(raw, dict) else {}
        except ValueError:
            found = {}
        return tuple(found[at] for at in range(len(found))) if sorted(found) == list(range(len(found))) else ()

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Offsets of the tokens of a text, in order."""
        return list(self._whole.encode(encodable(text), add_special_tokens=False).offsets)

    def room(self, text: str) -> int:
        """Tokens that are left for one text of a pair when this is the other."""
        return self.window - self._whole.num_special_tokens_to_add(is_pair=True) - len(self.spans(text))

    def lengths(self, pairs: Sequence[tuple[str, str]]) -> list[int]:
        """Tokens of each pair as the model reads it."""
        return [len(one.ids) for one in self._encoded(pairs)]

    def logits(self, pairs: Sequence[tuple[str, str]]) -> "NDArray[np.float64]":
        """What the model gives, shape (len(pairs), outputs); the pairs share one run if its shape allows.

        Raises:
            PairModelFailed: The model fails on these pairs, or gives something else than finite numbers for each.
        """
        import numpy as np

        together = 1 if self._reads_one else max(1, len(pairs))
        runs = [self._run(pairs[first : first + together]) for first in range(0, len(pairs), together)]
        return np.concatenate(runs) if runs else np.empty((0, 0))

    def _run(self, pairs: Sequence[tuple[str, str]]) -> "NDArray[np.float64]":
        import numpy as np

        encoded = self._encoded(pairs)
        longest = max(len(one.ids) for one in encoded)
        for one in encoded:
            one.pad(longest, pad_id=self._padding)
        columns = zip(*((one.ids, one.attention_mask, one.type_ids) for one in encoded), strict=True)
        given = {
            name: np.array(values, dtype=self._inputs[name])
            for name, values in zip(INPUTS, columns, strict=True)
            if name in self._inputs
        }
        try:
            (raw,) = self._session.run([self._output], given)
        except Exception as error:
            raise PairModelFailed(f"{self.path} cannot read a pair of texts: {first_line(error)}") from error
        logits = np.asarray(raw, dtype=np.float64)
        if logits.ndim == 1 and len(logits) == len(pairs):
            logits = logits[:, np.newaxis]
        if logits.shape[:1] != (len(pairs),) or logits.ndim != 2:  # noqa: PLR2004 - because a matrix has two
            raise PairModelFailed(
                f"{self.path} must give a row of numbers for each pair; for {len(pairs)} it gave the shape "
                f"{logits.shape}. It is another kind of model: name the folder of a cross-encoder or a pair classifier."
            )
        if not np.isfinite(logits).all():
            raise PairModelFailed(f"{self.path} gave something else than numbers for a pair: {logits.tolist()!r}.")
        return logits

    def _encoded(self, pairs: Sequence[tuple[str, str]]) -> list[Any]:
        return self._paired.encode_batch([(encodable(first), encodable(second)) for first, second in pairs])

    @property
    def _padding(self) -> int:
        return int(self.config.get("pad_token_id") or 0)

    @property
    def _shape(self) -> list[Any]:
        return list(next(one for one in self._session.get_inputs() if one.name == "input_ids").shape)

    @property
    def _reads_one(self) -> bool:
        """True when the graph was made for one pair at a time."""
        return self._shape[:1] == [1]

    def _fit_to_window(self, strategy: str) -> int:
        """Have pairs cut and padded as the model needs it; return the tokens that the model reads at a time."""
        window = window_of(self.folder, self.config, export=_EXPORT)
        length = self._shape[1] if len(self._shape) > 1 else None
        if isinstance(length, int):
            window = min(window, length)
            self._paired.enable_padding(length=length, pad_id=self._padding)
        self._paired.enable_truncation(window, strategy=strategy)
        return window


def _output(session: Any, path: Path) -> str:  # noqa: ANN401 - because onnxruntime publishes no types
    names: Sequence[str] = [one.name for one in session.get_outputs()]
    if len(names) == 1 or "logits" in names:
        return "logits" if "logits" in names else names[0]
    raise ModelFolderError(
        f"{path} gives {', '.join(names)}, and none of them is called logits; export the classifier's head."
    )
