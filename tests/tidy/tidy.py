#!/usr/bin/env python3
"""Checks of the house that compilers do not know. Each prints what it found and where; exit 1 if anything was found.

  kinds     no name of a pack's kind, and no many-worded name of a pack's field, as a string literal in src (knowledge belongs in packs)
  length    a file of src keeps one subject: at most 500 lines
  paths     a path named in the documents exists
  words     nothing unfinished, no path of a developer's machine, no registry host in what we ship
  proven    a test that docs/centre-safety.md names exists
  sources   a code list or parameter file in a pack has its source and licence beside it
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINES_MAX = 500
# Words that packs use for fields but that are also words of the mechanisms themselves (a case's due date, a duty's state …).
MECHANISM_WORDS = {
    word
    for line in (ROOT / "tests/tidy/mechanism_words.txt").read_text(encoding="utf-8").splitlines()
    for word in line.split("#")[0].split()
}
found = []


def report(check, place, sentence):
    found.append(f"{check}: {place}: {sentence}")


def tracked(*patterns):
    out = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in out.stdout.splitlines() if (ROOT / line).is_file()]


def pack_names():
    kinds, fields = set(), set()
    for path in ROOT.glob("packs/*/kinds/*.yaml"):
        text = path.read_text(encoding="utf-8")
        kinds.update(re.findall(r"^kind:\s*([a-z0-9_]+)", text, re.M))
        fields.update(n for n in re.findall(r"\bname:\s*([a-z0-9]+(?:_[a-z0-9]+)+)", text))
    return kinds, fields


def check_kinds():
    kinds, fields = pack_names()
    literal = re.compile(r'"([a-z0-9_]+)"')
    for path in tracked("src/*.cpp", "src/*.hpp"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            code = line.split("//", 1)[0]
            for word in literal.findall(code):
                if word in MECHANISM_WORDS:
                    continue
                if word in kinds or word in fields:
                    report("kinds", f"{path.relative_to(ROOT)}:{number}", f'"{word}" is a word of a pack; name it in the pack instead')


def check_length():
    for path in tracked("src/*.cpp", "src/*.hpp"):
        count = len(path.read_text(encoding="utf-8").splitlines())
        if count > LINES_MAX:
            report("length", path.relative_to(ROOT), f"{count} lines; split it by subject (at most {LINES_MAX})")


def check_paths():
    token = re.compile(r"`((?:src|packs|tests|docs|bench|web|cmake|fuzz|include|examples)/[A-Za-z0-9_./-]+)`")
    for path in tracked("*.md", "docs/*.md", "packs/*.md"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for name in token.findall(line):
                if name.startswith(("web/dist", "web/node_modules")):
                    continue
                if not (ROOT / name.rstrip("/.")).exists():
                    report("paths", f"{path.relative_to(ROOT)}:{number}", f"{name} does not exist")


def check_words():
    unfinished = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    machine = re.compile(r"(?<![\w.])/(work|farm|root)/|deb\.debian\.org|registry\.npmjs")
    for path in tracked("src", "include", "web/src", "packs", "docs", "tests", "bench", "fuzz", "*.md", "dev", "CMakeLists.txt", "cmake"):
        if path.suffix in {".png", ".xlsx", ".gz", ".pdf", ".zip", ".bin"} or path.name == "tidy.py" or "corpus" in path.parts or path.name == "package-lock.json":
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if path.suffix in {".cpp", ".hpp", ".ts", ".tsx", ".mjs", ".h"} and unfinished.search(line):
                report("words", f"{path.relative_to(ROOT)}:{number}", "finish it or open an issue")
            if machine.search(line):
                report("words", f"{path.relative_to(ROOT)}:{number}", "a path or host of somebody's machine")


def test_names(room):
    names = set()
    for path in (ROOT / f"tests/unit/{room}").glob("*.cpp"):
        text = path.read_text(encoding="utf-8")
        names.update(f"{room}.{suite}.{name}" for suite, name in re.findall(r"\b(?:TEST|TEST_F|RC_GTEST_PROP)\((\w+),\s*(\w+)", text))
        for suite, name in re.findall(r"\bTEST_P\((\w+),\s*(\w+)\)", text):
            for prefix in re.findall(r"INSTANTIATE_TEST_SUITE_P\((\w+),\s*" + suite + r"\b", text):
                cases = [case.stem for case in (ROOT / f"tests/cases/{room}/{prefix.lower()}").glob("*.yaml")]
                cases += ["".join(word[0].upper() + word[1:] for word in sentence.replace("-", " ").split()) for sentence in re.findall(r'\{Mutant::\w+, "([^"]+)"\}', text)]
                names.update(f"{room}.{prefix}/{suite}.{name}/{case}" for case in cases)
    return names


def check_proven():
    path = ROOT / "docs/centre-safety.md"
    if not path.exists():
        return
    known = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for name, room in re.findall(r"`((control|edge)\.[\w/]+\.[\w/]+)`", line):
            if room not in known:
                known[room] = test_names(room)
            if name not in known[room]:
                report("proven", f"docs/centre-safety.md:{number}", f"there is no test {name}")


def check_sources():
    for path in tracked("packs/*/data/*.csv", "packs/*/calendars/*.csv"):
        if not path.with_suffix(".yaml").exists():
            report("sources", path.relative_to(ROOT), "its source and licence are missing: write the .yaml beside it")


for check in (check_kinds, check_length, check_paths, check_words, check_proven, check_sources):
    check()
print("\n".join(found) if found else "tidy: nothing found")
sys.exit(1 if found else 0)
