#!/usr/bin/env python3
"""Measures how much of a folder of src/ its unit tests run: lines, branches and MC/DC (clang 19).

Every outcome of every branch must be taken, or be listed with its reason in
tests/coverage/FOLDER.txt; what is listed must not be taken. There, `#` lines say why, and the rows
below them, until an empty line, name outcomes as this program prints them. The way past a switch
over all its cases is no outcome: the compiler's warning looks after that.

Usage: tools/coverage.py FOLDER   src/FOLDER, by the unit tests named FOLDER or FOLDER_...

Exit status 1 when the list and the truth differ. The build and what was measured are in
build/coverage/; build/coverage/FOLDER.html shows each line.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

COMPILER, TOOLS = "clang-19", "-19"
ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/coverage"
COUNTED = "-fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc"


class Wrong(Exception):
    """What keeps the run from measuring anything."""


def call(command, **options):
    done = subprocess.run(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options
    )
    if done.returncode != 0:
        raise Wrong(done.stdout + f"failed: {' '.join(map(str, command))}")
    return done.stdout


def programs_of(folder):
    """The test programs, built."""
    flags = {"CC": COMPILER, "CFLAGS": COUNTED, "LDFLAGS": "-fprofile-instr-generate"}
    # What MC/DC cannot look into is a warning of that compiler only.
    options = ["-Dbuildtype=debug", "-Dwerror=false", "-Db_lundef=false"]
    # The programs that the build itself runs count too, and nobody looks at it.
    environment = {**os.environ, **flags, "LLVM_PROFILE_FILE": "/dev/null"}
    call(["tools/configure.sh", "build/coverage", *options], env=environment)
    call(["ninja", "-C", BUILD, "build.ninja"], env=environment)  # anew when a meson.build changed
    tests = json.loads((BUILD / "meson-info/intro-tests.json").read_text())
    programs = [
        test["cmd"][0]
        for test in tests
        if (test["name"] + "_").startswith(folder + "_") and test["suite"][0].endswith(":unit")
    ]
    if not programs:
        raise Wrong(f"no unit test is named {folder}_...")
    targets = [os.path.relpath(program, BUILD) for program in programs]
    call(["ninja", "-C", BUILD, *targets], env=environment)
    return programs


def measure(folder, programs):
    """Runs the tests; what llvm-cov says of the folder's files."""
    profiles = []
    for program in programs:
        profiles.append(BUILD / (pathlib.Path(program).name + ".profraw"))
        call([program], env={**os.environ, "LLVM_PROFILE_FILE": str(profiles[-1])})
    merged = BUILD / f"{folder}.profdata"
    call([f"llvm-profdata{TOOLS}", "merge", "-o", merged, *profiles])
    objects = [programs[0]] + [word for program in programs[1:] for word in ("-object", program)]
    common = [*objects, f"-instr-profile={merged}", "-sources", f"src/{folder}"]
    shown = call([f"llvm-cov{TOOLS}", "show", "-format=html", "-show-mcdc", *common])
    (BUILD / f"{folder}.html").write_text(shown)
    return json.loads(call([f"llvm-cov{TOOLS}", "export", *common]))["data"][0]


def functions_of(measured, filename):
    """The lines at which each function of a file begins and ends."""
    return {
        function["name"].split(":")[-1]: (function["regions"][0][0], function["regions"][0][2])
        for function in measured["functions"]
        if function["filenames"][0] == filename
    }


def text_of(lines, region):
    first, column, last, end = region
    if first == last:
        return lines[first - 1][column - 1 : end - 1]
    middle = lines[first : last - 1]
    return " ".join([lines[first - 1][column - 1 :], *middle, lines[last - 1][: end - 1]])


def never_taken(measured):
    """The outcomes of branches that no test took, as rows."""
    rows = []
    for file in measured["files"]:
        path = pathlib.Path(file["filename"])
        lines = path.read_text().split("\n")
        functions = functions_of(measured, file["filename"])
        counts = {}
        for branch in file["branches"]:
            # Of an inline function there is a row for each program.
            count = counts.setdefault(tuple(branch[:4]), [0, 0])
            count[0] += branch[4]
            count[1] += branch[5]
        for region, count in sorted(counts.items()):
            if lines[region[0] - 1][: region[1] - 1].rstrip().endswith("switch ("):
                continue
            inside = [name for name, (a, b) in functions.items() if a <= region[0] <= b]
            condition = " ".join(text_of(lines, region).split())
            where = f"{path.relative_to(ROOT)} {inside[0] if inside else '?'}: {condition}"
            for outcome, taken in zip(("true", "false"), count):
                if not taken:
                    rows.append(f"{where}: never {outcome}")
    return rows


def read_list(path):
    """The rows of the list. Each group must say why."""
    rows = []
    for group in re.split(r"\n\s*\n", path.read_text() if path.exists() else ""):
        lines = group.splitlines()
        listed = [line for line in lines if line and not line.startswith("#")]
        if listed and not lines[0].startswith("#"):
            raise Wrong(f"{path}: no reason is given before: {listed[0]}")
        rows += listed
    return rows


def compare(found, listed):
    """Prints what differs; whether nothing does."""
    left = list(listed)
    good = True
    for row in found:
        if row in left:
            left.remove(row)
        else:
            good = False
            print(f"not covered:       {row}")
    for row in left:
        good = False
        print(f"covered after all: {row}")
    return good


def main():
    if len(sys.argv) != 2:
        raise Wrong(__doc__.strip())
    folder = sys.argv[1]
    measured = measure(folder, programs_of(folder))
    good = compare(never_taken(measured), read_list(ROOT / f"tests/coverage/{folder}.txt"))
    print(f"src/{folder}, by its unit tests:")
    for kind in ("functions", "lines", "branches", "mcdc"):
        total = measured["totals"][kind]
        print(f"  {kind:9} {total['covered']:6} of {total['count']:6}  {total['percent']:6.2f} %")
    return 0 if good else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Wrong as error:
        sys.exit(str(error))
