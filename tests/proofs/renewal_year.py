#!/usr/bin/env python3
"""A year of renewals, day by day, on a demo zone: every rung on its exact day and once, nothing lapsed in silence, the right lane; and the
same end when the program is killed at random moments.

  renewal_year.py BINARY [--enterprises N] [--days N] [--kills N] [--seed N]

The days are computed here a second time, from the articles as a person reads them (table RULES) and the published calendar, without any
of the program's code. Prints what was compared; exit 1 on any difference.
"""
import argparse
import csv
import datetime
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
DAY = datetime.timedelta(days=1)
EPOCH = datetime.date(1970, 1, 1)
# code: (earliest application, latest application), counted back from expiry: w working days, d days, m months. As of 2024 on.
RULES = {
    "FOOD_BIZ": ("90w", "15w"), "FOOD_PROD": (None, "30w"), "DRUG_BIZ": ("6m", "2m"), "DRUG_PROD": (None, "6m"), "MD_BIZ3": ("90w", "30w"),
    "MD_PROD": ("90w", "30w"), "COSM_PROD": ("90w", "30w"), "NETDRUG": ("6m", "0d"), "PUB_HYG": (None, "30d"), "CHEM_BIZ": (None, "3m"),
    "SAFE_PROD": (None, "3m"), "POLLUTE": (None, "60d"), "HAZW_COL": (None, "30w"), "HAZW_ALL": (None, "30w"), "RAD": (None, "30d"), "WATER": (None, "45d"),
    "TOBACCO": (None, "30d"), "LABOR_DISP": (None, "60d"), "ICP": (None, "90d"), "NETCULT": (None, "30d"), "CONSTR_Q": (None, "3m"), "CMA": (None, "3m"),
    "HNTE": ("12m", "0d"),
}
GENERAL = (None, "30w")  # article 50; working days, the earlier reading
NO_RENEWAL = {"FOOD_FILE", "MD_FILE2"}
LEAD, URGENT = 60, 7  # settings of the product
ITEMS = {7: "opened", 8: "urgent", 2: "urgent", 9: "last_day", 30: "expiry", 31: "expired"}


def calendar():
    off, work = set(), set()
    with open(ROOT / "packs/core/calendars/working_days.csv", encoding="utf-8") as f:
        for row in csv.DictReader(f):
            (off if row["is_off_day"] == "1" else work).add(datetime.date.fromisoformat(row["date"]))
    return off, work


OFF, WORK = calendar()


def working(day):
    return day in WORK or (day not in OFF and day.weekday() < 5)


