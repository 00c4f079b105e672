# SPDX-License-Identifier: Apache-2.0
"""The program vllm-client as its users meet it: python3 cli_test.py PROGRAM [unittest arguments]"""

import json
import os
import pty
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

from program import DEADLINE, Program, Sim, json_lines, until, write

program = Program(sys.argv.pop(1))
COMMANDS = ("chat", "complete", "respond", "embed", "score", "rerank", "classify", "tokenize",
            "transcribe", "lora", "models", "health", "raw", "sim")
ESCAPE = "\x1b"


class CliTest(unittest.TestCase):
    sim_arguments = ("--time-scale", "0.05")

    @classmethod
    def setUpClass(cls):
        cls.sim = Sim(program, *cls.sim_arguments)

    @classmethod
    def tearDownClass(cls):
        cls.sim.stop()

    def call(self, *arguments, code=0, stdin="", environment=None, url=None):
        """A run against the simulated server that must end with `code`."""
        done = program.run(
            *arguments, "--url", url or self.sim.url, stdin=stdin, environment=environment
        )
        self.assertEqual(done.returncode, code, done.stderr)
        return done


class Help(unittest.TestCase):
    def test_version(self):
        done = program.run("--version")
        self.assertRegex(done.stdout, r"^vllm-client \d+\.\d+\.\d+\n$")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_help_fits_a_screen(self):
        for command in ((), *((name,) for name in COMMANDS)):
            with self.subTest(command=command):
                done = program.run(*command, "-h")
                lines = done.stdout.splitlines()
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertLessEqual(len(lines), 44)
                self.assertLessEqual(max(map(len, lines)), 90)

    def test_main_help_names_every_command(self):
        text = program.run("--help").stdout
        for name in COMMANDS:
            self.assertIn(f"\n  {name} ", text)


