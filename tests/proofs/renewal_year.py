#!/usr/bin/env python3
"""A year of renewals, day by day, on a demo zone, with people who answer, refuse, forget and decline: every rung on its exact day and once,
every renewal in the right lane, nothing lapsed in silence; and the same end when the program is killed at random moments.

  renewal_year.py --binary BINARY [--enterprises N] [--days N] [--kills N] [--seed N] [--keep FOLDER]

Days and lanes are computed here a second time, from the articles as a person reads them (RULES, CONDITIONS), the published calendar and
the facts as the API tells them, without any of the program's code. Prints what was compared; exit 1 on any difference.
"""
import argparse
import calendar as months
import collections
import csv
import datetime
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
import zlib

from zone import Lost, Zone

ROOT = pathlib.Path(__file__).resolve().parents[2]
DAY = datetime.timedelta(days=1)
EPOCH = datetime.date(1970, 1, 1)
# code: (earliest application, latest application, after it), counted back from expiry: w working days, d days, m months. As of 2024 on.
RULES = {
    "FOOD_BIZ": ("90w", "15w", "allowed"), "FOOD_PROD": (None, "30w"), "DRUG_BIZ": ("6m", "2m"), "DRUG_PROD": (None, "6m"), "MD_BIZ3": ("90w", "30w"),
    "MD_PROD": ("90w", "30w"), "COSM_PROD": ("90w", "30w"), "NETDRUG": ("6m", "0d"), "PUB_HYG": (None, "30d"), "CHEM_BIZ": (None, "3m"),
    "SAFE_PROD": (None, "3m"), "POLLUTE": (None, "60d"), "HAZW_COL": (None, "30w"), "HAZW_ALL": (None, "30w"), "RAD": (None, "30d"), "WATER": (None, "45d"),
    "TOBACCO": (None, "30d"), "LABOR_DISP": (None, "60d"), "ICP": (None, "90d"), "NETCULT": (None, "30d"), "CONSTR_Q": (None, "3m"), "CMA": (None, "3m"),
    "HNTE": ("12m", "0d"),
}
GENERAL = (None, "30w")  # article 50; working days, the earlier reading
NO_RENEWAL = {"FOOD_FILE", "MD_FILE2"}
LEAD, URGENT = 60, 7  # settings of the product
ITEMS = {7: "opened", 8: "urgent", 2: "urgent", 9: "last_day", 30: "expiry", 31: "expired"}
USUAL = ("operating", "abnormal", "dishonest", "penalties", "unchanged", "premises")
ANY_PENALTY = {"food_safety", "drugs_devices", "product_quality", "work_safety", "environment", "other"}
# code: conditions of a renewal, categories of penalties that count.
CONDITIONS = {
    **dict.fromkeys(("FOOD_BIZ", "FOOD_PROD"), (USUAL, {"food_safety", "drugs_devices"})),
    **dict.fromkeys(("DRUG_BIZ", "DRUG_PROD", "MD_BIZ3", "MD_PROD", "COSM_PROD", "NETDRUG"), (USUAL, {"drugs_devices"})),
    "PUB_HYG": (USUAL, {"other"}),
    "LABOR_DISP": (("operating", "abnormal", "dishonest", "penalties", "capital", "annual_report", "premises"), {"other"}),
    **dict.fromkeys(("SAFE_PROD", "CHEM_BIZ", "CHEM_USE"), (("operating", "abnormal", "dishonest", "penalties", "accident"), {"work_safety"})),
    **dict.fromkeys(("POLLUTE", "HAZW_ALL", "HAZW_COL", "RAD", "WATER"), (USUAL, {"environment"})),
    **dict.fromkeys(("ICP", "HR_SVC"), (("operating", "abnormal", "dishonest", "penalties", "annual_report"), {"other"})),
}


def published_calendar():
    off, work = set(), set()
    with open(ROOT / "packs/core/calendars/working_days.csv", encoding="utf-8") as f:
        for row in csv.DictReader(f):
            (off if row["is_off_day"] == "1" else work).add(datetime.date.fromisoformat(row["date"]))
    return off, work


OFF, WORK = published_calendar()


def date(text):
    return datetime.date.fromisoformat(text) if text else None


def plus_months(day, count):
    at = day.year * 12 + day.month - 1 + count
    year, month = at // 12, at % 12 + 1
    return datetime.date(year, month, min(day.day, months.monthrange(year, month)[1]))


