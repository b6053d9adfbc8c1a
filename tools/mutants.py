#!/usr/bin/env python3
"""Puts deliberate faults into copies of the tree, one at a time, and sees that a test notices each.

A fault is a block of tests/mutants/TABLE.txt: its name in brackets, the file, the old text and the
new, each line of them after `- ` or `+ `. The old text may be part of a line and must stand in the
file exactly once. The unit tests named TABLE or TABLE_... judge it, and no others: what the tree
itself holds must notice. Whatever fails, crashes or takes far longer than before kills it. A fault
that cannot be built is an error.

Usage: tools/mutants.py [--look] [--source TREE] [--jobs N] TABLE [NAME...]
  --look    only look whether every row still fits its file
  --source  the tree (the one this program is in)
  --jobs    as many at a time (one for each processor)
  NAME      only these; all without any

Ends with `N killed, N survived`; exit status 1 when one survived or is in error. Copies, builds and
a list of what killed what are kept in build/mutants/, so that the next run is quicker.
"""
import argparse
import concurrent.futures
import fcntl
import json
import os
import pathlib
import queue
import resource
import signal
import subprocess
import sys
import time

MEMORY = 4 << 30  # bytes of address space for a test: a fault may ask for all there is


class Wrong(Exception):
    """What keeps the run from saying anything: told to the user, without a trace."""


class Mutant:
    def __init__(self, name, path, old, new):
        self.name, self.path, self.old, self.new = name, path, old, new

    def apply(self, tree):
        """The mutated text of the file in a tree."""
        try:
            text = (tree / self.path).read_text()
        except OSError as error:
            raise Wrong(f"{self.name}: {error}") from error
        if self.old == self.new:
            raise Wrong(f"{self.name}: nothing is changed")
        if (count := text.count(self.old)) != 1:
            raise Wrong(f"{self.name}: the old text stands {count} times in {self.path}, not once")
        return text.replace(self.old, self.new)


def read_table(path):
    """The mutants of a table, in its order."""
    mutants = []
    for block in path.read_text().split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines:
            continue
        old = [line[2:] for line in lines[2:] if line.startswith("-")]
        new = [line[2:] for line in lines[2:] if line.startswith("+")]
        whole = lines[0].startswith("[") and lines[0].endswith("]") and old
        if not whole or len(lines) != 2 + len(old) + len(new):
            raise Wrong(f"{path}: not a mutant: {lines[0]}")
        mutants.append(Mutant(lines[0][1:-1], lines[1], "\n".join(old), "\n".join(new)))
    names = [mutant.name for mutant in mutants]
    for name in names:
        if names.count(name) > 1:
            raise Wrong(f"{path}: the name {name} stands twice")
    return mutants


def files_of(tree):
    """What git tracks or would, else all that is not built: paths below the tree."""
    if (tree / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=tree, check=True, capture_output=True, text=True)
        return {name for name in listed.stdout.split("\0") if name and (tree / name).is_file()}
    return {
        str(path.relative_to(tree))
        for path in tree.rglob("*")
        if path.is_file() and not {"build", "node_modules"} & set(path.relative_to(tree).parts)
    }


def copy_tree(source, copy):
    """Makes the copy equal; files that are, are left alone, so that they are not built again."""
    wanted = files_of(source)
    for name in files_of(copy) - wanted if copy.exists() else ():
        (copy / name).unlink()
    for name in wanted:
        content = (source / name).read_bytes()
        target = copy / name
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            target.chmod((source / name).stat().st_mode)


class Test:
    """A test program, what to build for it, and how long it takes when nothing is wrong."""

    def __init__(self, described, program):
        self.name = described["name"]
        self.command, self.program = described["cmd"], program
        self.environment = described["env"]
        self.seconds = 0.0


def run(command, folder, environment=None, limit=None, seconds=None):
    """Runs a command in a group of its own. Returns its status (None: too slow) and output."""

    def prepare():
        if limit:
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=prepare,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
        return process.returncode, output.decode(errors="replace")
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return None, ""


