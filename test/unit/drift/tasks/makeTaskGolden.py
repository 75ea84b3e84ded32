"""Prints golden values for goldenTasks.test.ts as lm-evaluation-harness computes them (pip install lm_eval, with torch and transformers).

Run from the root of the repository, with a model, the most rows of each task and, to leave out the others, names of tasks:
    python test/unit/drift/tasks/makeTaskGolden.py chat-5M 1000 > test/fixtures/tasks/chat-5M.golden.json
Its own task definitions are used; only where the rows come from is changed, so that nothing is downloaded.
"""

import json
import os
import sys
import tempfile

import lm_eval
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import TaskManager

MODELS = "test/fixtures/models"
ROWS = "test/fixtures/tasks"


def read_rows(name, most):
    with open(f"{ROWS}/{name}.jsonl", encoding="utf-8") as file:
        return [json.loads(line) for line in file][:most]


def as_published_arc(row):
    """The form of the data set that the harness reads; the fixture has the choices alone."""
    labels = [chr(ord("A") + i) for i in range(len(row["choices"]))]
    choices = {"text": row["choices"], "label": labels}
    return {"id": "", "question": row["question"], "choices": choices, "answerKey": labels[row["label"]]}


def as_published_mmlu(row):
    return {"question": row["question"], "choices": row["choices"], "answer": row["label"]}


def list_tasks(most):
    """(name here, task of the harness, its split, its rows); MMLU is one task a subject there."""
    yield "hellaswag", "hellaswag", "validation", read_rows("hellaswag", most)
    yield "arc", "arc_easy", "test", [as_published_arc(row) for row in read_rows("arc_easy", most)]
    yield "winogrande", "winogrande", "validation", read_rows("winogrande", most)
    yield "lambada", "lambada_openai", "test", read_rows("lambada", most)
    yield "piqa", "piqa", "validation", read_rows("piqa", most)
    yield "blimp", "blimp_adjunct_island", "train", read_rows("blimp", most)
    subjects = {}
    for row in read_rows("mmlu", most):
        subjects.setdefault(row["subject"], []).append(as_published_mmlu(row))
    for subject, rows in subjects.items():
        yield "mmlu", f"mmlu_{subject}", "test", rows


def evaluate(model, manager, task, split, rows, folder):
    path = os.path.join(folder, f"{task}.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    own = {
        "dataset_path": "json",
        "dataset_name": None,
        "dataset_kwargs": {"data_files": {split: path}},
        **{f"{kind}_split": None for kind in ("training", "validation", "test", "fewshot")},
    }
    own["test_split"] = split
    made = manager._factory.build(manager.task_index[task], overrides=own, registry=manager.task_index)
    result = lm_eval.simple_evaluate(model=model, tasks=[made], task_manager=manager, num_fewshot=0, bootstrap_iters=0)
    samples = sorted(result["samples"][task], key=lambda sample: sample["doc_id"])
    assert len(samples) == len(rows)
    return samples


def read_sample(sample):
    replies = [reply[0] for reply in sample["resps"]]
    read = {
        "logLikelihoods": [round(float(value), 5) for value, _ in replies],
        "acc": int(sample["acc"]),
    }
    if "acc_norm" in sample:
        read["accNorm"] = int(sample["acc_norm"])
    return read


def main(name_of_model, most, *wanted):
    model = HFLM(pretrained=f"{MODELS}/{name_of_model}", dtype="float32", device="cpu", batch_size=8)
    manager = TaskManager()
    golden = {}
    prompts = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, task, split, rows in list_tasks(int(most)):
            if wanted and name not in wanted:
                continue
            samples = evaluate(model, manager, task, split, rows, folder)
            golden.setdefault(name, []).extend(read_sample(sample) for sample in samples)
            arguments = samples[0]["arguments"]
            prompts.setdefault(name, list(arguments[0] if isinstance(arguments, list) else arguments["gen_args_0"].values()))
    print(
        json.dumps(
            {"harness": lm_eval.__version__, "model": name_of_model, "firstPrompts": prompts, "items": golden},
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
