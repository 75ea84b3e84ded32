"""Makes the golden files of test/tokenizers with Hugging Face tokenizers and transformers, and packs the tokenizers.

Run once, outside npm test, from the root of the repository (made with Python 3.11, tokenizers 0.23.2, transformers 5.18.0):

    python test/tokenizers/makeTokenizerGolden.py FOLDER           FOLDER holds gpt2/tokenizer.json and so on
    python test/tokenizers/makeTokenizerGolden.py FOLDER gpt2 17   shows string 17 of one tokenizer, to look into a failure

The strings are not kept: test/tokenizers/strings.ts draws the same ones from the same pools with the same generator.
"""

import base64
import datetime
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import transformers.utils.chat_template_utils as chat_template_utils
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

FIXTURES = Path("test/fixtures/tokenizers")
NAMES = ["gpt2", "gpt-neox", "mistral-v0.1", "phi-3", "smollm", "qwen3"]
POOLS = json.loads((FIXTURES / "pools.json").read_text(encoding="utf-8"))

STRINGS = 10_000
UNSETTLED_STRINGS = 500
WHOLE_STRINGS = 300
ID_LISTS = 2_000
TOKENS_TOGETHER = 100
FIRST_ID_LIST = 20_000


class Draws:
    """The linear congruential generator of Numerical Recipes; the low eight bits are left out."""

    def __init__(self, index):
        self.state = (index * 2654435761 + 1) % 2**32
        for _ in range(4):
            self.below(1)

    def below(self, count):
        self.state = (self.state * 1664525 + 1013904223) % 2**32
        return (self.state >> 8) % count

    def of(self, items):
        return items[self.below(len(items))]

    def character(self, ranges):
        first, last = self.of(ranges)
        return chr(first + self.below(last - first + 1))


def draw_slice(draws, text, most):
    start = draws.below(len(text))
    return text[start : start + 1 + draws.below(most)]


def draw_many(draws, most, draw):
    return "".join(draw() for _ in range(1 + draws.below(most)))


def draw_piece(draws, added, ranges):
    kind = draws.below(16)
    if kind < 4:
        return draw_slice(draws, draws.of(POOLS["texts"]), 60)
    if kind == 4:
        return draw_slice(draws, draws.of(POOLS["codes"]), 100)
    if kind < 7:
        chosen = [draws.of(ranges)]
        return draw_many(draws, 8, lambda: draws.character(chosen))
    if kind == 7:
        return draw_many(draws, 3, lambda: draws.of(POOLS["clusters"]))
    if kind == 8:
        return draws.of(POOLS["spaces"]) * (1 + draws.below(30))
    if kind == 9:
        return draw_many(draws, 6, lambda: draws.of(POOLS["spaces"]))
    if kind == 10:
        before = draws.of(POOLS["plainSpaces"])
        token = draws.of(added)
        return before + token + draws.of(POOLS["plainSpaces"])
    if kind == 11:
        return draws.of(POOLS["syllables"]) * (10 + draws.below(120))
    if kind == 12:
        base = draws.of(POOLS["bases"])
        return base + draw_many(draws, 5, lambda: draws.character(POOLS["markRanges"]))
    if kind == 13:
        zero = draws.of(POOLS["zeros"])
        return draw_many(draws, 12, lambda: chr(zero + draws.below(10)))
    if kind == 14:
        return draw_many(draws, 20, lambda: draws.character([[0x20, 0x7E]]))
    return draw_slice(draws, draws.of(POOLS["texts"]), 8) + draws.of(POOLS["clusters"])


def draw_string(index, added):
    draws = Draws(index)
    ranges = POOLS["settledRanges" if index < STRINGS else "unsettledRanges"]
    text = ""
    for _ in range(draws.below(8)):
        text += draw_piece(draws, added, ranges)
        if draws.below(3) == 0:
            text += " "
    return text


def draw_ids(index, ids):
    """The first 300 ids hold the single bytes of every one of the six."""
    draws = Draws(FIRST_ID_LIST + index)
    drawn = []
    for _ in range(1 + draws.below(12)):
        drawn.append(ids[draws.below(300)] if draws.below(3) == 0 else draws.of(ids))
    return drawn


def digest(text):
    return hashlib.sha256(text.encode("utf-8")).digest()[:3]


def digest_all(texts):
    return base64.b64encode(b"".join(map(digest, texts))).decode()


def digest_tokens(tokenizer, ids):
    """One digest for each hundred tokens, decoded one by one."""
    texts = decode(tokenizer, [[one] for one in ids])
    starts = range(0, len(texts), TOKENS_TOGETHER)
    return digest_all("\n".join(texts[start : start + TOKENS_TOGETHER]) for start in starts)


def join(ids):
    return ",".join(map(str, ids))