class Worker:
    """A copy of the tree with its build folder."""

    def __init__(self, source, folder, table):
        self.source, self.table = source, table
        self.tree, self.build = folder / "tree", folder / "build"
        self.tests = []

    def make(self, *targets):
        return run(["ninja", "-C", str(self.build), *targets], self.tree)

    def prepare(self):
        """Copies, builds without the sanitizers, and runs every test once: all must pass."""
        copy_tree(self.source, self.tree)
        if not (self.build / "build.ninja").exists():
            options = ["-Dbuildtype=plain", "-Doptimization=1", "-Dwerror=false"]
            command = ["meson", "setup", *options, str(self.build), str(self.tree)]
            status, output = run(command, self.tree)
            if status != 0:
                raise Wrong(output + "The copy cannot be configured.")
        # Anew when a meson.build has changed, so that the lists below are right.
        status, output = self.make("build.ninja")
        if status != 0:
            raise Wrong(output + "The copy cannot be configured.")
        info = self.build / "meson-info"
        programs = {
            target["id"]: target["filename"][0]
            for target in json.loads((info / "intro-targets.json").read_text())
        }
        for described in json.loads((info / "intro-tests.json").read_text()):
            ours = (described["name"] + "_").startswith(self.table + "_")
            depends = [programs[name] for name in described["depends"] if name in programs]
            if ours and depends and described["suite"][0].endswith(":unit"):
                program = str(pathlib.Path(depends[0]).relative_to(self.build))
                self.tests.append(Test(described, program))
        if not self.tests:
            raise Wrong(f"no test is named {self.table}_...")
        status, output = self.make(*(test.program for test in self.tests))
        if status != 0:
            raise Wrong(output + "The copy cannot be built.")
        for test in self.tests:
            start = time.monotonic()
            status, output = self.judge(test)
            test.seconds = time.monotonic() - start
            if status != 0:
                raise Wrong(f"{output}The test {test.name} fails without any mutant.")
        self.tests.sort(key=lambda test: test.seconds)

    def judge(self, test, seconds=None):
        return run(test.command, self.build, test.environment, MEMORY, seconds)

    def kill(self, mutant, first):
        """The name of the test that kills the mutant, or None. first: the test to begin with; then
        those that killed last, since faults of one file often fall to one test."""
        mutated = mutant.apply(self.tree)
        path = self.tree / mutant.path
        original = path.read_text()
        try:
            path.write_text(mutated)
            for test in sorted(self.tests, key=lambda test: test.name != first):
                status, output = self.make(test.program)
                if status != 0:
                    raise Wrong(f"{output}{mutant.name}: cannot be built")
                status, _ = self.judge(test, 60 + 30 * test.seconds)
                if status != 0:
                    self.tests.remove(test)
                    self.tests.insert(0, test)
                    return test.name + (" (too slow)" if status is None else "")
            return None
        finally:
            path.write_text(original)


def run_all(source, table, mutants, jobs):
    """Kills them all; returns how many survived, and how many are in error."""
    folder = source / "build/mutants"
    folder.mkdir(parents=True, exist_ok=True)
    lock = open(folder / "lock", "w")
    fcntl.flock(lock, fcntl.LOCK_EX)  # until this run ends: two would change each other's copies
    notes = folder / f"{table}.json"
    killers = json.loads(notes.read_text()) if notes.exists() else {}
    # Mutants of one file one after the other: then each is compiled once.
    left = queue.Queue()
    for path in dict.fromkeys(mutant.path for mutant in mutants):
        left.put([mutant for mutant in mutants if mutant.path == path])
    counts = {"killed": 0, "survived": 0, "wrong": 0}

    def tell(outcome, words):
        counts[outcome] += 1
        print(words, flush=True)

    def work(index):
        worker = Worker(source, folder / str(index), table)
        worker.prepare()
        while True:
            try:
                batch = left.get_nowait()
            except queue.Empty:
                return
            for mutant in batch:
                try:
                    killer = worker.kill(mutant, killers.get(mutant.name))
                except Wrong as error:
                    tell("wrong", f"ERROR    {error}")
                    continue
                if killer:
                    killers[mutant.name] = killer.split()[0]
                    tell("killed", f"killed   {mutant.name}: {killer}")
                else:
                    tell("survived", f"SURVIVED {mutant.name} ({mutant.path})")

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for future in [pool.submit(work, index) for index in range(jobs)]:
            future.result()
    notes.write_text(json.dumps(killers, indent=1, sort_keys=True))
    return counts


def main():
    parser = argparse.ArgumentParser(description="see the top of this file", add_help=False)
    parser.add_argument("--look", action="store_true")
    parser.add_argument("--source", default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("table")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    source = pathlib.Path(arguments.source).resolve()
    try:
        mutants = read_table(source / "tests/mutants" / f"{arguments.table}.txt")
        known = {mutant.name for mutant in mutants}
        for name in arguments.names:
            if name not in known:
                raise Wrong(f"no mutant is named {name}")
        for mutant in mutants:
            mutant.apply(source)
        if arguments.look:
            print(f"{len(mutants)} mutants fit their files")
            return 0
        if arguments.names:
            mutants = [mutant for mutant in mutants if mutant.name in arguments.names]
        jobs = min(arguments.jobs, len({mutant.path for mutant in mutants}))
        counts = run_all(source, arguments.table, mutants, jobs)
    except Wrong as error:
        print(error)
        return 1
    if counts["wrong"]:
        print(f"{counts['wrong']} in error")
    print(f"{counts['killed']} killed, {counts['survived']} survived")
    return 1 if counts["survived"] or counts["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
