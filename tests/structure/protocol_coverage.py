# SPDX-License-Identifier: Apache-2.0
"""Every route and request field of the protocol is covered by a test.

tests/conformance/protocol holds
  reference.json   the protocol as written down: routes, and the fields of each family of requests
  server_*.json    the routes and fields that real servers list (list_openapi.py makes them)
  covered/         routes.json, and a file for each family: which test covers each of them, as
                   "FILE: Suite.Name", or "FILE: Suite.Name (as NAME)" where it goes by another
                   name; FILE is below tests/
The test must exist, and it, what its file has beside tests, or a header of ours that the file
includes must name the field or route. VLLM_CLIENT_OPENAPI may name one more server's openapi.json.
"""
import json
import os
import pathlib
import re
import sys

import tree

TESTS = tree.ROOT / "tests"
ENTRY = re.compile(r"(\S+): (\w+\.\w+)(?: \(as (\S+)\))?")
TEST = re.compile(r"^(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\).*?^}", re.MULTILINE | re.DOTALL)
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def nameless(route):
    """A route without the names of the parts of its path that vary."""
    return re.sub(r"{[^}]*}", "{}", route)


class TestFile:
    """A file of tests: the text in reach of each of them."""

    def __init__(self, path, tests_folder):
        text = path.read_text(encoding="utf-8")
        self.bodies = {".".join(m.groups()): m.group(0) for m in TEST.finditer(text)}
        headers = [tests_folder / name for name in INCLUDE.findall(text)]
        shared = [h.read_text(encoding="utf-8") for h in headers if h.is_file()]
        self.shared = "\n".join([TEST.sub("", text), *shared])

    def names(self, test, name):
        """Whether `name` stands in reach of the test, with something in place of a {part}."""
        fixed = r"[^/\s]+".join(re.escape(part) for part in re.split(r"{[^}]*}", name))
        word = re.compile(r"(?<![\w/])" + fixed + r"(?!\w)")
        return bool(word.search(self.bodies[test]) or word.search(self.shared))


class Coverage:
    def __init__(self, folder, tests_folder):
        self.tests_folder = tests_folder
        self.reference = read_json(folder / "reference.json")
        self.servers = {path.name: read_json(path) for path in sorted(folder.glob("server_*.json"))}
        covered = {path.stem: read_json(path) for path in sorted((folder / "covered").glob("*.json"))}
        self.routes = covered.pop("routes")["routes"]
        self.families = covered
        self.files = {}
        self.problems = []
        self.checked = 0

    def test_file(self, path):
        if path not in self.files:
            full = self.tests_folder / path
            self.files[path] = TestFile(full, self.tests_folder) if full.is_file() else None
        return self.files[path]

    def check_entry(self, what, name, entry):
        """Checks that the test of an entry exists and names `name`."""
        self.checked += 1
        match = ENTRY.fullmatch(entry)
        if not match:
            return self.problems.append(f"{what}: no test: {entry!r}")
        path, test, sent_as = match.groups()
        file = self.test_file(path)
        if file is None:
            self.problems.append(f"{what}: no file tests/{path}")
        elif test not in file.bodies:
            self.problems.append(f"{what}: no test {test} in tests/{path}")
        elif not file.names(test, sent_as or name):
            self.problems.append(f"{what}: {test} in tests/{path} does not name {sent_as or name}")

    def check_entries(self, what, name, entries):
        entries = entries if isinstance(entries, list) else [entries]
        for entry in entries or [""]:
            self.check_entry(what, name, entry)

    def check_tests(self):
        for route, entries in self.routes.items():
            self.check_entries(route, route.split(" ")[1], entries)
        for family, content in self.families.items():
            for field, entries in content["fields"].items():
                self.check_entries(f"{family}.{field}", field, entries)

    def check_reference(self):
        """Nothing of the reference is missing from the table."""
        self.problems += [
            f"{route}: not in the table" for route in self.reference["routes"]
            if route not in self.routes
        ]
        for family, fields in self.reference["fields"].items():
            known = self.families.get(family, {"fields": {}})["fields"]
            self.problems += [f"{family}.{f}: not in the table" for f in fields if f not in known]

    def fields_of(self, place):
        """Fields that the table has for a route or object of a server, or nothing."""
        serving = [c["fields"] for c in self.families.values() if place in c["serves"]]
        return set().union(*serving) if serving else None

    def check_server(self, name, listing):
        """Nothing that a server lists is missing from the table."""
        routes = {nameless(route) for route in self.routes}
        for place, fields in {**listing["routes"], **listing.get("objects", {})}.items():
            if " " in place and nameless(place) not in routes:
                self.problems.append(f"{name}: {place}: not in the table")
            known = self.fields_of(place)
            if fields and known is None:
                self.problems.append(f"{name}: {place}: no family of the table serves it")
            self.problems += [
                f"{name}: {place}: {field}: not in the table"
                for field in fields if known is not None and field not in known
            ]
            self.checked += 1 + len(fields)

    def check_unknown(self):
        """The table has nothing that neither the reference nor a server has."""
        for family, content in self.families.items():
            known = set(self.reference["fields"].get(family, []))
            for listing in self.servers.values():
                for place, fields in {**listing["routes"], **listing["objects"]}.items():
                    known |= set(fields) if place in content["serves"] else set()
            self.problems += [
                f"{family}.{field}: in the table, but not in the protocol"
                for field in content["fields"] if field not in known
            ]

    def check(self):
        self.check_tests()
        self.check_reference()
        for name, listing in self.servers.items():
            self.check_server(name, listing)
        self.check_unknown()


def listing_of(path):
    """What a server's openapi.json lists, in the form of server_*.json."""
    sys.path.insert(0, str(TESTS / "conformance"))
    import list_openapi

    return list_openapi.listing(read_json(pathlib.Path(path)), "unknown")


def main():
    coverage = Coverage(TESTS / "conformance" / "protocol", TESTS)
    if path := os.environ.get("VLLM_CLIENT_OPENAPI"):
        coverage.servers[path] = listing_of(path)
    coverage.check()
    tree.finish("protocol coverage", coverage.problems, coverage.checked)


if __name__ == "__main__":
    main()