class Tasks(CliTest):
    """Commands for other tasks than generation."""

    sim_arguments = ("--time-scale", "0", "--every-route")

    def test_scores_follow_the_texts(self):
        texts = ("cats purr", "stocks fell", "cats purr")
        lines = json_lines(self.call("score", "-Q", "cats purr", *texts, "--json").stdout)
        self.assertEqual([line["text"] for line in lines], list(texts))
        self.assertEqual(lines[0]["score"], lines[2]["score"])
        self.assertGreater(lines[0]["score"], lines[1]["score"])
        table = self.call("score", "-Q", "cats purr", *texts).stdout.splitlines()
        self.assertTrue(table[0].startswith("SCORE"))
        self.assertEqual(len(table), 4)

    def test_the_best_text_ranks_first(self):
        done = self.call("rerank", "-Q", "b", "--top-n", "1", "--json", stdin="a\nb\nc\n")
        (line,) = json_lines(done.stdout)
        self.assertEqual((line["index"], line["text"]), (1, "b"))

    def test_classes_have_labels(self):
        (line,) = json_lines(self.call("classify", "great film", "--json").stdout)
        self.assertIn(line["label"], ("LABEL_0", "LABEL_1"))
        self.assertAlmostEqual(sum(line["probs"]), 1, places=4)

    def test_a_query_is_needed(self):
        self.assertIn("--query", self.call("score", "x", code=2).stderr)
        self.assertIn("--query", self.call("rerank", "x", code=2).stderr)

    def test_speech_becomes_text(self):
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            file.write(wav(seconds=2))
            file.flush()
            streamed = self.call("transcribe", file.name).stdout
            self.assertTrue(streamed.strip())
            whole = self.call("transcribe", "--no-stream", file.name).stdout
            self.assertEqual(whole, streamed)
            (answer,) = json_lines(self.call("transcribe", "--json", file.name).stdout)
            self.assertEqual(answer["text"], whole.rstrip("\n"))
            self.assertEqual(answer["audio_seconds"], 2)

    def test_missing_audio_is_a_usage_error(self):
        self.assertIn("/nonexistent", self.call("transcribe", "/nonexistent", code=2).stderr)

    def test_adapters_come_and_go(self):
        self.call("lora", "load", "sql", "/adapters/sql")
        (adapter,) = json_lines(self.call("lora", "--json").stdout)
        self.assertEqual((adapter["name"], adapter["base"]), ("sql", "sim"))
        self.assertIn("sql", self.call("lora", "list").stdout)
        self.call("chat", "-q", "hi", "--model", "sql", "--max-tokens", "3")
        self.call("lora", "unload", "sql")
        self.assertEqual(self.call("lora", "--json").stdout, "")
        self.call("lora", "unload", "sql", code=1)
        self.call("lora", "load", "sql", code=2)

    def test_responses_answer(self):
        self.assertTrue(self.call("respond", "-q", "Hello", "--max-tokens", "5").stdout.strip())
        (answer,) = json_lines(self.call("respond", "-q", "Hello", "--json").stdout)
        self.assertTrue(answer["text"])
        self.assertTrue(answer["id"].startswith("resp_"))

    def test_a_chat_sees_images(self):
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            file.write(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0")
            file.flush()
            done = self.call("chat", "-q", "What is it?", "--image", file.name, "--max-tokens", "5")
            self.assertTrue(done.stdout.strip())
        self.call("chat", "-q", "x", "--image", "/nonexistent", code=2)

    def test_a_schema_binds_the_answer(self):
        schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(schema, file)
            file.flush()
            done = self.call("chat", "-q", "A number", "--schema", file.name)
        self.assertIsInstance(json.loads(done.stdout)["n"], int)

    def test_tools_are_offered(self):
        tools = [{"type": "function", "function": {
            "name": "weather", "description": "Of a city",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}},
                           "required": ["city"]}}}]
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(tools, file)
            file.flush()
            (answer,) = json_lines(self.call(
                "chat", "-q", "Weather?", "--tools", file.name, "--json",
                "--extra-body", '{"tool_choice":"required"}').stdout)
        self.assertEqual(answer["tool_calls"][0]["name"], "weather")
        self.assertIn("city", json.loads(answer["tool_calls"][0]["arguments"]))
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write('{"name": "x"}')
            file.flush()
            self.call("chat", "-q", "x", "--tools", file.name, code=2)

    def test_a_conversation_is_kept_and_goes_on(self):
        with tempfile.TemporaryDirectory() as folder:
            kept = os.path.join(folder, "talk.json")
            self.call("chat", "-q", "first", "--system-prompt", "Be brief.", "--save", kept)
            self.call("chat", "-q", "second", "--load", kept, "--save", kept)
            with open(kept, encoding="utf-8") as file:
                messages = json.load(file)
        self.assertEqual([message["role"] for message in messages],
                         ["system", "user", "assistant", "user", "assistant"])
        self.assertEqual(messages[3]["content"], "second")
        self.call("chat", "-q", "x", "--load", "/nonexistent", code=2)


def wav(seconds, rate=16000):
    """Silence, as a file."""
    data = b"\0\0" * rate * seconds
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 1,
                       rate, rate * 2, 2, 16, b"data", len(data))
    return head + data


