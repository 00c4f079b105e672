#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Instructions that a request costs the client, counted by callgrind: unlike times, they are nearly
the same on a busy machine. How the threads and the server take turns moves them by up to 3 % about
the stored values.

    bench/instructions.py            compares with bench/baseline.json; exit status 1 and one line
                                     for each case more than 5 % above it
    bench/instructions.py --update   writes what it counts into bench/baseline.json

Needs valgrind and the programs bench_overhead and vllm-client of the preset release. The counts hold
for the compiler and the libraries of Debian 12; elsewhere, update first.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "build" / "release" / "bin"
BASELINE = ROOT / "bench" / "baseline.json"
LIMIT = 1.05
# Contenders of bench_overhead; with one request in flight, their work depends little on how the
# threads and the server take turns.
CASES = {
    "chat, callback, per request": "ours callbacks, inline",
    "chat, sync, per request": "ours sync",
    "chat stream, callback, per token": "ours streams, inline (token)",
}


def total_and_units(url, contender, rounds):
    """Instructions of a whole run, and the units of one of its rounds."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        run = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
             PROGRAMS / "bench_overhead", "--url", url, "--model", "sim", "--no-python",
             "--only", contender, "--rounds", str(rounds), "--requests", "400",
             "--in-flight", "1", "--json", report.name],
            capture_output=True, text=True, timeout=600, check=True)
        row = json.load(open(report.name))[0]
    if not row["ok"]:
        sys.exit(f"{contender}: failed requests")
    counts = re.findall(r"Collected : (\d+)", run.stderr)
    return max(int(count) for count in counts), row["units"]


def instructions(url, contender):
    """Two runs that differ in two rounds, so that start-up does not count."""
    short, units = total_and_units(url, contender, 1)
    long, _ = total_and_units(url, contender, 3)
    return round((long - short) / (2 * units))


def count():
    server = subprocess.Popen([PROGRAMS / "vllm-client", "sim", "--port", "0", "--time-scale", "0"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        url = server.stdout.readline().strip()
        return {case: instructions(url, contender) for case, contender in CASES.items()}
    finally:
        server.terminate()
        server.wait()


def main():
    counted = count()
    if sys.argv[1:] == ["--update"]:
        BASELINE.write_text(json.dumps({"instructions": counted}, indent=4) + "\n")
    stored = json.loads(BASELINE.read_text())["instructions"]
    missed = 0
    for case, now in counted.items():
        before = stored.get(case, 0)
        ratio = now / before if before else float("inf")
        verdict = "" if ratio <= LIMIT else f"  MISSED: more than {LIMIT - 1:.0%} above"
        missed += bool(verdict)
        print(f"{case:36} {now:8} instructions, baseline {before}, ratio {ratio:.3f}{verdict}")
    return 1 if missed else 0


sys.exit(main())
