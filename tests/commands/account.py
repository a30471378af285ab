#!/usr/bin/env python3
"""A zone that is no demo gets its first account on the command line, and that person signs in.

    account.py BINARY
"""
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ENGLISH = dict(os.environ, LC_ALL="C.UTF-8")


def account(binary, data, *words, typed=""):
    return subprocess.run([binary, "account", *words, "--data", data], input=typed, capture_output=True, text=True, env=ENGLISH)


def status_of_sign_in(port, name, password):
    body = json.dumps({"account": name, "password": password}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/session", data=body, method="POST",
                                     headers={"X-Yuanqu": "1", "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as problem:
        return problem.code, {}


def served(binary, data, ask):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([binary, "serve", "--data", data, "--listen", f"127.0.0.1:{port}"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=ENGLISH)
    try:
        for _ in range(1200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz").read()
                break
            except OSError:
                assert server.poll() is None, server.stderr.read()
                time.sleep(0.05)
        return ask(port)
    finally:
        server.terminate()
        server.wait()


def main(binary):
    with tempfile.TemporaryDirectory() as data:
        short = account(binary, data, "add", "wang", "--post", "administrator", typed="short\n")
        assert short.returncode == 1 and "8" in short.stderr, short
        nowhere = account(binary, data, "add", "wang", "--post", "emperor", typed="a long password\n")
        assert nowhere.returncode == 1 and "emperor" in nowhere.stderr, nowhere
        made = account(binary, data, "add", "wang", "--shown-name", "王某", "--post", "administrator", typed="a long password\n")
        assert made.returncode == 0, made
        assert account(binary, data, "add", "wang", typed="another password\n").returncode == 1, "the name is taken"
        assert account(binary, data, "list").stdout == "wang\t王某\tadministrator\n"

        def first_day(port):
            status, session = status_of_sign_in(port, "wang", "a long password")
            assert status in (200, 201) and session["role"] == "administrator", (status, session)
            assert status_of_sign_in(port, "wang", "a wrong password")[0] == 401
            held = account(binary, data, "list")
            assert held.returncode == 1, "a served folder belongs to its server"
        served(binary, data, first_day)

        assert account(binary, data, "password", "wang", typed="a newer password\n").returncode == 0
        assert account(binary, data, "disable", "wang").returncode == 0
        served(binary, data, lambda port: refused(port))
        assert account(binary, data, "enable", "wang").returncode == 0
        served(binary, data, lambda port: entered(port))


def refused(port):
    assert status_of_sign_in(port, "wang", "a newer password")[0] == 401, "a disabled account"


def entered(port):
    assert status_of_sign_in(port, "wang", "a newer password")[0] in (200, 201)
    assert status_of_sign_in(port, "wang", "a long password")[0] == 401, "the old password"


if __name__ == "__main__":
    main(sys.argv[1])
    print("ok")