class Chat(CliTest):
    def test_prints_the_answer_and_nothing_else(self):
        done = self.call("chat", "-q", "Hello", "--max-tokens", "20")
        self.assertTrue(done.stdout.strip())
        self.assertTrue(done.stdout.endswith("\n"))
        self.assertEqual(done.stderr, "")

    def test_json_holds_the_promised_fields(self):
        done = self.call(
            "chat", "-q", "Hello", "--max-tokens", "20", "--extra-body", '{"ignore_eos":true}', "--json"
        )
        (answer,) = json_lines(done.stdout)
        self.assertTrue(answer["text"])
        self.assertEqual(answer["usage"]["completion_tokens"], 20)
        self.assertEqual(answer["finish_reason"], "length")
        self.assertEqual(answer["model"], "sim")
        self.assertTrue(answer["id"].startswith("chatcmpl-"))
        self.assertTrue(answer["request_id"])
        self.assertGreater(answer["ttft_ms"], 0)
        self.assertGreaterEqual(answer["e2e_ms"], answer["ttft_ms"])
        self.assertNotIn("error", answer)

    def test_all_forms_give_the_same_text(self):
        question = ("chat", "-q", "Hello", "--max-tokens", "30", "--temperature", "0")
        streamed = self.call(*question).stdout
        self.assertEqual(self.call(*question, "--no-stream").stdout, streamed)
        self.assertEqual(json.loads(self.call(*question, "--json").stdout)["text"] + "\n", streamed)
        plain = json.loads(self.call(*question, "--json", "--no-stream").stdout)
        self.assertEqual(plain["text"] + "\n", streamed)
        self.assertIsNone(plain["ttft_ms"])
        self.assertGreater(plain["e2e_ms"], 0)

    def test_sampling_flags_reach_the_server(self):
        def text(*flags):
            return self.call("chat", "-q", "Hello", "--max-tokens", "30", *flags).stdout

        self.assertNotEqual(text("--seed", "1"), text("--seed", "2"))
        self.assertEqual(text("--seed", "-1"), text("--seed", "-1"))
        self.assertNotEqual(text("--seed", "1", "--system-prompt", "Be brief"), text("--seed", "1"))
        word = text("--seed", "1").split()[3]
        self.assertNotIn(word, text("--seed", "1", "--stop", "neverseen", "--stop", word))

    def test_stats_go_to_standard_error(self):
        done = self.call("chat", "-q", "Hello", "--max-tokens", "20", "--stats")
        self.assertRegex(done.stderr, r"^TTFT [\d.]+ ms, \d+ tokens in [\d.]+ s, [\d.]+ tokens/s\n$")
        self.assertNotIn("TTFT", done.stdout)

    def test_quiet_leaves_the_result_alone(self):
        done = self.call("chat", "-q", "Hello", "--max-tokens", "20", "--stats", "--quiet")
        self.assertTrue(done.stdout)
        self.assertEqual(done.stderr, "")

    def test_each_line_of_a_pipe_is_a_message_of_one_conversation(self):
        flags = ("chat", "--json", "--max-tokens", "10")
        first, second = json_lines(self.call(*flags, stdin="One\nTwo\n").stdout)
        (alone,) = json_lines(self.call(*flags, stdin="Two\n").stdout)
        self.assertGreater(
            second["usage"]["prompt_tokens"],
            alone["usage"]["prompt_tokens"] + first["usage"]["completion_tokens"],
        )

    def test_dash_takes_all_of_standard_input_as_one_prompt(self):
        flags = ("--json", "--max-tokens", "10", "--temperature", "0")
        piped = self.call("chat", "-q", "-", *flags, stdin="One\nTwo")
        given = self.call("chat", "-q", "One\nTwo", *flags)
        self.assertEqual(json.loads(piped.stdout)["text"], json.loads(given.stdout)["text"])

    def test_nothing_in_nothing_out(self):
        self.assertEqual(self.call("chat", stdin="").stdout, "")

    def test_further_choices_are_not_lost(self):
        flags = ("chat", "-q", "Hello", "--max-tokens", "10", "--extra-body", '{"n":2}')
        answer = json.loads(self.call(*flags, "--json").stdout)
        self.assertEqual(len(answer["further_texts"]), 1)
        self.assertEqual(len(self.call(*flags).stdout.splitlines()), 2)

    def test_reasoning_stays_out_of_a_piped_answer(self):
        self.assertEqual(self.call("chat", "-q", "Hello", "--max-tokens", "10").stderr, "")

    def test_own_simulated_server(self):
        done = program.run("chat", "--sim", "--model", "mine", "-q", "Hi", "--max-tokens", "5", "--json")
        self.assertEqual(json.loads(done.stdout)["model"], "mine")
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class Complete(CliTest):
    def test_text_and_json(self):
        flags = ("complete", "-q", "Once upon", "--max-tokens", "12", "--temperature", "0")
        answer = json.loads(self.call(*flags, "--json").stdout)
        self.assertEqual(self.call(*flags).stdout, answer["text"] + "\n")
        self.assertEqual(self.call(*flags, "--no-stream").stdout, answer["text"] + "\n")
        self.assertEqual(answer["usage"]["completion_tokens"], 12)
        self.assertTrue(answer["id"].startswith("cmpl-"))

    def test_each_line_of_a_pipe_is_a_prompt_of_its_own(self):
        done = self.call("complete", "--json", "--max-tokens", "5", stdin="One\nOne\n")
        first, second = json_lines(done.stdout)
        self.assertEqual(first["usage"], second["usage"])


