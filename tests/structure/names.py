# SPDX-License-Identifier: Apache-2.0
"""The product talks to vLLM: the bare word LLVM appears nowhere in it. No grab-bag file names."""
import re

import tree

WORD = re.compile(r"LLVM", re.IGNORECASE)
GRAB_BAGS = re.compile(r"(^|_|-)(utils?|helpers?|common|managers?|misc)($|_|-|\.)")


def main():
    problems, checked = [], 0
    product = list(tree.files("include", "src", "docs", "examples", "bench"))
    product += [p for p in tree.top_level_files() if p.suffix == ".md"]
    for path in product:
        checked += 1
        for number, line in enumerate(tree.lines(path), 1):
            if WORD.search(line):
                problems.append(f"{path}:{number}: the word LLVM: {line.strip()}")
    for path in tree.files():
        checked += 1
        if GRAB_BAGS.search(path.stem.lower()):
            problems.append(f"{path}: a file is named after its idea, not {path.stem}")
        if path.suffix in {".hpp", ".cpp", ".cxx", ".hh"}:
            problems.append(f"{path}: sources are .cc, headers .h")
    tree.finish("names", problems, checked)


main()
