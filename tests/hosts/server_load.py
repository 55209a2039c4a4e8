"""Calls at a steady rate to a real server, as many people's Excel would send them.

The rate does not wait for the answers: a call that comes late counts from when it was due, so a
server that stands still shows in the latencies.
"""

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import numpy as np
from office import request

CONNECTIONS = 16
WARM_UP = 100


@dataclass
class Load:
    """What came of it.

    Attributes:
        latencies: seconds of every call, from when it was due to the last byte.
        errors: what went wrong, if anything.
        seconds: how long all of it took.
    """

    latencies: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def percentile(self, share):
        return float(np.percentile(self.latencies, share))


def body(rows):
    pds = np.random.default_rng(1).uniform(0.0001, 0.2, rows)
    return json.dumps(request("CR_PD2GRADE", [[[pd] for pd in pds.tolist()]])).encode()


def ask(connection, sent, rows):
    """What is wrong with an answer; None if nothing is."""
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/xlwings/custom-functions-call", sent, headers)
    response = connection.getresponse()
    got = response.read()
    if response.status != http.client.OK:
        return f"{response.status}: {got[:80]!r}"
    return None if len(json.loads(got)["result"]) == rows else "rows are missing"


def steady(address, *, per_second, seconds, rows=100):
    """Ask at a rate for a time.

    Args:
        address: the server's.
        per_second: calls per second, over all connections.
        seconds: for how long.
        rows: rows of the argument of each call.
    """
    load, sent = Load(), body(rows)
    place = urlsplit(address)
    connections = [
        http.client.HTTPConnection(place.hostname, place.port, timeout=30)
        for _ in range(CONNECTIONS)
    ]
    for number in range(WARM_UP):
        ask(connections[number % CONNECTIONS], sent, rows)
    start = time.perf_counter() + 0.1

    def run(first):
        for call in range(first, int(per_second * seconds), CONNECTIONS):
            due = start + call / per_second
            time.sleep(max(0.0, due - time.perf_counter()))
            try:
                wrong = ask(connections[first], sent, rows)
            except (OSError, http.client.HTTPException) as error:
                wrong = repr(error)
                connections[first].close()
            load.latencies.append(time.perf_counter() - due)
            if wrong:
                load.errors.append(wrong)

    threads = [threading.Thread(target=run, args=(first,)) for first in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - start
    for connection in connections:
        connection.close()
    return load
