# SPDX-License-Identifier: Apache-2.0
"""protocol_coverage.py finds what it is there to find."""
import json
import pathlib
import tempfile
import unittest

from protocol_coverage import Coverage

CHAT_TEST = """\
#include "wire/full.h"

TEST(Chat, HasAll) {
    send("/v1/chat");
}

TEST(Chat, Other) {
    expect("top_p");
}
"""
FULL = "inline void fill(Chat& chat) { chat.model = 1; }\n"
PROTOCOL = {
    "reference.json": {"fields": {"chat": ["model"]}, "routes": ["POST /v1/chat"]},
    "server_a.json": {
        "routes": {"POST /v1/chat": ["model"]},
        "objects": {"Options": []},
    },
    "covered/routes.json": {"routes": {"POST /v1/chat": "wire/chat_test.cc: Chat.HasAll"}},
    "covered/chat.json": {
        "serves": ["POST /v1/chat"],
        "fields": {"model": "wire/chat_test.cc: Chat.HasAll"},
    },
}


class ProtocolCoverageTest(unittest.TestCase):
    def problems(self, **changes):
        """Problems of a small protocol after changes to its files, by stem."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "wire").mkdir()
            (folder / "covered").mkdir()
            (folder / "wire" / "chat_test.cc").write_text(CHAT_TEST, encoding="utf-8")
            (folder / "wire" / "full.h").write_text(FULL, encoding="utf-8")
            for path, content in PROTOCOL.items():
                content = json.loads(json.dumps(content))
                if change := changes.get(pathlib.Path(path).stem):
                    change(content)
                (folder / path).write_text(json.dumps(content), encoding="utf-8")
            coverage = Coverage(folder, folder)
            coverage.check()
            return coverage.problems

    def covered_by(self, entry):
        return self.problems(chat=lambda c: c["fields"].update(model=entry))

    def test_passes_what_is_covered(self):
        self.assertEqual(self.problems(), [])

    def test_finds_a_removed_field(self):
        found = self.problems(chat=lambda c: c["fields"].clear())
        self.assertIn("chat.model: not in the table", found)
        self.assertIn("server_a.json: POST /v1/chat: model: not in the table", found)

    def test_finds_a_removed_route(self):
        found = self.problems(routes=lambda c: c["routes"].clear())
        self.assertIn("POST /v1/chat: not in the table", found)

    def test_finds_a_new_field_and_a_new_route_of_a_server(self):
        def change(content):
            content["routes"]["POST /v1/chat"].append("news")
            content["routes"]["GET /news"] = []

        self.assertEqual(
            self.problems(server_a=change),
            [
                "server_a.json: POST /v1/chat: news: not in the table",
                "server_a.json: GET /news: not in the table",
            ],
        )

    def test_finds_a_new_field_of_an_object(self):
        found = self.problems(server_a=lambda c: c["objects"]["Options"].append("size"))
        self.assertEqual(found, ["server_a.json: Options: no family of the table serves it"])

    def test_finds_an_entry_without_a_test(self):
        self.assertEqual(self.covered_by(""), ["chat.model: no test: ''"])
        self.assertEqual(self.covered_by([]), ["chat.model: no test: ''"])

    def test_finds_a_test_that_does_not_exist(self):
        self.assertEqual(
            self.covered_by("wire/chat_test.cc: Chat.Gone"),
            ["chat.model: no test Chat.Gone in tests/wire/chat_test.cc"],
        )
        self.assertEqual(
            self.covered_by("wire/gone.cc: Chat.HasAll"), ["chat.model: no file tests/wire/gone.cc"]
        )

    def test_finds_a_test_that_does_not_name_the_field(self):
        self.assertEqual(
            self.covered_by("wire/chat_test.cc: Chat.HasAll (as top_p)"),
            ["chat.model: Chat.HasAll in tests/wire/chat_test.cc does not name top_p"],
        )
        self.assertEqual(self.covered_by("wire/chat_test.cc: Chat.Other (as top_p)"), [])

    def test_finds_what_is_not_in_the_protocol(self):
        found = self.problems(chat=lambda c: c["fields"].update(top_p=c["fields"]["model"]))
        self.assertIn("chat.top_p: in the table, but not in the protocol", found)


if __name__ == "__main__":
    unittest.main()
