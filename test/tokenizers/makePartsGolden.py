"""Makes test/fixtures/tokenizers/parts.json.gz with Hugging Face tokenizers: small random tokenizers of every kind
of part, and what it makes of texts.

Run once, outside npm test, from the root of the repository (made with Python 3.11, tokenizers 0.23.2):

    python test/tokenizers/makePartsGolden.py
"""

import gzip
import json
import random
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.pre_tokenizers import ByteLevel

OUT = Path("test/fixtures/tokenizers/parts.json.gz")
TOKENIZERS = 250
TEXTS = 12

# Nine rules (ligature fi, wide A, circled 1, half-width katakana with and without its mark, tab, wide space, capital
# sigma, zero-width space), compiled by SentencePiece 0.2.3 with normalization_rule_tsv.
CHARSMAP = "AAQAAAAgAAAJDQAAAQAAgKMdAAAKAACAgCACAIsFAAAAAACAoAUAAAMAAICABAIAgCUAAAcAAICsCAIAgQkAAKF9AAAFAACAtg0AAA0AAIC+bAIAkfACABEAAICeDQAAFgAAABkAAAAYAAAAGwAAABoAAAC97AIAvMwCAB8AAAAeAAAAIQAAACAAAAAjAAAAIgAAACUAAAAkAAAAJwAAACYAAAApAAAAKAAAACsAAAAqAAAALQAAACwAAAAvAAAALgAAADEAAAAwAAAAMwAAADIAAAA1AAAANAAAADcAAAA2AAAAOQAAADgAAAA7AAAAOgAAAD0AAAA8AAAAPwAAAD4AAABBAAAAQAAAAEMAAABCAAAARQAAAEQAAABHAAAARgAAAEkAAABIAAAASwAAAEoAAABNAAAATAAAAE8AAABOAAAAUQAAAFAAAABTAAAAUgAAAFUAAABUAAAAVwAAAFYAAABZAAAAWAAAAFsAAABaAAAAXQAAAFwAAABfAAAAXgAAAGEAAABgAAAAYwAAAGIAAABlAAAAZAAAAGcAAABmAAAAaQAAAGgAAABrAAAAagAAAG0AAABsAAAAbwAAAG4AAABxAAAAcAAAAHMAAAByAAAAdQAAAHQAAAB3AAAAdgAAAHkAAAB4AAAAewAAAHoAAAB9AAAAfAAAAH8AAAB+AAAAgQAAAIAAAACDAAAAggAAAIUAAACEAAAAhwAAAIYAAACJAAAAiAAAAIsAAACKAAAAjQAAAIwAAACPAAAAjgAAAJEAAACQAAAAkwAAAJIAAACVAAAAlAAAAJcAAACWAAAAmQAAAJgAAACbAAAAmgAAAJ0AAACcAAAAnwAAAJ4AAAChAAAAoAAAAKMAAACiAAAApQAAAKQAAACnAAAApgAAAKkAAACoAAAAqwAAAKoAAACtAAAArAAAAK8AAACuAAAAsQAAALAAAACzAAAAsgAAALUAAAC0AAAAtwAAALYAAAC5AAAAuAAAALsAAAC6AAAAvQAAALwAAAC/AAAAvgAAAMEAAADAAAAAwwAAAMIAAADFAAAAxAAAAM6YAQDGAAAAyQAAAMgAAADLAAAAygAAAM0AAADMAAAAzwAAAM4AAADRAAAA0AAAANMAAADSAAAA1QAAANQAAADXAAAA1gAAANkAAADYAAAA2wAAANoAAADdAAAA3AAAAN8AAADeAAAA4QAAAOAAAADjAAAA4gAAAOUAAADkAAAA5wAAAO8YAQDpAAAA6AAAAOK8AQDjhAEA7QAAAOwAAADvAAAA7gAAAPEAAADwAAAA8wAAAPIAAAD1AAAA9AAAAPcAAAD2AAAA+QAAAPgAAAD7AAAA+gAAAP0AAADvQAEA/wAAAP4AAAAAIAAxAEEAZmkAz4MA44KrAOOCrAA="

LETTERS = list("abcdefgXYZ019 .,!'\"-_\n\t")
STRANGE = list("éàßΑΣςİжسلم你好世界猫川ひカｶﾞ한🍣🙂𝒳𠀀́½²٣\u200d\u200b\ufeff\x85\u00a0\u3000▁Ġ☃«—…ﬁＡ①K")
SNIPPETS = ["<s>", " <m>", "<m> ", "<n>x", "ab<o>", "<unk>", "</s>", "🍣<m>🍣", "x<w>", " <w> "]
BEHAVIORS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]
REGEXES = [
    "\\s+",
    "\\d",
    "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    "[一-龥぀-ゟ゠-ヿ]+",
    "\\w+",
    "(?=[A-Z])",
    "(?<![a-z])a",
    "[!-/]",
    "\\p{Lu}",
    "(?<=\\p{L})(?=\\p{N})",
]

