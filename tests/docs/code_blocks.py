# SPDX-License-Identifier: Apache-2.0
"""Compiles every C++ block of README.md and docs/: one translation unit, a namespace for each block.
Blocks of Python must be Python; other_languages.py runs those of the page it is named after.

    code_blocks.py --output FILE -- COMPILER ARGUMENT...    writes FILE and runs the compiler on it

A block with a function, type or template at its left margin stands at namespace scope as it is. Any
other block is the inside of a function, where `client`, `request` and `key` exist (see PRELUDE) and
the block may declare them anew. Includes are gathered at the top. Compiler messages name the page
and line."""
import argparse
import ast
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r"\s*#\s*include\s*[<\"]([^>\"]+)[>\"]")
AT_NAMESPACE_SCOPE = re.compile(
    r"^(?:struct|class|enum|template|namespace|NLOHMANN_\w+|"
    r"(?!(?:for|if|while|switch|else|return|co_return)\b)[\w:<>,&*\s]+[\s&*]\w+\([^;={]*\)"
    r"\s*(?:const|noexcept)?\s*\{)", re.M)

PRELUDE = """\
namespace docs_prelude {
// What a fragment with co_await is: the smallest coroutine type that works.
struct Task {
    struct promise_type {
        Task get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() {}
    };
};
}  // namespace docs_prelude
"""
PRELUDE_INCLUDES = ["coroutine", "string", "vllm_client/vllm_client.h"]
SCOPE = "using namespace vllm_client; using namespace std::chrono_literals; "
CONTEXT = ("[[maybe_unused]] VllmClient client, [[maybe_unused]] ChatRequest request, "
           "[[maybe_unused]] std::string key")


def pages():
    return [ROOT / "README.md"] + sorted((ROOT / "docs").rglob("*.md"))


def blocks(page, language=r"cpp|c\+\+|C\+\+"):
    """(number of the first line, lines) of each block of a language, C++ by default."""
    begun, inside = 0, []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if begun and line.strip() == "```":
            yield begun, inside
            begun, inside = 0, []
        elif begun:
            inside.append(line)
        elif re.fullmatch(f"```({language})", line.strip()):
            begun = number + 1
    if begun:
        sys.exit(f"{page}: the block at line {begun} is not closed")


def as_code(index, page, first_line, lines, includes):
    """The block as a namespace of the unit; its includes go to `includes`."""
    body = []
    for line in lines:
        include = INCLUDE.match(line)
        if include:
            includes.append(include[1])
        body.append("" if include else line)
    text = "\n".join(body)
    place = f'#line {first_line} "{page.relative_to(ROOT)}"\n'
    if AT_NAMESPACE_SCOPE.search(text):
        return f"namespace block_{index} {{ {SCOPE}\n{place}{text}\n}}\n"
    returns = "docs_prelude::Task" if "co_await" in text else "void"
    head = f"namespace block_{index} {{ {SCOPE}{returns} fragment({CONTEXT}) {{ {{\n"
    return f"{head}{place}{text}\n}} }} }}\n"


def unit():
    includes, code = list(PRELUDE_INCLUDES), []
    for page in pages():
        for first_line, lines in blocks(page):
            code.append(as_code(len(code) + 1, page, first_line, lines, includes))
    head = "".join(f"#include <{name}>\n" for name in sorted(set(includes)))
    return head + PRELUDE + "".join(code), len(code)


def check_python():
    """Ends the program if a block of Python cannot be compiled."""
    for page in pages():
        for first_line, lines in blocks(page, "python"):
            source = "\n" * (first_line - 1) + "\n".join(lines)
            compile(source, str(page.relative_to(ROOT)), "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", required=True, type=pathlib.Path)
    parser.add_argument("compiler", nargs="+")
    arguments = parser.parse_args()
    check_python()
    text, count = unit()
    if not count:
        sys.exit("no C++ block was found")
    arguments.output.write_text(text, encoding="utf-8")
    done = subprocess.run([*arguments.compiler, str(arguments.output)], cwd=ROOT, check=False)
    print(f"code blocks: {count} compiled" if done.returncode == 0 else "code blocks: FAILED")
    sys.exit(1 if done.returncode else 0)


main()
