#!/usr/bin/env python3
"""Backups over HTTP while writes go on: asked for by an administrator, seen by an auditor, refused to others; each one verifies, is
restored elsewhere and holds everything acknowledged before it began.

    backup.py BINARY
"""
import json
import pathlib
import sqlite3
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "proofs"))
from zone import Zone  # noqa: E402


def firm(name, **values):
    return {"values": {"name": name, **values}, "source": "self_report", "effective_from": "2026-03-02"}


class Writer(threading.Thread):
    def __init__(self, zone):
        super().__init__()
        self.client = zone.sign_in("counter")
        self.going = threading.Event()
        self.going.set()
        self.written = []  # (moment, name), of what was acknowledged

    def run(self):
        while self.going.is_set():
            name = f"示例市备份{len(self.written)}试验有限公司"
            status, answer, _ = self.client.post("/records/enterprise", firm(name))
            assert status == 201, (status, answer)
            self.written.append((time.monotonic(), name))


def finished(client):
    for _ in range(1200):
        status, series, _ = client.get("/backups")
        assert status == 200, series
        if not series["run"]["running"]:
            assert series["run"]["problem"] is None, series
            return series
        time.sleep(0.05)
    raise AssertionError("the backup does not end")


def names_in(zone):
    listing = zone.folder.parent / "names.csv"
    zone.run("export", "enterprise", listing, "--data", zone.folder)
    return listing.read_text(encoding="utf-8")


def main(binary):
    with tempfile.TemporaryDirectory() as base:
        zone = Zone(binary, pathlib.Path(base) / "zone")
        zone.make(60)
        zone.start()
        administrator, auditor, counter = (zone.sign_in(role) for role in ("administrator", "auditor", "counter"))

        # Who may: below the interface, whatever the route lets in.
        assert counter.get("/backups")[0] == 403 and counter.post("/backups", {})[0] == 403
        assert auditor.post("/backups", {})[0] == 403
        status, series, _ = auditor.get("/backups")
        assert status == 200 and series["items"] == [] and not series["may_back_up"], series
        assert str(zone.folder) + "-backups" == series["folder"], series

        # A paper in a record's field: backups verify what the series keeps beside them.
        status, stored, _ = counter.upload("/attachments", "a.pdf", b"%PDF-1.4 paper", kind="enterprise", field="documents")
        assert status == 201, stored
        status, answer, _ = counter.post("/records/enterprise", firm("示例市有附件有限公司", documents=[stored]))
        assert status == 201, answer

        writers = [Writer(zone) for _ in range(3)]
        for writer in writers:
            writer.start()
        while sum(len(writer.written) for writer in writers) < 60:
            time.sleep(0.01)
        begun = time.monotonic()
        status, series, _ = administrator.post("/backups", {})
        assert status == 202 and series["run"]["running"], series
        series = finished(administrator)
        at_end = sum(len(writer.written) for writer in writers)
        for writer in writers:
            writer.going.clear()
        for writer in writers:
            writer.join()
        assert at_end > 60, "writes went on while it was made"
        [made] = series["items"]
        assert made["check"]["problems"] == 0 and made["check"]["attachments"] >= 1, made
        assert made["check"]["changes"] == made["position"], made

        # Asking for one stands in the access log.
        _, looks, _ = auditor.get("/looks?limit=200")
        assert any(look["reason"] == "BACKUP" and "administrator" in json.dumps(look) for look in looks["items"]), looks["items"][:3]

        # A name that is none, or tries to leave the folder, is not found.
        assert administrator.post("/backups/nothing/verification", {})[0] == 404
        assert administrator.post("/backups/..%2Fzone/verification", {})[0] == 404

        # Another after more was written; the restored folder has what was acknowledged before the first was asked for.
        assert administrator.post("/backups", {})[0] == 202
        series = finished(administrator)
        assert len(series["items"]) == 2 and series["items"][1]["name"] == made["name"], series
        assert auditor.post(f"/backups/{made['name']}/verification", {})[0] == 202, "auditors verify"
        finished(auditor)
        restored = Zone(binary, pathlib.Path(base) / "restored")
        done = zone.run(*made["restore"].replace("NEW", str(restored.folder)).split()[1:])
        assert "0 problems" in done.stdout, done.stdout
        names = names_in(restored)
        for writer in writers:
            for moment, name in writer.written:
                assert moment > begun or name in names, f"{name} was acknowledged before the backup and is not in it"
        assert "示例市有附件有限公司" in names
        zone.run("verify", "--data", pathlib.Path(series["folder"]) / made["name"])  # one of a series by itself
        # What is served from it is whole, and makes no backup into the series it came from.
        restored.start()
        status, own, _ = restored.sign_in("administrator").get("/backups")
        assert status == 200 and own["folder"] == str(restored.folder) + "-backups" and own["items"] == [], own
        restored.stop()
        zone.stop()

        # By schedule, with so many kept: the newest is two days old, so one is due at once.
        settings = json.loads((zone.folder / "zone.json").read_text())
        settings["backup"] = {"folder": series["folder"], "every_hours": 24, "keep": 2}
        (zone.folder / "zone.json").write_text(json.dumps(settings))
        for backup in pathlib.Path(series["folder"]).glob("*/backup.json"):
            note = json.loads(backup.read_text())
            note["made_at_ms"] -= 2 * 86_400_000
            backup.write_text(json.dumps(note))
        zone.start()
        administrator = zone.sign_in("administrator")
        for _ in range(600):
            _, series, _ = administrator.get("/backups")
            if not series["run"]["running"] and series["run"]["ended_at"]:
                break
            time.sleep(0.05)
        assert len(series["items"]) == 2 and series["every_hours"] == 24, series
        assert made["name"] not in [one["name"] for one in series["items"]], "the oldest went"
        assert all(one["check"]["problems"] == 0 for one in series["items"]), series

        # A damaged one is told, with what is wrong.
        newest = pathlib.Path(series["folder"]) / series["items"][0]["name"] / "zone.db"
        with sqlite3.connect(newest) as database:
            database.execute("UPDATE change SET actor = actor + 1 WHERE sequence = 5")
        database.close()
        assert administrator.post(f"/backups/{series['items'][0]['name']}/verification", {})[0] == 202
        series = finished(administrator)
        check = series["items"][0]["check"]
        assert check["problems"] > 0 and "5" in check["first"]["en"], check
        zone.stop()


if __name__ == "__main__":
    main(sys.argv[1])
