"""A zone served by the real program, for the proofs: started on a free port, spoken to over HTTP, killed or stopped.

    zone = Zone(binary, folder)
    zone.start()                     # until it answers /readyz
    clerk = zone.sign_in("counter")  # a client with its own connection and session; not shared between threads
    status, body, headers = clerk.post("/records/enterprise", {...}, headers={"Idempotency-Key": "k"})
    zone.kill()                      # SIGKILL

A request that gets no whole answer raises Lost: nobody knows then whether it was done.
"""
import atexit
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Lost(Exception):
    pass


class Client:
    def __init__(self, port, role):
        self.port = port
        self.connection = None
        self.cookie = None
        status, _, headers = self.post("/session", {"role": role})
        if status != 200:
            raise Lost(f"sign-in as {role}: {status}")
        self.cookie = headers["Set-Cookie"].split(";", 1)[0]

    def ask(self, method, path, body=None, headers=None, timeout=60):
        headers = dict(headers or {})
        if self.cookie:
            headers["Cookie"] = self.cookie
        if method != "GET":
            headers["X-Yuanqu"] = "1"
        data = body
        if body is not None and not isinstance(body, bytes):
            data = json.dumps(body, ensure_ascii=False).encode()
            headers.setdefault("Content-Type", "application/json")
        # The server ends a connection that rests for a minute; one that rested for long is not used again.
        if self.connection is not None and time.monotonic() - self.used > 20:
            self.close()
        self.used = time.monotonic()
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
            self.connection.request(method, "/api/v1" + path, data, headers)
            response = self.connection.getresponse()
            text = response.read()
            self.used = time.monotonic()
        except (OSError, http.client.HTTPException) as problem:
            self.close()
            raise Lost(str(problem)) from problem
        try:
            parsed = json.loads(text) if text else None
        except ValueError:
            parsed = text
        return response.status, parsed, response.headers

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, body, headers=None):
        return self.ask("POST", path, body, headers)

    def upload(self, path, file_name, content, **form):
        boundary = uuid.uuid4().hex
        parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in form.items()]
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n\r\n'.encode() + content + b"\r\n")
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        return self.ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class Zone:
    def __init__(self, binary, folder, environment=None):
        self.binary = str(binary)
        self.folder = pathlib.Path(folder)
        self.environment = {**os.environ, "LANG": "C", **(environment or {})}
        self.process = None
        self.port = 0
        self.log = pathlib.Path(str(folder) + ".log")

    def run(self, *arguments, check=True, environment=None):
        done = subprocess.run([self.binary, *map(str, arguments)], capture_output=True, text=True, env=environment or self.environment)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def make(self, enterprises, clock="2026-03-02"):
        self.run("demo", "--data", self.folder, "--enterprises", enterprises, "--clock", clock, "--no-serve")

    def start(self, environment=None, wait_s=600):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "serve", "--data", str(self.folder), "--listen", f"127.0.0.1:{self.port}"],
                stdout=log, stderr=log, env={**self.environment, **(environment or {})}, start_new_session=True)
        atexit.register(lambda process: process.poll() is None and process.kill(), self.process)
        until = time.monotonic() + wait_s
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(f"serve ended with {self.process.returncode}:\n{self.tail()}")
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/readyz")
                ready = connection.getresponse().status == 200
                connection.close()
                if ready:
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.02)
        raise AssertionError(f"serve did not become ready:\n{self.tail()}")

    def sign_in(self, role):
        return Client(self.port, role)

    def running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        if self.running():
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.running():
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode

    def verify(self):
        done = self.run("verify", "--data", self.folder, check=False)
        if done.returncode != 0:
            raise AssertionError(f"verify found:\n{done.stdout}{done.stderr}")
        return done.stdout.strip()

    def tail(self):
        try:
            return self.log.read_text(errors="replace")[-3000:]
        except OSError:
            return ""
