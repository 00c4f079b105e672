# SPDX-License-Identifier: Apache-2.0
"""Size budget: headers 250 lines, sources 400, tests and benchmarks 500. size_exceptions.txt lists
the files past it, each with its own limit and the reason."""
import tree


def budget(path):
    if path.parts[0] in {"tests", "bench"}:
        return 500
    return 250 if path.suffix == ".h" else 400


def main():
    problems, checked = [], 0
    limits = {}
    for key in tree.exceptions("size_exceptions.txt"):
        name, limit = key.rsplit(" ", 1)
        limits[name] = int(limit)
    for path in tree.cpp_files():
        checked += 1
        count = len(tree.lines(path))
        limit = limits.pop(str(path), None)
        if limit is not None and count <= budget(path):
            problems.append(f"{path}: is within the budget; take it off size_exceptions.txt")
        elif count > (limit or budget(path)):
            problems.append(f"{path}: {count} lines, budget {limit or budget(path)}")
    problems += [f"size_exceptions.txt: no such file: {name}" for name in limits]
    tree.finish("sizes", problems, checked)


main()
