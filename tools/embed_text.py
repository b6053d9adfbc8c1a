#!/usr/bin/env python3
"""Makes a header with a text file as a C string.

Usage: embed_text.py NAME FILE HEADER.h
"""
import sys
from pathlib import Path

name, source, header = sys.argv[1:]
data = Path(source).read_bytes() + b"\0"
lines = [", ".join(str(byte) for byte in data[at : at + 24]) for at in range(0, len(data), 24)]
Path(header).write_text(
    f"/* {Path(source).name}, made by tools/embed_text.py. */\n"
    f"static const char {name}[] = {{\n    " + ",\n    ".join(lines) + ",\n};\n"
)
