"""Makes test/cases/import-llama and import-qwen2: tiny random models as transformers writes them, with a tokenizer
trained on a few sentences, and the logits that transformers gives. Run by hand; the folders are committed.

    python test/cases/make_import_cases.py
"""

import json
import pathlib

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
)

HERE = pathlib.Path(__file__).parent
TEXT = [
    "The patient was admitted with chest pain and diabetes mellitus type 2.",
    "Blood pressure 142/90 mmHg, heart rate 88, HbA1c 7.4 %, LOINC 4548-4 and ICD10CM E11.9 and I10.",
    "No signs of heart failure; discharged home after three days. Age 64, sex F.",
]
IDS = [5, 60, 61, 200, 33, 280, 7, 199, 12, 90]


def tokenizer() -> PreTrainedTokenizerFast:
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    bpe.train_from_iterator(
        TEXT,
        trainers.BpeTrainer(
            vocab_size=300,
            special_tokens=["<|endoftext|>", "<pad>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        ),
    )
    return PreTrainedTokenizerFast(tokenizer_object=bpe, eos_token="<|endoftext|>", pad_token="<pad>")


SIZES = dict(
    vocab_size=304,  # more rows than the tokenizer has tokens, as many models have
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=128,
    initializer_range=0.3,
)
MODELS = {
    "import-llama": (LlamaForCausalLM, LlamaConfig(**SIZES, head_dim=16, tie_word_embeddings=False), torch.bfloat16),
    "import-qwen2": (Qwen2ForCausalLM, Qwen2Config(**SIZES, tie_word_embeddings=True), torch.float16),
}

for name, (family, config, dtype) in MODELS.items():
    torch.manual_seed(1)
    model = family(config).eval()
    for parameter in model.parameters():
        if parameter.dim() == 1:
            torch.nn.init.normal_(parameter, mean=1.0 if "norm" in name else 0.5, std=0.3)
    folder = HERE / name
    # The Llama model comes in several files with an index.
    model.to(dtype).save_pretrained(folder, max_shard_size="20KB" if name == "import-llama" else "5GB")
    tokenizer().save_pretrained(folder)
    stored = family.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.no_grad():
        logits = stored(input_ids=torch.tensor([IDS])).logits[0]
    expected = {"ids": IDS, "logits": [[round(x, 6) for x in row] for row in logits.tolist()]}
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