class Texts(CliTest):
    def test_embeddings_are_the_same_from_every_source(self):
        texts = ["one", "two", "zwölf"]
        lines = json_lines(self.call("embed", *texts).stdout)
        self.assertEqual([(line["index"], line["text"]) for line in lines], list(enumerate(texts)))
        self.assertEqual({len(line["embedding"]) for line in lines}, {lines[0]["dim"]})
        self.assertAlmostEqual(sum(x * x for x in lines[0]["embedding"]), 1, places=4)
        joined = "\n".join(texts)
        self.assertEqual(json_lines(self.call("embed", stdin=joined + "\n").stdout), lines)
        with tempfile.TemporaryDirectory() as folder:
            path = write(folder, "texts", joined)
            self.assertEqual(json_lines(self.call("embed", "-i", path).stdout), lines)
            self.assertEqual(
                json_lines(self.call("embed", "--batch-size", "1", "-i", path).stdout), lines
            )

    def test_many_texts_keep_their_order(self):
        texts = [f"text {i}" for i in range(100)]
        done = self.call("embed", "--batch-size", "3", stdin="\n".join(texts))
        self.assertEqual([line["text"] for line in json_lines(done.stdout)], texts)

    def test_tokens(self):
        one, two = json_lines(self.call("tokenize", "Hello world", "", "--token-strs").stdout)
        self.assertEqual(len(one["tokens"]), one["count"])
        self.assertEqual(len(one["token_strs"]), one["count"])
        self.assertGreater(one["count"], two["count"])
        self.assertGreater(one["max_model_len"], 0)

    def test_no_text_is_a_usage_error(self):
        self.assertIn("no text", self.call("embed", stdin="", code=2).stderr)
        self.assertIn("/nonexistent", self.call("embed", "-i", "/nonexistent", code=2).stderr)
        self.assertIn("directory", self.call("embed", "-i", "/", code=2).stderr)


class Server(CliTest):
    def test_models(self):
        self.assertRegex(self.call("models").stdout, r"(?m)^MODEL .*\nsim +8192 ")
        models = json.loads(self.call("models", "--json").stdout)["models"]
        self.assertEqual([(m["id"], m["max_model_len"]) for m in models], [("sim", 8192)])

    def test_health(self):
        self.assertRegex(self.call("health").stdout, r"(?m)^healthy +yes$")
        health = json.loads(self.call("health", "--json", "--wait", "5").stdout)
        self.assertEqual((health["healthy"], health["status"]), (True, 200))
        self.assertRegex(health["version"], r"^\d+\.\d+")

    def test_raw(self):
        version = json.loads(self.call("raw", "GET", "/version").stdout)
        self.assertIn("version", version)
        reply = json.loads(self.call("raw", "get", "/version", "--json").stdout)
        self.assertEqual((reply["status"], reply["body"]), (200, version))
        self.assertIn("application/json", str(reply["headers"]))
        body = json.dumps({"model": "sim", "prompt": "Hello"})
        tokens = self.call("raw", "POST", "/tokenize", "--data", body).stdout
        with tempfile.TemporaryDirectory() as folder:
            path = write(folder, "body.json", body)
            self.assertEqual(self.call("raw", "POST", "/tokenize", "-d", "@" + path).stdout, tokens)
        self.assertEqual(self.call("raw", "POST", "/tokenize", "-d", "@-", stdin=body).stdout, tokens)

    def test_raw_shows_the_servers_refusal(self):
        done = self.call("raw", "GET", "/nowhere", code=1)
        self.assertEqual(json.loads(done.stdout), {"detail": "Not Found"})
        self.assertEqual(done.stderr, "HTTP status 404\n")

    def test_headers_and_config_file(self):
        self.call("models", "--header", "X-One=1", "--header", "X-Two=a=b")
        with tempfile.TemporaryDirectory() as folder:
            config = write(folder, "c.json", json.dumps({"endpoints": [self.sim.url]}))
            self.assertEqual(program.run("models", "--config", config).returncode, 0)

    def test_address_with_v1_and_from_the_environment(self):
        self.call("models", url=self.sim.url + "/v1")
        for name in ("VLLM_CLIENT_BASE_URL", "OPENAI_BASE_URL"):
            done = program.run("models", environment={name: self.sim.url + "/v1"})
            self.assertEqual(done.returncode, 0, done.stderr)