def encode(tokenizer, texts):
    return [encoding.ids for encoding in tokenizer.encode_batch(texts, add_special_tokens=False)]


def decode(tokenizer, lists):
    return tokenizer.decode_batch(lists, skip_special_tokens=False)


class FixedClock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2025, 1, 1, tzinfo=tz)


def render_chats(tokenizer, folder):
    """For each template of a folder: every conversation, with and without an opened answer; null where it is refused."""
    chat_template_utils.datetime = FixedClock
    config = json.loads((folder / "tokenizer_config.json").read_text())
    tokens = {name: config[name] for name in ("bos_token", "eos_token") if config.get(name)}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **tokens)
    chats = {}
    for path in sorted(folder.glob("*.jinja")):
        template = path.read_text(encoding="utf-8")
        chats[path.name] = []
        for messages in POOLS["conversations"]:
            for opened in (True, False):
                try:
                    text = fast.apply_chat_template(
                        messages,
                        chat_template=template,
                        add_generation_prompt=opened,
                        tokenize=False,
                        enable_thinking=False,
                    )
                except Exception as error:
                    assert type(error).__name__ == "TemplateError", error
                    chats[path.name].append(None)
                    continue
                chats[path.name].append({"text": text, "ids": encode(tokenizer, [text])[0]})
    return chats


def list_places(chats):
    """Texts that a response may follow: two plain ones, and for a chat model two prompts with the answer opened."""
    plain = ["The weather in the mountains was so cold that winter", "Once upon a time, in 1987:"]
    rows = chats.get("chat_template.jinja")
    return plain + ([rows[0]["text"], rows[2]["text"]] if rows else [])


def find_survivors(tokenizer, place, ids):
    """A bit for each id, set where the id behind a place comes out again when its text is encoded."""
    before = encode(tokenizer, [place])[0]
    text_before = decode(tokenizer, [before])[0]
    texts = decode(tokenizer, [before + [one] for one in ids])
    added = [text[len(text_before) :] if text.startswith(text_before) else None for text in texts]
    again = encode(tokenizer, [place + (text or "") for text in added])
    bits = bytearray((max(ids) + 8) // 8)
    for one, text, got in zip(ids, added, again):
        if text is not None and got == before + [one]:
            bits[one >> 3] |= 1 << (one & 7)
    return {"place": place, "survivors": base64.b64encode(bytes(bits)).decode()}


def make_golden(name, tokenizer, folder):
    added = [token.content for token in tokenizer.get_added_tokens_decoder().values()]
    ids = sorted(tokenizer.get_vocab(with_added_tokens=True).values())
    encoded = encode(tokenizer, [draw_string(index, added) for index in range(STRINGS + UNSETTLED_STRINGS)])
    lists = [draw_ids(index, ids) for index in range(ID_LISTS)]
    chats = render_chats(tokenizer, folder)
    plain = len(encode(tokenizer, ["a"])[0])
    begin = tokenizer.encode("a", add_special_tokens=True).ids
    return {
        "added": added,
        "idCount": len(ids),
        "begin": begin[: len(begin) - plain],
        "encoded": digest_all(map(join, encoded)),
        "decoded": digest_all(decode(tokenizer, encoded)),
        "whole": encoded[:WHOLE_STRINGS],
        "eachDecoded": digest_tokens(tokenizer, ids),
        "listsDecoded": digest_all(decode(tokenizer, lists)),
        "chats": chats,
        "places": [find_survivors(tokenizer, place, ids) for place in list_places(chats)],
    }


def write_packed(path, value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))


def pack(source, target):
    """Python has no Brotli of its own."""
    code = "const {brotliCompressSync:b}=require('zlib'),{readFileSync:r,writeFileSync:w}=require('fs');"
    subprocess.run(["node", "-e", f"{code}w(process.argv[2],b(r(process.argv[1])))", source, target], check=True)


def show(name, tokenizer, index):
    added = [token.content for token in tokenizer.get_added_tokens_decoder().values()]
    text = draw_string(index, added)
    encoding = tokenizer.encode(text, add_special_tokens=False)
    print(json.dumps(text))
    print(encoding.ids)
    print(encoding.tokens)
    print(json.dumps(tokenizer.decode(encoding.ids, skip_special_tokens=False)))


def main(source, only=None, index=None):
    for name in NAMES:
        tokenizer = Tokenizer.from_file(str(Path(source) / name / "tokenizer.json"))
        if only == name:
            show(name, tokenizer, int(index))
        if only is not None:
            continue
        folder = FIXTURES / name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(source) / name / "tokenizer_config.json", folder / "tokenizer_config.json")
        pack(Path(source) / name / "tokenizer.json", folder / "tokenizer.json.br")
        write_packed(folder / "golden.json.gz", make_golden(name, tokenizer, folder))
        print(name, "done")


if __name__ == "__main__":
    main(*sys.argv[1:])
