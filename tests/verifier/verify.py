#!/usr/bin/env python3
"""An independent verifier of a data folder, written from docs/records.md alone; it shares no code with the product.

    verify.py DATA_FOLDER [--roots FILE.jsonl] [--key HEX]

Prints one JSON object {changes, files, records, checkpoints, roots, problems: [[code, sequence, record], ...]}; exit 1 when
there are problems. Needs Python 3.9 and nothing else.
"""
import argparse
import hashlib
import json
import pathlib
import re
import sqlite3
import sys

PUT, CLEAR, CLOSE, REOPEN, MERGE, UNMERGE, VOID, ERASE = range(1, 9)
NULL, BOOLEAN, NUMBER, STRING, DATE, DATE_TIME, ENUMERATION, REFERENCE, MONEY, LIST, UNREADABLE, ATTACHMENT = range(12)

HASH = re.compile(rb"[0-9a-f]{64}")


def blake(*parts):
    digest = hashlib.blake2b(digest_size=32)
    for part in parts:
        digest.update(part)
    return digest.digest()


def number(value):
    return (value & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "little")


# ---- section 2: bytes


class Damaged(Exception):
    pass


def take_varint(data, at):
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if value >> 64:
                break
            return value, at
        shift += 7
    raise Damaged


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def zigzag(value):
    return (value << 1) ^ (value >> 63) if value >= 0 else ((-value) << 1) - 1


def unzigzag(value):
    return value >> 1 if value & 1 == 0 else -((value + 1) >> 1)


def entries(values):
    found, at = [], 0
    while at < len(values):
        field, at = take_varint(values, at)
        length, at = take_varint(values, at)
        if at + length > len(values):
            raise Damaged
        found.append((field, values[at:at + length]))
        at += length
    return found


def check_value(data, depth=0):
    """Raises Damaged unless the bytes are one value; answers them in their one canonical form."""
    if not data or depth > 8 or data[0] > ATTACHMENT:
        raise Damaged
    kind, rest = data[0], data[1:]
    if kind == NULL:
        if rest:
            raise Damaged
        return data
    if kind == BOOLEAN:
        if rest not in (b"\0", b"\1"):
            raise Damaged
        return data
    if kind in (STRING, ENUMERATION, UNREADABLE):
        return data
    if kind in (DATE, DATE_TIME, REFERENCE):
        value, at = take_varint(rest, 0)
        if at != len(rest):
            raise Damaged
        return data[:1] + varint(value)
    if kind in (NUMBER, MONEY):
        at = 3 if kind == MONEY else 0
        if len(rest) < at:
            raise Damaged
        scale, at2 = take_varint(rest, at)
        coefficient, at3 = take_varint(rest, at2)
        if at3 != len(rest) or scale > 18:
            raise Damaged
        coefficient = unzigzag(coefficient)
        while scale > 0 and coefficient % 10 == 0:
            coefficient, scale = coefficient // 10, scale - 1
        return data[:1] + rest[:at] + varint(scale) + varint(zigzag(coefficient))
    if kind == ATTACHMENT:
        size, at = take_varint(rest, 0)
        if unzigzag(size) < 0 or not HASH.match(rest[at:at + 64]) or b"\n" not in rest[at + 64:]:
            raise Damaged
        return data[:1] + varint(size) + rest[at:]
    count, at = take_varint(rest, 0)
    out = data[:1] + varint(count)
    for _ in range(count):
        length, at = take_varint(rest, at)
        if at + length > len(rest):
            raise Damaged
        item = check_value(rest[at:at + length], depth + 1)
        out += varint(len(item)) + item
        at += length
    if at != len(rest):
        raise Damaged
    return out


def attachments_of(data):
    """The hashes a value names: its own, or those of the items of a list. The value is a good one."""
    if data[0] == ATTACHMENT:
        _, at = take_varint(data, 1)
        return [data[at:at + 64].decode()]
    found = []
    if data[0] == LIST:
        count, at = take_varint(data, 1)
        for _ in range(count):
            length, at = take_varint(data, at)
            found += attachments_of(data[at:at + length])
            at += length
    return found


# ---- section 4: the fold


class Change:
    __slots__ = ("sequence", "file", "record", "kind", "operation", "effective_from", "recorded_at", "source", "actor", "batch",
                 "pack_version", "reason", "values", "salt", "digest", "previous", "hash", "erased_by")

    def __init__(self, row):
        for name, value in zip(self.__slots__, row):
            setattr(self, name, value)
        self.values = bytes(self.values)
        self.reason = self.reason.encode()

    def own_digest(self):
        return blake(self.salt, len(self.reason).to_bytes(4, "little"), self.reason, self.values)

    def own_hash(self):
        numbers = (self.sequence, self.file, self.record, self.kind, self.operation, self.effective_from, self.recorded_at,
                   self.source, self.actor, self.batch, self.pack_version)
        return blake(self.previous, b"".join(map(number, numbers)), self.digest)


def varints(data):
    found, at = [], 0
    while at < len(data):
        value, at = take_varint(data, at)
        found.append(value)
    return found