def back(end, span):
    count, unit = int(span[:-1]), span[-1]
    if unit == "d":
        return end - DAY * count
    if unit == "m":
        return plus_months(end, -count)
    day = end
    while count > 0:
        day -= DAY
        count -= day in WORK or (day not in OFF and day.weekday() < 5)
    return day


windows = {}


def window(code, end):
    """begins, urgent from, last lawful day of a term."""
    if (code, end) not in windows:
        opens, closes, *_ = RULES.get(code, GENERAL)
        last = back(end, closes)
        begins = back(end, opens) if opens else last - DAY * LEAD
        windows[code, end] = (begins, max(begins, back(last, f"{URGENT}w")), last)
    return windows[code, end]


def rung(code, state, day):
    """Where a licence stands on a day; None: nothing is told."""
    end = state.get("valid_to")
    if end is None or code in NO_RENEWAL or state.get("status") not in (None, "valid"):
        return None
    begins, urgent, last = window(code, end)
    if day < begins:
        return None
    filed, declined = state.get("renewal_filed_for") == end, state.get("not_renewed_for") == end
    if day > end:
        return None if filed and state.get("renewal_filed_on") and state["renewal_filed_on"] <= last else "expired"
    if day == end:
        return "expiry"
    if filed or declined:
        return None
    return "opened" if day < urgent else "urgent" if day < min(last, end) else "last_day"


def draw(number):
    """What the people around a licence are like, by its number."""
    return zlib.crc32(number.encode())


class House:
    """The zone with the two desks that work in it."""

    def __init__(self, binary, folder):
        self.zone = Zone(binary, folder)

    def start(self):
        self.zone.start()
        self.approver, self.counter, self.leader = (self.zone.sign_in(role) for role in ("approver", "counter", "leader"))
        for desk in (self.approver, self.counter, self.leader):
            desk.close()  # the next connection has the patience of a whole day

    def call(self, client, method, path, body=None):
        status, answer, _ = client.ask(method, path, body, timeout=600)
        if status >= 300:
            raise AssertionError(f"{method} {path} {json.dumps(body, ensure_ascii=False)}: {status} {answer}")
        return answer

    def today(self):
        return date(self.call(self.approver, "GET", "/clock")["today"])

    def all_of(self, client, path):
        cursor = ""
        while True:
            page = self.call(client, "GET", path + ("&" if "?" in path else "?") + "limit=200" + (f"&cursor={cursor}" if cursor else ""))
            yield from page["items"]
            cursor = page.get("next_cursor") or ""
            if not cursor:
                return

    # ---- what people do on a day, always the same for the same licence
    def work(self, day):
        waits = {}
        for item in [*self.all_of(self.approver, "/tasks"), *self.all_of(self.counter, "/tasks"), *self.all_of(self.leader, "/tasks")]:
            waits[item["task"]["id"]] = item
        for item in self.all_of(self.approver, "/cases?state=waiting&procedure=renewal"):
            self.holder(item, day)
        for _, item in sorted(waits.items(), key=lambda one: one[1]["case"]["number"]):
            self.desk(item["task"], item["case"], day)

    def holder(self, case, day):
        """A holder who is asked, answers through the counter on the third day, says no, or never answers."""
        if (case.get("step") or {}).get("en") != "Wait for the holder" or day - date(case["opened"]) < DAY * 3:
            return
        licence, like = case["subject"], draw(case["subject"]["title"]) % 4
        if like == 3:
            return
        record = self.call(self.counter, "GET", f"/records/licence/{licence['id']}")
        if like == 2 and record["values"]["not_renewed_for"] is None and record["values"]["renewal_filed_for"] is None:
            self.call(self.counter, "PATCH", f"/records/licence/{licence['id']}", {"values": {"not_renewed_for": record["values"]["valid_to"]}, "source": "self_report",
                                                                                  "effective_from": day.isoformat(), "reason": "不再续"})
        held = [one for one in self.all_of(self.counter, f"/authorisations?enterprise={record['file']}") if one["in_force"]]
        type_code = self.codes[record["values"]["type"]["id"]]
        if like < 2 and not any(type_code in one["covers"] for one in held):
            self.call(self.counter, "POST", "/authorisations", {"licence": licence["id"], "enterprise": record["file"]})

    def desk(self, task, case, day):
        waited, like = (day - date(task["opened"])).days, draw(case["subject"]["title"]) // 4
        known = None
        if task["element"] == "approve" and waited >= 1:
            decision = "refuse" if like % 8 == 1 else "correct" if like % 8 == 2 else "renew"
            values = {"decision": decision, "comment": "核实无误" if decision == "renew" else "场所图纸与现场不符"}
            if decision == "renew" and self.years.get(case["subject"]["id"]) is None:
                values["new_to"] = plus_months(day, 36).isoformat()
            known = (self.approver, values)
        elif task["element"] == "confirm_refusal" and waited >= 1:
            known = (self.leader, {"confirmed": True, "opinion": "同意"})
        elif task["element"] == "issue_now" and waited >= 1:
            known = (self.approver, {"comment": "补发", "new_to": plus_months(day, 36).isoformat()})
        elif task["element"] == "hand_over" and waited >= 5 and like % 5 != 0:
            known = (self.counter, {"outcome": "sent", "reference": "SJ-" + case["number"]})
        elif task["element"] == "await_result" and waited >= 20 and like % 3 != 0:
            refused = like % 3 == 1
            begins = day + DAY
            known = (self.counter, {"outcome": "refused"} if refused else {"outcome": "renewed", "number": case["subject"]["title"] + "-X", "valid_from": begins.isoformat(),
                                                                            "valid_to": plus_months(begins, 60).isoformat()})
        if known:
            self.call(known[0], "POST", f"/cases/{case['id']}/tasks/{task['id']}/complete", {"values": known[1], "comment": "办结"})

    def learn(self):
        """Facts of the first day: what each licence is, whose, and under what rule."""
        self.types = {item["id"]: item["values"] for item in self.all_of(self.approver, "/records/licence_type")}
        self.codes = {id: values["code"] for id, values in self.types.items()}
        self.firms = {item["id"]: item["values"] for item in self.all_of(self.approver, "/records/enterprise")}
        self.licences = {item["id"]: item for item in self.all_of(self.approver, "/records/licence")}
        self.years = {id: self.types[item["values"]["type"]["id"]].get("validity_years") if item["values"].get("type") else None for id, item in self.licences.items()}
        # Each with the last day on which its first period may come: so many days after the period is over.
        self.sources = []
        for item in self.all_of(self.approver, "/records/data_source"):
            span = {"month": 1, "quarter": 3, "year": 12}[item["values"]["period"]]
            self.sources.append((item["values"], plus_months(date(item["values"]["first_period"]), span) - DAY + DAY * item["values"]["expected_days"]))
        self.penalties = collections.defaultdict(list)
        for item in self.all_of(self.approver, "/records/penalty"):
            self.penalties[item["file"]].append(item["values"])

    def advance(self, day):
        self.call(self.approver, "POST", "/clock/advance", {"to": day.isoformat()})


