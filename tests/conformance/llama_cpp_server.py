# SPDX-License-Identifier: Apache-2.0
"""A tiny model for llama.cpp, and llama.cpp's own HTTP server over it.

    llama_cpp_server.py model FILE           writes a GGUF model of random weights and byte tokens
    llama_cpp_server.py serve FILE PORT      serves it on 127.0.0.1 until it is told to end

`serve` runs the server inside this process, from the library that the package xllamacpp brings."""
import signal
import sys

WIDTH, HIDDEN, HEADS, CONTEXT = 32, 64, 2, 1024
TEMPLATE = ("{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:")


def vocabulary(kinds):
    tokens = [("<unk>", kinds.UNKNOWN), ("<s>", kinds.CONTROL), ("</s>", kinds.CONTROL)]
    tokens += [(f"<0x{byte:02X}>", kinds.BYTE) for byte in range(256)]
    tokens += [(chr(code), kinds.NORMAL) for code in range(33, 127)]
    return tokens + [("\u2581", kinds.NORMAL)]


def write_tokenizer(writer, tokens):
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([text for text, _ in tokens])
    writer.add_token_scores([-float(place) for place in range(len(tokens))])
    writer.add_token_types([kind for _, kind in tokens])
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(True)
    writer.add_chat_template(TEMPLATE)


def make_model(path):
    import gguf
    import numpy

    tokens = vocabulary(gguf.TokenType)
    chance = numpy.random.default_rng(7)

    def weights(*shape):
        return (chance.standard_normal(shape) * 0.3).astype(numpy.float32)

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(tokens))
    write_tokenizer(writer, tokens)
    ones = numpy.ones(WIDTH, numpy.float32)
    tensors = {"token_embd": weights(len(tokens), WIDTH), "output_norm": ones,
               "output": weights(len(tokens), WIDTH), "blk.0.attn_norm": ones,
               "blk.0.ffn_norm": ones, "blk.0.attn_output": weights(WIDTH, WIDTH),
               "blk.0.ffn_gate": weights(HIDDEN, WIDTH), "blk.0.ffn_up": weights(HIDDEN, WIDTH),
               "blk.0.ffn_down": weights(WIDTH, HIDDEN)}
    for part in "qkv":
        tensors[f"blk.0.attn_{part}"] = weights(WIDTH, WIDTH)
    for name, tensor in tensors.items():
        writer.add_tensor(name + ".weight", tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def serve(path, port):
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_ctx = CONTEXT
    params.n_parallel = 2
    params.endpoint_metrics = True
    params.warmup = False
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    print("listening on", server.listening_address, flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "model":
        make_model(sys.argv[2])
    elif len(sys.argv) == 4 and sys.argv[1] == "serve":
        serve(sys.argv[2], int(sys.argv[3]))
    else:
        sys.exit(__doc__)


main()