class SimCommand(unittest.TestCase):
    def test_ends_well_on_sigterm_and_tells_what_it_did(self):
        sim = Sim(program, "--time-scale", "0")
        program.run("chat", "-q", "Hello", "--url", sim.url)
        code, remarks = sim.stop()
        self.assertEqual(code, 0)
        self.assertRegex(remarks, r"\d+ requests on \d+ connections")

    def test_unix_socket(self):
        with tempfile.TemporaryDirectory() as folder:
            process = program.start("sim", "--uds", folder + "/s", "--json")
            url = json.loads(process.stdout.readline())["url"]
            self.assertEqual(program.run("models", "--url", url).returncode, 0)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=DEADLINE)
            self.assertEqual(process.returncode, 0)
            self.assertEqual(os.listdir(folder), [])

    def test_address_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            done = program.run("sim", "--port", str(taken.getsockname()[1]))
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(done.stderr.splitlines()), 1)


class ExitCodes(CliTest):
    sim_arguments = ("--time-scale", "0.05", "--api-key", "right")

    def fails(self, code, *arguments, **settings):
        """A failure is told in one line on standard error."""
        done = program.run(*arguments, **settings)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("vllm-client: "), done.stderr)
        return done.stderr

    def test_2_usage(self):
        for arguments in (
            (),
            ("chat", "--bogus"),
            ("chat", "--timeout", "nan"),
            ("chat", "--max-tokens", "many"),
            ("chat", "--header", "nonsense"),
            ("chat", "--extra-body", "[]"),
            ("chat", "--log-level", "loud"),
            ("chat", "--sim", "--url", "http://localhost"),
            ("chat", "-q", "x", "--url", "ftp://localhost"),
            ("chat", "-q", "x", "--url", "not a url"),
            ("chat", "-q", "x", "--header", "Bad Name=1"),
            ("chat", "-q", "x", "--config", "/nonexistent"),
            ("chat", "-q", "x", "--api-key-file", "/nonexistent"),
            ("chat", "-q", "x", "--cacert", "/nonexistent"),
            ("raw", "PUT", "/x"),
            ("raw", "POST", "/x", "--data", "{"),
            ("raw", "GET", "no-slash"),
            ("sim", "--port", "70000"),
            ("sim", "--host", "nonsense"),
            ("sim", "--ssl-certfile", "/nonexistent"),
        ):
            with self.subTest(arguments=arguments):
                self.fails(2, *arguments)

    def test_2_bad_environment_names_the_variable(self):
        message = self.fails(2, "models", environment={"VLLM_CLIENT_TIMEOUT": "soon"})
        self.assertIn("VLLM_CLIENT_TIMEOUT", message)

    def test_3_nobody_there(self):
        with socket.create_server(("127.0.0.1", 0)) as unused:
            url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        for command in (("chat", "-q", "x"), ("models",), ("health",), ("embed", "x")):
            with self.subTest(command=command):
                message = self.fails(3, *command, "--url", url)
                self.assertIn(f"is the server running at {url}?", message)
        self.fails(3, "health", "--wait", "0.2", "--url", url)

    def test_4_refused(self):
        self.assertIn("--api-key-file", self.fails(4, "models", "--url", self.sim.url))
        self.fails(4, "chat", "-q", "x", "--url", self.sim.url, "--api-key", "wrong")
        done = program.run("raw", "GET", "/v1/models", "--url", self.sim.url)
        self.assertEqual(done.returncode, 4)

    def test_0_with_the_key_from_anywhere(self):
        with tempfile.TemporaryDirectory() as folder:
            path = write(folder, "key", "right\n")
            self.call("models", "--api-key-file", path)
            self.call("models", environment={"VLLM_CLIENT_API_KEY_FILE": path})
        self.call("models", environment={"VLLM_CLIENT_API_KEY": "right"})
        self.call("models", environment={"OPENAI_API_KEY": "right"})

    def test_the_key_is_never_shown(self):
        done = self.call("chat", "-vv", "--api-key", "right", "-q", "s3same", "--max-tokens", "5")
        self.assertNotIn("right", done.stderr)
        self.assertNotIn("s3same", done.stderr)

    def test_1_the_server_said_no(self):
        key = ("--api-key", "right", "--url", self.sim.url)
        message = self.fails(1, "chat", "-q", "x", "--model", "nobody", *key)
        self.assertIn("vllm-client models", message)
        self.fails(1, "chat", "-q", "x", "--temperature", "9", *key)

    def test_1_the_stream_broke(self):
        key = ("--api-key", "right", "--max-tokens", "40", "--extra-body")
        cut = '{"ignore_eos":true,"vllm_xargs":{"sim_cut_after_tokens":5}}'
        done = self.call("chat", "-q", "Hello", *key, cut, code=1)
        whole = self.call("chat", "-q", "Hello", *key, '{"ignore_eos":true}').stdout
        self.assertTrue(done.stdout.strip())
        self.assertTrue(whole.startswith(done.stdout.rstrip("\n")))
        answer = json.loads(self.call("chat", "-q", "Hello", "--json", *key, cut, code=1).stdout)
        self.assertEqual(answer["text"] + "\n", done.stdout)
        self.assertTrue(answer["error"]["kind"])

    def test_out_of_time(self):
        done = program.run(
            *("chat", "-q", "Hello", "--max-tokens", "4000", "--extra-body", '{"ignore_eos":true}'),
            *("--url", self.sim.url, "--api-key", "right", "--timeout", "0.3"),
        )
        self.assertEqual(done.returncode, 1)
        self.assertIn("--timeout", done.stderr)


