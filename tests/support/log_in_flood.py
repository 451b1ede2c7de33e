"""Run as a script: visitors at a server who log in wrongly, again and again, until its standard input ends.

Prints the statuses that came, in JSON. In a process of its own, so that whoever measures beside it is not slowed by it.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
from collections import Counter
from urllib.parse import urlencode


def flood(host: str, number: int, ends: threading.Event, statuses: Counter[int]) -> None:
    """One visitor; each second one asks for an account that is there."""
    name = "plan" if number % 2 else f"nobody{number}"
    body = urlencode({"name": name, "password": f"wrong {number}"})
    headers = {"Origin": f"http://{host}", "Content-Type": "application/x-www-form-urlencoded"}
    while not ends.is_set():
        connection = http.client.HTTPConnection(host, timeout=120)
        connection.request("POST", "/log-in", body, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        statuses[answer.status] += 1


def main() -> None:
    """Arguments: host with port, and how many."""
    host, visitors = sys.argv[1], int(sys.argv[2])
    ends, statuses = threading.Event(), Counter[int]()
    threads = [threading.Thread(target=flood, args=(host, number, ends, statuses)) for number in range(visitors)]
    for one in threads:
        one.start()
    sys.stdin.read()
    ends.set()
    for one in threads:
        one.join()
    print(json.dumps(statuses))


if __name__ == "__main__":
    main()
