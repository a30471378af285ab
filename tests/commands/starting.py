#!/usr/bin/env python3
"""A server that is still opening its zone: it listens at once, says that it lives and is not ready, refuses everything else with a
sentence and the part done, shows a browser a page that looks again, and is stopped without harm.

    starting.py BINARY
"""
import json
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]


def ask(port, path, method="GET", accept="*/*"):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method, data=b"{}" if method == "POST" else None,
                                     headers={"Accept": accept, "X-Yuanqu": "1"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as problem:
        return problem.code, problem.read().decode(), problem.headers


def listening(port, server):
    began = time.monotonic()
    while time.monotonic() - began < 20:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert server.poll() is None, "the server ended"
            time.sleep(0.005)
    raise AssertionError("nobody listens")


def start(binary, data, packs):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([binary, "serve", "--data", str(data), "--packs", str(packs), "--listen", f"127.0.0.1:{port}"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    listening(port, server)
    return server, port


def change_rules(packs, number):
    """Another text of a rule: every decision of the zone is worked out anew."""
    model = packs / "national/decisions/objection.dmn"
    model.write_text(model.read_text(encoding="utf-8").replace("</definitions>", f"<!-- {number} --></definitions>"), encoding="utf-8")


def while_starting(port):
    """What the doorkeeper says; False when it was gone before everything was asked."""
    status, text, headers = ask(port, "/readyz")
    if status == 200:
        return None
    assert status == 503 and text.startswith("starting "), (status, text)
    assert ask(port, "/healthz")[0:2] == (200, "ok\n")
    seen = []
    for path, method in (("/api/v1/clock", "GET"), ("/api/v1/session", "POST"), ("/api/v1/nothing", "GET")):
        status, text, headers = ask(port, path, method)
        if status != 503:
            return None
        problem = json.loads(text)
        assert headers["Content-Type"].startswith("application/problem+json") and headers["Retry-After"] == "2", headers
        assert problem["code"] == "unavailable" and "正在启动" in problem["zh"] and "starting" in problem["en"], problem
        assert 0 <= problem["starting"]["part"] < 1, problem
        seen.append(problem["starting"]["part"])
    status, page, headers = ask(port, "/desk", accept="text/html")
    if status != 503:
        return None
    assert headers["Content-Type"].startswith("text/html") and headers["Cache-Control"] == "no-store", headers
    assert 'http-equiv="refresh"' in page and "正在启动" in page and "Starting" in page and "%" in page, page
    return seen[-1]


def main(binary):
    with tempfile.TemporaryDirectory() as base:
        packs, data = pathlib.Path(base) / "packs", pathlib.Path(base) / "zone"
        shutil.copytree(ROOT / "packs", packs)
        subprocess.run([binary, "demo", "--data", str(data), "--packs", str(packs), "--enterprises", "2500", "--no-serve"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        change_rules(packs, 1)
        server, port = start(binary, data, packs)
        parts = []
        try:
            for _ in range(2400):
                part = while_starting(port)
                if part is not None:
                    parts.append(part)
                elif ask(port, "/readyz")[0] == 200:
                    break
                time.sleep(0.02)
            assert len(parts) > 3, f"seen only {parts}"
            assert parts == sorted(parts) and len(set(parts)) > 2, f"the part done does not grow: {parts}"
            # From here on the zone answers, and nothing of the start is left.
            assert ask(port, "/healthz")[0] == 200 and ask(port, "/api/v1/clock")[0] == 200
            assert ask(port, "/api/v1/nothing")[0] == 404
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(20) == 0

        # Stopped in the middle: soon, and the next start has everything.
        change_rules(packs, 2)
        server, port = start(binary, data, packs)
        assert ask(port, "/readyz")[0] == 503
        time.sleep(0.2)
        began = time.monotonic()
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0 and time.monotonic() - began < 6
        # A place that is taken is told before the zone is opened.
        server, port = start(binary, data, packs)
        second = subprocess.run([binary, "serve", "--data", str(pathlib.Path(base) / "other"), "--packs", str(packs), "--listen", f"127.0.0.1:{port}"],
                                capture_output=True, text=True)
        assert second.returncode == 1 and str(port) in second.stderr and not (pathlib.Path(base) / "other").exists(), second
        while ask(port, "/readyz")[0] != 200:
            time.sleep(0.05)
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
        done = subprocess.run([binary, "verify", "--data", str(data)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        # A folder that cannot be opened ends the server with the reason.
        broken = pathlib.Path(base) / "broken"
        broken.mkdir()
        (broken / "zone.json").write_text("{")
        refused = subprocess.run([binary, "serve", "--data", str(broken), "--packs", str(packs), "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=60)
        assert refused.returncode == 1 and "zone.json" in refused.stderr, refused
        print(f"seen {len(parts)} times while starting, {parts[0]:.0%} to {parts[-1]:.0%}")


if __name__ == "__main__":
    main(sys.argv[1])
