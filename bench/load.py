"""Asks one page over and over on connections that stay open, from a process of its own. Needs nothing but Python."""

import argparse
import json
import re
import socket
import threading
import time
from collections import Counter

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class Visitor(threading.Thread):
    """Asks again as soon as it has the answer, until the time is over."""

    def __init__(self, port, request, until):
        super().__init__()
        self.port, self.request, self.until = port, request, until
        self.times, self.bytes, self.statuses = [], 0, Counter()

    def run(self):
        connection = None
        while not self.times or time.perf_counter() < self.until:
            start = time.perf_counter()
            try:
                connection = connection or socket.create_connection(("127.0.0.1", self.port), timeout=60)
                connection.sendall(self.request)
                status, size, stays = _answer(connection)
            except OSError:
                status, size, stays = 0, 0, False
            self.times.append(time.perf_counter() - start)
            self.statuses[status] += 1
            self.bytes += size
            if not stays and connection:
                connection.close()
                connection = None


def _answer(connection) -> tuple[int, int, bool]:
    """Status, bytes, and whether the connection stays open."""
    got = b""
    while b"\r\n\r\n" not in got:
        part = connection.recv(65536)
        if not part:
            raise ConnectionError
        got += part
    head, _end, body = got.partition(b"\r\n\r\n")
    length = LENGTH.search(head + b"\r\n")
    size = len(got)
    while length and len(body) < int(length[1]):
        part = connection.recv(65536)
        if not part:
            raise ConnectionError
        body += part
        size += len(part)
    return int(head[9:12]), size, length is not None and b"\r\nConnection: close" not in head


def ask(port, address, cookie="", seconds=1.0, connections=4) -> dict:
    """Latencies in milliseconds; ``wrong`` counts answers other than 200."""
    lines = [f"GET {address} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept-Encoding: gzip, br"]
    request = "\r\n".join([*lines, *([f"Cookie: {cookie}"] if cookie else []), "", ""]).encode()
    begin = time.perf_counter()
    visitors = [Visitor(port, request, begin + seconds) for _each in range(connections)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    took = time.perf_counter() - begin
    times = sorted(time for visitor in visitors for time in visitor.times)
    statuses = sum((visitor.statuses for visitor in visitors), Counter())
    return {
        "answers": len(times),
        "per_second": len(times) / took,
        "p50": times[len(times) // 2] * 1000,
        "p99": times[len(times) * 99 // 100] * 1000,
        "bytes": sum(visitor.bytes for visitor in visitors) / len(times),
        "wrong": len(times) - statuses[200],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("address")
    parser.add_argument("--cookie", default="")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--connections", type=int, default=4)
    print(json.dumps(ask(**vars(parser.parse_args()))))
