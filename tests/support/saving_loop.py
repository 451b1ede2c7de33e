"""Saves plans for as long as it lives, and says on standard output what was acknowledged. Killed by the tests.

``saving_loop.py ADDRESS PREPARED``: for each line on standard input a child is forked, which saves until it is killed.
Lines: ``pid N``, ``ack ID REVISION RECORD``, ``failed REASON``, ``dead N``.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import random
import sys
import tempfile
from itertools import count
from pathlib import Path

from pilot_planner.errors import StoreError
from pilot_planner.store.store import Store


def tell(line: str) -> None:
    """In one write, so that a line is there whole or not at all."""
    os.write(1, f"{line}\n".encode())


def save_for_ever(address: str, prepared: tuple[dict[str, bytes], dict[str, object], dict[str, object]]) -> None:
    tell(f"pid {os.getpid()}")
    parts, record, about = prepared
    try:
        store = Store.open(address, who="loop")
    except StoreError as error:
        tell(f"failed {error.reason}")
        return
    for turn in count():
        own = {**parts, "files/programme.mps": random.randbytes(20_000), "files/plan.json": os.urandom(32)}
        try:
            item = store.save("plan", (own, record, about), f"plan {os.getpid()} {turn}")
            tell(f"ack {item.id} {item.revision} {item.content}")
            if turn % 2:
                item = store.save("plan", ({**own, "files/more.csv": os.urandom(16)}, record, about), onto=item.id)
                tell(f"ack {item.id} {item.revision} {item.content}")
                item = store.rename(item.id, f"renamed {turn}")
                tell(f"ack {item.id} {item.revision} {item.content}")
        except StoreError as error:
            tell(f"failed {error.reason}")
            return


def warm_up() -> None:
    """What each child would otherwise do first: load libraries."""
    with contextlib.suppress(ImportError):
        importlib.import_module("psycopg")
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "store.sqlite", who="loop")
        store.save("study", ({"files/runs.csv": b"x"}, {}, {}), "warm")
        store.close()


def main() -> None:
    address, file = sys.argv[1:]
    prepared = pickle.loads(Path(file).read_bytes())
    warm_up()
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            save_for_ever(address, prepared)
            os._exit(0)
        os.waitpid(child, 0)
        tell(f"dead {child}")


if __name__ == "__main__":
    main()
