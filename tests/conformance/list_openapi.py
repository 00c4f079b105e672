#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lists the routes of a running vLLM and the fields of their requests, as the server itself
describes them in /openapi.json, for tests/structure/protocol_coverage.py.

    list_openapi.py URL > protocol/server_NAME.json

The list is an object with
  vllm_version  what /version answered
  routes        "METHOD path": fields of the body and of the query, in the server's order
  objects       the same for the objects inside bodies that are vLLM's own
"""

import json
import sys
import urllib.request

OBJECTS = [
    "AnthropicContentBlock",
    "AnthropicJsonOutputFormat",
    "AnthropicMessage",
    "AnthropicOutputConfig",
    "AnthropicThinkingConfigAdaptive",
    "AnthropicThinkingConfigEnabled",
    "AnthropicTool",
    "AnthropicToolChoice",
    "CohereEmbedContent",
    "CohereEmbedInput",
    "JsonSchemaResponseFormat",
    "QuestionSpec",
    "RepetitionDetectionParams",
    "ResponseFormat",
    "StreamOptions",
    "StructuredOutputsParams",
]


def fetch(url):
    with urllib.request.urlopen(url, timeout=60) as reply:
        return json.load(reply)


def fields_of(schema, schemas):
    if "$ref" in schema:
        return fields_of(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas)
    names = []
    for choice in schema.get("anyOf", []) + schema.get("oneOf", []) + schema.get("allOf", []):
        names += fields_of(choice, schemas)
    names += schema.get("properties", {})
    # A name that begins with an underscore is the server's own business.
    return [name for name in dict.fromkeys(names) if not name.startswith("_")]


def request_fields(operation, schemas):
    names = []
    for content in operation.get("requestBody", {}).get("content", {}).values():
        names += fields_of(content["schema"], schemas)
    names += [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
    return list(dict.fromkeys(names))


def listing(description, version):
    schemas = description["components"]["schemas"]
    routes = {
        f"{method.upper()} {path}": request_fields(operation, schemas)
        for path, methods in sorted(description["paths"].items())
        for method, operation in sorted(methods.items())
    }
    objects = {name: fields_of(schemas[name], schemas) for name in OBJECTS if name in schemas}
    return {"vllm_version": version, "routes": routes, "objects": objects}


def one_line_each(value, depth=0):
    """JSON with one line for each route and object."""
    if depth == 2 or not isinstance(value, dict):
        return json.dumps(value)
    pad = " " * (depth + 1)
    lines = [f"{pad}{json.dumps(k)}: {one_line_each(v, depth + 1)}" for k, v in value.items()]
    return "{\n" + ",\n".join(lines) + f"\n{' ' * depth}}}"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    base = sys.argv[1].rstrip("/")
    version = fetch(base + "/version")["version"]
    print(one_line_each(listing(fetch(base + "/openapi.json"), version)))


if __name__ == "__main__":
    main()