def run(house, days, kills, seed):
    """The year; answers the first day and the last."""
    house.start()
    house.learn()
    begin = house.today()
    chance = random.Random(seed)
    moments = set(chance.sample(range(days), kills))
    for index in range(days):
        day = begin + DAY * (index + 1)
        if index in moments:
            # It dies somewhere in the day: while the day is moved, or while people work.
            timer = threading.Timer(chance.random() * 0.6, house.zone.kill)
            timer.start()
            try:
                house.advance(day)
                house.work(day)
            except (Lost, AssertionError):
                timer.join()
                if house.zone.running():
                    raise
            timer.join()
            house.start()
        if house.today() < day:
            house.advance(day)
        house.work(day)
    return begin, house.today()


HISTORY = ("valid_to", "status", "renewal_filed_on", "renewal_filed_for", "not_renewed_for", "number")


def check_rungs(house, begin, end):
    """Replays every licence over the year by brute force, day by day, and compares with the duties that were made."""
    db = sqlite3.connect(house.zone.folder / "zone.db")
    found = {}
    for item, subject, occurrence, created in db.execute("select item, subject, occurrence, created_on from duty where item in (2,7,8,9,30,31)"):
        day = EPOCH + DAY * created
        if begin < day <= end:
            key = (subject, tuple(occurrence.split(" ")[:2]), ITEMS[item])
            if key in found:
                sys.exit(f"told twice: {key}")
            found[key] = day
    touched = {row[0] for row in db.execute("select distinct subject from casework_case")}
    expected = {}
    for id, item in house.licences.items():
        values = item["values"]
        code = house.codes[values["type"]["id"]] if values.get("type") else None
        state = {name: values.get(name) if name in ("status", "number") else date(values.get(name)) for name in HISTORY}
        changes = collections.defaultdict(list)
        if int(id) in touched:
            for change in sorted(house.all_of(house.approver, f"/records/licence/{id}/history"), key=lambda one: one["position"]):
                day = date(change["recorded_at"][:10])
                if day > begin:
                    changes[day].append({name: value if name in ("status", "number") else date(value) for name, value in change["values"].items() if name in HISTORY})
        told = {(state["number"], str(state["valid_to"]), rung(code, state, begin))}
        day = begin
        while day < end:
            day += DAY
            # What the day itself brings, then what people and cases did on it.
            for change in [{}, *changes.get(day, [])]:
                state.update(change)
                now = (state["number"], str(state["valid_to"]), rung(code, state, day))
                if now[2] and now not in told:
                    told.add(now)
                    expected[int(id), now[:2], now[2]] = day
    wrong = [f"{key}: {found.get(key)} instead of {expected.get(key)}" for key in sorted(found.keys() | expected.keys(), key=str) if found.get(key) != expected.get(key)]
    print(f"rungs: {len(expected)} expected of {len(house.licences)} licences, {len(wrong)} differ")
    for line in wrong[:20]:
        print("  ", line)
    return not wrong and len(expected) > 0


