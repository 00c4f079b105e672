# SPDX-License-Identifier: Apache-2.0
"""Runs vllm-client and its simulated server for the tests beside this file."""

import json
import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

DEADLINE = 20.0  # seconds; nothing here takes long unless it hangs


def clean_environment(extra=None):
    """What a test sees: no setting of the machine it runs on."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TERM": "xterm"}
    for name in ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LD_LIBRARY_PATH"):
        if name in os.environ:
            environment[name] = os.environ[name]
    environment.update(extra or {})
    return environment


def until(condition, limit=DEADLINE):
    """Waits for a condition; the last value it gave."""
    end = time.monotonic() + limit
    value = condition()
    while not value and time.monotonic() < end:
        time.sleep(0.01)
        value = condition()
    return value


class Program:
    def __init__(self, path):
        self.path = path

    def run(self, *arguments, stdin="", environment=None):
        """A run to its end."""
        return subprocess.run(
            [self.path, *arguments],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=DEADLINE,
            env=clean_environment(environment),
        )

    def start(self, *arguments, stdin=subprocess.DEVNULL, environment=None, **settings):
        """A run that is still going on."""
        return subprocess.Popen(
            [self.path, *arguments],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=clean_environment(environment),
            **settings,
        )


class Sim:
    """`vllm-client sim` on a free port."""

    def __init__(self, program, *arguments):
        self.process = program.start("sim", "--port", "0", *arguments)
        self.url = self.process.stdout.readline().decode().strip()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        remarks = self.process.communicate(timeout=DEADLINE)[1].decode()
        return self.process.returncode, remarks

    def metric(self, name):
        """The sum over all series of a metric, as the server itself reports it."""
        with urllib.request.urlopen(self.url + "/metrics", timeout=DEADLINE) as page:
            lines = page.read().decode().splitlines()
        values = [line.split()[-1] for line in lines if line.startswith((name + "{", name + " "))]
        return sum(map(float, values))

    def running(self):
        return self.metric("vllm:num_requests_running") + self.metric("vllm:num_requests_waiting")


def json_lines(text):
    return [json.loads(line) for line in text.splitlines()]


def write(folder, name, text):
    path = Path(folder) / name
    path.write_text(text, encoding="utf-8")
    return str(path)
