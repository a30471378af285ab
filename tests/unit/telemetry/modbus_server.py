#!/usr/bin/env python3
"""A Modbus TCP server: PORT MODE [FILE]. Unit 1, input registers 0 … hold their address × 3 (16 bits), but for `series`.

  plain     pymodbus as it is
  late      every eleventh answer comes after 700 ms, later than the client waits; values tell which request they answer
  swapped   answers carry the transaction id of another request
  broken    every eleventh answer is cut in the middle and the rest never comes
  series    FILE has a row of numbers a line; register 4 i … holds the i-th as float64. The next row is shown once all of
            this one was read, not sooner than 30 ms after it came
"""
import socket
import struct
import sys
import threading
import time

port, mode = int(sys.argv[1]), sys.argv[2]

if mode == "plain":
    from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
    from pymodbus.server import StartTcpServer

    words = [(address * 3) & 0xFFFF for address in range(-1, 200)]
    words[0] = 0
    slave = ModbusSlaveContext(
        di=ModbusSequentialDataBlock(0, [False, True, False, True, True] + [False] * 50),
        co=ModbusSequentialDataBlock(0, [False, False, True] + [False] * 50),
        hr=ModbusSequentialDataBlock(0, words),
        ir=ModbusSequentialDataBlock(0, words),
    )
    StartTcpServer(context=ModbusServerContext(slaves={1: slave}, single=False), address=("127.0.0.1", port))
    sys.exit(0)

rows = []
if mode == "series":
    with open(sys.argv[3], encoding="ascii") as lines:
        rows = [b"".join(struct.pack(">d", float(word)) for word in line.split()) for line in lines]
shown = {"row": 0, "since": 0.0, "read": set()}


def of_series(address, size):
    """The registers as bytes. A row ends with the request that begins at register 0, so that one reading is of one row."""
    row = rows[shown["row"]]
    now = time.monotonic()
    if address == 0 and len(shown["read"]) * 2 >= len(row) and now - shown["since"] >= 0.03 and shown["row"] + 1 < len(rows):
        shown.update(row=shown["row"] + 1, since=now, read=set())
        row = rows[shown["row"]]
    shown["read"].update(range(address, address + size))
    return row[address * 2 : (address + size) * 2].ljust(size * 2, b"\0")


def take(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise EOFError
        data += part
    return data


count = 0


def serve(connection):
    global count
    try:
        while True:
            transaction, protocol, length, unit = struct.unpack(">HHHB", take(connection, 7))
            request = take(connection, length - 1)
            function, address, size = struct.unpack(">BHH", request[:5])
            count += 1
            fault = count % 11 == 7
            # The value names the request: its address times three plus nothing else, so a shifted answer is seen.
            if mode == "series":
                body = struct.pack(">BB", function, size * 2) + of_series(address, size)
            elif function in (1, 2):
                body = struct.pack(">BB", function, (size + 7) // 8) + bytes((size + 7) // 8)
            else:
                body = struct.pack(">BB", function, size * 2) + b"".join(struct.pack(">H", ((address + i) * 3) & 0xFFFF) for i in range(size))
            if mode == "swapped" and fault:
                transaction ^= 0x55
            answer = struct.pack(">HHHB", transaction, protocol, len(body) + 1, unit) + body
            if mode == "late" and fault:
                time.sleep(0.7)
            if mode == "broken" and fault:
                connection.sendall(answer[: len(answer) // 2])
                continue
            connection.sendall(answer)
    except (EOFError, OSError):
        connection.close()


listener = socket.create_server(("127.0.0.1", port))
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
