# SPDX-License-Identifier: Apache-2.0
"""Licence line in each file; no unfinished work; time, threads' naps and chance only where they
belong. word_exceptions.txt lists the allowed places, each with a reason."""
import re

import tree

UNFINISHED = re.compile(r"\b(TODO|FIXME|HACK)\b")
HIDDEN_TESTS = re.compile(r"\bDISABLED_\w+|\bGTEST_SKIP\b")
TIME_AND_CHANCE = re.compile(r"sleep_for|sleep_until|(steady|system|high_resolution)_clock::now|"
                             r"random_device|\bu?sleep\((?!SleepRequest)|\bs?rand\(")
PRINTING = re.compile(r"std::(cout|cerr|clog)\b|\bf?printf\(|\bputs\(")
SPDX = "SPDX-License-Identifier: Apache-2.0"
WITHOUT_COMMENTS = {".json", ".md", ".pem", ".svg"}


def code(line):
    return line.split("//", 1)[0]


def check_line(path, line, allowed, problems, where):
    if path.parts[:2] != ("tests", "structure") and UNFINISHED.search(line):
        problems.append(f"{where}: unfinished: {line.strip()}")
    if path.suffix not in {".h", ".cc"}:
        return
    if HIDDEN_TESTS.search(code(line)) and f"{path} skip" not in allowed:
        problems.append(f"{where}: a test that hides: {line.strip()}")
    if path.parts[0] not in {"src", "include"}:
        return
    if path.parts[1] != "runtime" and TIME_AND_CHANCE.search(code(line)):
        if f"{path} time" not in allowed:
            problems.append(f"{where}: time and chance belong to src/runtime: {line.strip()}")
    if PRINTING.search(code(line)) and f"{path} print" not in allowed:
        problems.append(f"{where}: the library does not print: {line.strip()}")


def main():
    problems, checked = [], 0
    allowed = tree.exceptions("word_exceptions.txt")
    for path in list(tree.files()) + list(tree.top_level_files()):
        try:
            lines = tree.lines(path)
        except UnicodeDecodeError:
            continue
        checked += 1
        in_source_folder = len(path.parts) > 1 or path.suffix in {".txt", ".cmake"}
        if in_source_folder and path.suffix not in WITHOUT_COMMENTS and path.name != "vllm-client.pc.in":
            if not any(SPDX in line for line in lines[:3]):
                problems.append(f"{path}:1: no licence line ({SPDX})")
        for number, line in enumerate(lines, 1):
            check_line(path, line, allowed, problems, f"{path}:{number}")
    for key in allowed:
        if not (tree.ROOT / key.rsplit(" ", 1)[0]).exists():
            problems.append(f"word_exceptions.txt: no such file: {key}")
    tree.finish("words", problems, checked)


main()
