"""The files of a model in a local folder, as Hugging Face's tools export them to ONNX, opened by onnxruntime."""

import json
import os
from collections.abc import Iterable, Mapping
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vectorstore.errors import ModelFolderError
from vectorstore.threads import model_threads

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["digest_of", "model_file", "number_inputs", "open_session", "read_json", "read_tokenizer", "window_of"]

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
"""What such models take, in the order of a tokenizer's `ids`, `attention_mask` and `type_ids`."""
EXPORT = "`optimum-cli export onnx --task {task}` makes such a folder"
_NAMES = tuple(
    folder + name
    for name in ("model.onnx", "model_quantized.onnx", "model_int8.onnx", "model_uint8.onnx", "model_O2.onnx")
    for folder in ("", "onnx/")
)
"""Full precision before what was made smaller."""
_NUMBERS = {"tensor(int64)": "int64", "tensor(int32)": "int32"}
_USUAL_WINDOW = 512
_NOT_KNOWN = 1_000_000
"""Tokens. Exporters write a huge number where a tokenizer does not say how much its model reads."""
_POSITIONS_TAKEN = {"camembert": 2, "longformer": 2, "mpnet": 2, "roberta": 2, "xlm-roberta": 2}
"""Positions that no token can have, in models that begin to count after the padding's."""


def model_file(folder: Path, *, export: str) -> Path:
    """Find the graph: `model.onnx`, in the folder or in `onnx/`, or one of the names that quantising tools give.

    Args:
        folder: Where to look.
        export: How to make such a folder, for the message.

    Raises:
        ModelFolderError: There is no folder, or no graph in it.
    """
    if not folder.is_dir():
        raise ModelFolderError(f"There is no folder {str(folder)!r} with an ONNX model; {export}.")
    found = next((folder / name for name in _NAMES if (folder / name).is_file()), None)
    if found is None:
        raise ModelFolderError(f"The folder {str(folder)!r} holds no model.onnx and no onnx/model.onnx; {export}.")
    return found


def digest_of(model: Path, described: Iterable[Path]) -> str:
    """SHA-256 over the graph, the weights beside it and those of the files that describe it that are there."""
    total = sha256()
    for path in [model, *_weights_beside(model), *described]:
        if path.exists():
            with path.open("rb") as file:
                total.update(file_digest(file, "sha256").digest())
    return total.hexdigest()


def read_json(path: Path, *, wanted: str, export: str) -> dict[str, Any]:
    """Read a JSON object.

    Args:
        path: The file.
        wanted: What it has, for the message.
        export: How to make such a folder, for the message.

    Raises:
        ModelFolderError: It is absent or something else.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelFolderError(f"There is no {path}, which has {wanted}; {export}.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise ModelFolderError(f"{path} cannot be read as JSON ({error}); copy it from the model again.") from error
    if not isinstance(raw, dict):
        raise ModelFolderError(f"{path} holds no JSON object; copy it from the model again.")
    return raw


def read_tokenizer(folder: Path, *, export: str) -> "Tokenizer":
    """Read `tokenizer.json`, without the cutting and padding that it may ask for, else `vocab.txt` as BERT's.

    Raises:
        ModelFolderError: Both are absent, or something else.
    """
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    if not path.is_file() and not (folder / "vocab.txt").is_file():
        raise ModelFolderError(f"There is no {path}, which splits texts into the model's tokens; {export}.")
    try:
        tokenizer = Tokenizer.from_file(str(path)) if path.is_file() else _bert_tokenizer(folder, export)
    except ModelFolderError:
        raise
    except Exception as error:  # because tokenizers raises nothing more precise
        path = path if path.is_file() else folder / "vocab.txt"
        raise ModelFolderError(f"{path} is no tokenizer ({error}); copy it from the model again.") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _bert_tokenizer(folder: Path, export: str) -> "Tokenizer":
    """Word pieces, without case unless `tokenizer_config.json` says otherwise."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import BertNormalizer
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import BertProcessing

    described = folder / "tokenizer_config.json"
    config = read_json(described, wanted="how text is read", export=export) if described.exists() else {}
    vocabulary = WordPiece.read_file(str(folder / "vocab.txt"))
    tokenizer: Any = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))  # noqa: S106 - because it is no secret
    tokenizer.normalizer = BertNormalizer(lowercase=config.get("do_lower_case") is not False)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = BertProcessing(("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"]))
    made: Tokenizer = tokenizer
    return made


def open_session(path: Path) -> Any:  # noqa: ANN401 - because onnxruntime publishes no types
    """Load a graph to be run on the processor.

    Raises:
        ModelFolderError: onnxruntime cannot run it.
    """
    # Read when onnxruntime is imported: otherwise it writes a device id and reports its use to its makers.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = model_threads()
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only: nothing else may reach stderr
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ModelFolderError(f"{path} is no ONNX model that can be run here: {first_line(error)}") from error


def number_inputs(session: Any, path: Path, *, kind: str) -> dict[str, str]:  # noqa: ANN401 - because as above
    """The kind of number that each input takes, by the input's name.

    Args:
        session: What `open_session` gave.
        path: Its file, for the message.
        kind: What it should be, for the message: `a pair classifier`.

    Raises:
        ModelFolderError: It takes something else than a text's tokens.
    """
    found = {one.name: _NUMBERS.get(one.type, "") for one in session.get_inputs()}
    if "input_ids" not in found or not set(found) <= set(INPUTS) or not all(found.values()):
        kinds = ", ".join(f"{one.name} {one.type}" for one in session.get_inputs())
        raise ModelFolderError(
            f"{path} takes {kinds}; {kind} takes whole numbers as input_ids and, if it wants them, "
            "attention_mask and token_type_ids."
        )
    return found


def window_of(folder: Path, config: Mapping[str, Any], *, export: str) -> int:
    """Tokens that the model reads at a time: what its positions allow, or fewer when its tokenizer says so."""
    positions = config.get("max_position_embeddings")
    found = []
    if isinstance(positions, int) and positions > 0:
        found.append(positions - _POSITIONS_TAKEN.get(str(config.get("model_type")), 0))
    if (path := folder / "tokenizer_config.json").exists():
        longest = read_json(path, wanted="the longest text that the model reads", export=export).get("model_max_length")
        if isinstance(longest, int | float) and 0 < longest < _NOT_KNOWN:
            found.append(int(longest))
    return min(found, default=_USUAL_WINDOW)


def first_line(error: Exception) -> str:
    """What an error says, in one line."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _weights_beside(path: Path) -> list[Path]:
    """Files beside a model that it names: weights that did not go into it, or into the two gigabytes it may have."""
    model = path.read_bytes()
    files = sorted(one for one in path.parent.iterdir() if one.is_file() and one != path and one.suffix != ".json")
    return [one for one in files if os.fsencode(one.name) in model]
