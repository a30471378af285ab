#!/usr/bin/env python3
"""A disk that is full, that fails to sync, that fails to write, and that tears its last page, under the real program.

In each case: what was acknowledged is there after a restart and `yuanqu verify` finds nothing; while the fault lasts no write is
acknowledged, the refusal says in Chinese and English what to do, reading goes on; a full disk serves writes again once there is
space; after a failed sync nothing is written any more until a restart, because nobody can know what the disk kept.

    disk.py --binary yuanqu --shim libfaulty_disk.so [--rounds N]
"""
import argparse
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from zone import ROOT, Lost, Zone  # noqa: E402


class Disk:
    """The order the shim obeys."""

    def __init__(self, work, shim, folder):
        self.order = work / "order"
        self.log = work / "order.log"
        self.environment = {"LD_PRELOAD": str(shim), "FAULTY_DISK_FOLDER": str(folder), "FAULTY_DISK_ORDER": str(self.order)}

    def __call__(self, order):
        self.log.unlink(missing_ok=True)
        self.order.write_text(order)

    def met(self):
        return self.log.read_text().splitlines() if self.log.exists() else []


def expect(good, sentence):
    if not good:
        raise AssertionError(sentence)


def firm(name):
    return {"values": {"name": name}, "source": "self_report", "effective_from": "2026-03-02"}


def write(client, name, kept):
    """One write; its id when it was acknowledged, None when it was refused."""
    status, answer, _ = client.post("/records/enterprise", firm(name))
    if status == 201:
        kept[answer["id"]] = name
        return answer["id"], answer
    return None, answer


def expect_refusal(answer, status_word, zh):
    expect(answer.get("code") == "unavailable", f"a refusal of a failing disk should be “unavailable”: {answer}")
    expect(zh in answer["zh"] and answer["en"] and answer["zh"] != answer["en"], f"the sentence should tell of the disk: {answer}")


def check_kept(zone, kept, what):
    client = zone.sign_in("counter")
    for record, name in kept.items():
        status, answer, _ = client.get(f"/records/enterprise/{record}")
        expect(status == 200 and answer["values"]["name"] == name, f"{what}: acknowledged record {record} “{name}”: {status} {answer}")
    client.close()


def reads_go_on(client, record):
    status, _, _ = client.get(f"/records/enterprise/{record}")
    expect(status == 200, f"reading should go on while the disk fails: {status}")


def full(zone, disk, kept, number):
    client = zone.sign_in("counter")
    first, _ = write(client, f"示例市满盘前{number}试验有限公司", kept)
    disk("full")
    refused = 0
    for i in range(6):
        made, answer = write(client, f"示例市满盘{number}之{i}试验有限公司", kept)
        expect(made is None, "a write was acknowledged on a full disk")
        expect_refusal(answer, 503, "磁盘已满")
        refused += 1
    status, answer, _ = client.upload("/attachments", "a.pdf", b"%PDF-1.4 " + b"x" * 300000, kind="enterprise", field="documents")
    expect(status == 503, f"an upload was taken on a full disk: {status} {answer}")
    expect(disk.met(), "the fault was never met")
    reads_go_on(client, first)
    disk("")
    made, answer = write(client, f"示例市腾出空间{number}试验有限公司", kept)
    expect(made is not None, f"after space was freed writing should go on: {answer}")
    client.close()
    return refused


def sync(zone, disk, kept, number):
    client = zone.sign_in("counter")
    first, _ = write(client, f"示例市同步前{number}试验有限公司", kept)
    disk("sync")
    made, answer = write(client, f"示例市同步失败{number}试验有限公司", kept)
    expect(made is None, "a write was acknowledged though it was not synced")
    expect_refusal(answer, 503, "磁盘")
    expect(any(line.startswith(("fsync", "fdatasync")) for line in disk.met()), "the fault was never met")
    # The next sync may succeed without the lost pages being on the disk: nothing is taken any more.
    disk("")
    made, answer = write(client, f"示例市同步失败后{number}试验有限公司", kept)
    expect(made is None, "a write was acknowledged after a failed sync, before a restart")
    expect_refusal(answer, 503, "只读")
    reads_go_on(client, first)
    client.close()
    return 2


def failing(zone, disk, kept, number):
    client = zone.sign_in("counter")
    first, _ = write(client, f"示例市写坏前{number}试验有限公司", kept)
    disk("write")
    made, answer = write(client, f"示例市写坏{number}试验有限公司", kept)
    expect(made is None, "a write was acknowledged though the disk refused it")
    expect_refusal(answer, 503, "磁盘")
    expect(disk.met(), "the fault was never met")
    reads_go_on(client, first)
    disk("")
    client.close()
    return 1


def torn(suffix):
    def run(zone, disk, kept, number):
        stop = threading.Event()

        def keep(worker):
            try:
                client = zone.sign_in("counter")
                i = 0
                while not stop.is_set():
                    write(client, f"示例市断电{suffix}{number}之{worker}之{i}试验有限公司", kept)
                    i += 1
            except Lost:
                pass

        threads = [threading.Thread(target=keep, args=(worker,), daemon=True) for worker in range(3)]
        for thread in threads:
            thread.start()
        time.sleep(random.uniform(0.1, 0.6))
        disk(f"torn {suffix}")
        until = time.monotonic() + 60
        while zone.running() and time.monotonic() < until:
            time.sleep(0.02)
        stop.set()
        expect(not zone.running(), f"no page of {suffix} was written in a minute")
        for thread in threads:
            thread.join(10)
        disk("")
        zone.process.wait()
        return 0
    return run


FAULTS = {"full": full, "sync": sync, "write": failing, "torn log": torn("-wal"), "torn database": torn("zone.db")}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=str(ROOT / "build/release/yuanqu"))
    parser.add_argument("--shim", required=True)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    random.seed(1)
    work = pathlib.Path(tempfile.mkdtemp(prefix="yuanqu-disk-"))
    zone = Zone(arguments.binary, work / "zone")
    zone.make(20)
    disk = Disk(work, arguments.shim, zone.folder)
    kept = {}
    for number in range(arguments.rounds):
        for name, fault in FAULTS.items():
            if arguments.only and name != arguments.only:
                continue
            disk("")
            zone.start(environment=disk.environment)
            refused = fault(zone, disk, kept, number)
            if zone.running():
                zone.kill()
            verified = zone.verify()
            zone.start()
            check_kept(zone, kept, name)
            zone.stop()
            print(f"{name}: {refused} refused, {len(kept)} acknowledged writes there; {verified}", flush=True)
    shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    try:
        main()
    except (AssertionError, Lost) as problem:
        print(f"FAILED: {problem}", file=sys.stderr)
        sys.exit(1)
