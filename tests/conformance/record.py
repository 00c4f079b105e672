#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records exchanges with real vLLM servers, byte for byte, for tests that run without one.

    record.py GENERATION_URL EMBEDDING_URL FOLDER

The servers are those that real_vllm.sh starts. FOLDER receives one file per response body, with
the chunked transfer coding removed and nothing else changed, and manifest.json, an object with
  vllm_version  what /version answered
  exchanges     a list of objects:
    name               unique; also the stem of the body file
    server             "generate" or "embed"
    method, path       the request line
    request_headers    object
    request_body       text, or absent; request_body_base64 if it is not text
    status             int
    response_headers   list of [name, value] in the order received
    http_chunks        sizes of the HTTP chunks of a chunked reply, without the final zero
    body_file          file in FOLDER, or null if the body is empty

One thing is not as received: the folder of the model, which names a place on this machine, is
replaced by /models/NAME, and content-length follows.
"""

import base64
import dataclasses
import gzip
import json
import pathlib
import re
import socket
import sys
import typing
import urllib.parse

TIMEOUT_SECONDS = 60
MACHINE_PATH = re.compile(rb"/(?:root|home|tmp|work|usr|opt|var|mnt)/[\w.-]+")

ONE_MESSAGE = [{"role": "user", "content": "hi"}]
TWO_PROMPTS = ["import os", "class Reader"]
# The prefix cache works in blocks of 128 tokens.
CACHED_PROMPT = [10] * 130
END_OF_TEXT = 1
WEATHER_TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"unit": {"enum": ["c", "f"]}},
            "required": ["unit"],
            "additionalProperties": False,
        },
    },
}
ANSWER = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}},
    "required": ["ok"],
    "additionalProperties": False,
}
THREE_TEXTS = [
    "How do I reset my password?",
    "I forgot my password, how can I reset it?",
    "What is the capital of France?",
]


@dataclasses.dataclass
class Exchange:
    name: str
    path: str
    body: typing.Any = None  # bytes are sent as they are, anything else as JSON
    method: str = ""
    headers: dict = dataclasses.field(default_factory=dict)
    server: str = "generate"

    def __post_init__(self):
        self.method = self.method or ("GET" if self.body is None else "POST")
        if self.body is None:
            return
        self.headers = {"content-type": "application/json", **self.headers}
        if not isinstance(self.body, bytes):
            self.body = json.dumps(self.body, separators=(",", ":")).encode()


@dataclasses.dataclass
class Reply:
    status: int
    headers: list
    chunks: list  # None unless the reply was chunked
    body: bytes


def chat(name, **fields):
    body = {"model": "tiny", "messages": ONE_MESSAGE, "max_tokens": 8, "temperature": 0, "seed": 1}
    return Exchange(name, "/v1/chat/completions", {**body, **fields})


def chat_stream(name, **fields):
    return chat(name, **{"stream": True, "stream_options": {"include_usage": True}, **fields})


def completion(name, **fields):
    body = {"model": "tiny", "prompt": "def main", "max_tokens": 8, "temperature": 0, "seed": 1}
    return Exchange(name, "/v1/completions", {**body, **fields})


def completion_stream(name, **fields):
    return completion(name, **{"stream": True, "stream_options": {"include_usage": True}, **fields})


def embed(name, path, **fields):
    return Exchange(name, path, {"model": "minilm", **fields}, server="embed")


def chat_exchanges():
    tools = {"tools": [WEATHER_TOOL], "parallel_tool_calls": False, "max_tokens": 60}
    required = {**tools, "tool_choice": "required"}
    named = {**tools, "tool_choice": {"type": "function", "function": {"name": "get_weather"}}}
    answer_format = {"type": "json_schema", "json_schema": {"name": "answer", "schema": ANSWER}}
    return [
        chat("chat"),
        chat("chat_logprobs", logprobs=True, top_logprobs=2, max_tokens=3),
        chat("chat_tools_required", **required),
        chat("chat_tools_named", **named),
        chat("chat_json_schema", response_format=answer_format, max_tokens=12),
        chat_stream("chat_stream"),
        chat_stream("chat_stream_no_usage", stream_options=None),
        chat_stream("chat_stream_n2", n=2, temperature=0.7),
        chat_stream("chat_stream_logprobs", logprobs=True, top_logprobs=2, max_tokens=4),
        chat_stream("chat_stream_token_ids", return_token_ids=True),
        chat_stream(
            "chat_stream_continuous_usage",
            stream_options={"include_usage": True, "continuous_usage_stats": True},
        ),
        chat_stream("chat_stream_tools_required", **required),
        chat_stream("chat_stream_tools_named", **named),
        chat_stream("chat_stream_end_of_text", allowed_token_ids=[END_OF_TEXT]),
        Exchange(
            "chat_batch",
            "/v1/chat/completions/batch",
            {
                "model": "tiny",
                "messages": [ONE_MESSAGE, [{"role": "user", "content": "import os"}]],
                "max_tokens": 4,
                "temperature": 0,
            },
        ),
    ]


def completion_exchanges():
    return [
        completion("completion"),
        completion("completion_list", prompt=TWO_PROMPTS),
        completion("completion_token_prompt", prompt=[10, 11, 12], return_token_ids=True),
        completion("completion_echo_logprobs", echo=True, logprobs=2, max_tokens=3),
        completion("completion_prompt_logprobs", prompt_logprobs=1, max_tokens=1),
        completion("completion_stop_string", stop=["57"], prompt="hi"),
        completion("completion_stop_token", allowed_token_ids=[300], stop_token_ids=[300]),
        completion("completion_cache_miss", prompt=CACHED_PROMPT, max_tokens=1),
        completion("completion_cache_hit", prompt=CACHED_PROMPT, max_tokens=1),
        completion_stream("completion_stream"),
        completion_stream("completion_stream_list", prompt=TWO_PROMPTS, max_tokens=4),
        completion_stream(
            "completion_stream_list_n2", prompt=TWO_PROMPTS, n=2, temperature=0.7, max_tokens=3
        ),
    ]


def other_generation_exchanges():
    responses = {"model": "tiny", "input": "hi", "max_output_tokens": 4, "temperature": 0}
    messages = {"model": "tiny", "messages": ONE_MESSAGE, "max_tokens": 4, "temperature": 0}
    responses_tools = {
        **responses,
        "tools": [{"type": "function", **WEATHER_TOOL["function"]}],
        "tool_choice": "required",
        "parallel_tool_calls": False,
        "max_output_tokens": 60,
    }
    responses_logprobs = {
        **responses,
        "top_logprobs": 2,
        "include": ["message.output_text.logprobs"],
    }
    weather = WEATHER_TOOL["function"]
    messages_tools = {
        **messages,
        "tools": [{"name": weather["name"], "input_schema": weather["parameters"]}],
        "tool_choice": {"type": "any", "disable_parallel_tool_use": True},
        "max_tokens": 60,
    }
    bad_schema = {"type": "object", "properties": {"ok": {"type": "absent"}}}
    bad_format = {"format": {"type": "json_schema", "schema": bad_schema}}
    return [
        Exchange("responses", "/v1/responses", responses),
        Exchange("responses_stream", "/v1/responses", {**responses, "stream": True}),
        Exchange("responses_tools", "/v1/responses", responses_tools),
        Exchange("responses_stream_tools", "/v1/responses", {**responses_tools, "stream": True}),
        Exchange("responses_logprobs", "/v1/responses", responses_logprobs),
        Exchange(
            "responses_stream_logprobs", "/v1/responses", {**responses_logprobs, "stream": True}
        ),
        Exchange("responses_background", "/v1/responses", {**responses, "background": True}),
        Exchange("responses_unknown_id", "/v1/responses/resp_absent"),
        Exchange("messages", "/v1/messages", messages),
        Exchange("messages_stream", "/v1/messages", {**messages, "stream": True}),
        Exchange("messages_tools", "/v1/messages", messages_tools),
        Exchange("messages_stream_tools", "/v1/messages", {**messages_tools, "stream": True}),
        Exchange(
            "messages_stream_error",
            "/v1/messages",
            {**messages, "stream": True, "output_config": bad_format},
        ),
        Exchange("messages_unknown_model", "/v1/messages", {**messages, "model": "absent"}),
        Exchange(
            "messages_count_tokens",
            "/v1/messages/count_tokens",
            {"model": "tiny", "messages": ONE_MESSAGE},
        ),
        Exchange("tokenize_text", "/tokenize", {"prompt": "def main", "return_token_strs": True}),
        Exchange("tokenize_chat", "/tokenize", {"messages": ONE_MESSAGE}),
        Exchange("detokenize", "/detokenize", {"tokens": [1024, 300, 77]}),
    ]


def operator_exchanges():
    return [
        Exchange("health", "/health"),
        Exchange("version", "/version"),
        Exchange("models", "/v1/models"),
        Exchange("load", "/load"),
        Exchange("metrics", "/metrics"),
        Exchange("models_embed", "/v1/models", server="embed"),
    ]


def pooling_exchanges():
    query = {"query": THREE_TEXTS[0], "documents": THREE_TEXTS[1:]}
    return [
        embed("embeddings_float_1", "/v1/embeddings", input=THREE_TEXTS[0]),
        embed("embeddings_float_3", "/v1/embeddings", input=THREE_TEXTS),
        embed(
            "embeddings_base64_1", "/v1/embeddings", input=THREE_TEXTS[0], encoding_format="base64"
        ),
        embed("embeddings_base64_3", "/v1/embeddings", input=THREE_TEXTS, encoding_format="base64"),
        embed("score", "/v1/score", text_1=THREE_TEXTS[0], text_2=THREE_TEXTS[1:]),
        embed("rerank", "/v1/rerank", **query),
        embed("error_embeddings_unknown_model", "/v1/embeddings", model="absent", input="x"),
        embed("error_embeddings_too_long", "/v1/embeddings", input="word " * 600),
    ]


def error_exchanges():
    completions = "/v1/completions"
    whole = completion("whole").body
    return [
        chat("error_unknown_model", model="absent"),
        Exchange("error_unknown_route", "/v1/absent"),
        Exchange("error_wrong_method", "/v1/chat/completions"),
        chat("error_wrong_type", temperature="warm"),
        chat("error_out_of_range", temperature=3),
        chat("error_empty_tools", tools=[]),
        Exchange("error_malformed_json", completions, b'{"model":"tiny","prompt":'),
        Exchange("error_content_type", completions, whole, headers={"content-type": "text/plain"}),
        Exchange(
            "error_compressed_body",
            completions,
            gzip.compress(whole, mtime=0),
            headers={"content-encoding": "gzip"},
        ),
        completion("error_prompt_too_long", prompt=[10] * 1100),
        completion("error_prompt_fills_context", prompt=[10] * 1024, max_tokens=None),
        completion("error_max_tokens_too_large", max_tokens=2000),
        chat("error_logprobs_above_max", logprobs=True, top_logprobs=50),
        chat_stream("error_in_stream_logprobs", logprobs=True, top_logprobs=50),
        completion_stream("error_in_stream_token_id", allowed_token_ids=[1000000]),
        chat_stream("error_stream_before_start", model="absent"),
    ]


def read_line(stream):
    line = stream.readline()
    if not line.endswith(b"\r\n"):
        raise ValueError("the reply ends inside a line")
    return line[:-2]


def read_exactly(stream, size):
    data = stream.read(size)
    if len(data) != size:
        raise ValueError("the reply ends inside its body")
    return data


def read_chunks(stream):
    chunks = []
    while size := int(read_line(stream), 16):
        chunks.append(read_exactly(stream, size))
        read_line(stream)
    read_line(stream)
    return chunks


def read_reply(stream):
    status = int(read_line(stream).split()[1])
    headers = []
    while line := read_line(stream):
        name, value = line.decode("latin-1").split(":", 1)
        headers.append([name, value.strip()])
    fields = {name.lower(): value for name, value in headers}
    if fields.get("transfer-encoding") == "chunked":
        chunks = read_chunks(stream)
        return Reply(status, headers, [len(chunk) for chunk in chunks], b"".join(chunks))
    return Reply(status, headers, None, read_exactly(stream, int(fields["content-length"])))


def send(base, exchange):
    url = urllib.parse.urlsplit(base)
    body = exchange.body or b""
    lines = [f"{exchange.method} {exchange.path} HTTP/1.1", f"host: {url.netloc}"]
    lines += [f"{name}: {value}" for name, value in exchange.headers.items()]
    if exchange.method == "POST":
        lines.append(f"content-length: {len(body)}")
    request = "\r\n".join([*lines, "", ""]).encode() + body
    with socket.create_connection((url.hostname, url.port), TIMEOUT_SECONDS) as connection:
        connection.sendall(request)
        with connection.makefile("rb") as stream:
            return read_reply(stream)


def model_folders(bases):
    """Maps the folder of each served model to the path that takes its place in the recording."""
    folders = {}
    for base in bases.values():
        models = json.loads(send(base, Exchange("models", "/v1/models")).body)["data"]
        folders.update({model["root"].encode(): f"/models/{model['id']}" for model in models})
    return folders


def without_machine_paths(exchange, reply, folders):
    body = reply.body
    for folder, public in folders.items():
        body = body.replace(folder, public.encode())
    if found := MACHINE_PATH.search(body):
        raise ValueError(f"{exchange.name} holds a machine path: {found[0]!r}")
    if body == reply.body:
        return reply
    if reply.chunks is not None:
        raise ValueError(f"{exchange.name}: a model folder inside a chunked reply")
    headers = [
        [name, str(len(body)) if name.lower() == "content-length" else value]
        for name, value in reply.headers
    ]
    return dataclasses.replace(reply, headers=headers, body=body)


def file_name(exchange, reply):
    if not reply.body:
        return None
    kind = next((value for name, value in reply.headers if name.lower() == "content-type"), "")
    suffixes = {"application/json": "json", "text/event-stream": "sse"}
    return f"{exchange.name}.{suffixes.get(kind.split(';')[0], 'txt')}"


def manifest_entry(exchange, reply):
    entry = {
        "name": exchange.name,
        "server": exchange.server,
        "method": exchange.method,
        "path": exchange.path,
        "request_headers": exchange.headers,
    }
    if exchange.body is not None:
        try:
            entry["request_body"] = exchange.body.decode()
        except UnicodeDecodeError:
            entry["request_body_base64"] = base64.b64encode(exchange.body).decode()
    entry |= {"status": reply.status, "response_headers": reply.headers}
    if reply.chunks is not None:
        entry["http_chunks"] = reply.chunks
    return entry | {"body_file": file_name(exchange, reply)}


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    bases = {"generate": sys.argv[1], "embed": sys.argv[2]}
    folder = pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.suffix in (".json", ".sse", ".txt"):
            old.unlink()

    exchanges = [
        # First, so that a second recording finds the same state.
        Exchange("reset_prefix_cache", "/reset_prefix_cache", method="POST"),
        *chat_exchanges(),
        *completion_exchanges(),
        *other_generation_exchanges(),
        *pooling_exchanges(),
        *error_exchanges(),
        *operator_exchanges(),
    ]
    folders = model_folders(bases)
    entries = []
    for exchange in exchanges:
        reply = send(bases[exchange.server], exchange)
        reply = without_machine_paths(exchange, reply, folders)
        entry = manifest_entry(exchange, reply)
        if entry["body_file"]:
            (folder / entry["body_file"]).write_bytes(reply.body)
        entries.append(entry)
        print(f"{reply.status} {len(reply.body):7} {exchange.name}")

    version = json.loads(send(bases["generate"], Exchange("version", "/version")).body)["version"]
    manifest = {"vllm_version": version, "exchanges": entries}
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
