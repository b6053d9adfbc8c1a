#!/usr/bin/env python3
"""Sums up the cases of a `meson test` run: a line for each suite, then the closing line.

A test that prints TAP (cmocka's, ours in shell) counts with each of its cases, any other as one.
A program that crashes, ends early or fails without naming a case counts as a failure of its own.

Usage: tools/sum_tests.py BUILD-FOLDER STATUS-OF-MESON-TEST
"""
import collections
import json
import pathlib
import re
import sys

PLAN = re.compile(r"1\.\.(\d+)\b")
CASE = re.compile(r"(not )?ok (\d+)\b(.*)")
SKIP = re.compile(r"#\s*skip", re.IGNORECASE)


def cases_of(stdout):
    """The verdicts printed as TAP, and how many of the planned cases are missing.

    A plan comes before its cases (cmocka; several may follow one another, for several groups) or
    after them all. A number that comes again under one plan replaces the first, so that a forked
    child's copy counts once.
    """
    groups = []  # [planned, or None before a plan was seen; {number: verdict}]
    for line in stdout.splitlines():
        if plan := PLAN.match(line):
            if groups and groups[-1][0] is None:
                groups[-1][0] = int(plan[1])
            else:
                groups.append([int(plan[1]), {}])
        elif case := CASE.match(line):
            if not groups:
                groups.append([None, {}])
            # cmocka 1.1.5 prints "not ok 3 # SKIP name", so that SKIP decides first.
            verdict = "skipped" if SKIP.search(case[3]) else "failed" if case[1] else "passed"
            groups[-1][1][int(case[2])] = verdict
    verdicts = [verdict for _, cases in groups for verdict in cases.values()]
    missing = sum(max(0, (planned or 0) - len(cases)) for planned, cases in groups)
    return verdicts, missing


def verdicts_of(run):
    """The verdicts of one test program, given its line of meson's log."""
    verdicts, missing = cases_of(run.get("stdout") or "")
    if run["result"] in ("OK", "EXPECTEDFAIL"):
        # It ended well and yet did not run all that it had planned.
        return (verdicts or ["passed"]) + ["failed"] * missing
    if run["result"] == "SKIP":
        return verdicts or ["skipped"]
    return verdicts if "failed" in verdicts else verdicts + ["failed"]


def main():
    folder, status = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    tests = json.loads((folder / "meson-info/intro-tests.json").read_text())
    suites = {test["name"]: test["suite"][0].split(":")[-1] for test in tests}

    sums = collections.defaultdict(collections.Counter)
    # One log; under a wrapper, its name ends in the wrapper's.
    for log in (folder / "meson-logs").glob("testlog*.json"):
        for run in map(json.loads, log.read_text().splitlines()):
            name = run["name"].split(" / ")[-1]  # meson puts "PROJECT:SUITE / " before it
            sums[suites[name]].update(verdicts_of(run))

    total = sum(sums.values(), collections.Counter())
    if status != 0 and not total["failed"]:
        print(f"meson test itself failed, with status {status}")
        total["failed"] += 1
    if not total:
        print("no test ran")
        total["failed"] += 1

    words = "{0[passed]} passed, {0[failed]} failed, {0[skipped]} skipped"
    width = max(map(len, sums), default=0) + 1
    print()
    for suite, counts in sums.items():
        print(f"{suite + ':':{width}} {words.format(counts)}")
    print(words.format(total))
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
