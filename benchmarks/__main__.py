"""Every benchmark in a short form, one after the other, each in a process of its own.

Run: python -m benchmarks
"""

import subprocess
import sys
import time

SHORT = (
    ("plan", ()),
    ("verify", ()),
    ("sets", ("short",)),
    ("growth", ("short",)),
    ("tradeoffs", ("short",)),
    ("grid", ("short",)),
    ("prices", ()),
    ("diagnosis", ("short",)),
    ("alternatives", ()),
    ("what_if", ("100",)),
    ("risk", ("100",)),
    ("chance", ("200",)),
    ("scale", ()),
)


def main() -> int:
    started = time.perf_counter()
    failed = []
    for name, words in SHORT:
        print(f"== {name} {' '.join(words)}".rstrip(), flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *words], check=False)
        if done.returncode:
            failed.append(name)
    print(f"== {time.perf_counter() - started:.0f} s in all{f'; failed: {", ".join(failed)}' if failed else ''}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
