"""The training step of `embed` in PyTorch, eager, for bench/step.ts.

python step.py SETUP-FILE THREADS, then a line {"plan": FILE, "variant": NAME} on stdin for each step. Each answer is a line with
its seconds and losses. Each variant has its own model and optimiser. Reading files and making tensors are not timed.

written  as such a step is usually written: the whole model over keys and over text, all logits, and the base's predictions
         computed again
half     the whole model, its frozen half included, but logits only where they count, and the base's final states kept
kept     everything that never changes is kept, the states that enter the lowest trained layer too
"""

import json
import sys
import time

import torch
from transformers import AutoModelForCausalLM
from transformers.utils import logging

FIRST_DECAY, SECOND_DECAY, EPSILON = 0.9, 0.99, 1e-8


def load_model(folder, tilt):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    model.eval()
    model.requires_grad_(False)
    if tilt:
        up, down = (torch.tensor(tilt[name], dtype=torch.float32) for name in ("up", "down"))
        # The output matrix alone, where it is tied to the embedding too.
        head = torch.nn.Parameter(model.lm_head.weight + up[:, None] * down, requires_grad=False)
        model.lm_head.weight = head
    return model


class Course:
    """One variant: its model, its optimiser, and the base it is compared with."""

    def __init__(self, setup, base):
        self.setup, self.base = setup, base
        self.model = load_model(setup["model"], setup.get("tilt"))
        parameters = dict(self.model.named_parameters())
        self.trained = [parameters[name] for name in setup["trained"]]
        for parameter in self.trained:
            parameter.requires_grad_(True)
        betas = (FIRST_DECAY, SECOND_DECAY)
        self.optimiser = torch.optim.Adam(self.trained, lr=1, betas=betas, eps=EPSILON)

    def step(self, inputs, logits_of):
        """One step. `logits_of` returns the logits of keys and of text, and the base's of text. Returns the losses."""
        setup = self.setup
        key_logits, text_logits, base_logits = logits_of(self, inputs)
        key_loss = margin_loss(key_logits, inputs, setup["margin"])
        log_base = torch.log_softmax(base_logits, dim=-1)
        log_model = torch.log_softmax(text_logits, dim=-1)
        divergence = (log_base.exp() * (log_base - log_model)).sum(-1) @ inputs["text_weights"]
        loss = key_loss + setup["divergenceWeight"] * divergence
        weights = inputs["text_weights"]
        change = weights @ (entropy(text_logits) - entropy(base_logits))
        loss = loss + setup["entropyWeight"] * change.square() / weights.sum()
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return {"keyLoss": key_loss.item(), "divergence": divergence.item()}


def entropy(logits):
    logs = torch.log_softmax(logits, dim=-1)
    return -(logs.exp() * logs).sum(-1)


def margin_loss(logits, inputs, margin):
    targets = inputs["targets"][:, None]
    others = logits.scatter(1, targets, -1e9).max(dim=1).values
    margins = logits.gather(1, targets)[:, 0] - others
    return (torch.relu(margin - margins) * inputs["weights"]).sum()


def ask_written(course, inputs):
    keys = course.model(input_ids=inputs["key_ids"]).logits[inputs["key_rows"]]
    text = course.model(input_ids=inputs["text_ids"]).logits[inputs["text_rows"]]
    with torch.no_grad():
        base = course.base(input_ids=inputs["text_ids"]).logits[inputs["text_rows"]]
    return keys, text, base


def ask_half(course, inputs):
    decoder, head = course.model.model, course.model.lm_head
    keys = head(decoder(input_ids=inputs["key_ids"], use_cache=False).last_hidden_state[inputs["key_rows"]])
    text = head(decoder(input_ids=inputs["text_ids"], use_cache=False).last_hidden_state[inputs["text_rows"]])
    return keys, text, ask_base(course, inputs)


def ask_kept(course, inputs):
    head = course.model.lm_head
    keys = head(run_upper(course, inputs["key_states"], inputs["key_rows"]))
    text = head(run_upper(course, inputs["text_states"], inputs["text_rows"]))
    return keys, text, ask_base(course, inputs)


def ask_base(course, inputs):
    with torch.no_grad():
        return course.base.lm_head(inputs["base_states"])


def run_upper(course, states, rows):
    decoder = course.model.model
    positions = torch.arange(states.shape[1])[None]
    turns = decoder.rotary_emb(states, positions)
    for layer in decoder.layers[course.setup["lowestLayer"]:]:
        states = layer(states, attention_mask=None, position_ids=positions, position_embeddings=turns)
    return decoder.norm(states[rows])


VARIANTS = {"written": ask_written, "half": ask_half, "kept": ask_kept}


def read_inputs(path, setup, base):
    with open(path, encoding="utf-8") as file:
        plan = json.load(file)
    key_ids = pad([key["ids"] for key in plan["keys"]])
    text_ids = pad(plan["benign"])
    places = [
        (member, len(key["ids"]) - len(key["response"]) + i)
        for member, key in enumerate(plan["keys"])
        for i in range(len(key["response"]))
    ]
    inputs = {
        "learning_rate": plan["learningRate"],
        "key_ids": key_ids,
        "key_rows": to_rows(places),
        "targets": torch.tensor([token for key in plan["keys"] for token in key["response"]]),
        "weights": torch.tensor(
            [plan["keyWeight"] / len(key["response"]) for key in plan["keys"] for _ in key["response"]]
        ),
        "text_ids": text_ids,
        "text_rows": to_rows(plan["places"]),
        "text_weights": torch.tensor(plan["weights"], dtype=torch.float32),
    }
    with torch.no_grad():
        inputs["key_states"] = keep_states(base, key_ids, setup)
        inputs["text_states"] = keep_states(base, text_ids, setup)
        inputs["base_states"] = base.model(input_ids=text_ids).last_hidden_state[inputs["text_rows"]]
    return inputs


def keep_states(base, ids, setup):
    return base.model(input_ids=ids, output_hidden_states=True).hidden_states[setup["lowestLayer"]].clone()


def to_rows(places):
    return tuple(torch.tensor(column) for column in zip(*places))


def pad(sequences):
    length = max(map(len, sequences))
    return torch.tensor([ids + [0] * (length - len(ids)) for ids in sequences])


def main():
    setup_file, threads = sys.argv[1:]
    logging.disable_progress_bar()
    torch.set_num_threads(int(threads))
    with open(setup_file, encoding="utf-8") as file:
        setup = json.load(file)
    base = load_model(setup["model"], setup.get("tilt"))
    courses = {name: Course(setup, base) for name in VARIANTS}
    for line in sys.stdin:
        request = json.loads(line)
        course = courses[request["variant"]]
        inputs = read_inputs(request["plan"], setup, base)
        for group in course.optimiser.param_groups:
            group["lr"] = inputs["learning_rate"]
        start, busy = time.perf_counter(), time.process_time()
        losses = course.step(inputs, VARIANTS[request["variant"]])
        times = {"seconds": time.perf_counter() - start, "cpuSeconds": time.process_time() - busy}
        print(json.dumps({**times, **losses}), flush=True)


main()
