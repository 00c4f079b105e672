# SPDX-License-Identifier: Apache-2.0
"""The C interface from Python: python3 ctypes_test.py VLLM_CLIENT LIBRARY [unittest arguments]"""
import ctypes
import json
import os
import sys
import threading
import unittest

from simulator import simulator

SIM_PROGRAM = sys.argv.pop(1)
LIBRARY = sys.argv.pop(1)
for name in [name for name in os.environ if name.startswith(("VLLM_", "OPENAI_"))]:
    del os.environ[name]

ON_EVENT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p)
POINTER, TEXT, SIZE = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t


def load():
    core = ctypes.CDLL(LIBRARY)
    signatures = {
        "version": (TEXT,),
        "free": (None, POINTER),
        "create": (POINTER, TEXT, TEXT, TEXT, POINTER),
        "create_from_json": (POINTER, TEXT, POINTER),
        "destroy": (None, POINTER),
        "wait_ready": (ctypes.c_int, POINTER, ctypes.c_double, POINTER),
        "chat": (POINTER, POINTER, TEXT, POINTER),
        "complete": (POINTER, POINTER, TEXT, POINTER),
        "embed": (POINTER, POINTER, TEXT, POINTER, POINTER, POINTER),
        "raw": (POINTER, POINTER, TEXT, TEXT, TEXT, POINTER, POINTER, POINTER),
        "chat_stream": (POINTER, POINTER, TEXT, ON_EVENT, POINTER, POINTER),
        "chat_start": (POINTER, POINTER, TEXT),
        "chat_stream_start": (POINTER, POINTER, TEXT, ON_EVENT, POINTER),
        "call_wait": (ctypes.c_int, POINTER, ctypes.c_double),
        "call_reply": (POINTER, POINTER, POINTER),
        "call_cancel": (None, POINTER),
        "call_free": (None, POINTER),
        "error_kind": (TEXT, POINTER),
        "error_http_status": (ctypes.c_int, POINTER),
        "error_partial": (TEXT, POINTER, SIZE),
        "error_free": (None, POINTER),
    }
    for name, (result, *arguments) in signatures.items():
        function = getattr(core, "vllm_client_" + name)
        function.restype, function.argtypes = result, arguments
    return core


core = load()


def request(**members):
    return json.dumps({"messages": [{"role": "user", "content": "Hallo, Wörld"}], **members}).encode()


class CApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = simulator(SIM_PROGRAM)
        cls.url = cls.simulator.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.simulator.__exit__(None, None, None)

    def setUp(self):
        self.error = ctypes.c_void_p()
        self.client = core.vllm_client_create(self.url.encode(), None, None, self.place())
        self.assertTrue(self.client)

    def tearDown(self):
        core.vllm_client_error_free(self.error)
        core.vllm_client_destroy(self.client)

    def place(self):
        return ctypes.byref(self.error)

    def owned_json(self, text):
        self.assertTrue(text, core.vllm_client_error_kind(self.error))
        value = json.loads(ctypes.string_at(text))
        core.vllm_client_free(text)
        return value

    def test_chat_gives_the_servers_json(self):
        reply = self.owned_json(
            core.vllm_client_chat(self.client, request(max_tokens=5, ignore_eos=True), self.place()))
        self.assertEqual(reply["usage"]["completion_tokens"], 5)
        self.assertFalse(self.error.value)

    def test_a_streamed_answer_equals_the_plain_one(self):
        events = []
        listen = ON_EVENT(lambda text, event, user: events.append((text, json.loads(event))) or 0)
        streamed = self.owned_json(core.vllm_client_chat_stream(
            self.client, request(max_tokens=9), listen, None, self.place()))
        plain = self.owned_json(
            core.vllm_client_chat(self.client, request(max_tokens=9), self.place()))
        content = streamed["choices"][0]["message"]["content"]
        self.assertEqual(content, plain["choices"][0]["message"]["content"])
        self.assertEqual(content, b"".join(text for text, _ in events).decode())
        self.assertEqual(streamed["usage"], {
            key: value for key, value in plain["usage"].items() if value is not None})

    def test_callbacks_may_come_from_the_clients_threads(self):
        threads = set()
        listen = ON_EVENT(lambda *_: threads.add(threading.get_ident()) or 0)
        call = core.vllm_client_chat_stream_start(self.client, request(max_tokens=5), listen, None)
        self.owned_json(core.vllm_client_call_reply(call, self.place()))
        core.vllm_client_call_free(call)
        self.assertTrue(threads)
        self.assertNotIn(threading.get_ident(), threads)

    def test_another_thread_cancels(self):
        begun = threading.Event()
        listen = ON_EVENT(lambda *_: begun.set() or 0)
        call = core.vllm_client_chat_stream_start(
            self.client, request(max_tokens=900, ignore_eos=True), listen, None)
        canceller = threading.Thread(
            target=lambda: begun.wait(20) and core.vllm_client_call_cancel(call))
        canceller.start()
        self.assertFalse(core.vllm_client_call_reply(call, self.place()))
        canceller.join()
        self.assertEqual(core.vllm_client_error_kind(self.error), b"cancelled")
        core.vllm_client_call_free(call)

    def test_many_calls_at_once(self):
        calls = [core.vllm_client_chat_start(self.client, request(max_tokens=5, seed=i))
                 for i in range(20)]
        for call in calls:
            self.assertEqual(core.vllm_client_call_wait(call, 20), 1)
            self.owned_json(core.vllm_client_call_reply(call, self.place()))
            core.vllm_client_call_free(call)

    def test_embeddings_are_one_block(self):
        count, dim = ctypes.c_size_t(), ctypes.c_size_t()
        values = core.vllm_client_embed(self.client, b'{"input":["a","b","c"]}',
                                        ctypes.byref(count), ctypes.byref(dim), self.place())
        self.assertEqual((count.value, dim.value), (3, 384))
        rows = ctypes.cast(values, ctypes.POINTER(ctypes.c_float))[:3 * 384]
        core.vllm_client_free(values)
        self.assertAlmostEqual(sum(x * x for x in rows[384:768]), 1.0, places=4)

    def test_raw_gives_any_status(self):
        status, length = ctypes.c_int(), ctypes.c_size_t()
        body = core.vllm_client_raw(self.client, b"GET", b"/nowhere", None, ctypes.byref(status),
                                    ctypes.byref(length), self.place())
        self.assertEqual(status.value, 404)
        self.assertEqual(len(ctypes.string_at(body)), length.value)
        core.vllm_client_free(body)

    def test_errors_are_told(self):
        self.assertFalse(core.vllm_client_chat(self.client, request(model="none"), self.place()))
        self.assertEqual(core.vllm_client_error_kind(self.error), b"http")
        self.assertEqual(core.vllm_client_error_http_status(self.error), 404)

    def test_a_client_by_json(self):
        options = json.dumps({"endpoints": [self.url], "timeouts": {"total": 20}}).encode()
        client = core.vllm_client_create_from_json(options, self.place())
        self.assertEqual(core.vllm_client_wait_ready(client, 20, self.place()), 0)
        core.vllm_client_destroy(client)


if __name__ == "__main__":
    unittest.main()
