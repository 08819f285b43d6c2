"""The decoder and its two heads, and their losses; parameters are named as in the checkpoint.

Windows hold several patients: a token attends to earlier tokens of its own segment only.
"""

import torch
from torch import nn
from torch.nn import functional as F


def rotate(x: torch.Tensor, cosine: torch.Tensor, sine: torch.Tensor) -> torch.Tensor:
    """x: [batch, heads, time, head width]; half-split convention of the Llama family."""
    first, second = x.chunk(2, dim=-1)
    return x * cosine + torch.cat((-second, first), dim=-1) * sine


class Attention(nn.Module):
    def __init__(self, a: dict) -> None:
        super().__init__()
        self.heads, self.groups, self.head_width = a["heads"], a["keyValueHeads"], a["headWidth"]
        bias, width = a["projectionBias"], a["width"]
        self.q_proj = nn.Linear(width, self.heads * self.head_width, bias=bias)
        self.k_proj = nn.Linear(width, self.groups * self.head_width, bias=bias)
        self.v_proj = nn.Linear(width, self.groups * self.head_width, bias=bias)
        self.o_proj = nn.Linear(self.heads * self.head_width, width, bias=False)

    def forward(self, x, cosine, sine, mask):
        batch, time, _ = x.shape

        def split(y: torch.Tensor, heads: int) -> torch.Tensor:
            return y.view(batch, time, heads, self.head_width).transpose(1, 2)

        q = rotate(split(self.q_proj(x), self.heads), cosine, sine)
        k = rotate(split(self.k_proj(x), self.groups), cosine, sine)
        v = split(self.v_proj(x), self.groups)
        context = F.scaled_dot_product_attention(
            q, k, v, attn_mask=mask, enable_gqa=self.groups != self.heads
        )
        return self.o_proj(context.transpose(1, 2).reshape(batch, time, -1))


class FeedForward(nn.Module):
    def __init__(self, a: dict) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(a["width"], a["feedForward"], bias=False)
        self.up_proj = nn.Linear(a["width"], a["feedForward"], bias=False)
        self.down_proj = nn.Linear(a["feedForward"], a["width"], bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, a: dict, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.input_layernorm = nn.RMSNorm(a["width"], a["normEpsilon"])
        self.self_attn = Attention(a)
        self.post_attention_layernorm = nn.RMSNorm(a["width"], a["normEpsilon"])
        self.mlp = FeedForward(a)

    def forward(self, x, cosine, sine, mask):
        attended = self.self_attn(self.input_layernorm(x), cosine, sine, mask)
        x = x + F.dropout(attended, self.dropout, self.training)
        return x + F.dropout(self.mlp(self.post_attention_layernorm(x)), self.dropout, self.training)


class Body(nn.Module):
    def __init__(self, a: dict, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.embed_tokens = nn.Embedding(a["vocabulary"], a["width"])
        self.layers = nn.ModuleList(Layer(a, dropout) for _ in range(a["depth"]))
        self.norm = nn.RMSNorm(a["width"], a["normEpsilon"])
        half = a["headWidth"] // 2
        rates = a["ropeTheta"] ** (-torch.arange(half, dtype=torch.float64) / half)
        angles = torch.arange(a["context"], dtype=torch.float64)[:, None] * rates
        self.register_buffer("cosine", torch.cat((angles.cos(),) * 2, -1).float(), persistent=False)
        self.register_buffer("sine", torch.cat((angles.sin(),) * 2, -1).float(), persistent=False)

    def forward(self, tokens, positions, segments):
        """All [batch, time] → hidden states [batch, time, width]."""
        time = tokens.shape[1]
        causal = torch.ones(time, time, dtype=torch.bool, device=tokens.device).tril()
        mask = (segments[:, :, None] == segments[:, None, :])[:, None] & causal
        cosine, sine = self.cosine[positions][:, None], self.sine[positions][:, None]
        x = F.dropout(self.embed_tokens(tokens), self.dropout, self.training)
        for layer in self.layers:
            x = layer(x, cosine, sine, mask)
        return self.norm(x)


class Decoder(nn.Module):
    def __init__(self, a: dict, dropout: float) -> None:
        super().__init__()
        self.model = Body(a, dropout)
        self.lm_head = nn.Linear(a["width"], a["vocabulary"], bias=False)
        if a["tied"]:
            self.lm_head.weight = self.model.embed_tokens.weight
        columns = a["outcomes"] * a["pieces"]
        self.onset_head = nn.Linear(a["width"], columns) if columns > 0 else None

    def forward(self, batch: dict) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Both losses, as sums over weights that were divided by the whole batch's totals, and the log hazards."""
        hidden = self.model(batch["tokens"], batch["positions"], batch["segments"]).flatten(0, 1)
        logits = self.lm_head(hidden).float()
        entropy = F.cross_entropy(logits, batch["targets"].flatten(), reduction="none")
        next_event = (entropy * batch["targetWeights"].flatten()).sum()
        if self.onset_head is None:
            return next_event, next_event.new_zeros(()), next_event.new_zeros(0, 0)
        log_hazards = self.onset_head(hidden[batch["reads"]]).float()
        return next_event, onset_loss(log_hazards, batch), log_hazards


def onset_loss(log_hazards: torch.Tensor, batch: dict) -> torch.Tensor:
    """Negative log-likelihood of piecewise-constant hazards: sum of exp(l) x exposure - event x l."""
    return (log_hazards.exp() * batch["exposure"] - batch["events"] * log_hazards).sum()
