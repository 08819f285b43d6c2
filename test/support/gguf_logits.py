"""Reads GGUF files with the `gguf` package and computes logits from what stands in them, with numpy and llama.cpp's
conventions: neighbouring numbers are turned for llama, numbers half a head apart for qwen2.

Standard input: {"files": [path, ...], "ids": [token, ...]}. Standard output: one object a file.
"""

import json
import sys

import numpy as np
from gguf import GGUFReader


def main() -> None:
    request = json.load(sys.stdin)
    json.dump([answer(path, np.array(request["ids"])) for path in request["files"]], sys.stdout)


def answer(path: str, ids: np.ndarray) -> dict:
    reader = GGUFReader(path)
    field = {name: each.contents() for name, each in reader.fields.items()}
    tensors = {tensor.name: np.array(tensor.data, dtype=np.float64) for tensor in reader.tensors}
    return {
        "architecture": field["general.architecture"],
        "types": sorted({tensor.tensor_type.name for tensor in reader.tensors}),
        "shapes": {tensor.name: [int(size) for size in tensor.shape] for tensor in reader.tensors},
        "tokens": field["tokenizer.ggml.tokens"],
        "tokenTypes": field["tokenizer.ggml.token_type"],
        "start": field["tokenizer.ggml.bos_token_id"],
        "end": field["tokenizer.ggml.eos_token_id"],
        "logits": logits(field, tensors, ids).tolist(),
    }


def logits(field: dict, tensors: dict, ids: np.ndarray) -> np.ndarray:
    family = field["general.architecture"]
    size = {key[len(family) + 1 :]: value for key, value in field.items() if key.startswith(f"{family}.")}
    heads, groups = size["attention.head_count"], size["attention.head_count_kv"]
    width, epsilon = size["attention.key_length"], size["attention.layer_norm_rms_epsilon"]
    time = len(ids)

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        return x / np.sqrt((x**2).mean(-1, keepdims=True) + epsilon) * tensors[name]

    def project(x: np.ndarray, name: str) -> np.ndarray:
        return x @ tensors[f"{name}.weight"].T + tensors.get(f"{name}.bias", 0)

    angles = np.arange(time)[:, None] * size["rope.freq_base"] ** (-np.arange(0, width, 2) / width)
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]

    def turn(x: np.ndarray) -> np.ndarray:
        a, b = (x[..., 0::2], x[..., 1::2]) if family == "llama" else np.split(x, 2, axis=-1)
        pair = (a * cos - b * sin, a * sin + b * cos)
        return np.stack(pair, -1).reshape(x.shape) if family == "llama" else np.concatenate(pair, -1)

    x = tensors["token_embd.weight"][ids]
    for layer in range(size["block_count"]):
        of = f"blk.{layer}."
        h = norm(x, f"{of}attn_norm.weight")
        q = turn(project(h, f"{of}attn_q").reshape(time, heads, width))
        k = turn(project(h, f"{of}attn_k").reshape(time, groups, width)).repeat(heads // groups, axis=1)
        v = project(h, f"{of}attn_v").reshape(time, groups, width).repeat(heads // groups, axis=1)
        scores = np.einsum("ihd,jhd->hij", q, k) / np.sqrt(width) + np.triu(np.full((time, time), -np.inf), 1)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        x = x + project(np.einsum("hij,jhd->ihd", weights, v).reshape(time, -1), f"{of}attn_output")
        h = norm(x, f"{of}ffn_norm.weight")
        gate = project(h, f"{of}ffn_gate")
        x = x + project(gate / (1 + np.exp(-gate)) * project(h, f"{of}ffn_up"), f"{of}ffn_down")
    head = tensors.get("output.weight", tensors["token_embd.weight"])
    return norm(x, "output_norm.weight") @ head.T


if __name__ == "__main__":
    main()
