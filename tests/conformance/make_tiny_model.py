#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a generation model of 5 MB that a real vLLM server can load. Downloads nothing.

    make_tiny_model.py FOLDER

The tokenizer is a byte-level BPE trained on Python's own standard library. The weights are random
with a fixed seed: the text is nonsense, but the same nonsense each time at temperature 0. Another
release of Python has another library, hence another tokenizer and other text. Needs the packages
tokenizers, transformers and torch, which come with vLLM.
"""

import pathlib
import sys
import sysconfig

import tokenizers
import torch
import transformers

VOCABULARY = 4096
CONTEXT = 2048
SPECIAL_TOKENS = ["<s>", "</s>", "<|user|>", "<|assistant|>", "<|system|>"]
TRAINING_BYTES = 6_000_000

# Every message becomes <|role|>content</s>. Tool definitions go into a system message; a tool call
# is written in the style that vLLM's parser "hermes" reads.
CHAT_TEMPLATE = """\
{%- if tools %}{{ '<|system|>' + tools | tojson + '</s>' }}{% endif %}
{%- for message in messages %}
{{- '<|' + message['role'] + '|>' + (message['content'] or '') }}
{%- for call in message.get('tool_calls') or [] %}
{{- '<tool_call>' + call['function'] | tojson + '</tool_call>' }}
{%- endfor %}
{{- '</s>' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"""


def training_text():
    """Yields standard-library sources in a fixed order, TRAINING_BYTES in all."""
    left = TRAINING_BYTES
    library = pathlib.Path(sysconfig.get_path("stdlib"))
    for source in sorted(library.rglob("*.py")):
        if {"site-packages", "dist-packages", "test", "tests"} & set(source.parts):
            continue
        text = source.read_text(encoding="utf-8", errors="ignore")
        yield text
        left -= len(text)
        if left <= 0:
            return


def make_tokenizer():
    bpe = tokenizers.Tokenizer(tokenizers.models.BPE())
    bpe.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=SPECIAL_TOKENS,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(training_text(), trainer)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="</s>",
        additional_special_tokens=SPECIAL_TOKENS[2:],
        model_max_length=CONTEXT,
        clean_up_tokenization_spaces=False,
    )
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer


def make_model(tokenizer):
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=256,
        intermediate_size=512,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return transformers.LlamaForCausalLM(config).to(torch.bfloat16)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make_tiny_model.py FOLDER")
    folder = pathlib.Path(sys.argv[1])
    tokenizer = make_tokenizer()
    assert len(tokenizer) == VOCABULARY, len(tokenizer)
    tokenizer.save_pretrained(folder)
    make_model(tokenizer).save_pretrained(folder)


if __name__ == "__main__":
    main()
