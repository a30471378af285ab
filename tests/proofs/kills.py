#!/usr/bin/env python3
"""kill -9 at random moments under concurrent writes, batches, imports, uploads and duty creation, with the real program.

After every kill: `yuanqu verify` finds nothing; every acknowledged write is there as it was acknowledged; a batch and an import
are there whole or not at all; no duty, case, paper or record of one key stands twice; the zone's day is not before the one
acknowledged; a repeated request key is answered the same. At the end the duties of the first records equal those of a zone that
was never killed and went to the same day.

    kills.py --binary yuanqu --runs 200 [--seed N] [--folder DIR]
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import sqlite3
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from zone import ROOT, Lost, Zone  # noqa: E402

ENTERPRISES = 60
RUNS_PER_FOLDER = 8  # then a fresh copy: the proof is of kills, not of size
IMPORT_ROWS = 120


class Acknowledged:
    """What the server said is done, and what it was asked without an answer."""

    def __init__(self):
        self.lock = threading.Lock()
        self.records = {}      # id → name
        self.keys = {}         # request key → (body, id)
        self.batches = {}      # marker → [ids] or None when nobody answered
        self.imports = {}      # marker → True when it was told done
        self.attachments = {}  # record id → hash
        self.day = ""
        self.counts = {}

    def note(self, what, number=1):
        with self.lock:
            self.counts[what] = self.counts.get(what, 0) + number


def firm(name, **values):
    return {"values": {"name": name, **values}, "source": "self_report", "effective_from": "2026-03-02"}


def write_singles(zone, seen, run, worker, go):
    client = zone.sign_in("counter")
    number = 0
    while go.is_set():
        name = f"示例市单{run}之{worker}之{number}试验有限公司"
        key = f"k-{run}-{worker}-{number}"
        body = firm(name)
        status, answer, _ = client.ask("POST", "/records/enterprise", body, {"Idempotency-Key": key})
        if status != 201:
            raise AssertionError(f"single write: {status} {answer}")
        with seen.lock:
            seen.records[answer["id"]] = name
            seen.keys[key] = (body, answer["id"])
        seen.note("singles")
        version = answer["version"]
        later = name.replace("试验", "改名")
        status, answer, _ = client.ask("PATCH", f"/records/enterprise/{answer['id']}", firm(later), {"If-Match": f'"{version}"'})
        if status != 200:
            raise AssertionError(f"change: {status} {answer}")
        with seen.lock:
            seen.records[answer["id"]] = later
        seen.note("changes")
        number += 1


def write_batches(zone, seen, run, worker, go):
    client = zone.sign_in("counter")
    number = 0
    while go.is_set():
        marker = f"批{run}之{worker}之{number}号"
        with seen.lock:
            seen.batches[marker] = None
        writes = [{"kind": "enterprise", **firm(f"示例市{marker}{row}试验有限公司")} for row in range(7)]
        status, answer, _ = client.post("/records", {"writes": writes})
        if status != 200:
            raise AssertionError(f"batch: {status} {answer}")
        with seen.lock:
            seen.batches[marker] = [one["id"] for one in answer["written"]]
        seen.note("batches")
        number += 1


def run_imports(zone, seen, run, worker, go):
    client = zone.sign_in("counter")
    number = 0
    while go.is_set():
        marker = f"表{run}之{worker}之{number}号"
        rows = "".join(f"示例市{marker}{row}试验有限公司,{row + 1}\n" for row in range(IMPORT_ROWS))
        status, draft, _ = client.upload("/imports", "firms.csv", f"企业名称,注册资本（万元）\n{rows}".encode(),
                                         kind="enterprise", source="self_report", effective_from="2026-03-02")
        if status != 201:
            raise AssertionError(f"upload: {status} {draft}")
        with seen.lock:
            seen.imports[marker] = False
        status, answer, _ = client.post(f"/imports/{draft['id']}/apply", {})
        if status != 202:
            raise AssertionError(f"apply: {status} {answer}")
        while go.is_set():
            _, state, _ = client.get(f"/imports/{draft['id']}")
            if state["state"] == "failed":
                raise AssertionError(f"import: {state['problem']}")
            if state["state"] == "done":
                if state["created"] != IMPORT_ROWS:
                    raise AssertionError(f"import: {state}")
                with seen.lock:
                    seen.imports[marker] = True
                seen.note("imports")
                break
            time.sleep(0.01)
        number += 1


def upload_files(zone, seen, run, worker, go):
    client = zone.sign_in("counter")
    number = 0
    while go.is_set():
        content = f"%PDF-1.4 {run} {worker} {number} ".encode() + os.urandom(2000)
        status, stored, _ = client.upload("/attachments", "a.pdf", content, kind="enterprise", field="documents")
        if status != 201:
            raise AssertionError(f"attachment: {status} {stored}")
        name = f"示例市附{run}之{worker}之{number}试验有限公司"
        status, answer, _ = client.post("/records/enterprise", firm(name, documents=[stored]))
        if status != 201:
            raise AssertionError(f"attachment's record: {status} {answer}")
        with seen.lock:
            seen.records[answer["id"]] = name
            seen.attachments[answer["id"]] = stored["hash"]
        seen.note("attachments")
        number += 1


def move_days(zone, seen, run, worker, go):
    client = zone.sign_in("counter")
    while go.is_set():
        status, answer, _ = client.post("/clock/advance", {"days": 1})
        if status != 200:
            raise AssertionError(f"clock: {status} {answer}")
        with seen.lock:
            seen.day = max(seen.day, answer["today"])
        seen.note("days")


WORKERS = [(write_singles, 3), (write_batches, 1), (run_imports, 1), (upload_files, 1), (move_days, 1)]


def load(zone, seen, run, seconds):
    """Works on the zone from many threads, kills it after so many seconds, and answers what went wrong before the kill."""
    go = threading.Event()
    go.set()
    killed = threading.Event()
    wrong = []

    def keep(work, worker):
        try:
            work(zone, seen, run, worker, go)
        except Lost as problem:
            if not killed.is_set() and zone.running():
                wrong.append(f"{work.__name__}: lost before the kill: {problem}")
        except AssertionError as problem:
            # A server that is being killed cannot answer wrongly; it answers or it does not.
            wrong.append(f"{work.__name__}: {problem}")

    threads = [threading.Thread(target=keep, args=(work, worker), daemon=True) for work, count in WORKERS for worker in range(count)]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    killed.set()
    zone.kill()
    go.clear()
    for thread in threads:
        thread.join(30)
    return wrong


def names_with(client, marker):
    _, page, _ = client.get("/records/enterprise?limit=500&filter=" + quote(f'contains(name, "{marker}")'))
    if not isinstance(page, dict) or "total" not in page:
        raise AssertionError(f"list: {page}")
    return page["total"]


def quote(text):
    from urllib.parse import quote as percent
    return percent(text)


def check_api(zone, seen, before):
    """The restarted server still knows everything it acknowledged since the last kill."""
    client = zone.sign_in("counter")
    _, clock, _ = client.get("/clock")
    if clock["today"] < seen.day:
        raise AssertionError(f"the day went back from {seen.day} to {clock['today']}")
    for record in seen.records.keys() - before["records"]:
        status, answer, _ = client.get(f"/records/enterprise/{record}")
        # A change that was sent and never answered may have happened too.
        allowed = {seen.records[record], seen.records[record].replace("试验", "改名")}
        if status != 200 or answer["values"]["name"] not in allowed:
            raise AssertionError(f"acknowledged record {record} “{seen.records[record]}”: {status} {answer}")
    for marker in seen.batches.keys() - before["batches"]:
        there = names_with(client, marker)
        if there not in ({7} if seen.batches[marker] else {0, 7}):
            raise AssertionError(f"batch {marker}: {there} of 7 records, acknowledged: {bool(seen.batches[marker])}")
    for marker in seen.imports.keys() - before["imports"]:
        there = names_with(client, marker)
        if there not in ({IMPORT_ROWS} if seen.imports[marker] else {0, IMPORT_ROWS}):
            raise AssertionError(f"import {marker}: {there} of {IMPORT_ROWS} rows, acknowledged: {seen.imports[marker]}")
    for record in seen.attachments.keys() - before["attachments"]:
        status, _, headers = client.get(f"/records/enterprise/{record}/attachments/documents")
        if status != 200 or headers["ETag"] != f'"{seen.attachments[record]}"':
            raise AssertionError(f"attachment of {record}: {status}")
    fresh = list(seen.keys.keys() - before["keys"])
    for key in fresh[-5:]:
        body, record = seen.keys[key]
        status, answer, _ = client.ask("POST", "/records/enterprise", body, {"Idempotency-Key": key})
        if status != 201 or answer["id"] != record:
            raise AssertionError(f"request key {key}: {status} {answer}, first answer was {record}")
        seen.note("keys repeated")
    client.close()


TWICE = {
    "duty": "SELECT item, subject, occurrence FROM duty GROUP BY 1, 2, 3 HAVING count(*) > 1",
    "case of a duty": "SELECT duty FROM casework_case WHERE duty <> 0 GROUP BY 1 HAVING count(*) > 1",
    "case number": "SELECT number FROM casework_case GROUP BY 1 HAVING count(*) > 1",
    "paper": "SELECT origin FROM paper GROUP BY 1 HAVING count(*) > 1",
    "paper number": "SELECT number FROM paper GROUP BY 1 HAVING count(*) > 1",
    "notice": "SELECT key FROM notice GROUP BY 1 HAVING count(*) > 1",
}


def check_tables(folder):
    with sqlite3.connect(f"file:{folder / 'zone.db'}?mode=ro", uri=True) as database:
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_schema")}
        for what, sql in TWICE.items():
            if sql.split(" FROM ")[1].split(" ")[0] not in tables:
                continue
            twice = database.execute(sql).fetchall()
            if twice:
                raise AssertionError(f"{what} stands twice: {twice[:3]}")
        torn = database.execute(
            "SELECT count(*) FROM batch_part p WHERE (SELECT count(*) FROM change c WHERE c.sequence BETWEEN p.first AND p.last)"
            " <> p.last - p.first + 1").fetchone()[0]
        loose = database.execute(
            "SELECT count(*) FROM change c WHERE NOT EXISTS(SELECT 1 FROM batch_part p WHERE c.sequence BETWEEN p.first AND p.last"
            " AND p.batch = c.batch)").fetchone()[0]
        if torn or loose:
            raise AssertionError(f"half batches: {torn} torn, {loose} changes outside a batch")


def duties_of(folder, subjects_before):
    with sqlite3.connect(f"file:{folder / 'zone.db'}?mode=ro", uri=True) as database:
        return set(database.execute("SELECT item, subject, occurrence FROM duty WHERE subject <= ?", (subjects_before,)))


def last_record(folder):
    with sqlite3.connect(f"file:{folder / 'zone.db'}?mode=ro", uri=True) as database:
        return database.execute("SELECT max(id) FROM record").fetchone()[0]


def check_duties(binary, template, folder, day, last):
    """A zone that was never killed and went to the same day owes the same."""
    control = Zone(binary, str(folder) + "-control")
    shutil.copytree(template, control.folder)
    control.start()
    client = control.sign_in("counter")
    _, clock, _ = client.get("/clock")
    if clock["today"] < day:
        status, answer, _ = client.ask("POST", "/clock/advance", {"to": day}, timeout=600)
        if status != 200:
            raise AssertionError(f"control: {answer}")
    client.close()
    control.stop()
    expected, found = duties_of(control.folder, last), duties_of(folder, last)
    shutil.rmtree(control.folder)
    if expected != found:
        raise AssertionError(f"duties on {day}: missing {sorted(expected - found)[:3]}, too many {sorted(found - expected)[:3]}")
    return len(found)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=str(ROOT / "build/release/yuanqu"))
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("YUANQU_SEED", "20260302")))
    parser.add_argument("--folder", default="")
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    work = pathlib.Path(arguments.folder or tempfile.mkdtemp(prefix="yuanqu-kills-"))
    work.mkdir(parents=True, exist_ok=True)
    template = Zone(arguments.binary, work / "template")
    shutil.rmtree(template.folder, ignore_errors=True)
    template.make(ENTERPRISES)
    last = last_record(template.folder)
    totals, duties, delays, began = {}, 0, [], time.monotonic()
    zone, seen = None, None
    for run in range(arguments.runs):
        if run % RUNS_PER_FOLDER == 0:
            zone, seen = Zone(arguments.binary, work / f"zone-{run}"), Acknowledged()
            shutil.copytree(template.folder, zone.folder)
        before = {name: set(getattr(seen, name)) for name in ("records", "batches", "imports", "attachments", "keys")}
        zone.start()
        # From before the first request is through up to well into the second or third import.
        delay = random.choice([random.uniform(0, 0.3), random.uniform(0.1, 1.0), random.uniform(0.3, 1.8)])
        wrong = load(zone, seen, run, delay)
        if wrong:
            raise AssertionError(f"run {run}: " + "; ".join(wrong) + f"\n{zone.tail()}")
        verified = zone.verify()
        check_tables(zone.folder)
        zone.start()
        check_api(zone, seen, before)
        end = run + 1 == arguments.runs or (run + 1) % RUNS_PER_FOLDER == 0
        if end:
            check_api(zone, seen, {name: set() for name in before})  # once more, everything since the first run
            client = zone.sign_in("counter")
            _, clock, _ = client.get("/clock")
            client.close()
            zone.stop()
            zone.verify()
            check_tables(zone.folder)
            duties += check_duties(arguments.binary, template.folder, zone.folder, clock["today"], last)
            for what, count in seen.counts.items():
                totals[what] = totals.get(what, 0) + count
            shutil.rmtree(zone.folder)
        else:
            zone.kill()
        delays.append(delay)
        print(f"run {run + 1}/{arguments.runs}: killed after {delay:.2f} s; {verified}", flush=True)
    report = {"runs": arguments.runs, "seed": arguments.seed, "acknowledged": totals, "duties_compared": duties,
              "seconds": round(time.monotonic() - began)}
    print(json.dumps(report, ensure_ascii=False))
    if not arguments.folder:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    try:
        main()
    except AssertionError as problem:
        print(f"FAILED: {problem}", file=sys.stderr)
        sys.exit(1)