R = random.Random(20_26)


def text():
    pool = R.choice([LETTERS + STRANGE, LETTERS, list("ab 1"), list("a🍣 猫"), list("  \n\ta"), list("é́ ﬁ½")])
    written = "".join(R.choice(pool) for _ in range(R.choice([0, 1, 2, 3, 5, 8, 13, 21, 40])))
    for _ in range(R.choice([0, 0, 1, 2])):
        at = R.randrange(len(written) + 1)
        written = written[:at] + R.choice(SNIPPETS) + written[at:]
    return written


def normalizer(depth=0):
    kind = R.choice(["none", "none", "form", "Replace", "Regex", "Prepend", "Strip", "Lowercase", "Sequence", "Nmt", "Bert", "Precompiled"])
    if kind == "none" or (kind == "Sequence" and depth > 1):
        return None
    if kind == "form":
        return {"type": R.choice(["NFC", "NFD", "NFKC", "NFKD"])}
    if kind == "Replace":
        return {"type": "Replace", "pattern": {"String": R.choice([" ", "a", "\n", "🍣", ".", "  "])}, "content": R.choice(["▁", "$1", "xx", "\\", "🙂"])}
    if kind == "Regex":
        return {"type": "Replace", "pattern": {"Regex": R.choice(["\\s+", "\\d", "[!-/]", "\\p{Lu}"])}, "content": R.choice(["▁", " ", "$&", "x"])}
    if kind == "Prepend":
        return {"type": "Prepend", "prepend": R.choice(["▁", " "])}
    if kind == "Strip":
        return {"type": "Strip", "strip_left": R.random() < 0.5, "strip_right": R.random() < 0.5}
    if kind == "Sequence":
        return {"type": "Sequence", "normalizers": [one for one in (normalizer(depth + 1) for _ in range(R.randrange(1, 4))) if one]}
    if kind == "Bert":
        return {"type": "BertNormalizer", "clean_text": R.random() < 0.5, "handle_chinese_chars": R.random() < 0.5, "strip_accents": R.choice([None, True, False]), "lowercase": R.random() < 0.5}
    if kind == "Precompiled":
        return {"type": "Precompiled", "precompiled_charsmap": CHARSMAP}
    return {"type": kind}


def pre_tokenizer(depth=0):
    kind = R.choice(["none", "Split", "ByteLevel", "ByteLevel", "Metaspace", "Metaspace", "Digits", "Punctuation", "plain", "CharDelimiterSplit", "FixedLength", "Sequence", "Sequence"])
    if kind == "none" or (kind == "Sequence" and depth > 1):
        return None
    if kind == "Split":
        pattern = R.choice([{"Regex": R.choice(REGEXES)}, {"String": R.choice([" ", "a", "🍣", ".", "  "])}])
        return {"type": "Split", "pattern": pattern, "behavior": R.choice(BEHAVIORS), "invert": R.random() < 0.3}
    if kind == "ByteLevel":
        return {"type": "ByteLevel", "add_prefix_space": R.random() < 0.5, "trim_offsets": True, "use_regex": R.random() < 0.7}
    if kind == "Metaspace":
        # Before the first word only is left out: which word is the first depends on what normalisers removed.
        return {"type": "Metaspace", "replacement": R.choice(["▁", "▁", "_"]), "prepend_scheme": R.choice(["always", "never"]), "split": R.random() < 0.6}
    if kind == "Digits":
        return {"type": "Digits", "individual_digits": R.random() < 0.5}
    if kind == "Punctuation":
        return {"type": "Punctuation", "behavior": R.choice(BEHAVIORS)}
    if kind == "CharDelimiterSplit":
        return {"type": kind, "delimiter": R.choice([" ", "a", "猫"])}
    if kind == "FixedLength":
        return {"type": kind, "length": R.randrange(1, 6)}
    if kind == "Sequence":
        return {"type": "Sequence", "pretokenizers": [one for one in (pre_tokenizer(depth + 1) for _ in range(R.randrange(1, 4))) if one]}
    return {"type": R.choice(["Whitespace", "WhitespaceSplit", "BertPreTokenizer"])}


