# SPDX-License-Identifier: Apache-2.0
"""A room of src includes only rooms above it, and third-party headers stay where they belong."""
import re

import tree

ROOMS = ["runtime", "metrics", "wire", "transport", "hardware", "request", "fleet", "cache",
         "prefetch", "scheduling", "routing", "resilience", "pipeline", "api", "c_api", "observe",
         "media", "realtime", "testing"]
# These five do not know each other.
SIBLINGS = {"cache", "prefetch", "scheduling", "routing", "resilience"}
# Third-party headers and the only rooms of src that may include them.
OWNERS = {
    "curl/": {"transport"},
    "simdjson": {"wire"},
    "boost/": {"testing", "observe", "realtime"},
    "magic.h": {"media"},
    "spdlog/": {"runtime"},
    "fmt/": {"runtime"},
    "openssl/": {"runtime", "wire", "transport", "testing", "cache", "request", "realtime"},
    "nlohmann/": {"testing", "observe"},
}
# Public headers that exist to meet a third-party library.
PUBLIC_THIRD_PARTY = {"include/vllm_client/json.h": "nlohmann/"}
# Public headers in C, and what they may include.
PUBLIC_C = {"include/vllm_client/c_api.h": "stddef.h"}
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^">]+)[">]')


def includes(path):
    for number, line in enumerate(tree.lines(path), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match[1], match[2]


def third_party(header):
    return next((prefix for prefix in OWNERS if header.startswith(prefix)), None)


def check_source(path, problems):
    room = path.parts[1]
    if room not in ROOMS:
        problems.append(f"{path}: src/{room} is not a known room")
        return
    for number, _, header in includes(path):
        where = f"{path}:{number}"
        library = third_party(header)
        if library and room not in OWNERS[library]:
            problems.append(f"{where}: {header} belongs to {sorted(OWNERS[library])} only")
        target = header.split("/")[0]
        if target not in ROOMS or target == room or "/" not in header:
            continue
        if ROOMS.index(target) > ROOMS.index(room):
            problems.append(f"{where}: {room} includes {header} of a room below it")
        elif room in SIBLINGS and target in SIBLINGS:
            problems.append(f"{where}: {room} and {target} must not know each other")


def check_first_include(path, problems):
    stem = path.stem
    own = [h for _, _, h in includes(path) if h.rsplit("/", 1)[-1] == f"{stem}.h"]
    first = next(iter(includes(path)), None)
    if own and first and first[2] not in own:
        problems.append(f"{path}:{first[0]}: the first include is not its own header {own[0]}")


def check_public(path, problems):
    for number, kind, header in includes(path):
        where = f"{path}:{number}"
        if kind == '"' and not header.startswith("vllm_client/"):
            problems.append(f'{where}: a public header includes "{header}"')
        elif kind == "<" and ("/" in header or header.endswith(".h") or third_party(header)):
            allowed = PUBLIC_THIRD_PARTY.get(str(path)) or PUBLIC_C.get(str(path))
            if not (allowed and header.startswith(allowed)):
                problems.append(f"{where}: a public header includes <{header}>")


def main():
    problems, checked = [], 0
    for path in tree.cpp_files("src"):
        check_source(path, problems)
        if path.suffix == ".cc":
            check_first_include(path, problems)
        checked += 1
    for path in tree.cpp_files("include"):
        check_public(path, problems)
        checked += 1
    tree.finish("include direction", problems, checked)


main()
