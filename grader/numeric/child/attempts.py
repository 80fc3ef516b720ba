"""What a wall must forbid, as a notebook's cell: the probe runs this like any student's code and looks what happened.

Every function tries one act and returns what it got hold of.
"""

import ctypes
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path


def read_file(path: str) -> str:
    return Path(path).read_bytes().hex()


def read_memory(process: int, address: int, size: int) -> str:
    with Path(f"/proc/{process}/mem").open("rb") as memory:
        memory.seek(address)
        return memory.read(size).hex()


def read_memory_by_call(process: int, address: int, size: int) -> str:
    found = ctypes.create_string_buffer(size)
    local, remote = (ctypes.c_void_p * 2)(ctypes.addressof(found), size), (ctypes.c_void_p * 2)(address, size)
    ctypes.CDLL(None).process_vm_readv(process, local, 1, remote, 1, 0)
    return found.raw.hex()


def write_file(path: str) -> None:
    Path(path).write_bytes(b"x")


def change_mode(path: str) -> None:
    Path(path).chmod(0)


def connect(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=1.0) as connection:
        connection.sendall(b"x")


def connect_to_file(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)


def send_datagram(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("127.0.0.1", port))


def fork() -> str:
    read, write = os.pipe()
    if os.fork() == 0:
        os.write(write, b"x")
        os._exit(0)
    return os.read(read, 1).hex()


def execute(path: str) -> None:
    os.execv(path, [path, "-c", ""])  # noqa: S606 - the point of it


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)


def trace(process: int) -> None:
    ctypes.CDLL(None).ptrace(16, process, 0, 0)


def count_descriptors() -> int:
    found = 0
    for number in range(3, 4096):
        with suppress(OSError):
            os.fstat(number)
            found += 1
    return found
