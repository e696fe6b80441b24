"""What the sweeps share: a home of its own for each run, the program with a fault, and the scripted provider.

A sweep runs one command many times. Every run starts from a copy of a home that was made once, so runs know nothing of
each other and several go at a time. $OUT is the build directory; a scenario is one line of SCENARIOS.
"""
import collections
import concurrent.futures
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = pathlib.Path(os.environ.get("OUT", ROOT / "build/debug"))
IBID = OUT / "ibid"
FAULT_SO = OUT / "tests/sweep/fault.so"
SAMPLES = ROOT / "tests/samples"
JOBS = int(os.environ.get("JOBS", "2"))
# One run may take so long, in seconds; nothing here may hang.
TIMEOUT = 30

# start: the home it begins with, "empty" (no library yet) or "full"; changes: the library is written to;
# allocs: how many allocations are failed, unless all are.
Scenario = collections.namedtuple("Scenario", "name args start changes allocs")
SCENARIOS = [
    Scenario("version",        ["--version"],                                       "empty", False, 400),
    Scenario("help",           ["help", "ask"],                                     "empty", False, 100),
    Scenario("config list",    ["config", "list"],                                  "empty", False, 100),
    Scenario("session list",   ["session", "list"],                                 "full",  False, 40),
    Scenario("session export", ["session", "export", "@", "--format", "json"],      "full",  False, 40),
    Scenario("session import", ["session", "import", "session.json"],               "full",  True,  40),
    Scenario("session branch", ["session", "branch", "@#2", "--name", "other way"],  "full",  True,  40),
    Scenario("session rate",   ["session", "rate", "@#2", "up", "--note", "yes"],   "full",  True,  40),
    Scenario("session rm",     ["session", "rm", "--now", "-y", "@"],               "full",  True,  40),
    Scenario("ingest a file",  ["ingest", "notes.md"],                              "full",  True,  40),
    Scenario("ingest all",     ["ingest", str(SAMPLES)],                            "empty", True,  40),
    Scenario("search",         ["search", "reconnaissance harbour"],                "full",  False, 40),
    Scenario("query",          ["query", "Which tunnel did GREY HERON use?"],       "full",  True,  40),
    Scenario("cite export",    ["cite", "export", "--format", "bibtex"],            "full",  False, 40),
    Scenario("ask",            ["ask", "-m", "fake", "hello"],                      "full",  True,  40),
    Scenario("db check",       ["db", "check"],                                     "full",  False, 40),
    Scenario("db vacuum",      ["db", "vacuum"],                                    "full",  True,  40),
    Scenario("db backup",      ["db", "backup", "another-copy.db"],                 "full",  True,  40),
    Scenario("db restore",     ["db", "restore", "-y", "copy.db"],                  "full",  True,  40),
    Scenario("doc rm",         ["doc", "rm", "--now", "-y", "d1"],                  "full",  True,  40),
]
# What these remove may be gone afterwards, and cannot be removed again.
REMOVE = ("session rm", "doc rm")