def is_of_bytes(part):
    return part is not None and (part["type"] == "ByteLevel" or any(is_of_bytes(one) for one in part.get("pretokenizers", [])))


def model(of_bytes):
    kind = R.choice(["BPE", "BPE", "Unigram", "Unigram", "WordPiece", "WordLevel"])
    alphabet = sorted(ByteLevel.alphabet()) if of_bytes and R.random() < 0.8 else [c for c in LETTERS + STRANGE if c != "\n"]
    if R.random() < 0.5:
        alphabet = [c for c in alphabet if R.random() < 0.8]
    has_bytes = R.random() < 0.4
    every_byte = [f"<0x{byte:02X}>" for byte in range(256)] if has_bytes else []
    tokens = list(dict.fromkeys(["<unk>", "<s>", "</s>", *every_byte, *alphabet]))
    if kind == "BPE":
        merges, pool = [], list(alphabet)
        for _ in range(R.randrange(0, 60)):
            one, other = R.choice(pool), R.choice(pool)
            if one + other not in tokens and len(one + other) <= 8:
                tokens.append(one + other)
                pool.append(one + other)
                merges.append([one, other])
        return {
            "type": "BPE", "dropout": None, "unk_token": R.choice(["<unk>", None]), "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": R.random() < 0.4, "byte_fallback": has_bytes, "ignore_merges": R.random() < 0.2,
            "vocab": {token: index for index, token in enumerate(tokens)}, "merges": merges,
        }
    words = ["".join(R.choice(alphabet) for _ in range(R.randrange(2, 5))) for _ in range(R.randrange(0, 60))]
    if kind == "Unigram":
        vocab = [[token, -R.randrange(1, 2000) / 128.0] for token in dict.fromkeys([*tokens, *words])]
        return {"type": "Unigram", "unk_id": 0, "vocab": vocab, "byte_fallback": has_bytes}
    tokens = dict.fromkeys([*tokens, *words, *("##" + token for token in [*alphabet, *words] if R.random() < 0.7)])
    vocab = {token: index for index, token in enumerate(tokens)}
    if kind == "WordPiece":
        return {"type": "WordPiece", "unk_token": "<unk>", "continuing_subword_prefix": "##", "max_input_chars_per_word": R.choice([100, 10]), "vocab": vocab}
    return {"type": "WordLevel", "vocab": vocab, "unk_token": "<unk>"}


def added_tokens(vocab):
    known = {token: index for index, token in enumerate([one[0] for one in vocab] if isinstance(vocab, list) else vocab)}
    added, free = [], len(known)
    for content in ["<unk>", "<s>", "</s>", "<m>", "<n>", "<o>", "<w>", "ab", "🍣"]:
        if R.random() > (0.5 if content.startswith("<") else 0.1):
            continue
        index = known.get(content, free)
        free += content not in known
        flags = {flag: R.random() < 0.25 for flag in ["single_word", "lstrip", "rstrip", "normalized"]}
        added.append({"id": index, "content": content, **flags, "special": R.random() < 0.5})
    return added


def decoder():
    llama = [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]
    groups = [{"type": "ByteFallback"}, {"type": "Replace", "pattern": {"Regex": "a+"}, "content": "$0"}, {"type": "Fuse"}]
    return R.choice([
        None,
        {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        {"type": "Metaspace", "replacement": "▁", "prepend_scheme": R.choice(["always", "never", "first"]), "split": True},
        {"type": "WordPiece", "prefix": "##", "cleanup": R.random() < 0.5},
        {"type": "Sequence", "decoders": llama},
        {"type": "Sequence", "decoders": groups},
        {"type": "ByteFallback"},
        {"type": "BPEDecoder", "suffix": "</w>"},
    ])


def make():
    part, pieces = normalizer(), pre_tokenizer()
    cut = model(is_of_bytes(pieces))
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added_tokens(cut["vocab"]), "normalizer": part,
        "pre_tokenizer": pieces, "post_processor": None, "decoder": decoder(), "model": cut,
    }


made = []
while len(made) < TOKENIZERS:
    file = make()
    tokenizer = Tokenizer.from_str(json.dumps(file))
    rows = []
    for _ in range(TEXTS):
        written = text()
        try:
            ids = tokenizer.encode(written, add_special_tokens=False).ids
        except BaseException:  # The Rust library itself gives up on a few texts.
            continue
        rows.append([written, ids, tokenizer.decode(ids, skip_special_tokens=False)])
    made.append({"file": file, "rows": rows})
OUT.write_bytes(gzip.compress(json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode(), 9, mtime=0))
print(len(made), sum(len(one["rows"]) for one in made), OUT.stat().st_size)
