# SPDX-License-Identifier: Apache-2.0
"""Information only: sources of src that have no test of the same stem in tests/<room>/."""
import tree


def main():
    sources = [p for p in tree.cpp_files("src") if p.suffix == ".cc"]
    tests = {p.stem.removesuffix("_test") for p in tree.cpp_files("tests")}
    bare = [p for p in sources if p.stem not in tests]
    for path in bare:
        print(f"{path}: covered by its neighbours' tests only")
    tree.finish(f"mirrored stems: {len(bare)} of {len(sources)} sources without a namesake test",
                [], len(sources))


main()
