#!/usr/bin/env python3
"""Makes the one header of the library enduse-cedar from those of src/cedar and src/base, and the
list of names that the library has to have global.

What is ours is called so: names of functions and types begin with enduse_cedar_, constants and
macros with ENDUSE_CEDAR_. The sources know nothing of it: objcopy renames the functions by the list.

Usage: one_header.py SRC HEADER.h SYMBOLS.txt
"""
import re
import sys
from pathlib import Path

ENGINE = "cedar/engine.h"
# What engine's headers need of base: the rest of base.h is the operating system and calendars.
BASE = ["base/arena.h", "base/bytes.h", "base/error.h"]
# Rows of the table of errors that the engine can return; and those of policies.
ERRORS = {"MEMORY", "NOT_FOUND", "TOO_LARGE", "STATE", "INTERNAL", "UTF8"}
POLICIES = range(400, 450)

INCLUDE = re.compile(r'#include "(.*)"\n')
SYSTEM = re.compile(r"#include <.*>\n")
GUARD = re.compile(r"#(ifndef|define) ENDUSE_\w+_H\n|#endif\n*\Z", re.M)
ROW = re.compile(r'^ERROR_ROW\(\s*(\w+),\s*(\d+),\s*"((?:[^"\\]|\\.)*)"\)', re.M)
TABLE = re.compile(
    r"#define ERROR_ROW\(name, number, words\).*\n#include \"base/error_rows.h\"\n#undef ERROR_ROW\n")
# Of base, but nothing for who embeds: the operating system's errors, numbers in big-endian order.
DROPPED = re.compile(
    r"(/\*[^*]*\*/\n)?enum error error_from_errno\(int number\);\n|"
    r"^\w+ (load|store)_u\d+\(.*\n|^void buffer_append_u\d+\(.*\n", re.M)
TYPES = "arena arena_block buffer bytes error fault"
# Of functions of base; the types above are renamed by their keyword.
BASE_FUNCTIONS = re.compile(r"\b((?:arena|bytes|buffer|error|fault)_\w+)(?=\()")
MACROS = re.compile(r"\b(ARENA_\w+|BYTES_\w+|ERROR_\w+|PRINTF_LIKE|MUST_CHECK|CLEANUP)\b")
FUNCTION = re.compile(r"\b(enduse_cedar_\w+)\(")
STATIC = re.compile(r"^static inline .*?^}\n", re.M | re.S)
COMMENT = re.compile(r"/\*.*?\*/", re.S)


def error_rows(src):
    rows = ROW.findall((src / "base/error_rows.h").read_text())
    return "".join(
        f"    ERROR_{name} = {number}, /* {words} */\n" for name, number, words in rows
        if name in ERRORS or int(number) in POLICIES)


def gather(src, name, seen, system):
    """The text of a header with those that it includes before it, each once."""
    if name in seen:
        return ""
    seen.add(name)
    text = (src / name).read_text()
    text = TABLE.sub(lambda _: error_rows(src), text)
    before = ""
    for inner in INCLUDE.findall(text):
        for one in BASE if inner == "base/base.h" else [inner]:
            before += gather(src, one, seen, system)
    system.update(SYSTEM.findall(text))
    text = GUARD.sub("", SYSTEM.sub("", INCLUDE.sub("", DROPPED.sub("", text)))).strip()
    if name == ENGINE:
        return text + "\n\n" + before  # what there is, before all of it
    title = f"/* --- {Path(name).name} "
    return before + title + "-" * (97 - len(title)) + " */\n\n" + text + "\n\n"


def rename(text):
    text = re.sub(r"\bcedar_(?=\w)", "enduse_cedar_", text)
    text = re.sub(r"\bCEDAR_(?=\w)", "ENDUSE_CEDAR_", text)
    text = BASE_FUNCTIONS.sub(r"enduse_cedar_\1", text)
    text = MACROS.sub(r"ENDUSE_CEDAR_\1", text)
    return re.sub(
        r"\b(struct|enum) (%s)\b" % TYPES.replace(" ", "|"), r"\1 enduse_cedar_\2", text)


def internal(name):
    """What the sources call a function."""
    bare = name.removeprefix("enduse_cedar_")
    return bare if BASE_FUNCTIONS.match(bare + "(") else "cedar_" + bare


def main():
    src, header, symbols = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    system = set()
    text = rename(gather(src, ENGINE, set(), system))
    text = re.sub(r"\n{3,}", "\n\n", text)
    header.write_text(
        "/* Cedar, the policy language, in C: parser, evaluator, explanations. The library is\n"
        " * enduse-cedar (pkg-config), on libc alone. Made from the sources by tools/one_header.py. */\n"
        "#ifndef ENDUSE_CEDAR_H\n#define ENDUSE_CEDAR_H\n\n" + "".join(sorted(system)) + "\n" + text
        + "#endif\n")
    declared = STATIC.sub("", COMMENT.sub("", text))
    declared = re.sub(r"^#define(.*\\\n)*.*\n", "", declared, flags=re.M)
    names = sorted(set(FUNCTION.findall(declared)))
    symbols.write_text("".join(f"{internal(name)} {name}\n" for name in names))


main()
