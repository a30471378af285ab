"""A plant for the proofs of the smart centre, with real processes: mosquitto, a Modbus controller (pymodbus) whose locomotive moves
and notes what it was told and when, a TCP proxy that spoils the line between agent and broker, the agent itself (`yuanqu edge`),
and a small centre of its own that speaks the wire by the documents alone (docs/centre-safety.md), not by the program's code."""
import asyncio
import hashlib
import hmac
import os
import pathlib
import random
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import uuid

try:
    import paho.mqtt.client as mqtt
    from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
    from pymodbus.server import StartAsyncTcpServer
except ImportError:
    # The packages are Debian's: run under Debian's interpreter.
    if os.path.realpath(sys.executable) != os.path.realpath("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    raise

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACK = ROOT / "tests/cases/edge"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, seconds, every=0.02):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(every)
    return False


class Broker:
    """mosquitto on a port of its own; nothing persists."""

    def __init__(self, folder):
        self.port = free_port()
        self.folder = folder
        self.process = None
        (folder / "mosquitto.conf").write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        self.start()

    def start(self):
        program = "/usr/sbin/mosquitto" if os.path.exists("/usr/sbin/mosquitto") else "mosquitto"
        self.process = subprocess.Popen([program, "-c", str(self.folder / "mosquitto.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert wait_for(self.listens, 20), "mosquitto does not start"

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        self.process.kill()
        self.process.wait()


class Controller:
    """A locomotive behind Modbus TCP. `told` holds (time, place) for each time the drive coil was set."""

    def __init__(self, move_s=0.15):
        self.port = free_port()
        self.move_s = move_s
        self.told = []
        self.stops = []
        self.stuck = False
        self.lock = threading.Lock()
        outer = self

        class Coils(ModbusSequentialDataBlock):
            def setValues(self, address, values):
                super().setValues(address, values)
                outer.coil(bool(values[0]))

        self.coils = Coils(0, [False] * 8)
        self.discrete = ModbusSequentialDataBlock(0, [False, True] + [False] * 6)
        self.holding = ModbusSequentialDataBlock(0, [0] * 8)
        self.input = ModbusSequentialDataBlock(0, [0] * 8)
        slave = ModbusSlaveContext(co=self.coils, di=self.discrete, hr=self.holding, ir=self.input, zero_mode=True)
        self.context = ModbusServerContext(slaves=slave, single=True)
        self.moving_since = None
        threading.Thread(target=lambda: asyncio.run(StartAsyncTcpServer(context=self.context, address=("127.0.0.1", self.port))), daemon=True).start()
        threading.Thread(target=self.move, daemon=True).start()
        assert wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", self.port)) == 0, 20), "the controller does not listen"

    def coil(self, on):
        with self.lock:
            if on:
                self.told.append((time.time(), self.holding.getValues(0, 1)[0]))
                self.moving_since = time.monotonic()
            else:
                self.stops.append(time.time())
                self.moving_since = None
            self.discrete.setValues(0, [on])

    def move(self):
        while True:
            time.sleep(0.01)
            with self.lock:
                if self.moving_since is None or self.stuck or time.monotonic() - self.moving_since < self.move_s:
                    continue
                self.input.setValues(0, [self.holding.getValues(0, 1)[0]])
                ModbusSequentialDataBlock.setValues(self.coils, 0, [False])
                self.discrete.setValues(0, [False])
                self.moving_since = None

    def driving(self):
        return bool(self.coils.getValues(0, 1)[0])

    def watchdog(self):
        return self.holding.getValues(1, 1)[0]

    def remote(self, on):
        self.discrete.setValues(1, [on])


class Proxy:
    """Between agent and broker. mode: pass | hold (half-open: swallows both ways) | to_agent_only | to_broker_only | refuse.
    delay_s: each way. loss: share of segments lost; TCP sends them again, so what is seen of a loss is that everything behind it waits
    for the time-out (0.2 s, doubled each time it is lost again). rate: bytes a second; 0: no limit."""

    def __init__(self, target_port):
        self.target_port = target_port
        self.mode = "pass"
        self.delay_s = 0.0
        self.loss = 0.0
        self.rate = 0
        self.random = random.Random(7)
        self.pairs = []
        self.lock = threading.Lock()
        self.server = socket.socket()
        self.server.bind(("127.0.0.1", 0))
        self.server.listen()
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.server.accept()
            upstream = socket.socket()
            if self.mode == "refuse" or upstream.connect_ex(("127.0.0.1", self.target_port)) != 0:
                client.close()
                continue
            with self.lock:
                self.pairs.append((client, upstream))
            for source, sink, way in ((client, upstream, "to_broker_only"), (upstream, client, "to_agent_only")):
                threading.Thread(target=self.pump, args=(source, sink, way), daemon=True).start()

    def pump(self, source, sink, way):
        """Bytes keep their order and their delay; a swallowed stretch ends the stream (a hole in TCP is no TCP)."""
        queue, wake = [], threading.Condition()

        def drain():
            while True:
                with wake:
                    while not queue:
                        wake.wait()
                    due, data = queue.pop(0)
                if data is None:
                    break
                time.sleep(max(0, due - time.monotonic()))
                try:
                    sink.sendall(data)
                except OSError:
                    break
            for end in (source, sink):
                try:
                    end.close()
                except OSError:
                    pass

        threading.Thread(target=drain, daemon=True).start()
        swallowed = False
        free = 0.0  # when the line is free for the next segment
        while True:
            try:
                data = source.recv(1400)
            except OSError:
                data = b""
            if data and (self.mode not in ("pass", way) or swallowed):
                swallowed = True
                continue
            free = max(free, time.monotonic()) + (len(data) / self.rate if self.rate else 0)
            timeout = 0.2
            while self.loss and self.random.random() < self.loss:
                free += timeout
                timeout *= 2
            with wake:
                queue.append((free + self.delay_s, data or None))
                wake.notify()
            if not data:
                return

    def reset(self):
        """Cuts every connection hard (RST)."""
        with self.lock:
            pairs, self.pairs = self.pairs, []
        for pair in pairs:
            for end in pair:
                try:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                end.close()


# ---- Sparkplug B and the template of control, by hand

def varint(number):
    out = bytearray()
    while True:
        byte = number & 0x7F
        number >>= 7
        out.append(byte | (0x80 if number else 0))
        if not number:
            return bytes(out)


def tagged(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def encode(fields):
    members = b"".join(tagged(2, tagged(1, name.encode()) + varint(4 << 3) + varint(12) + tagged(15, text.encode())) for name, text in fields)
    metric = tagged(1, b"control") + varint(4 << 3) + varint(19) + tagged(18, members + tagged(4, b"yuanqu_control"))
    return varint(1 << 3) + varint(int(time.time() * 1000)) + tagged(2, metric)


def parse(data):
    at = 0
    while at < len(data):
        key = shift = 0
        while True:
            byte = data[at]
            at += 1
            key |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        number, kind = key >> 3, key & 7
        if kind == 0:
            value = shift = 0
            while True:
                byte = data[at]
                at += 1
                value |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    break
        elif kind == 2:
            size = shift = 0
            while True:
                byte = data[at]
                at += 1
                size |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    break
            value = data[at:at + size]
            at += size
        else:
            size = 4 if kind == 5 else 8
            value = data[at:at + size]
            at += size
        yield number, value


def messages(payload):
    for number, metric in parse(payload):
        if number != 2:
            continue
        parts = list(parse(metric))
        if (1, b"control") not in parts:
            continue
        for inner, template in parts:
            if inner != 18:
                continue
            fields = []
            for member_number, member in parse(template):
                if member_number == 2:
                    entries = dict(parse(member))
                    fields.append((entries.get(1, b"").decode(), entries.get(15, b"").decode()))
            yield fields


def tag_values(payload, names):
    """(tag, whole number, historical) of the metrics that are tags; births teach the aliases in `names`."""
    for number, metric in parse(payload):
        if number != 2:
            continue
        parts = dict(parse(metric))
        if 1 in parts and 2 in parts:
            names[parts[2]] = parts[1].decode()
        name = parts[1].decode() if 1 in parts else names.get(parts.get(2), "")
        value = parts.get(11, parts.get(10))
        if name and name != "control" and value is not None:
            yield name, value, bool(parts.get(5))


def joined(texts):
    return b"".join(str(len(text)).encode() + b":" + text for text in (t if isinstance(t, bytes) else t.encode() for t in texts))


def split(data):
    parts = []
    while data:
        size, data = data.split(b":", 1)
        parts.append(data[:int(size)].decode())
        data = data[int(size):]
    return parts


class Centre:
    """Beats, commands and answers, straight to the broker (not through the proxy)."""

    def __init__(self, broker_port, key, site_hash):
        self.key, self.site = key, site_hash
        self.start = uuid.uuid4().hex
        self.number = 0
        self.edge = None
        self.heard = 0.0
        self.reports = {}   # command → list of (time, outcome, refusal, reason)
        self.last_boot = ""
        self.names, self.points = {}, []   # aliases; (tag, value, historical) as they came
        self.device = {"epoch": 0, "sequence": 1, "holder": "", "safe": "", "mode": ""}
        self.beating = True
        self.lock = threading.RLock()
        self.client = mqtt.Client(client_id="centre-" + uuid.uuid4().hex[:8], protocol=mqtt.MQTTv5)
        self.client.on_connect = lambda client, *_: client.subscribe([("spBv1.0/Bench/NDATA/Agent", mqtt.SubscribeOptions(qos=0)), ("spBv1.0/Bench/NBIRTH/Agent", mqtt.SubscribeOptions(qos=0))])
        self.client.on_message = self.message
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", broker_port, clean_start=True)
        self.client.loop_start()
        threading.Thread(target=self.beat, daemon=True).start()

    def seal(self, fields):
        code = hmac.new(self.key, joined([part for field in fields for part in field]), hashlib.sha256).hexdigest()
        return fields + [("seal", code)]

    def send(self, fields):
        payload = encode(self.seal(fields))
        self.client.publish("spBv1.0/Bench/NCMD/Agent", payload, qos=0, retain=False)
        return payload

    def message(self, client, userdata, message):
        with self.lock:
            self.points += tag_values(message.payload, self.names)
        for fields in messages(message.payload):
            body = [field for field in fields if field[0] != "seal"]
            if self.seal(body) != fields:
                continue
            told = dict(body)
            with self.lock:
                if told["message"] == "edge_beat":
                    self.edge, self.heard = told, time.monotonic()
                    device = split(told["devices"].encode())
                    if self.edge and int(device[1]) < self.device["epoch"] and told["boot"] == self.last_boot:
                        continue  # it left before the report that told of a later commander
                    self.last_boot = told["boot"]
                    self.device.update(epoch=int(device[1]), holder=device[2], sequence=int(device[5]), mode=device[6], safe=device[8])
                if told["message"] == "report":
                    if told["device"] == "loco" and self.edge and told["boot"] == self.edge["boot"] and int(told["epoch"]) >= self.device["epoch"]:
                        self.device.update(epoch=int(told["epoch"]), sequence=int(told["next_sequence"]))
                    self.reports.setdefault(told["command"], []).append((time.time(), told["outcome"], told["refusal"], told["reason_en"]))

    def beat(self):
        while True:
            time.sleep(0.25)
            with self.lock:
                if not self.beating or self.edge is None:
                    continue
                self.number += 1
                fields = [("message", "centre_beat"), ("boot", self.edge["boot"]), ("start", self.start), ("number", str(self.number)),
                          ("centre_ms", str(int(time.time() * 1000))), ("echo_mono", self.edge["mono"]),
                          ("held_ms", str(int((time.monotonic() - self.heard) * 1000)))]
            self.send(fields)

    def command(self, verb, device="", action="", subject="", parameters=(), expected=(), expected_hash="", life_ms=2000, issued_ms=None, identity=None):
        with self.lock:
            if self.edge is None:
                return None, b""
            issued = int(time.time() * 1000) if issued_ms is None else issued_ms
            identity = identity or str(uuid.uuid4())
            operate = verb == "operate"
            fields = [("message", "command"), ("id", identity), ("verb", verb), ("plant", "bench"), ("site", self.site), ("boot", self.edge["boot"]),
                      ("device", device), ("action", action), ("subject", subject), ("minutes", "0"),
                      ("parameters", joined([t for pair in parameters for t in pair]).decode()),
                      ("operators", joined(["wang", "session", "station"]).decode()),
                      ("expected", joined([t for pair in expected for t in pair]).decode()), ("expected_hash", expected_hash),
                      ("issued_ms", str(issued)), ("expires_ms", str(issued + life_ms)),
                      ("epoch", str(self.device["epoch"]) if operate else "0"), ("sequence", str(self.device["sequence"]) if operate else "0")]
        return identity, self.send(fields)

    def drive(self, place, **more):
        state = joined(["机车.远程", "true"])
        return self.command("operate", "loco", "drive_to", parameters=[("to", str(place))], expected=[("机车.远程", "1500")],
                            expected_hash=hashlib.sha256(state).hexdigest(), **more)

    def outcome(self, identity, seconds=3.0, final=True):
        last = lambda: (self.reports.get(identity) or [(0, "nothing", "", "")])[-1]  # noqa: E731
        wait_for(lambda: last()[1] not in (("nothing", "accepted", "written") if final else ("nothing", "accepted")), seconds)
        return last()[1] + (" " + last()[2] if last()[2] else "")

    def ready(self, seconds=10):
        """Arms and takes the locomotive, as a person would; tries until the link carries."""
        def once():
            if self.edge is None or time.monotonic() - self.heard > 0.6 or self.edge["clock"] != "known":
                return False
            if self.edge["armed"] != "1":
                identity, _ = self.command("arm")
                if self.outcome(identity, 1.0) != "done":
                    return False
            identity, _ = self.command("take", "loco")
            return self.outcome(identity, 1.0) == "done" and wait_for(lambda: self.device["holder"] == "wang", 1.0)
        return wait_for(once, seconds, 0.1)


class Agent:
    def __init__(self, binary, folder, broker_port, plc_port, key_file):
        self.arguments = [binary, "edge", "--pack", str(PACK), "--plant", "bench", "--broker", f"127.0.0.1:{broker_port}", "--key", str(key_file),
                          "--data", str(folder), "--modbus", f"plc=127.0.0.1:{plc_port}"]
        self.process = None
        self.log = folder.parent / "agent.log"

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.arguments, stdout=log, stderr=log, cwd=ROOT)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
