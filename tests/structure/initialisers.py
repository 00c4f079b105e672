# SPDX-License-Identifier: Apache-2.0
"""Every member of a public aggregate has a default initialiser, so that a partial designated
initialiser warns nobody. Reads the structs of include/ that have no constructor of their own."""
import re

import tree

STRUCT = re.compile(r"\bstruct\s+(?:VLLM_CLIENT_EXPORT\s+)?(\w+)\s*(?:final\s*)?\{")
NOT_A_MEMBER = re.compile(
    r"^\s*(enum|struct|class|union|using|typedef|static|friend|template|static_assert|public|private"
    r"|protected)\b")


def without_comments(text):
    text = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)
    text = re.sub(r"'(?:\\.|[^'\\\n])'", "' '", text)
    text = re.sub(r"//[^\n]*", "", text)
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), text, flags=re.S)
    return re.sub(r"^\s*#[^\n]*", "", text, flags=re.M)


def body(text, start):
    """Text between the brace before `start` and the one that closes it."""
    depth = 1
    for end in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if depth == 0:
            return text[start:end]
    raise ValueError("unbalanced braces")


def declarations(struct_body):
    """(offset, text) of each declaration; a function body or nested type ends one as ';' does."""
    start = depth = 0
    for at, char in enumerate(struct_body):
        depth += {"{": 1, "}": -1, "(": 1, ")": -1}.get(char, 0)
        ends_function = (char == "}" and depth == 0 and
                         re.search(r"\)[\s\w&]*\{", struct_body[start:at]) is not None)
        if depth == 0 and (char == ";" or ends_function):
            yield start, struct_body[start:at]
            start = at + 1


def is_function(declaration):
    head = re.split(r"[{=]", declaration, maxsplit=1)[0]
    while re.search(r"<[^<>]*>", head):
        head = re.sub(r"<[^<>]*>", "", head)
    return "(" in head or "operator" in head


def check(path, problems):
    text = without_comments("\n".join(tree.lines(path)))
    members = 0
    for struct in STRUCT.finditer(text):
        name = struct[1]
        inside = body(text, struct.end())
        if re.search(rf"(?<!~)\b{name}\s*\(", inside):
            continue  # it has a constructor: no aggregate
        for offset, declaration in declarations(inside):
            if not declaration.strip() or NOT_A_MEMBER.match(declaration) or is_function(declaration):
                continue
            members += 1
            if "{" not in declaration and "=" not in declaration:
                line = text[: struct.end() + offset].count("\n") + 1
                member = " ".join(declaration.split())
                problems.append(f"{path}:{line}: {name}: no default initialiser: {member}")
    return members


def main():
    problems, checked = [], 0
    for path in tree.cpp_files("include"):
        if "detail" not in path.parts:
            checked += check(path, problems)
    tree.finish("default initialisers of public aggregates", problems, checked)


main()