def fresh(facts, name, day, for_months=None):
    fact = facts.get(name)
    if fact is None or fact["value"] is None:
        return None
    if for_months and day > plus_months(date(fact["effective_from"]), for_months):
        return None
    return fact["value"]


def expected_lane(house, licence, facts, day):
    """The lane as sections 1 and 4 of the brief read: by power, by confirmed rule, by conditions that are known and met."""
    kind = house.types[licence["values"]["type"]["id"]]
    if kind["power"] == "none":
        return "superior"
    firm = house.firms[licence["file"]]
    asked, categories = CONDITIONS.get(kind["code"], (USUAL, ANY_PENALTY))
    opposite = lambda value: None if value is None else not value
    # What a department has not delivered in time is not known: nobody delivers anything in this year.
    late = {(one["delivers"], name) for one, due in house.sources if day > due for name in (one["fields"] or [""])}
    status = None if ("enterprise", "status") in late else firm["status"]
    capital = None if ("enterprise", "registered_capital") in late else firm["registered_capital"]
    report = fresh(facts, "annual_report_for", day)
    finding = {
        "operating": None if status is None else status == "operating",
        "abnormal": opposite(firm["abnormal_listed"]),
        "dishonest": opposite(firm["seriously_dishonest"]),
        "penalties": None if ("penalty", "") in late else not any(one["category"] in categories and one["rectified_on"] is None for one in house.penalties[licence["file"]]),
        "unchanged": fresh(facts, "conditions_unchanged", day, 12),
        "premises": fresh(facts, "premises_lawful", day),
        "capital": None if capital is None or capital["currency"] != "CNY" else capital["amount"] >= 200,
        "annual_report": None if report is None else report >= day.year - (1 if day.month > 3 else 2),
        "accident": opposite(fresh(facts, "fatal_accident", day, 3)),
    }
    known = [finding[name] for name in asked]
    may = kind["power"] == "own" or (kind["power"] == "delegated" and kind["power_instrument"] is not None)
    article = kind["confidence"] == "high" or (kind["article_confirmed_on"] is not None and kind["article_confirmed"] == kind["legal_basis"])
    if not (may and article and kind["lanes_confirmed"]):
        return "person"
    if all(one is True for one in known):
        return "automatic"
    only_unchanged = "unchanged" in asked and finding["unchanged"] is None and sum(one is True for one in known) == len(known) - 1
    return "commitment" if only_unchanged and kind["commitment_allowed"] and kind["commitment_basis"] is not None else "person"


def check_lanes(house):
    db = sqlite3.connect(house.zone.folder / "zone.db")
    wrong, lanes, facts_of = [], collections.Counter(), {}
    rows = db.execute("select c.subject, e.day, e.evidence from casework_event e join casework_case c on c.id = e.case_id where e.type = 'decided' and e.element = 'read_conditions'")
    for subject, day, evidence in rows:
        licence = house.licences[str(subject)]
        if subject not in facts_of:
            facts_of[subject] = sorted(house.all_of(house.approver, f"/records/licence/{subject}/history"), key=lambda one: (one["effective_from"], one["position"]))
        found, on = json.loads(json.loads(evidence)["value"]), EPOCH + DAY * day
        facts = {name: {"value": value, "effective_from": change["effective_from"]} for change in facts_of[subject] if date(change["effective_from"]) <= on
                 for name, value in change["values"].items()}
        wanted = expected_lane(house, licence, facts, on)
        lanes[found] += 1
        if found != wanted:
            wrong.append(f"{licence['title']} on {on}: {found} instead of {wanted}")
    kept = db.execute("select count(*) from casework_case where procedure = 'superior_renewal'").fetchone()[0]
    print(f"lanes: {dict(sorted(lanes.items()))}, handed to superior authorities {kept}, {len(wrong)} differ")
    for line in wrong[:20]:
        print("  ", line)
    return not wrong


