# SPDX-License-Identifier: Apache-2.0
"""Every operation that src/api/ sends is known to src/wire/requirement.cc, which tells what a
server without it needs, and no other is."""
import re

import tree

# The name is the first argument; what is not a literal is looked up where it is made.
SENT = re.compile(r'\b(?:admin_)?(?:post|get)(?:_\w+)?\(\s*"([\w/]+)"')
ROUTE = re.compile(r'constexpr Route \w+{"(\w+)"')
KNOWN = re.compile(r'^    {"([\w/]+)",', re.MULTILINE)
# "raw" may be any route, so nothing is known of it. The realtime session is no HTTP request.
WITHOUT_REQUIREMENT, WITHOUT_REQUEST = {"raw"}, {"realtime"}


def text_of(path):
    return "\n".join(tree.lines(path))


def main():
    sent = set(WITHOUT_REQUEST)
    for path in tree.cpp_files("src/api"):
        text = text_of(path)
        sent.update(SENT.findall(text))
        sent.update(ROUTE.findall(text))
    # Steps of a weight transfer are named by their enumerators.
    steps = re.search(r"enum class WeightStep.*?{(.*?)}",
                      text_of("include/vllm_client/admin_calls.h"), re.DOTALL)
    sent.update(re.findall(r"\w+", steps[1]))
    known = set(KNOWN.findall(text_of("src/wire/requirement.cc")))
    problems = [f"src/wire/requirement.cc: nothing about {name}"
                for name in sorted(sent - known - WITHOUT_REQUIREMENT)]
    problems += [f"src/wire/requirement.cc: nobody sends {name}" for name in sorted(known - sent)]
    tree.finish("operation names", problems, len(sent))


main()