class Home:
    """A directory with everything ibid reads and writes. `with home.copy() as h` gives one that goes away."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.data = self.path / "data"
        self.library = self.data / "ibid/library.db"

    def env(self, **more):
        return {"PATH": os.environ["PATH"], "HOME": str(self.path), "XDG_CONFIG_HOME": str(self.path / "config"),
                "XDG_DATA_HOME": str(self.data), "XDG_STATE_HOME": str(self.path / "state"),
                "XDG_CACHE_HOME": str(self.path / "cache"), "LC_ALL": "C.UTF-8", "TZ": "UTC"} | more

    def configure(self, text):
        (self.path / "config/ibid").mkdir(parents=True, exist_ok=True)
        (self.path / "config/ibid/config").write_text(text)

    def run(self, *args, fault=None, env=None, prefix=()):
        more = dict(env or {})
        if fault:
            more |= {"LD_PRELOAD": str(FAULT_SO), "FAULT": fault}
        return subprocess.run([*prefix, IBID, *args], cwd=self.path, env=self.env(**more), timeout=TIMEOUT,
                              stdin=subprocess.DEVNULL, capture_output=True)

    def start(self, *args):
        return subprocess.Popen([IBID, *args], cwd=self.path, env=self.env(), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def count(self, *args):
        """How many allocations and file changes an undisturbed run makes, and its end."""
        file = self.path / "count"
        r = self.run(*args, env={"LD_PRELOAD": str(FAULT_SO), "FAULT_COUNT": str(file)})
        return [int(n) for n in file.read_text().split()], r

    def must(self, *args):
        """Setting up must work, or nothing that follows means anything."""
        r = self.run(*args)
        if r.returncode != 0:
            sys.exit(f"sweep: 'ibid {' '.join(args)}' failed: {say_end(r)}")
        return r.stdout

    def contents(self):
        """What is there, as lines: each document, each session with its number of messages."""
        if not self.library.exists():
            return set()
        docs = json.loads(self.must("doc", "list", "--json", "-n", "0"))["items"]
        sessions = json.loads(self.must("session", "list", "--json", "-n", "0"))["items"]
        return {f"document {d['id']} {d['title']}" for d in docs} | {f"session {s['id']} {s['name']}" for s in sessions}

    def check(self):
        """What `ibid db check` complains of, empty when all is well."""
        if not self.library.exists():
            return ""
        r = self.run("db", "check")
        return "" if r.returncode == 0 else f"db check: {say_end(r)}"

    @contextlib.contextmanager
    def copy(self):
        with tempfile.TemporaryDirectory(prefix="ibid-sweep-") as to:
            shutil.copytree(self.path, to, dirs_exist_ok=True)
            yield Home(to)


class Provider:
    """fake_provider with its arguments; ends with the `with`."""

    def __init__(self, *args, seconds=900):
        self.command = [OUT / "tests/tools/fake_provider", *args, "--seconds", str(seconds)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def config(self, protocol="openai-chat"):
        return (f'[provider "fake"]\nprotocol = {protocol}\nbase_url = http://127.0.0.1:{self.port}\nmodel = m\n'
                "retries = 0\n")


def script(pieces, delay_ms=0):
    """A script for fake_provider that answers with the pieces, one every so often."""
    wait = f"flush\ndelay {delay_ms}\n" if delay_ms else ""
    events = [{"choices": [{"index": 0, "delta": {"content": p}}]} for p in pieces]
    return ("expect POST /v1/chat/completions\nheader content-type: text/event-stream\n"
            + wait.join(f"|data: {json.dumps(e)}\n|\n" for e in events)
            + '|data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n|\n|data: [DONE]\n|\n')


@contextlib.contextmanager
def homes():
    """The two homes that runs start from, with a provider that answers all the while."""
    with tempfile.TemporaryDirectory(prefix="ibid-sweep-") as d:
        wire = pathlib.Path(d) / "answer.wire"
        wire.write_text(script(["All ", "at ", "once."]))
        with Provider(wire, "--repeat") as provider:
            made = {name: Home(pathlib.Path(d) / name) for name in ("empty", "full")}
            for h in made.values():
                h.configure(provider.config())
                (h.path / "notes.md").write_text("# Notes\n\nGREY HERON used the EELSKIN tunnel in March 2024.\n")
            full = made["full"]
            full.must("ingest", str(SAMPLES))
            full.must("ask", "-m", "fake", "hello")
            (full.path / "session.json").write_bytes(full.must("session", "export", "@", "--format", "json"))
            full.must("ask", "-m", "fake", "good-bye")
            full.must("db", "backup", "copy.db")
            yield made


def sample(n, most, seed):
    """1..n, or `most` of them: the first, the last, and others by a chance that is the same in every run."""
    if n <= most:
        return list(range(1, n + 1))
    edge = most // 6
    some = random.Random(seed).sample(range(edge + 1, n - edge + 1), most - 2 * edge)
    return sorted([*range(1, edge + 1), *some, *range(n - edge + 1, n + 1)])


def each(work, items):
    """Do the work for all items, several at a time; the faults it found, in order."""
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return [fault for fault in pool.map(work, items) if fault]


def say_end(r):
    """How a run ended, in words for a fault."""
    how = f"signal {signal.Signals(-r.returncode).name}" if r.returncode < 0 else f"status {r.returncode}"
    return f"{how}; stdout {r.stdout[-200:]!r}; stderr {r.stderr[-300:]!r}"


def report(name, runs, faults, began):
    for f in faults[:20]:
        print(f"FAULT {f}")
    if len(faults) > 20:
        print(f"... and {len(faults) - 20} more")
    print(f"{name}: {runs} runs, {len(faults)} faults, {time.monotonic() - began:.0f} s", flush=True)
    return 1 if faults else 0
