# SPDX-License-Identifier: Apache-2.0
"""header_cost.py COMPILER INCLUDE_DIR: <vllm_client/vllm_client.h> alone must compile in at most 1.5
times the time of the standard headers it uses. Medians of interleaved runs, CPU time of the compiler."""
import pathlib
import re
import resource
import statistics
import subprocess
import sys

ROUNDS = 9
LIMIT = 1.5


def standard_headers(include_dir, name, seen, found):
    """Collects the <...> headers that `name` reaches through our own headers."""
    if name in seen:
        return
    seen.add(name)
    text = (include_dir / name).read_text(encoding="utf-8")
    for kind, header in re.findall(r'^\s*#\s*include\s*([<"])([^">]+)', text, flags=re.M):
        if kind == "<":
            found.add(header)
        else:
            standard_headers(include_dir, header, seen, found)


def seconds(compiler, include_dir, source):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([compiler, "-std=c++20", "-O0", "-I", str(include_dir), "-c", "-o", "/dev/null",
                    "-x", "c++", "-"], input=source, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    compiler, include_dir = sys.argv[1], pathlib.Path(sys.argv[2])
    found = set()
    standard_headers(include_dir, "vllm_client/vllm_client.h", set(), found)
    standard = "".join(f"#include <{header}>\n" for header in sorted(found))
    ours = "#include <vllm_client/vllm_client.h>\n"
    baseline, cost = [], []
    for _ in range(ROUNDS):
        baseline.append(seconds(compiler, include_dir, standard))
        cost.append(seconds(compiler, include_dir, ours))
    ratio = statistics.median(cost) / statistics.median(baseline)
    print(f"standard headers ({len(found)}): {statistics.median(baseline):.2f} s, vllm_client.h: "
          f"{statistics.median(cost):.2f} s, ratio {ratio:.2f}, limit {LIMIT}")
    sys.exit(0 if ratio <= LIMIT else 1)


main()
