#!/usr/bin/env python3
"""Kills the program in the middle of an import, again and again, and looks at what is left.

    import-kill.py BINARY [--rounds 40] [--rows 30000] [--seed 1]

Each round imports a file into a new folder under a terminal, as a person does, and ends the program with SIGKILL at a
moment drawn at random. What the progress bar had counted is acknowledged. Then:

  nothing acknowledged is lost      at least as many rows are stored as the bar had shown
  nothing is half-applied           what is stored is a first part of the file, row for row and field for field; where a row
                                    makes two records (the firm it names is opened), both are there or neither; `verify`
                                    finds every chain whole and every record equal to its history
  a rerun completes it              it creates exactly the rows that were missing, and another run changes nothing

Every third round the program is the server, the file is sent over HTTP, what GET /imports/ID answered is the
acknowledgement, and the server is killed and started again.
"""
import argparse
import csv
import json
import os
import pty
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ENGLISH = dict(os.environ, LC_ALL="C.UTF-8")


def credit_code(serial):
    """A unified social credit code with both check characters, in the region that no real code has."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    organisation = "MA%06d" % serial
    values = [int(c) if c.isdigit() else ord(c) - 55 for c in organisation]
    check = 11 - sum(w * v for w, v in zip(weights, values)) % 11
    organisation += "X" if check == 10 else "0" if check == 11 else str(check)
    code = "91980171" + organisation
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code))
    return code + ALPHABET[(31 - total % 31) % 31]


def firms(count):
    header = ["统一社会信用代码", "企业名称", "注册资本", "成立日期", "经营范围"]
    return header, [[credit_code(i), f"示例市试写{i}有限公司", f"{i % 900 + 1}万元", f"20{i % 20:02d}-0{i % 9 + 1}-1{i % 9}", f"试写，第 {i} 行"] for i in range(count)]


def returns(count):
    """Each row names a firm that is not there yet: it makes two records."""
    header = ["企业名称", "年度", "营业收入（元）", "期末从业人员"]
    return header, [[f"示例市试写{i}有限公司", 2024, f"{i * 100 + 5}.25", i % 500] for i in range(count)]


def written(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


class Failed(Exception):
    pass


def must(holds, sentence):
    if not holds:
        raise Failed(sentence)


class Round:
    def __init__(self, binary, folder, rows, draws):
        self.binary, self.folder, self.draws = binary, folder, draws
        self.data = os.path.join(folder, "zone")
        self.double = draws.random() < 0.5
        header, self.rows = (returns if self.double else firms)(rows)
        self.kind, self.source = ("annual_return", "statistics") if self.double else ("enterprise", "market_registration")
        self.file = os.path.join(folder, self.kind + ".csv")
        written(self.file, header, self.rows)

    def command(self):
        return [self.binary, "import", self.kind, self.file, "--data", self.data, "--source", self.source, "--effective-from", "2024-12-31",
                *(["--create-missing"] if self.double else [])]

    def killed_import(self):
        """The rows the bar had shown when the program was ended."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(self.binary, self.command(), ENGLISH)
        # Somewhere in the work: when the bar has come so far, and a little later.
        last = self.draws.randrange(0, len(self.rows) - 1)
        seen = b""
        while self.shown(seen) < last:
            try:
                seen += os.read(terminal, 4096)
            except OSError:
                break  # it came to its end
        time.sleep(self.draws.uniform(0, 0.02))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        try:  # what it still said before it died was said
            while piece := os.read(terminal, 4096):
                seen += piece
        except OSError:
            pass
        os.close(terminal)
        return self.shown(seen)

    @staticmethod
    def shown(seen):
        counts = re.findall(rb"\] (\d+)(?=[\r\n])", seen)
        return int(counts[-1]) if counts else 0

    def run(self, *arguments, code=0):
        done = subprocess.run([self.binary, *arguments], capture_output=True, text=True, env=ENGLISH)
        must(done.returncode == code, f"{arguments[0]} ended with {done.returncode}: {done.stdout[-500:]} {done.stderr[-500:]}")
        return done.stdout

    def exported(self, kind):
        target = os.path.join(self.folder, kind + "-out.csv")
        self.run("export", kind, target, "--data", self.data, "--as-of", "2026-03-02")
        with open(target, encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def look(self, acknowledged):
        """How many rows of the file are stored; refuses anything but a whole first part of it."""
        self.run("verify", "--data", self.data)
        found = self.exported(self.kind)
        stored = len(found)
        must(stored >= acknowledged, f"{acknowledged} rows were acknowledged, {stored} are stored")
        if self.double:
            have = {(r["Enterprise"], int(r["Year"]), float(r["Revenue (万元)"]) if "Revenue (万元)" in r else revenue(r), int(r[employees(r)])) for r in found}
            want = {(row[0], row[1], round(float(row[2]) / 10000, 6), row[3]) for row in self.rows[:stored]}
            firms_stored = {r["Name"] for r in self.exported("enterprise")}
            must(firms_stored == {row[0] for row in self.rows[:stored]}, f"{len(firms_stored)} firms beside {stored} of their returns")
        else:
            have = {(r["Unified social credit code"], r["Name"], amount(r["Registered capital"]), r["Established on"], r["Business scope"]) for r in found}
            want = {(row[0], row[1], float(row[2][:-2]), row[3], row[4]) for row in self.rows[:stored]}
        must(have == want, f"what is stored is no first part of the file: {sorted(have ^ want)[:4]}")
        return stored

    def complete(self, stored):
        counted = self.run(*self.command()[1:])
        created, changed, unchanged, rejected = map(int, re.search(r"(\d+) created, (\d+) changed, (\d+) unchanged, (\d+) rejected", counted).groups())
        must((created, changed, unchanged, rejected) == (len(self.rows) - stored, 0, stored, 0), f"with {stored} rows stored a rerun says: {counted[-200:]}")
        must(self.look(len(self.rows)) == len(self.rows), "the rerun did not complete it")
        must(f"0 created, 0 changed, {len(self.rows)} unchanged, 0 rejected" in self.run(*self.command()[1:]), "another run changed something")


def amount(text):
    return float(re.match(r"[\d.]+", text).group()) if text else None


def revenue(row):
    return float(next(value for key, value in row.items() if key.startswith("Revenue")))


def employees(row):
    return next(key for key in row if key.startswith("Employees"))


class ServedRound(Round):
    """The same through the server of a demo zone: years of returns for its firms."""

    def __init__(self, binary, folder, rows, draws):
        super().__init__(binary, folder, 1, draws)
        self.web = os.path.join(folder, "web")
        os.makedirs(self.web)
        open(os.path.join(self.web, "index.html"), "w", encoding="utf-8").close()
        self.start()
        self.sign_in()
        firms_there = self.call("GET", "/records/enterprise?limit=200")["items"]
        codes = [item["values"]["uscc"] for item in firms_there if item["values"].get("uscc")]
        years = max(1, rows // len(codes))
        must(years <= 250, "too many rows for so few firms")
        self.rows = [[code, 1950 + year, f"{year * 7 + n}.5"] for year in range(years) for n, code in enumerate(codes)]
        # Years from now on would be nearer than what the demo has; all of these lie before it.
        self.rows = [row for row in self.rows if row[1] < 2020]
        written(self.file, ["统一社会信用代码", "年度", "营业收入（万元）"], self.rows)
        self.before = self.call("GET", "/records/annual_return?limit=1")["total"]

    def start(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.server = subprocess.Popen([self.binary, "demo", "--data", self.data, "--enterprises", "150", "--listen", f"127.0.0.1:{self.port}", "--web", self.web],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENGLISH)
        self.cookie = ""
        for _ in range(1200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz").read()
                return
            except OSError:
                must(self.server.poll() is None, "the server does not start")
                time.sleep(0.05)
        raise Failed("the server is not ready after a minute")

    def call(self, method, path, body=None, content_type="application/json"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1{path}", method=method, data=body)
        request.add_header("X-Yuanqu", "1")
        request.add_header("Cookie", self.cookie)
        if body is not None:
            request.add_header("Content-Type", content_type)
        with urllib.request.urlopen(request) as answer:
            given = answer.headers.get("Set-Cookie")
            if given:
                self.cookie = given.split(";")[0]
            return json.loads(answer.read() or "null")

    def sign_in(self):
        self.call("POST", "/session", json.dumps({"role": "economy"}).encode())

    def begin(self):
        with open(self.file, "rb") as file:
            content = file.read()
        border = "border-of-a-form"
        parts = [("kind", "annual_return"), ("source", "statistics"), ("effective_from", "2024-12-31")]
        body = b"".join(f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in parts)
        body += f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="returns.csv"\r\nContent-Type: text/csv\r\n\r\n'.encode() + content + f"\r\n--{border}--\r\n".encode()
        slip = self.call("POST", "/imports", body, f"multipart/form-data; boundary={border}")
        self.call("POST", f"/imports/{slip['id']}/apply", b"{}")
        return slip["id"]

    def stored(self, position=0):
        """As of a journal position: lists may lag behind what was just written, and a busy server says so (503, try again)."""
        for _ in range(60):
            try:
                return self.call("GET", "/records/annual_return?limit=1" + (f"&min_position={position}" if position else ""))["total"] - self.before
            except urllib.error.HTTPError as problem:
                must(problem.code == 503, f"the list answers {problem.code}")
                time.sleep(1)
        raise Failed(f"the list does not reach position {position} within minutes")

    def kill_and_complete(self):
        slip = self.begin()
        last = self.draws.randrange(0, len(self.rows) - 1)
        acknowledged = 0
        while acknowledged < last:
            state = self.call("GET", f"/imports/{slip}")
            acknowledged = state["rows_done"]
            if state["state"] in ("done", "failed"):
                break
        self.server.kill()
        self.server.wait()
        self.run("verify", "--data", self.data)
        self.start()
        self.sign_in()
        stored = self.stored()
        must(stored >= acknowledged, f"{acknowledged} rows were acknowledged over HTTP, {stored} are stored")
        slip = self.begin()
        while True:
            state = self.call("GET", f"/imports/{slip}")
            if state["state"] in ("done", "failed"):
                break
            time.sleep(0.05)
        must((state["created"], state["updated"], state["unchanged"], state["rejected"]) == (len(self.rows) - stored, 0, stored, 0),
             f"with {stored} rows stored a rerun says: {json.dumps({k: state[k] for k in ('state', 'created', 'updated', 'unchanged', 'rejected')})}")
        must(self.stored(state["position"]) == len(self.rows), f"the rerun did not complete it: {self.stored()} of {len(self.rows)}")
        self.end()
        self.run("verify", "--data", self.data)
        return acknowledged, stored

    def end(self):
        if self.server.poll() is None:
            self.server.terminate()
            self.server.wait()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("binary")
    arguments.add_argument("--rounds", type=int, default=40)
    arguments.add_argument("--rows", type=int, default=30000)
    arguments.add_argument("--seed", type=int, default=int(os.environ.get("YUANQU_SEED", "1")))
    chosen = arguments.parse_args()
    draws = random.Random(chosen.seed)
    binary = os.path.abspath(chosen.binary)
    middle = 0
    for number in range(1, chosen.rounds + 1):
        with tempfile.TemporaryDirectory(prefix="yuanqu-import-kill-") as folder:
            served = number % 3 == 0
            one = (ServedRound if served else Round)(binary, folder, chosen.rows, draws)
            try:
                if served:
                    acknowledged, stored = one.kill_and_complete()
                else:
                    acknowledged = one.killed_import()
                    stored = one.look(acknowledged) if os.path.exists(one.data) else 0
                    one.complete(stored)
            except Failed as failed:
                print(f"round {number} of seed {chosen.seed} ({one.kind}, {len(one.rows)} rows{', served' if served else ''}): {failed}")
                return 1
            finally:
                if served:
                    one.end()
            middle += 0 < stored < len(one.rows)
            print(f"round {number}: {one.kind}{' over HTTP' if served else ''}: {acknowledged} acknowledged, {stored} of {len(one.rows)} stored, completed", flush=True)
    print(f"{chosen.rounds} rounds passed, {middle} of them ended in the middle")
    return 0 if middle > 0 or chosen.rounds < 4 else 1


if __name__ == "__main__":
    sys.exit(main())
