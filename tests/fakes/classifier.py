"""A pair classifier made on the spot: a real ONNX graph that finds the second text's words in the first."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
from onnx import TensorProto, helper

NLI = ("contradiction", "entailment", "neutral")
_WORDS = (
    "owls hunt mice at night . they see with large eyes bees dance to tell where flowers are a study of whales sing"
    " songs that travel far do not sleep by day"
)
VOCABULARY = {
    word: number for number, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *dict.fromkeys(_WORDS.split())])
}
_SUPPORT, _AGAINST = 24.0, 48.0


def classifier(  # noqa: PLR0913 - because each option is one way to be different
    folder: Path,
    labels: Sequence[str] = NLI,
    *,
    support: int | None = 1,
    against: int | None = 0,
    number: int = TensorProto.INT64,
    inputs: Sequence[str] = ("input_ids", "attention_mask", "token_type_ids"),
    length: int | None = None,
    where: str = "model.onnx",
    config: dict[str, Any] | None = None,
) -> Path:
    """Write a classifier's files.

    The log-odds of the output `support` are 24 times the share of the second text's tokens that the first has, less
    0.75; those of `against` are 48 for each "not" in the second text; all others are 0.
    """
    (folder / where).parent.mkdir(parents=True, exist_ok=True)
    onnx.save(_model(len(labels), support, against, number, inputs, length), folder / where)
    _tokenizer(folder / "tokenizer.json")
    described = {"id2label": {str(at): name for at, name in enumerate(labels)}, "max_position_embeddings": 64}
    (folder / "config.json").write_text(json.dumps(described | (config or {})), encoding="utf-8")
    return folder


def _tokenizer(path: Path) -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import BertProcessing

    tokenizer = Tokenizer(WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = BertProcessing(("[SEP]", VOCABULARY["[SEP]"]), ("[CLS]", VOCABULARY["[CLS]"]))
    tokenizer.save(str(path))


def _model(
    count: int, support: int | None, against: int | None, number: int, inputs: Sequence[str], length: int | None
) -> onnx.ModelProto:
    constants = {
        "zero": [0],
        "one": [1],
        "two": [2],
        "not": [VOCABULARY["not"]],
    }
    initializers = [helper.make_tensor(name, TensorProto.INT64, [1], value) for name, value in constants.items()]
    floats = {"support_by": _SUPPORT, "against_by": _AGAINST, "offset": 0.75, "tiny": 1e-6, "nothing": 0.0}
    initializers += [helper.make_tensor(name, TensorProto.FLOAT, [1, 1], [value]) for name, value in floats.items()]
    columns = ["support" if at == support else "against" if at == against else "nothing" for at in range(count)]
    nodes = [
        helper.make_node("Cast", [name], [f"{name}_64"], to=TensorProto.INT64)
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    nodes += [
        helper.make_node("Equal", ["token_type_ids_64", "one"], ["second_b"]),
        helper.make_node("Equal", ["attention_mask_64", "one"], ["real_b"]),
        helper.make_node("Not", ["second_b"], ["not_second"]),
        helper.make_node("And", ["not_second", "real_b"], ["first_b"]),
        helper.make_node("Unsqueeze", ["input_ids_64", "two"], ["rows"]),
        helper.make_node("Unsqueeze", ["input_ids_64", "one"], ["cols"]),
        helper.make_node("Equal", ["rows", "cols"], ["same_b"]),
        helper.make_node("Unsqueeze", ["first_b", "one"], ["first_cols"]),
        helper.make_node("And", ["same_b", "first_cols"], ["match_b"]),
        helper.make_node("Cast", ["match_b"], ["match_f"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMax", ["match_f"], ["found"], axes=[2], keepdims=0),
        helper.make_node("Cast", ["second_b"], ["second"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["found", "second"], ["found_second"]),
        helper.make_node("ReduceSum", ["found_second", "one"], ["hits"], keepdims=1),
        helper.make_node("ReduceSum", ["second", "one"], ["tokens"], keepdims=1),
        helper.make_node("Add", ["tokens", "tiny"], ["some_tokens"]),
        helper.make_node("Div", ["hits", "some_tokens"], ["share"]),
        helper.make_node("Sub", ["share", "offset"], ["above"]),
        helper.make_node("Mul", ["above", "support_by"], ["support"]),
        helper.make_node("Equal", ["input_ids_64", "not"], ["not_b"]),
        helper.make_node("And", ["not_b", "second_b"], ["not_second_b"]),
        helper.make_node("Cast", ["not_second_b"], ["nots"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["nots", "one"], ["not_count"], keepdims=1),
        helper.make_node("Mul", ["not_count", "against_by"], ["against"]),
        helper.make_node("Concat", columns, ["logits"], axis=1),
    ]
    shape = [1 if length else "batch", length or "tokens"]
    graph = helper.make_graph(
        nodes,
        "words",
        [helper.make_tensor_value_info(name, number, shape) for name in inputs],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", count])],
        initializers,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
