#!/usr/bin/env python3
"""Mutations of the guards: each rule of permission is broken in turn, and the leak oracle must notice every one.

A guard that can be taken out without the oracle failing is a guard nobody tests. Each mutation changes one place of the sources, builds the
oracle's program and expects it to fail; the place is put back whatever happens. Run from a configured build folder with tests.

The next mutation is compiled while the oracle looks at the last one, and the oracle ends at its first find, so the whole takes about a quarter
of an hour on two cores; --part 2/4 tries a quarter.

    guards.py [BINARY] [--build build/release] [--only NAME] [--part K/N]
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

# name: (file, what stands there, what it becomes). The text must occur exactly once.
MUTATIONS = {
    "a masked field is shown in clear": (
        "src/register/viewer.cpp", "allows(kind, field_class, May::ReadMasked, tie) ? Access::Masked : Access::None",
        "allows(kind, field_class, May::ReadMasked, tie) ? Access::Full : Access::None"),
    "an unreadable field is shown masked": (
        "src/register/viewer.cpp", "allows(kind, field_class, May::ReadMasked, tie) ? Access::Masked : Access::None", "Access::Full"),
    "own files are anybody's": (
        "src/register/viewer.cpp", "if (rule.own_only) return tie.own || (tie.file != 0 && represents(kind, tie.file));", "if (rule.own_only) return true;"),
    "an agency covers every kind": (
        "src/register/viewer.cpp", "std::find(agency.kinds.begin(), agency.kinds.end(), kind.number) != agency.kinds.end();", "!agency.kinds.empty() && kind.number != 0;"),
    "a post limited to a place reaches everywhere": (
        "src/register/viewer.cpp", "held.within == 0 || !kind.placed || tie.any || tie.place == held.within",
        "held.within == 0 || !kind.placed || tie.any || tie.place == held.within || true"),
    "consent is not asked for": (
        "src/register/viewer.cpp", "if (!rule.by_consent) return", "if (!rule.by_consent || true) return"),
    "consent for one purpose serves another": (
        "src/register/viewer.cpp", "(rule.purpose.empty() ||", "(true || rule.purpose.empty() ||"),
    "consent covers every class": (
        "src/register/viewer.cpp", "return (one.classes & bit(field_class)) != 0 &&", "return (one.file != 0 || field_class == FieldClass::Public) &&"),
    "individuals' figures are not personal": (
        "src/register/viewer.cpp", "return personal ? FieldClass::Personal : field.field_class;", "return personal ? field.field_class : field.field_class;"),
    "a rule covers every kind": (
        "src/register/viewer.cpp", "if (rule.kinds.empty()) return !kind.system;", "if (!kind.system) return true;"),
    "whoever may not know of a record is told of it": (
        "src/register/viewer.cpp", "  if (widest == Reach::All) return true;\n", "  return true;\n"),
    "lists sort and filter by what is hidden": (
        "src/register/viewer.cpp", "Reach Viewer::reach(const Kind& kind, const Field& field) const { return reach(kind, field.field_class); }",
        "Reach Viewer::reach(const Kind&, const Field&) const { return Reach::All; }"),
    "everybody may reveal": (
        "src/register/viewer.cpp", "return system_ || allows(kind, field_class, May::Reveal, tie_to(file));", "return system_ || file != 0 || kind.number != 0 || field_class == FieldClass::Public;"),
    "what may be read may leave in a file": (
        "src/register/viewer.cpp", "(rule.may & bit(may)) != 0 && covers(rule, kind) &&",
        "((rule.may & bit(may)) != 0 || (may == May::Export && (rule.may & bit(May::Read)) != 0)) && covers(rule, kind) &&"),
    "the history shows every value": (
        "src/register/history.cpp", "viewer_.access(kind, *field, file);", "(viewer_.access(kind, *field, file), Access::Full);"),
    "the history tells of every record": (
        "src/register/history.cpp", "if (kind == nullptr || !(viewer_.is_system() || viewer_.may_know(*kind, file))) return {};", "if (kind == nullptr) return {};"),
    "search finds by what is hidden": (
        "src/register/search.cpp", "if (field == nullptr || viewer.access(*entry.kind, *field, entry.file) != Access::Full) continue;", "if (field == nullptr) continue;"),
    "attachments are for everybody": (
        "src/register/attached.cpp", "if (viewer.access(kind, field, (*found)->file) != Access::Full) {", "if (false) {"),
    "the data desk shows its cells": (
        "src/register/data_desk.cpp", "shown.push_back(full ? row.cells[i]", "shown.push_back(full || true ? row.cells[i]"),
    "outcomes are for everybody": (
        "src/population/programs.cpp", "  return viewer.may_read(*decision->kind, field_class(), file);", "  return viewer.account() != -1;"),
    "expressions read what is hidden": (
        "src/population/projection.cpp", "return built.viewer != nullptr && built.viewer->access(kind, field, of.file) != register_::Access::Full;", "return built.viewer != nullptr && of.file == -1 && kind.number == 0 && field.number == 0;"),
    "duties tell of individuals": (
        "src/duty/duties.cpp", "  return program != nullptr && program->visible_to(viewer, duty.file);",
        "  return program != nullptr && viewer.may_read(*duty.item->decision->kind, program->field_class(), duty.file);"),
    "duties are for everybody": (
        "src/duty/duties.cpp", "  return program != nullptr && program->visible_to(viewer, duty.file);", "  return program != nullptr;"),
    "evidence shows every fact": (
        "src/api/rooms_json.cpp", "    if (may_read(call, fact)) {", "    if (may_read(call, fact) || true) {"),
    "cases tell what they found": (
        "src/casework/queries.cpp", "  if (!knows_findings(viewer, detail, (*procedure)->process))", "  if (!knows_findings(viewer, detail, (*procedure)->process) && false)"),
    "cases tell everybody what they said": (
        "src/api/cases.cpp", "  if (notices && detail.withheld) notices->clear();", "  if (notices && detail.withheld && false) notices->clear();"),
    "lists are filtered by outcomes that are hidden": (
        "src/population/population_list.cpp", "             !hidden(*query.outcomes[i].decision, row);", "             (!hidden(*query.outcomes[i].decision, row) || true);"),
    "a record's outcomes are for everybody": (
        "src/api/decisions.cpp", "    if (outcome.applies && may_see_outcome(call, *decision, *file))", "    if (outcome.applies && (may_see_outcome(call, *decision, *file) || true))"),
    "explanations are for everybody": (
        "src/api/decisions.cpp", "  if (!may_see_outcome(call, *decision, *file)) {", "  if (!may_see_outcome(call, *decision, *file) && false) {"),
    "a file tells every outcome": (
        "src/api/files.cpp", "!may_see_outcome(call, *decision, record.file)", "(!may_see_outcome(call, *decision, record.file) && false)"),
    "expressions read outcomes that are hidden": (
        "src/population/readable_texts.cpp", "program->visible_to(viewer_, record.file) ? image", "program->visible_to(viewer_, record.file) || true ? image"),
    "papers print for everybody": (
        "src/api/papers.cpp", "  if (kind != nullptr && call.viewer.may_read(*kind, field_class, paper.file)) return {};", "  if (kind != nullptr || field_class == register_::FieldClass::Public) return {};"),
}


def run(command, **options):
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def compiled(build, into):
    """The oracle's program as the sources stand; None and what the compiler said when it does not build."""
    built = run(["cmake", "--build", str(build), "-j2", "--target", "test_app"])
    if built.returncode != 0:
        return None, built.stdout[-1500:]
    shutil.copy2(build / "tests/test_app", into)
    return into, ""


