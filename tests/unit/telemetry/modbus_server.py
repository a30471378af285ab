#!/usr/bin/env python3
"""A Modbus TCP server with faults: PORT MODE. Unit 1, input registers 0 … hold their address × 3 (16 bits).

  plain     pymodbus as it is
  late      every third answer comes after 700 ms, later than the client waits; values tell which request they answer
  swapped   answers carry the transaction id of another request
  broken    every third answer is cut in the middle and the rest never comes
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
            fault = count % 3 == 0
            # The value names the request: its address times three plus nothing else, so a shifted answer is seen.
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