class Interrupt(CliTest):
    sim_arguments = ("--time-scale", "1")
    endless = ("--max-tokens", "5000", "--extra-body", '{"ignore_eos":true}')

    def interrupt(self, *arguments):
        """Starts a long answer, waits for its beginning, sends SIGINT; its end and its output."""
        process = program.start(*arguments, *self.endless, "--url", self.sim.url)
        self.assertTrue(until(lambda: self.sim.running() == 1))
        self.assertTrue(until(lambda: self.generated() > self.tokens + 5))
        process.send_signal(signal.SIGINT)
        self.assertTrue(until(lambda: self.sim.running() == 0, 1.0), "still generating after 1 s")
        out, remarks = process.communicate(timeout=DEADLINE)
        self.assertEqual(process.returncode, 130, remarks)
        return out.decode(), remarks.decode()

    def generated(self):
        return self.sim.metric("vllm:generation_tokens_total")

    def setUp(self):
        self.assertTrue(until(lambda: self.sim.running() == 0))
        self.tokens = self.generated()

    def test_what_was_printed_stays(self):
        for command in ("chat", "complete"):
            with self.subTest(command=command):
                self.setUp()
                text, remarks = self.interrupt(command, "-q", "Hello")
                self.assertTrue(text.strip())
                self.assertTrue(text.endswith("\n"))
                self.assertEqual(remarks, "interrupted\n")

    def test_json_keeps_the_partial_text(self):
        text, _ = self.interrupt("chat", "-q", "Hello", "--json")
        answer = json.loads(text)
        self.assertTrue(answer["text"])
        self.assertEqual(answer["error"]["kind"], "cancelled")
        self.assertIsNone(answer["finish_reason"])

    def test_a_plain_request_stops_too(self):
        self.interrupt("chat", "-q", "Hello", "--no-stream")

    def test_waiting_for_a_server_ends_at_once(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            process = program.start("health", "--wait", "60", "--url", url)
            silent.settimeout(DEADLINE)
            silent.accept()[0].close()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=5)
            self.assertEqual(process.returncode, 130)

    def test_a_reader_who_leaves_is_no_failure(self):
        process = program.start("chat", "-q", "Hello", *self.endless, "--url", self.sim.url)
        process.stdout.read(1)
        process.stdout.close()
        self.assertTrue(until(lambda: self.sim.running() == 0, 2.0))
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()
        self.assertEqual(process.wait(timeout=DEADLINE), 0)