class Looking:
    """The oracle at work on one program; it ends at the first thing it finds."""

    def __init__(self, program, folder, stop_early=True):
        command = [str(program), "--gtest_filter=LeakOracle.NobodySeesWhatIsNotTheirsByAnyRoute"]
        self.log = tempfile.TemporaryFile(mode="w+", encoding="utf-8", errors="replace")
        self.process = subprocess.Popen(command + (["--gtest_break_on_failure"] if stop_early else []), cwd=ROOT, stdout=self.log,
                                        stderr=subprocess.STDOUT, env={**os.environ, "TMPDIR": str(folder)}, preexec_fn=without_core)

    def passed(self):
        self.process.wait()
        return self.process.returncode == 0

    def told(self):
        self.log.seek(0)
        return self.log.read()


def without_core():
    import resource
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", nargs="?")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--only", default="")
    parser.add_argument("--part", default="1/1", help="K/N: the K-th of N parts")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the place that was changed is put back then too
    build = arguments.build.resolve()
    part, parts = map(int, arguments.part.split("/"))
    wanted = {name: change for at, (name, change) in enumerate(MUTATIONS.items()) if arguments.only in name and at % parts == part - 1}
    for name, (file, old, _) in wanted.items():
        found = (ROOT / file).read_text(encoding="utf-8").count(old)
        if found != 1:
            sys.exit(f"{name}: the guard is not where it was ({found} places in {file}); the proof must follow it")
    if subprocess.run(["cmake", "-S", ".", "-B", str(build), "-DYUANQU_TESTS=ON"], cwd=ROOT, stdout=subprocess.DEVNULL).returncode != 0:
        sys.exit("the build folder cannot be configured with tests")
    # Whoever ends the proof early finds the sources as they were.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    survived, broken = [], []

    def settle(name, began, looking):
        passed = looking.passed()
        if passed:
            survived.append(name)
        elif "Failure" not in looking.told():
            broken.append(name)
            print(f"the oracle did not run: {name}\n{looking.told()[-1500:]}", flush=True)
        print(f"{'NOT NOTICED' if passed else 'noticed'}: {name} ({time.monotonic() - began:.0f} s)", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        sound, told = compiled(build, pathlib.Path(folder) / "sound")
        if sound is None:
            sys.exit(f"the oracle does not build\n{told}")
        whole, at_work = Looking(sound, folder, stop_early=False), None
        for number, (name, (file, old, new)) in enumerate(wanted.items()):
            began = time.monotonic()
            path = ROOT / file
            text = path.read_text(encoding="utf-8")
            try:
                path.write_text(text.replace(old, new), encoding="utf-8")
                program, told = compiled(build, pathlib.Path(folder) / f"mutation{number}")
            finally:
                path.write_text(text, encoding="utf-8")
            if whole is not None:
                if not whole.passed():
                    sys.exit(f"the oracle does not pass without mutations\n{whole.told()[-2000:]}")
                whole = None
            if at_work is not None:
                settle(*at_work)
                at_work = None
            if program is None:
                broken.append(name)
                print(f"does not build: {name}\n{told}", flush=True)
            else:
                at_work = (name, began, Looking(program, folder))
        if at_work is not None:
            settle(*at_work)
    run(["cmake", "--build", str(build), "-j2", "--target", "test_app"])
    print(json.dumps({"mutations": len(wanted), "noticed": len(wanted) - len(survived) - len(broken), "survived": survived, "broken": broken},
                     ensure_ascii=False))
    if survived or broken:
        sys.exit(1)


if __name__ == "__main__":
    main()