def check_silence(house, begin, end):
    """Whatever passed its end within the year was told to the holder and called for an officer, or the holder had declined."""
    db = sqlite3.connect(house.zone.folder / "zone.db")
    told = {tuple(row[0].split(" ")[:2]) for row in db.execute("select occurrence from duty where item in (31, 6)")}
    called = {tuple(row[0].split(" ")[:2]) for row in db.execute("select occurrence from duty where item in (33, 6)")}
    past = silent = 0
    for item in house.all_of(house.approver, "/records/licence"):
        values = item["values"]
        ends, code = date(values.get("valid_to")), house.codes[values["type"]["id"]] if values.get("type") else None
        if ends is None or code in NO_RENEWAL or not begin < ends < end:
            continue
        past += 1
        key = (values["number"], str(ends))
        declined = date(values.get("not_renewed_for")) == ends
        if key not in told or (key not in called and not declined):
            silent += 1
            print("   silent:", key, code)
    outcomes = dict(db.execute("select case outcome_zh when '' then '在办' else outcome_zh end, count(*) from casework_case where procedure <> 'directive' group by 1"))
    stopped = db.execute("select count(*) from casework_event where type = 'stopped'").fetchone()[0]
    twice = db.execute("select count(*) from (select key from notice group by key having count(*) > 1)").fetchone()[0]
    left = db.execute("select count(*) from casework_case where state < 4 and procedure = 'renewal' and subject in (select subject from duty where item = 31)").fetchone()[0]
    print(f"past their end {past}, in silence {silent}; cases {outcomes}; steps that failed {stopped}; messages sent twice {twice}; renewals open past expiry {left}")
    return silent == 0 and stopped == 0 and twice == 0 and (outcomes.get("已续期", 0) > 0)


def state_of(folder):
    """What the year came to, without ids, moments and numbers."""
    db = sqlite3.connect(os.path.join(folder, "zone.db"))
    rows = lambda sql: sorted(map(repr, db.execute(sql)))
    licence = "(select occurrence from duty d where d.subject = {} and d.item in (7, 8, 9, 30) order by d.id limit 1)"
    return {
        "duties": rows("select item, occurrence, state, created_on, due_on from duty where occurrence <> ''"),
        "cases": rows(f"select procedure, {licence.format('subject')}, state, opened_on, closed_on, outcome_zh from casework_case"),
        "notices": rows("select type, title_zh, body_zh, to_kind, to_post, day from notice"),
        "papers": rows(f"select template, {licence.format('subject')}, status, issued_on, valid_to from paper"),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--enterprises", type=int, default=1000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep")
    given = parser.parse_args()
    folder = pathlib.Path(given.keep or tempfile.mkdtemp(prefix="yuanqu-year-"))
    good = True
    house = House(given.binary, folder / "zone")
    again = House(given.binary, folder / "killed")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        house.zone.make(given.enterprises)
        if given.kills:
            shutil.copytree(folder / "zone", folder / "killed")
        began = time.time()
        begin, end = run(house, given.days, 0, given.seed)
        print(f"{given.days} days from {begin} in {time.time() - began:.0f} s, {len(house.firms)} enterprises, {len(house.licences)} licences")
        good = check_rungs(house, begin, end) and good
        good = check_lanes(house) and good
        good = check_silence(house, begin, end) and good
        house.zone.stop()
        if given.kills:
            run(again, given.days, given.kills, given.seed)
            again.zone.stop()
            one, two = state_of(house.zone.folder), state_of(again.zone.folder)
            for name in one:
                same = one[name] == two[name]
                print(f"killed {given.kills} times: {len(one[name])} {name} {'alike' if same else 'differ'}")
                if not same:
                    for line in sorted(set(one[name]) ^ set(two[name]))[:10]:
                        print("  ", "only without kills" if line in one[name] else "only with kills", line[:300])
                good = good and same
    finally:
        for one in (house, again):
            if one.zone.running():
                one.zone.kill()
        if not given.keep:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