class Streams(CliTest):
    def test_a_full_disk_is_a_failure(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run(
                [program.path, "models", "--url", self.sim.url],
                stdout=full,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                timeout=DEADLINE,
            )
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left", done.stderr)

    def test_colours_only_where_wanted(self):
        def remarks(*flags, **environment):
            flags = ("chat", "-q", "x", "--model", "nobody", *flags)
            return self.call(*flags, code=1, environment=environment).stderr

        self.assertNotIn(ESCAPE, remarks())
        self.assertIn(ESCAPE, remarks(CLICOLOR_FORCE="1"))
        self.assertNotIn(ESCAPE, remarks(CLICOLOR_FORCE="1", NO_COLOR="1"))
        self.assertNotIn(ESCAPE, remarks("--no-color", CLICOLOR_FORCE="1"))
        self.assertNotIn(ESCAPE, self.call("models", environment={"CLICOLOR_FORCE": "1"}).stdout)


class Terminal(CliTest):
    sim_arguments = ("--time-scale", "1")

    def setUp(self):
        self.controller, terminal = pty.openpty()
        arguments = ("chat", "--url", self.sim.url, "--extra-body", '{"ignore_eos":true}')
        self.process = subprocess.Popen(
            [program.path, *arguments],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env={"PATH": os.environ["PATH"], "TERM": "xterm"},
            start_new_session=True,
            preexec_fn=lambda: __import__("fcntl").ioctl(0, __import__("termios").TIOCSCTTY, 0),
        )
        os.close(terminal)
        self.seen = ""

    def tearDown(self):
        self.process.kill()
        self.process.wait()
        os.close(self.controller)

    def read_until(self, text):
        while text not in self.seen:
            self.seen += os.read(self.controller, 4096).decode()
        before, self.seen = self.seen.split(text, 1)
        return before

    def type(self, text):
        os.write(self.controller, text.encode())

    def test_ctrl_c_stops_the_answer_and_ctrl_d_ends(self):
        self.assertIn(ESCAPE, self.read_until("> "))
        self.type("Count for ever\n")
        self.assertTrue(until(lambda: self.sim.running() == 1))
        self.type("\x03")
        self.read_until("interrupted")
        self.read_until("> ")
        self.assertTrue(until(lambda: self.sim.running() == 0, 1.0))
        self.type("\x04")
        self.assertEqual(self.process.wait(timeout=DEADLINE), 0)

    def test_ctrl_c_at_the_prompt_ends(self):
        self.read_until("> ")
        self.type("\x03")
        self.assertEqual(self.process.wait(timeout=DEADLINE), 130)


if __name__ == "__main__":
    unittest.main()
