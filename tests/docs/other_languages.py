# SPDX-License-Identifier: Apache-2.0
"""Runs the C and Python of docs/guides/other-languages.md against a simulated server.

    other_languages.py VLLM_CLIENT LIBRARY --output FOLDER -- C_COMPILER

A C block with a main() is a program; the others are parts of a function with a `client`, and only
compiled. The Python blocks are one program, in their order. The address and the library's name in
them stand for the server and the library given here."""
import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "c_api"))
from simulator import clean_environment, simulator  # noqa: E402

PAGE = ROOT / "docs" / "guides" / "other-languages.md"
ADDRESS = "http://localhost:8000"
LIBRARY_NAME = "libvllm_client.so"
FRAGMENT = """#include <stdio.h>
#include <string.h>
#include "vllm_client/c_api.h"
void fragment(vllm_client_handle* client);
void fragment(vllm_client_handle* client) {{
(void)client;
#line {line} "{page}"
{text}
}}
"""


def blocks(language):
    """(number of the first line, text) of each block."""
    page = PAGE.read_text(encoding="utf-8")
    for match in re.finditer(rf"^```{language}\n(.*?)^```$", page, flags=re.M | re.S):
        yield page.count("\n", 0, match.start(1)) + 1, match[1]


def run(command):
    subprocess.run([str(word) for word in command], env=clean_environment(), check=True, timeout=100)


def c_blocks(options, url):
    library = pathlib.Path(options.library)
    strict = [options.compiler, "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
              "-I", ROOT / "include"]
    count = 0
    for line, text in blocks("c"):
        count += 1
        source = options.output / f"block_{line}.c"
        if "int main(" not in text:
            page = PAGE.relative_to(ROOT)
            source.write_text(FRAGMENT.format(line=line, page=page, text=text), encoding="utf-8")
            run([*strict, "-fsyntax-only", source])
            continue
        source.write_text(text.replace(ADDRESS, url), encoding="utf-8")
        program = source.with_suffix("")
        run([*strict, source, "-o", program, library, f"-Wl,-rpath,{library.parent}"])
        run([program])
    return count


def python_blocks(options, url):
    texts = [text for _, text in blocks("python")]
    program = options.output / "blocks.py"
    text = "\n".join(texts).replace(ADDRESS, url).replace(LIBRARY_NAME, options.library)
    program.write_text(text, encoding="utf-8")
    run([sys.executable, "-B", program])
    return len(texts)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("vllm_client")
    parser.add_argument("library")
    parser.add_argument("--output", required=True, type=pathlib.Path)
    parser.add_argument("compiler")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    with simulator(options.vllm_client) as url:
        counts = c_blocks(options, url), python_blocks(options, url)
    print(f"other languages: {counts[0]} blocks of C, {counts[1]} of Python")
    if not all(counts):
        sys.exit("no block was found")


main()