def back(end, span):
    count, unit = int(span[:-1]), span[-1]
    if unit == "d":
        return end - DAY * count
    if unit == "m":
        month = end.month - 1 - count
        year, month = end.year + month // 12, month % 12 + 1
        last = (datetime.date(year + month // 12, month % 12 + 1, 1) - DAY).day
        return datetime.date(year, month, min(end.day, last))
    day = end
    while count > 0:
        day -= DAY
        count -= working(day)
    return day


def rungs(code, end):
    """day → rung, for a term nobody files for and nobody declines."""
    opens, closes = RULES.get(code, GENERAL)
    last = back(end, closes)
    begins = back(end, opens) if opens else last - DAY * LEAD
    urgent = max(begins, back(last, f"{URGENT}w"))
    days = {}
    for day, rung in ((begins, "opened"), (urgent, "urgent"), (last, "last_day"), (end, "expiry"), (end + DAY, "expired")):
        days[day] = rung  # of two on one day the later counts
    return days


class Zone:
    def __init__(self, binary, data, enterprises):
        self.binary, self.data, self.enterprises, self.process = binary, data, enterprises, None

    def start(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.log = open(self.data + ".log", "a")
        self.process = subprocess.Popen([self.binary, "demo", "--data", self.data, "--enterprises", str(self.enterprises), "--listen", f"127.0.0.1:{port}"],
                                        stdout=self.log, stderr=self.log)
        for _ in range(6000):
            try:
                urllib.request.urlopen(self.base + "/readyz")
                break
            except OSError:
                if self.process.poll() is not None:
                    sys.exit("the program ended: " + open(self.data + ".log").read()[-2000:])
                time.sleep(0.1)
        self.cookie = ""
        self.call("POST", "/session", {"role": "approver"})

    def call(self, method, path, body=None):
        request = urllib.request.Request(self.base + "/api/v1" + path, method=method, data=None if body is None else json.dumps(body).encode(),
                                         headers={"X-Yuanqu": "1", "Content-Type": "application/json", "Cookie": self.cookie})
        with urllib.request.urlopen(request) as answer:
            if answer.headers.get("set-cookie"):
                self.cookie = answer.headers["set-cookie"].split(";")[0]
            return json.load(answer)

    def stop(self, kill=False):
        self.process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        self.process.wait()
        self.log.close()

    def today(self):
        return datetime.date.fromisoformat(self.call("GET", "/clock")["today"])

    def all_of(self, path):
        items, cursor = [], ""
        while True:
            page = self.call("GET", path + ("&" if "?" in path else "?") + "limit=200" + (f"&cursor={cursor}" if cursor else ""))
            items += page["items"]
            cursor = page.get("next_cursor") or ""
            if not cursor:
                return items

    def work(self, day):
        """What people do: the approver approves a case on the second day it waits."""
        for item in self.all_of("/tasks"):
            task = item["task"]
            if task["element"] == "approve" and datetime.date.fromisoformat(task["opened"]) < day:
                self.call("POST", f"/cases/{item['case']['id']}/tasks/{task['id']}/complete", {"values": {"decision": "renew", "comment": "核实无误"}})

    def licences(self):
        types = {item["id"]: item["values"]["code"] for item in self.all_of("/records/licence_type")}
        found = {}
        for item in self.all_of("/records/licence"):
            values = item["values"]
            kind = values.get("type")
            found[values["number"]] = (types.get(kind["id"]) if kind else None, values.get("valid_to"), values.get("renewal_filed_on"), values.get("renewal_filed_for"))
        return found


def state_of(data):
    """What the year came to, without ids and moments."""
    db = sqlite3.connect(os.path.join(data, "zone.db"))
    rows = lambda sql: sorted(map(repr, db.execute(sql)))
    return {
        "duties": rows("select item, occurrence, state, created_on, due_on from duty where occurrence <> ''"),
        "cases": rows("select procedure, subject, state, opened_on, closed_on, outcome_zh from casework_case"),
        "notices": rows("select type, title_zh, body_zh, to_kind, to_post, file, day from notice"),
        "papers": rows("select template, subject, status, issued_on, valid_to from paper"),
    }


def run(binary, data, enterprises, days, kills, seed):
    zone = Zone(binary, data, enterprises)
    zone.start()
    begin = zone.today()
    at_first = zone.licences()
    draw = random.Random(seed)
    moments = sorted(draw.sample(range(days), kills))
    for index in range(days):
        day = begin + DAY * (index + 1)
        if index in moments:
            # The day is asked for and the program dies while it is at it.
            child = os.fork()
            if child == 0:
                try:
                    zone.call("POST", "/clock/advance", {"to": day.isoformat()})
                finally:
                    os._exit(0)
            time.sleep(draw.random() * 0.3)
            zone.stop(kill=True)
            os.waitpid(child, 0)
            zone.start()
        if zone.today() < day:
            zone.call("POST", "/clock/advance", {"to": day.isoformat()})
        zone.work(day)
    at_last = zone.licences()
    end = zone.today()
    zone.stop()
    return begin, end, at_first, at_last


def check_rungs(data, begin, end, at_first, at_last):
    db = sqlite3.connect(os.path.join(data, "zone.db"))
    found = {}
    for item, occurrence, created in db.execute("select item, occurrence, created_on from duty where item in (2,7,8,9,30,31)"):
        number, term = occurrence.split(" ")[:2]
        day = EPOCH + DAY * created
        if begin < day <= end:
            key = (number, term, ITEMS[item])
            if key in found:
                sys.exit(f"sent twice: {key}")
            found[key] = day
    expected = {}
    for number, (code, ends, _, _) in at_first.items():
        if ends is None or code in NO_RENEWAL:
            continue
        _, ends_now, filed_on, filed_for = at_last[number]
        term = datetime.date.fromisoformat(ends)
        filed = datetime.date.fromisoformat(filed_on) if filed_on and filed_for == ends else None
        for day, rung in rungs(code, term).items():
            if not begin < day <= end:
                continue
            # An application stops the reminders from the day after; the day it is filed on the rung of that day was already there.
            if filed and (day > filed if rung in ("opened", "urgent", "last_day") else ends_now != ends):
                continue
            expected[(number, ends, rung)] = day
    terms = {ends for _, ends, _, _ in at_first.values() if ends}
    found = {key: day for key, day in found.items() if at_first.get(key[0], (0, 0))[1] == key[1]}
    wrong = [f"{key}: {found.get(key)} instead of {expected.get(key)}" for key in sorted(found.keys() | expected.keys()) if found.get(key) != expected.get(key)]
    print(f"rungs: {len(expected)} expected of {len(terms)} terms, {len(wrong)} differ")
    for line in wrong[:20]:
        print("  ", line)
    return not wrong and len(expected) > 0


def check_silence(data, at_last, end):
    """Whatever is past its end has a record that says so to the holder and to an officer."""
    db = sqlite3.connect(os.path.join(data, "zone.db"))
    told = {tuple(row[0].split(" ")[:2]) for row in db.execute("select occurrence from duty where item in (31, 6)")}
    called = {tuple(row[0].split(" ")[:2]) for row in db.execute("select occurrence from duty where item in (5, 6)")}
    silent = [number for number, (code, ends, _, _) in at_last.items()
              if ends and code not in NO_RENEWAL and EPOCH + DAY < datetime.date.fromisoformat(ends) < end
              and datetime.date.fromisoformat(ends) > end - DAY * 300 and ((number, ends) not in told or (number, ends) not in called)]
    lanes = list(db.execute("select outcome_zh, count(*) from casework_case where procedure = 'renewal' group by 1"))
    stopped = db.execute("select count(*) from casework_event where type = 'stopped'").fetchone()[0]
    print(f"lapsed in silence: {len(silent)}; renewals by outcome: {lanes}; steps that failed: {stopped}")
    return not silent and stopped == 0 and sum(count for outcome, count in lanes if outcome == "已续期") > 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--enterprises", type=int, default=300)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="yuanqu-year-")
    good = True
    try:
        data = os.path.join(folder, "zone")
        made = subprocess.run([given.binary, "demo", "--data", data, "--enterprises", str(given.enterprises), "--no-serve"], capture_output=True, text=True)
        if made.returncode != 0:
            sys.exit(made.stdout + made.stderr)
        if given.kills:
            shutil.copytree(data, os.path.join(folder, "killed"))
        began = time.time()
        begin, end, at_first, at_last = run(given.binary, data, given.enterprises, given.days, 0, given.seed)
        print(f"{given.days} days from {begin} in {time.time() - began:.0f} s, {len(at_first)} licences")
        good = check_rungs(data, begin, end, at_first, at_last) and good
        good = check_silence(data, at_last, end) and good
        if given.kills:
            killed = os.path.join(folder, "killed")
            run(given.binary, killed, given.enterprises, given.days, given.kills, given.seed)
            one, two = state_of(data), state_of(killed)
            for name in one:
                same = one[name] == two[name]
                print(f"killed {given.kills} times: {len(one[name])} {name} {'alike' if same else 'differ'}")
                if not same:
                    for line in sorted(set(one[name]) ^ set(two[name]))[:10]:
                        print("  ", "only without kills" if line in one[name] else "only with kills", line[:300])
                good = good and same
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