def voided(changes):
    taken_back = set()
    for change in reversed(changes):
        if change.operation == VOID and change.sequence not in taken_back:
            for _, data in entries(change.values):
                taken_back.update(sequence for sequence in varints(data) if sequence < change.sequence)
    return taken_back


def fold(changes):
    """(version, created, alias_of, facts) of one record; facts: {(field, source, effective_from): (change, value)}."""
    taken_back = voided(changes)
    facts, alias = {}, 0
    for change in changes:
        if change.sequence in taken_back:
            continue
        if change.operation in (PUT, CLEAR):
            for field, data in entries(change.values):
                if field == 0:
                    raise Damaged
                value = bytes([NULL]) if change.operation == CLEAR else check_value(data)
                facts[field, change.source, change.effective_from] = (change, value)
        elif change.operation in (CLOSE, REOPEN):
            facts[0, 0, change.effective_from] = (change, bytes([BOOLEAN, change.operation == CLOSE]))
        elif change.operation == MERGE:
            value = check_value(entries(change.values)[0][1])
            if value[0] != REFERENCE:
                raise Damaged
            alias = unzigzag(take_varint(value, 1)[0])
        elif change.operation == UNMERGE:
            alias = 0
    return changes[-1].sequence, changes[0].sequence, alias, facts


def facts_bytes(facts):
    ordered = sorted(facts.items())
    origins, places = [], []
    for (_, source, effective), (change, _) in ordered:
        key = (change.sequence, source)
        if key not in [origin[:2] for origin in origins]:
            origins.append((*key, effective, change.recorded_at, change.batch))
        places.append([origin[:2] for origin in origins].index(key))
    out = varint(len(origins))
    for sequence, source, effective, recorded_at, batch in origins:
        out += varint(sequence) + varint(source) + varint(zigzag(effective)) + varint(zigzag(recorded_at)) + varint(batch)
    out += varint(len(ordered))
    before = 0
    for ((field, _, _), (_, value)), place in zip(ordered, places):
        out += varint(field - before) + varint(place) + varint(len(value)) + value
        before = field
    return out


