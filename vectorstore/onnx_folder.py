"""A sentence-embedding model in a local folder, in the layout of sentence-transformers, run by onnxruntime."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vectorstore.errors import EmbedderError, EmbedderMismatch, ModelFolderError
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
    from tokenizers import Tokenizer

    from vectorstore.types import Vectors

__all__ = ["PREFIX", "OnnxFolderModel", "full_name"]

PREFIX = "onnx:"
_EXPORT = EXPORT.format(task="feature-extraction")
_DECIDING = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "modules.json",
    "1_Pooling/config.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
)
_POOLED = "sentence_embedding"
_KNOWN_MODULES = frozenset({"Transformer", "Pooling", "Normalize"})
_PIECES_IN_A_RUN = 2048
_LONGEST_INPUT = 100_000  # characters; beyond any window, so that long input costs no tokenizing time


def full_name(name: str) -> str:
    """The name under which vectors of a folder's model are kept: `onnx:FOLDER@HASH`, the folder as a whole path.

    Args:
        name: `onnx:FOLDER`, or a full name already.

    Raises:
        ModelFolderError: There is no model in the folder.
        EmbedderMismatch: The name has a hash, and the model there is another now.
    """
    given, _, recorded = name.removeprefix(PREFIX).rpartition("@") if _is_full(name) else (name[len(PREFIX) :], "", "")
    folder = Path(given).expanduser().resolve()
    model = model_file(folder, export=_EXPORT)
    names = _DECIDING if (folder / "tokenizer.json").exists() else (*_DECIDING, "vocab.txt")
    found = f"{PREFIX}{folder}@{digest_of(model, [folder / one for one in names])[:8]}"
    if recorded and found != name:
        raise EmbedderMismatch(name, found)
    return found


class OnnxFolderModel:
    """Vectors of any model whose folder holds `model.onnx` (or `onnx/model.onnx`) and a tokenizer.

    What the folder says is done: mean or first-token pooling (`1_Pooling/config.json`), the window
    (`sentence_bert_config.json`), and prompts before queries and documents (`config_sentence_transformers.json`). Texts
    of equal length share a run, so that a vector depends on its text alone. Safe to share between threads.
    """

    def __init__(self, name: str) -> None:
        """Find the model; its weights are loaded when it first embeds.

        Args:
            name: `onnx:FOLDER`, or the full name that vectors are kept under.

        Raises:
            ModelFolderError: A file is missing or of no use; the message names it.
            EmbedderMismatch: The model in the folder is not the one of that name any more.
        """
        self.name = full_name(name)
        self._folder = Path(self.name.removeprefix(PREFIX).rpartition("@")[0])
        self._path = model_file(self._folder, export=_EXPORT)
        self._config = self._read("config.json")
        self._described = self._read("sentence_bert_config.json")
        self._prompts = self._read("config_sentence_transformers.json").get("prompts") or {}

    @cached_property
    def dimensions(self) -> int:
        """Length of a vector."""
        return len(self.embed_query("dimensions"))

    def embed_documents(self, texts: Sequence[str]) -> "Vectors":
        """Embed texts, each after the document prompt: shape (len(texts), dimensions), rows of unit length.

        Raises:
            ModelFolderError: A file is missing or of no use.
            EmbedderError: The model failed.
        """
        return self._embed(texts, self._prompt("document", "passage"))

    def embed_query(self, text: str) -> "Vectors":
        """Embed one text after the query prompt: shape (dimensions,), unit length.

        Raises:
            ModelFolderError: A file is missing or of no use.
            EmbedderError: The model failed.
        """
        vector: Vectors = self._embed([text], self._prompt("query"))[0]
        return vector

    def _prompt(self, *names: str) -> str:
        return next((str(self._prompts[name]) for name in names if self._prompts.get(name)), "")

    def _embed(self, texts: Sequence[str], prompt: str) -> "Vectors":
        import numpy as np

        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        lower = self._described.get("do_lower_case") is True
        read = [encodable(prompt + text[:_LONGEST_INPUT]) for text in texts]
        encoded = self._tokenizer.encode_batch([text.lower() if lower else text for text in read])
        found: dict[int, NDArray[np.float32]] = {}
        for rows in _runs([len(one.ids) for one in encoded], together=not self._reads_one):
            found.update(zip(rows, self._run([encoded[row] for row in rows]), strict=True))
        vectors = np.stack([found[row] for row in range(len(texts))])
        unit: Vectors = (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)).astype(np.float32)
        return unit

    def _run(self, encoded: Sequence[Any]) -> "NDArray[np.float32]":
        import numpy as np

        columns = zip(*((one.ids, one.attention_mask, one.type_ids) for one in encoded), strict=True)
        given = {name: np.array(values) for name, values in zip(INPUTS, columns, strict=True)}
        wanted = {name: given[name].astype(number) for name, number in self._inputs.items()}
        output = self._output
        try:
            (states,) = self._session.run([output], wanted)
        except Exception as error:
            raise EmbedderError(f"{self._path} cannot embed a text: {first_line(error)}") from error
        if output == _POOLED:
            pooled: NDArray[np.float32] = np.asarray(states, dtype=np.float32)
        elif self._takes_first:
            pooled = np.asarray(states[:, 0], dtype=np.float32)
        else:
            mask = given["attention_mask"][..., np.newaxis]
            pooled = ((states * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)).astype(np.float32)
        if not np.isfinite(pooled).all():
            raise EmbedderError(f"{self._path} gave something else than numbers for a text. Use another export of it.")
        return pooled

    def _read(self, name: str) -> dict[str, Any]:
        path = self._folder / name
        return read_json(path, wanted="", export=_EXPORT) if path.exists() else {}

    @cached_property
    def _session(self) -> Any:  # noqa: ANN401 - because onnxruntime publishes no types
        return open_session(self._path)

    @cached_property
    def _inputs(self) -> dict[str, str]:
        return number_inputs(self._session, self._path, kind="an embedding model")

    @cached_property
    def _output(self) -> str:
        """The pooled vectors where the graph makes them, else the states of the tokens."""
        outputs: dict[str, int] = {one.name: len(one.shape) for one in self._session.get_outputs()}
        if _POOLED in outputs:
            return _POOLED
        self._refuse_other_modules()
        states = [name for name, dimensions in outputs.items() if dimensions == 3]  # noqa: PLR2004 - because texts, tokens and dimensions are three
        for name in ("last_hidden_state", "token_embeddings", *states[:1]):
            if name in states:
                return name
        raise ModelFolderError(f"{self._path} gives {', '.join(outputs)}, and no vector for each token; {_EXPORT}.")

    def _refuse_other_modules(self) -> None:
        """A layer after pooling is not in the graph; without it the vectors would be wrong."""
        path = self._folder / "modules.json"
        if not path.exists():
            return
        import json

        kinds = {str(one.get("type", "")).rpartition(".")[2] for one in json.loads(path.read_text(encoding="utf-8"))}
        if others := kinds - _KNOWN_MODULES:
            raise ModelFolderError(
                f"{path} names {', '.join(sorted(others))}, which {self._path.name} does not hold. Export the model "
                f"with its output {_POOLED}: {_EXPORT}."
            )

    @cached_property
    def _takes_first(self) -> bool:
        """True when the first token stands for the text, false when the mean of all does."""
        pooling = self._read("1_Pooling/config.json")
        modes = [name for name, value in pooling.items() if name.startswith("pooling_mode_") and value is True]
        if not set(modes) <= {"pooling_mode_cls_token", "pooling_mode_mean_tokens"} or len(modes) > 1:
            raise ModelFolderError(
                f"{self._folder / '1_Pooling/config.json'} asks for {', '.join(modes)}; the mean of the tokens or the "
                f"first one can be taken. Export the model with its output {_POOLED}."
            )
        return modes == ["pooling_mode_cls_token"]

    @property
    def _shape(self) -> list[Any]:
        return list(next(one for one in self._session.get_inputs() if one.name == "input_ids").shape)

    @property
    def _reads_one(self) -> bool:
        return self._shape[:1] == [1]

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        tokenizer = read_tokenizer(self._folder, export=_EXPORT)
        window = _window(self._described, window_of(self._folder, self._config, export=_EXPORT))
        length = self._shape[1] if len(self._shape) > 1 else None
        if isinstance(length, int):
            window = min(window, length)
            tokenizer.enable_padding(length=length, pad_id=int(self._config.get("pad_token_id") or 0))
        tokenizer.enable_truncation(window)
        return tokenizer


def _is_full(name: str) -> bool:
    folder, _, digest = name.rpartition("@")
    return bool(folder) and len(digest) == 8 and all(one in "0123456789abcdef" for one in digest)  # noqa: PLR2004 - because as many digits are kept


def _window(described: Mapping[str, Any], most: int) -> int:
    longest = described.get("max_seq_length")
    return min(most, longest) if isinstance(longest, int) and longest > 0 else most


def _runs(lengths: Sequence[int], *, together: bool) -> Iterator[list[int]]:
    """Rows of equal length, some thousand word pieces at a time; one by one unless they may go together."""
    rows_by_length: dict[int, list[int]] = {}
    for row, length in enumerate(lengths):
        rows_by_length.setdefault(length, []).append(row)
    for length, rows in rows_by_length.items():
        size = max(1, _PIECES_IN_A_RUN // max(1, length)) if together else 1
        for start in range(0, len(rows), size):
            yield rows[start : start + size]
