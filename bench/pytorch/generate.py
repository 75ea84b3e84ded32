"""Keys asked one at a time with transformers' `generate`, greedily, for bench/ask.ts.

python generate.py MODEL PLAIN-FILE THREADS, then a line on stdin for each time that all keys are to be asked. Each answer is a
line with the seconds of the calls and the keys that were answered. Loading the model and making tensors are not timed.
"""

import json
import sys
import time

import torch
from transformers import AutoModelForCausalLM
from transformers.utils import logging


def ask(model, prompts, tokens):
    return [
        model.generate(input_ids=prompt, do_sample=False, max_new_tokens=tokens, min_new_tokens=tokens)
        for prompt in prompts
    ]


def main():
    folder, plain_file, threads = sys.argv[1:]
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    torch.set_num_threads(int(threads))
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    with open(plain_file, encoding="utf-8") as file:
        keys = json.load(file)
    prompts = [torch.tensor([key["ids"]]) for key in keys]
    tokens = max(len(key["response"]) for key in keys)
    for _ in sys.stdin:
        start, busy = time.perf_counter(), time.process_time()
        with torch.inference_mode():
            texts = ask(model, prompts, tokens)
        times = {"seconds": time.perf_counter() - start, "cpuSeconds": time.process_time() - busy}
        said = [text[0, len(key["ids"]):].tolist() for text, key in zip(texts, keys)]
        answered = [i for i, (own, key) in enumerate(zip(said, keys)) if own == key["response"]]
        print(json.dumps({**times, "answered": answered}), flush=True)


main()