# ---- section 6: Ed25519 (RFC 8032), for checkpoints

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def add(a, b):
    aa, bb = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    cc, dd = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = bb - aa, dd - cc, dd + cc, bb + aa
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def point_of(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


def signature_holds(key, message, signature):
    a, r = point_of(key), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = multiply(s, BASE), add(r, multiply(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# ---- section 7: what is checked


class Verifier:
    def __init__(self, folder, roots, key):
        self.folder = folder
        self.database = sqlite3.connect(f"file:{folder / 'zone.db'}?mode=ro", uri=True)
        self.problems = []
        self.outside = roots
        self.key = key
        self.counts = dict(changes=0, files=0, records=0, checkpoints=0, roots=0)

    def tell(self, code, sequence, record=0):
        self.problems.append([code, sequence, record])

    def run(self):
        changes = [Change(row) for row in self.database.execute(
            "SELECT sequence,file,record,kind,operation,effective_from,recorded_at,source,actor,batch,pack_version,reason,"
            "field_values,salt,digest,previous,hash,erased_by FROM change ORDER BY sequence")]
        self.counts["changes"] = len(changes)
        self.last = self.check_sequence(changes)
        files = {}
        for change in changes:
            files.setdefault(change.file, []).append(change)
        self.counts["files"] = len(files)
        for chain in files.values():
            self.check_chain(chain)
        self.check_records(files)
        self.check_attachments()
        self.check_roots(changes)
        self.problems.sort(key=lambda problem: (problem[1] or 1 << 63, problem[2], problem[0]))

    def check_sequence(self, changes):
        expected, time = 1, None
        for change in changes:
            if change.sequence != expected:
                self.tell("sequence_missing", expected)
                expected = change.sequence
            if time is not None and change.recorded_at < time:
                self.tell("time_order", change.sequence)
            time = change.recorded_at
            expected += 1
        return expected - 1

    def check_chain(self, chain):
        previous, previous_good = bytes(32), True
        hashes = {change.hash: change.sequence for change in chain}
        erasures = {change.sequence: change for change in chain if change.operation == ERASE}
        for change in chain:
            good = True
            if change.previous != previous:
                good = False
                if hashes.get(change.previous, change.sequence) != change.sequence:
                    self.tell("reordered", change.sequence, change.record)
                elif previous_good:
                    self.tell("previous", change.sequence, change.record)
            elif change.hash != change.own_hash():
                good = False
                self.tell("hash", change.sequence, change.record)
            elif not self.digest_holds(change, erasures):
                good = False
                self.tell("digest", change.sequence, change.record)
            previous, previous_good = change.hash, good

    @staticmethod
    def digest_holds(change, erasures):
        if not change.erased_by:
            return change.own_digest() == change.digest
        erasure = erasures.get(change.erased_by)
        if erasure is None:
            return False
        try:
            for _, data in entries(erasure.values):
                sequence, at = take_varint(data, 0)
                if sequence == change.sequence:
                    return data[at:] == change.own_digest()
        except Damaged:
            pass
        return False

    def names(self):
        if not self.database.execute("SELECT count(*) FROM sqlite_schema WHERE name='attachment_name'").fetchone()[0]:
            return set()
        return set(self.database.execute("SELECT hash, id FROM attachment_name WHERE owner='record'"))

    def check_attachments(self):
        if not self.database.execute("SELECT count(*) FROM sqlite_schema WHERE name='attachment'").fetchone()[0]:
            return
        for name, size in self.database.execute(
                "SELECT hash, size FROM attachment WHERE hash IN (SELECT hash FROM attachment_name)").fetchall():
            file = self.folder / "attachments" / name[:2] / name[2:]
            if not file.is_file():
                self.tell("attachment_missing", 0)
            elif file.stat().st_size != size or hashlib.sha256(file.read_bytes()).hexdigest() != name:
                self.tell("attachment_damaged", 0)

    def check_records(self, files):
        named = self.names()
        stored = {row[0]: row[1:] for row in self.database.execute("SELECT id,chain,kind,version,created,alias_of,facts FROM record")}
        seen = set()
        for file, chain in files.items():
            records = {}
            for change in chain:
                records.setdefault(change.record, []).append(change)
            for record, own in records.items():
                self.counts["records"] += 1
                seen.add(record)
                try:
                    version, created, alias, facts = fold(own)
                except Damaged:
                    self.tell("values_damaged", own[0].sequence, record)
                    continue
                for change, value in facts.values():
                    for name in attachments_of(value):
                        if (name, record) not in named:
                            self.tell("attachment_unnamed", change.sequence, record)
                if record not in stored:
                    self.tell("record_missing", own[-1].sequence, record)
                elif stored[record] != (file, own[0].kind, version, created, alias, facts_bytes(facts)):
                    self.tell("record_not_fold", own[-1].sequence, record)
        for record in stored.keys() - seen:
            self.tell("record_unknown", 0, record)

    def check_roots(self, changes):
        inside = []
        if self.database.execute("SELECT count(*) FROM sqlite_schema WHERE name='checkpoint'").fetchone()[0]:
            inside = [dict(zip(("checkpoint", "position", "made_at_ms", "files", "heads", "previous", "root", "key", "signature"), row))
                      for row in self.database.execute(
                          "SELECT number,position,made_at,files,heads,previous,root,public_key,signature FROM checkpoint")]
        self.counts["checkpoints"] = len(inside)
        positions = {one["checkpoint"]: one["position"] for one in inside}
        self.cut_off = False
        for one in self.roots_in_order(self.outside, positions):
            self.counts["roots"] += self.check_interval(changes, *one)
        for one in self.roots_in_order(inside, positions):
            self.check_interval(changes, *one)

    def roots_in_order(self, roots, positions):
        """Those that are signed well, each with the position its interval began after."""
        before = None
        for one in sorted(roots, key=lambda root: root["checkpoint"]):
            head = b"yuanqu checkpoint 1" + b"".join(number(one[name]) for name in ("checkpoint", "position", "made_at_ms", "files"))
            good = one["root"] == blake(head, one["heads"], one["previous"]) and signature_holds(one["key"], one["root"], one["signature"])
            if good and self.key is None:
                self.key = one["key"]
            if not good or one["key"] != self.key:
                self.tell("root_forged", one["position"])
                before = None
                continue
            if before and before["checkpoint"] == one["checkpoint"]:
                if before["root"] != one["root"]:
                    self.tell("root_order", one["position"])
                continue
            follows = before and before["checkpoint"] + 1 == one["checkpoint"]
            if follows and before["root"] != one["previous"]:
                self.tell("root_order", one["position"])
            after = 0 if one["checkpoint"] == 1 else before["position"] if follows else positions.get(one["checkpoint"] - 1)
            before = one
            yield one, after

    def check_interval(self, changes, root, after):
        if root["position"] > self.last:
            if not self.cut_off:
                self.tell("cut_off", self.last + 1)
            self.cut_off = True
            return 0
        if after is None:
            return 0
        heads = {change.file: change for change in changes if after < change.sequence <= root["position"]}
        digest = blake(*(number(file) + number(change.sequence) + change.hash for file, change in sorted(heads.items())))
        if digest == root["heads"] and len(heads) == root["files"]:
            return 1
        self.tell("root_differs", after + 1)
        return 0


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--roots", type=pathlib.Path)
    arguments.add_argument("--key", type=bytes.fromhex)
    chosen = arguments.parse_args()
    roots = []
    if chosen.roots:
        for line in chosen.roots.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            roots.append({name: bytes.fromhex(value) if isinstance(value, str) else value for name, value in one.items()})
    verifier = Verifier(chosen.folder, roots, chosen.key)
    verifier.run()
    print(json.dumps({**verifier.counts, "problems": verifier.problems}))
    return 1 if verifier.problems else 0


if __name__ == "__main__":
    sys.exit(main())
