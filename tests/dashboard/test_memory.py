"""The server gives back what its threads have freed."""

import subprocess
import sys

import pytest

SCRIPT = """
import ctypes, sys, threading
from pilot_planner.dashboard.runtime.memory import share_arenas

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 1e6

def work(wait):
    kept = [bytes(2_000) for _ in range(4_000)]
    wait.wait()
    del kept[:-1]
    held.append(kept)

if sys.argv[1] == "shared" and not share_arenas():
    sys.exit(77)
held, before = [], resident()
for _ in range(6):
    wait = threading.Event()
    threads = [threading.Thread(target=work, args=(wait,)) for _ in range(8)]
    for one in threads: one.start()
    wait.set()
    for one in threads: one.join()
with open(f"/proc/self/maps") as maps:
    # The heap of an arena of its own is 64 MB of reserved room that begins on a multiple of that.
    starts = {int(line.split("-")[0], 16) for line in maps}
print(sum(start % (64 << 20) == 0 for start in starts))
"""


def arenas(how):
    done = subprocess.run([sys.executable, "-c", SCRIPT, how], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode == 77:
        pytest.skip("the C library of this system has no arenas to share")
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc has arenas")
def test_threads_share_two_arenas():
    assert arenas("shared") < arenas("own")
    # The first arena is the main one, which has no such heap.
    assert arenas("shared") <= 1
