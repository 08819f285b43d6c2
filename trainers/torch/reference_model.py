"""The decoder of src/network in PyTorch: Llama layers, names as in the checkpoint."""

import torch
from torch import nn
from torch.nn import functional as F


class RMSNorm(nn.Module):
    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.rms_norm(x, (x.shape[-1],), self.weight, self.epsilon)


def rotate(x: torch.Tensor, cosine: torch.Tensor, sine: torch.Tensor) -> torch.Tensor:
    """x: [batch, heads, time, head width]; half-split convention."""
    first, second = x.chunk(2, dim=-1)
    return x * cosine + torch.cat((-second, first), dim=-1) * sine


class Layer(nn.Module):
    def __init__(self, a: dict) -> None:
        super().__init__()
        width, self.heads, self.groups = a["width"], a["heads"], a["keyValueHeads"]
        self.head_width = width // self.heads
        self.input_layernorm = RMSNorm(width, a["normEpsilon"])
        self.q_proj = nn.Linear(width, self.heads * self.head_width, bias=False)
        self.k_proj = nn.Linear(width, self.groups * self.head_width, bias=False)
        self.v_proj = nn.Linear(width, self.groups * self.head_width, bias=False)
        self.o_proj = nn.Linear(self.heads * self.head_width, width, bias=False)
        self.post_attention_layernorm = RMSNorm(width, a["normEpsilon"])
        self.gate_proj = nn.Linear(width, a["feedForward"], bias=False)
        self.up_proj = nn.Linear(width, a["feedForward"], bias=False)
        self.down_proj = nn.Linear(a["feedForward"], width, bias=False)

    def forward(self, x: torch.Tensor, cosine: torch.Tensor, sine: torch.Tensor) -> torch.Tensor:
        batch, time, _ = x.shape
        h = self.input_layernorm(x)
        split = lambda y, n: y.view(batch, time, n, self.head_width).transpose(1, 2)  # noqa: E731
        q = rotate(split(self.q_proj(h), self.heads), cosine, sine)
        k = rotate(split(self.k_proj(h), self.groups), cosine, sine)
        v = split(self.v_proj(h), self.groups)
        context = F.scaled_dot_product_attention(
            q, k, v, is_causal=True, enable_gqa=self.groups != self.heads
        )
        x = x + self.o_proj(context.transpose(1, 2).reshape(batch, time, -1))
        h = self.post_attention_layernorm(x)
        return x + self.down_proj(F.silu(self.gate_proj(h)) * self.up_proj(h))


class Decoder(nn.Module):
    def __init__(self, a: dict) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(a["vocabulary"], a["width"])
        self.layers = nn.ModuleList(Layer(a) for _ in range(a["depth"]))
        self.norm = RMSNorm(a["width"], a["normEpsilon"])
        self.lm_head = nn.Linear(a["width"], a["vocabulary"], bias=False)
        half = a["width"] // a["heads"] // 2
        angles = torch.arange(a["context"])[:, None] * a["ropeTheta"] ** (-torch.arange(half) / half)
        self.register_buffer("cosine", torch.cat((angles.cos(), angles.cos()), dim=-1).float())
        self.register_buffer("sine", torch.cat((angles.sin(), angles.sin()), dim=-1).float())
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """tokens: [batch, time] -> logits [batch, time, vocabulary]"""
        time = tokens.shape[1]
        x = self.embed_tokens(tokens)
        for layer in self.layers:
            x = layer(x, self.cosine[:time], self.sine[:time])
        return self.lm_head(self.norm(x))
