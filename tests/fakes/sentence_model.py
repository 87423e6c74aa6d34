"""A sentence-embedding model made on the spot: a real ONNX graph whose tokens' states are one-hot."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
from onnx import TensorProto, helper

from tests.fakes.classifier import VOCABULARY, _tokenizer


def sentence_model(
    folder: Path,
    *,
    inputs: Sequence[str] = ("input_ids", "attention_mask"),
    output: str = "last_hidden_state",
    pooled: bool = False,
    length: int | None = None,
    files: dict[str, Any] | None = None,
) -> Path:
    """Write a model's files; `files` adds JSON by its name.

    The state of a token is 1 at the token's number and 0 elsewhere; pooled, the sum of the states goes out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_model(inputs, output, pooled, length), folder / "model.onnx")
    _tokenizer(folder / "tokenizer.json")
    for name, content in ({"config.json": {"max_position_embeddings": 64}} | (files or {})).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def _model(inputs: Sequence[str], output: str, pooled: bool, length: int | None) -> onnx.ModelProto:
    size = len(VOCABULARY)
    hot = "states" if pooled else output
    nodes = [helper.make_node("OneHot", ["input_ids", "size", "off_on"], [hot], axis=-1)]
    if pooled:
        nodes.append(helper.make_node("ReduceSum", [hot, "one"], [output], keepdims=0))
    shape = [1 if length else "batch", length or "tokens"]
    given = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in inputs]
    made = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", size] if pooled else [*shape, size])
    constants = [
        helper.make_tensor("size", TensorProto.INT64, [1], [size]),
        helper.make_tensor("one", TensorProto.INT64, [1], [1]),
        helper.make_tensor("off_on", TensorProto.FLOAT, [2], [0.0, 1.0]),
    ]
    graph = helper.make_graph(nodes, "one-hot", given, [made], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
