#!/usr/bin/env python3
"""The command path of the smart centre with real processes and a bad line: kills of the agent at random moments, resets, delays,
half-open and one-way lines, loss, a line of 64 kbit/s, broker restarts, the same payload delivered again. After every fault:

  no command reached the controller twice, none after its expiry (by the agent's clock and the controller's), none that the agent had
  said would never run; the device was in its safe state within the lease after the line was lost; nothing ran again before a person armed.

    centre.py --binary build/release/yuanqu [--kills 200] [--faults 40] [--lines 10] [--seed N] [--grace SECONDS]
"""
import argparse
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from plant import PACK, Agent, Broker, Centre, Controller, Proxy, wait_for  # noqa: E402
import hashlib  # noqa: E402

LEASE_S = 1.0


class Proof:
    def __init__(self, binary, folder, seed, grace_s):
        self.grace_s = grace_s
        self.random = random.Random(seed)
        self.folder = folder
        self.broker = Broker(folder)
        self.controller = Controller()
        self.proxy = Proxy(self.broker.port)
        key_file = folder / "agent.key"
        subprocess.run([binary, "edge", "--make-key", str(key_file)], check=True, stdout=subprocess.DEVNULL)
        key = bytes.fromhex(key_file.read_text().strip())
        site = hashlib.sha256((PACK / "interlocks/bench.yaml").read_bytes()).hexdigest()
        self.agent = Agent(binary, folder / "agent", self.proxy.port, self.controller.port, key_file)
        self.agent.start()
        self.centre = Centre(self.broker.port, key, site)
        self.place = 0
        self.issued = {}   # place → (command, expires)
        self.payloads = []
        self.never = set()
        self.counts = {"commands": 0, "done": 0, "refused": 0, "interrupted": 0, "kills": 0, "faults": 0, "replays": 0}

    def fail(self, sentence):
        print((self.folder / "agent.log").read_text(errors="replace")[-2000:])
        raise SystemExit(f"FAILED: {sentence}")

    def drive(self, **more):
        self.place += 1
        identity, payload = self.centre.drive(self.place, **more)
        if identity is None:
            return None
        self.counts["commands"] += 1
        self.issued[self.place] = (identity, time.time() + 2.0)
        self.payloads.append(payload)
        return identity

    def replay(self):
        """Something on the way delivers old payloads again."""
        for payload in self.random.sample(self.payloads, min(3, len(self.payloads))):
            self.centre.client.publish("spBv1.0/Bench/NCMD/Agent", payload, qos=0)
            self.counts["replays"] += 1

    def check(self):
        with self.controller.lock:
            told = list(self.controller.told)
        places = [place for _, place in told]
        for place in set(places):
            if places.count(place) > 1:
                self.fail(f"the command to place {place} reached the controller {places.count(place)} times")
        for at, place in told:
            if place not in self.issued:
                self.fail(f"the controller was told {place}, which nobody commanded")
            identity, expires = self.issued[place]
            if at > expires + 0.25:  # the writing follows the decision by at most a round trip
                self.fail(f"the command to place {place} reached the controller {at - expires:.3f} s after its expiry")
            if identity in self.never:
                self.fail(f"the command to place {place} ran although the agent had said that it never would")

    def ask(self, identity):
        question, _ = self.centre.command("ask", "loco", subject=identity)
        answer = self.centre.outcome(identity, 2.0)
        if answer == "never_seen":
            self.never.add(identity)
        return answer

    def ready(self):
        if not self.centre.ready(30):
            self.fail(f"control does not come up again: {self.centre.edge and dict(self.centre.edge)}")

    def eventually(self, wanted, final, late_ms=0):
        """A person's act; on a starved machine the lease may be lost meanwhile, and a person acts again."""
        for _ in range(5):
            self.ready()
            issued = int(time.time() * 1000) - late_ms if late_ms else None
            told = self.centre.outcome(self.drive(issued_ms=issued), 3.0, final=final)
            if told == wanted:
                return
        self.fail(f"a command that should have been {wanted} was {told}")

    def driving(self):
        self.eventually("written", final=False)
        if not wait_for(self.controller.driving, 1):
            self.fail("it does not drive")

    def basics(self):
        """A quiet line first: what must work works, what must be refused is refused."""
        self.eventually("done", final=True)
        self.counts["done"] += 1
        self.replay()
        self.eventually("refused expired", final=True, late_ms=2_500)
        before = self.controller.watchdog()
        if not wait_for(lambda: self.controller.watchdog() != before, 3):
            self.fail("the watchdog stands still")
        # The switch at the plant, with the line held up: local wins without a network.
        self.controller.stuck = True
        self.driving()
        self.proxy.mode = "hold"
        stops = len(self.controller.stops)
        self.controller.remote(False)
        time.sleep(0.5)
        if len(self.controller.stops) != stops:
            self.fail("something was written to a device that local has")
        self.controller.remote(True)
        self.controller.stuck = False
        self.proxy.mode = "pass"
        self.proxy.reset()
        self.check()

    def forward(self):
        """Every value a tag had while the line was down is told when it is back, as historical, in order."""
        self.proxy.mode = "refuse"
        self.proxy.reset()
        time.sleep(0.5)
        self.centre.points.clear()
        values = list(range(50_000, 50_012))
        for value in values:
            with self.controller.lock:
                self.controller.input.setValues(0, [value])
            time.sleep(0.15)
        self.proxy.mode = "pass"
        def told():
            return [value for tag, value, historical in list(self.centre.points) if tag == "机车.位置" and historical and value in values]
        if not wait_for(lambda: told() == values, 30):
            self.fail(f"points of the time without a line: {told()}")
        self.counts["forwarded"] = len(values)

    def kill(self):
        """kill -9 at a random moment around a command; then the agent comes back in monitor-only and makes safe."""
        self.ready()
        self.controller.stuck = self.random.random() < 0.5
        killer = threading.Timer(self.random.uniform(0, 0.12), self.agent.kill)
        killer.start()
        identity = self.drive()
        killer.join()
        self.counts["kills"] += 1
        moved = self.controller.driving()
        self.agent.start()
        boot = self.centre.edge["boot"]
        if not wait_for(lambda: self.centre.edge["boot"] != boot, 20):
            self.fail("the agent does not come back")
        if self.centre.edge["armed"] == "1":
            self.fail("the agent came back armed")
        if moved and not wait_for(lambda: not self.controller.driving(), 2 * (LEASE_S + self.grace_s)):
            self.fail("the agent came back and left the device moving")
        self.replay()
        time.sleep(0.1)
        answer = self.ask(identity)
        key = "done" if answer == "done" else "refused" if answer in ("never_seen",) or answer.startswith("refused") else "interrupted"
        self.counts[key] += 1
        if answer == "nothing":
            self.fail("the agent does not answer what became of a command")
        self.controller.stuck = False
        self.check()

    def fault(self):
        """The line is spoiled while a command runs; the device must be safe within the lease."""
        kind = self.random.choice(["reset", "hold", "to_agent_only", "to_broker_only", "delay", "broker", "refuse"])
        self.ready()
        self.controller.stuck = True
        identity = self.drive()
        if self.centre.outcome(identity, 3.0, final=False) not in ("written",):
            self.check()
            self.controller.stuck = False
            return
        began = time.monotonic()
        if kind == "reset":
            self.proxy.reset()
        elif kind == "delay":
            self.proxy.delay_s = self.random.uniform(1.1, 2.0)
        elif kind == "broker":
            self.broker.stop()
        elif kind == "refuse":
            self.proxy.mode = "refuse"
            self.proxy.reset()
        else:
            self.proxy.mode = kind
        # A command sent into the spoiled line must not run late.
        self.drive()
        if not wait_for(lambda: not self.controller.driving(), 5 + self.grace_s, 0.01):
            self.fail(f"{kind}: the device still moves seconds after the line was lost")
        took = time.monotonic() - began
        if took > LEASE_S + self.grace_s:
            self.fail(f"{kind}: the safe state came after {took:.2f} s")
        self.slowest = max(getattr(self, "slowest", 0), took)
        time.sleep(self.random.uniform(0, 1.5))
        self.proxy.mode, self.proxy.delay_s = "pass", 0.0
        if kind == "broker":
            self.broker.start()
        self.proxy.reset()
        heard = time.monotonic()
        if not wait_for(lambda: self.centre.heard > heard + 0.3, 30):
            self.fail(f"{kind}: the agent does not come back")
        if self.centre.edge["armed"] == "1":
            self.fail(f"{kind}: armed again without a person")
        self.replay()
        time.sleep(0.3)
        self.controller.stuck = False
        self.counts["faults"] += 1
        self.check()

    def spoiled(self, name, seconds=4.0, **line):
        """A line that is bad but not dead: commands go on being sent; what runs runs once and in time, and all is well once the line is."""
        self.controller.stuck = False
        self.ready()
        for key, value in line.items():
            setattr(self.proxy, key, value)
        done = sent = 0
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self.centre.ready(2):
                continue  # the lease was lost on the way: nobody may command
            identity = self.drive()
            if identity is None:
                continue
            sent += 1
            done += self.centre.outcome(identity, 2.5) == "done"
            self.check()
        self.proxy.delay_s, self.proxy.loss, self.proxy.rate = 0.0, 0.0, 0
        self.proxy.reset()
        self.replay()
        self.ready()
        self.check()
        self.lines = [*getattr(self, "lines", []), f"{name}: {done} of {sent}"]

    def bad_lines(self, most):
        kinds = [("delay 50 ms", {"delay_s": 0.05}), ("64 kbit/s", {"rate": 8000}), ("loss 10%", {"loss": 0.1}), ("loss 1%", {"loss": 0.01}),
                 ("loss 30%", {"loss": 0.3}), ("delay 200 ms", {"delay_s": 0.2}), ("delay 500 ms", {"delay_s": 0.5}),
                 ("delay 1000 ms", {"delay_s": 1.0}), ("delay 2000 ms", {"delay_s": 2.0}), ("loss 5%", {"loss": 0.05})]
        for name, line in kinds[:most]:
            self.spoiled(name, **line)
            if name in ("delay 50 ms", "64 kbit/s") and self.lines[-1].startswith(f"{name}: 0 "):
                self.fail(f"such a line is good enough to work over: {self.lines[-1]}")

    def end(self):
        self.check()
        self.agent.stop()
        self.broker.stop()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--binary", default="build/release/yuanqu")
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--faults", type=int, default=40)
    options.add_argument("--lines", type=int, default=10, help="how many kinds of bad lines")
    options.add_argument("--seed", type=int, default=20260302)
    # What the machine may add on top of the lease: one round of the agent, one writing, and its own scheduling.
    options.add_argument("--grace", type=float, default=0.6)
    given = options.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="yuanqu-centre-"))
    proof = Proof(given.binary, folder, given.seed, given.grace)
    try:
        proof.basics()
        proof.forward()
        for number in range(given.kills):
            proof.kill()
        for number in range(given.faults):
            proof.fault()
        proof.bad_lines(given.lines)
        proof.end()
    finally:
        for process in (proof.agent.process, proof.broker.process):
            if process and process.poll() is None:
                process.kill()
        shutil.rmtree(folder, ignore_errors=True)
    counts = ", ".join(f"{name} {count}" for name, count in proof.counts.items())
    print("commands done over bad lines: " + "; ".join(proof.lines))
    print(f"seed {given.seed}: {counts}; safe state at the latest {getattr(proof, 'slowest', 0):.2f} s after the line was lost")


if __name__ == "__main__":
    main()
