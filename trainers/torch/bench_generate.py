"""Times Hugging Face `generate` on a checkpoint, for `npm run bench:forecast`.

Reads one JSON object on standard input:
  {"checkpoint": folder, "threads": 2, "futures": 64, "length": 128, "histories": [[token, ...], ...]}
All futures of all histories form one batch: `generate(num_return_sequences=futures, use_cache=True)` with sampling at
temperature 1 over the whole vocabulary. Writes one JSON object with the seconds and the tokens drawn.
"""

import json
import sys
import time

import torch
import transformers
from transformers import AutoModelForCausalLM


def main() -> None:
    request = json.load(sys.stdin)
    torch.set_num_threads(request["threads"])
    torch.manual_seed(0)
    transformers.logging.set_verbosity_error()
    model = AutoModelForCausalLM.from_pretrained(request["checkpoint"], dtype=torch.float32).eval()
    histories = torch.tensor(request["histories"])

    def generate(length: int, futures: int) -> int:
        drawn = model.generate(
            histories,
            attention_mask=torch.ones_like(histories),
            do_sample=True,
            top_k=0,
            top_p=1.0,
            temperature=1.0,
            use_cache=True,
            num_return_sequences=futures,
            min_new_tokens=length,
            max_new_tokens=length,
            pad_token_id=0,
        )
        return drawn.shape[0] * (drawn.shape[1] - histories.shape[1])

    with torch.inference_mode():
        generate(4, 2)
        begin = time.perf_counter()
        tokens = generate(request["length"], request["futures"])
        seconds = time.perf_counter() - begin
    json.dump(
        {"seconds": seconds, "tokens": tokens, "transformers": transformers.__version__, "torch": torch.__version__},
        sys.stdout,
    )


if __name__ == "__main__":
    main()
