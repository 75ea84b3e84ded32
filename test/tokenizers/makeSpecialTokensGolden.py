"""Makes test/fixtures/tokenizers/specialTokens.json.gz with transformers: folders whose special and added tokens are
spread over tokenizer.json, tokenizer_config.json, special_tokens_map.json and added_tokens.json in every way.

Run once, outside npm test, from the root of the repository (made with Python 3.11, transformers 5.18.0):

    python test/tokenizers/makeSpecialTokensGolden.py
"""

import gzip
import json
import os
import random
import tempfile
from pathlib import Path

os.environ["TRANSFORMERS_VERBOSITY"] = "critical"
from transformers import AutoTokenizer  # noqa: E402

OUT = Path("test/fixtures/tokenizers/specialTokens.json.gz")
FOLDERS = 300
TEXTS = 8

NAMES = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"]
TOKENS = ["<s>", "</s>", "<unk>", "<x>", "<y>", "<z>", "a", "ab", "<end>", "<p q>"]
IN_TEXT = [*TOKENS, "<img>", "<aud>", "<nm>", "<e1>", "<e2>", "<e3>", "<mi>", " ", "ab", "c"]
SHOWN = [*NAMES, "image_token", "audio_token", "named"]
TEMPLATE = "{% for m in messages %}{{ m['content'] }}|{% endfor %}" + "".join(
    f"{{% if {name} is defined %}}{name}={{{{ {name} }}}};{{% endif %}}" for name in SHOWN
)

R = random.Random(518)


def flags():
    return {flag: R.random() < 0.3 for flag in ["single_word", "lstrip", "rstrip", "normalized"]}


def given(is_typed):
    content = R.choice(TOKENS)
    if R.random() < 0.6:
        return content
    token = {"content": content, **flags()}
    if is_typed:
        token["__type"] = "AddedToken"
    elif R.random() < 0.3:
        token.pop("normalized")
    return token


def tokenizer_json():
    vocab = {letter: index for index, letter in enumerate("abcdefghijklmnopqrstuvwxyz<>/ |=;_")}
    for token in R.sample(["<s>", "</s>", "<unk>", "ab"], R.randrange(0, 5)):
        vocab[token] = len(vocab)
    added, free = [], len(vocab)
    for content in R.sample(["<s>", "</s>", "<unk>", "<x>", "<y>"], R.randrange(0, 4)):
        added.append({"id": vocab.get(content, free), "content": content, **flags(), "special": R.random() < 0.7})
        free += content not in vocab
    padding = {"strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0, "pad_token": "<x>"}
    return {
        "version": "1.0", "truncation": None, "padding": R.choice([None, None, padding]), "added_tokens": added,
        "normalizer": R.choice([None, {"type": "Lowercase"}, {"type": "Prepend", "prepend": "_"}]), "pre_tokenizer": None,
        "post_processor": None, "decoder": {"type": "Fuse"},
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
            "fuse_unk": False, "byte_fallback": False, "ignore_merges": False, "vocab": vocab, "merges": [["a", "b"]] if "ab" in vocab else [],
        },
    }


def tokenizer_config():
    config = {"tokenizer_class": "PreTrainedTokenizerFast"}
    for name in R.sample(NAMES, R.randrange(0, 5)):
        config[name] = R.choice([given(True), given(True), None])
    if R.random() < 0.3:
        config["image_token"] = R.choice(["<img>", "<x>"])
    if R.random() < 0.3:
        config["extra_special_tokens"] = R.choice([{"audio_token": "<aud>", "named": "<nm>"}, ["<e1>", "<x>"], [], {}])
    if R.random() < 0.3:
        config["additional_special_tokens"] = ["<e2>", "<y>"]
    if R.random() < 0.4:
        tokens = [{"content": R.choice(TOKENS), **flags(), "special": R.random() < 0.5} for _ in range(R.randrange(0, 4))]
        config["added_tokens_decoder"] = {str(R.randrange(30, 60)): token for token in tokens}
    config["chat_template"] = R.choice([TEMPLATE, TEMPLATE, [{"name": "tool_use", "template": "x"}, {"name": "default", "template": TEMPLATE}]])
    return config


def special_tokens_map():
    tokens = {name: given(False) for name in R.sample(NAMES, R.randrange(0, 5))}
    if R.random() < 0.3:
        tokens["additional_special_tokens"] = ["<e3>", "<z>"]
    if R.random() < 0.15:
        tokens["image_token"] = "<mi>"
    if R.random() < 0.15:
        tokens["extra_special_tokens"] = R.choice([["<e4>"], {"named": "<mn>"}])
    return tokens


def make():
    files = {"tokenizer.json": tokenizer_json(), "tokenizer_config.json": tokenizer_config()}
    if R.random() < 0.6:
        files["special_tokens_map.json"] = special_tokens_map()
    if R.random() < 0.3:
        files["added_tokens.json"] = {token: R.randrange(30, 50) for token in R.sample(TOKENS, R.randrange(0, 4))}
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_text(json.dumps(content), encoding="utf-8")
        tokenizer = AutoTokenizer.from_pretrained(folder)
    texts = ["".join(R.choice(IN_TEXT) for _ in range(R.randrange(1, 7))) for _ in range(TEXTS)]
    rows = [[text, tokenizer(text, add_special_tokens=False)["input_ids"]] for text in texts]
    chat = tokenizer.apply_chat_template([{"role": "user", "content": "hi"}], tokenize=False, add_generation_prompt=True)
    return {"files": files, "rows": rows, "chat": chat}


made = [make() for _ in range(FOLDERS)]
OUT.write_bytes(gzip.compress(json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode(), 9, mtime=0))
print(len(made), OUT.stat().st_size)
