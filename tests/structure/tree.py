# SPDX-License-Identifier: Apache-2.0
"""The source tree as the structure tests see it: tracked-looking files, and a way to report."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("include", "src", "tests", "bench", "examples", "cmake", "docs", ".ci")
SKIPPED = {"__pycache__", "recorded", "seeds"}


def files(*folders, suffixes=None):
    """Files below the folders (all of ours by default), as paths relative to the root."""
    for folder in folders or FOLDERS:
        base = ROOT / folder
        for path in sorted(base.rglob("*")) if base.is_dir() else []:
            relative = path.relative_to(ROOT)
            if not path.is_file() or SKIPPED.intersection(relative.parts):
                continue
            if suffixes is None or path.suffix in suffixes:
                yield relative


def cpp_files(*folders):
    return files(*folders, suffixes={".h", ".cc"})


def top_level_files():
    for path in sorted(ROOT.iterdir()):
        if path.is_file():
            yield path.relative_to(ROOT)


def lines(path):
    return (ROOT / path).read_text(encoding="utf-8").splitlines()


def exceptions(name):
    """Reads a list of exceptions: `path: reason` or `path value: reason` a line."""
    found = {}
    for line in lines(f"tests/structure/{name}"):
        if line and not line.startswith("#"):
            key, separator, reason = line.partition(": ")
            if not separator or not reason.strip():
                sys.exit(f"{name}: no reason given in: {line}")
            found[key] = reason
    return found


def finish(what, problems, checked):
    """Prints the outcome and ends the program; fails if nothing was checked."""
    for problem in problems:
        print(problem)
    if not checked:
        print(f"{what}: nothing was checked")
        sys.exit(1)
    print(f"{what}: {checked} checked, {len(problems)} wrong")
    sys.exit(1 if problems else 0)
