#!/usr/bin/env bash
# Dask: the same seed and size give other random numbers when the chunk size is another one; the first chunk agrees,
# so a look at the first values shows nothing.
#
# Guess of most: default_rng(1) gives one row of numbers, cut into chunks as wanted.
# What happens: each chunk has a generator of its own. 1,000 draws in one chunk and in chunks of 100 agree in the
# first hundred and in none of the others. With chunks="auto", the default, the chunk size follows the settings of the
# machine (array.chunk-size).
# Documented: the docstring says that numbers differ from NumPy's under the same seed; of chunks it says nothing.
# Why a planner cares: a seed in a report promises that anybody gets the same risks. On a machine with another chunk
# size the draws, and with them the shares of plans that fail, are others.
set -euo pipefail

find_python() {
    # Python 3.12 or newer; a shim of a version manager may exist and not run, so each candidate is tried.
    for candidate in ${PYTHON:-} python3.14 python3.13 python3.12 python3 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    echo "Python 3.12 or newer was not found: install it, or set PYTHON=/path/to/python3" >&2
    return 1
}

python=$(find_python)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$python" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check dask==2026.8.0 numpy==2.5.5
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("dask", "numpy"):
    print(package, importlib.metadata.version(package))

import dask
import dask.array
import numpy


def draws(chunks):
    return dask.array.random.default_rng(1).normal(size=1000, chunks=chunks).compute()


whole, parts = draws(1000), draws(100)
same = int((whole == parts).sum())
print("first three, one chunk:    ", whole[:3])
print("first three, chunks of 100:", parts[:3])
print("equal numbers:", same, "of 1000; means:", whole.mean().round(4), parts.mean().round(4))
with dask.config.set({"array.chunk-size": "4KiB"}):
    small = dask.array.random.default_rng(1).normal(size=1000).compute()
plain = dask.array.random.default_rng(1).normal(size=1000).compute()
print("chunks by settings: equal numbers", int((small == plain).sum()))
assert numpy.array_equal(whole[:100], parts[:100])
assert same == 100
assert numpy.array_equal(plain, whole)
assert not numpy.array_equal(small, plain)
PYTHON
echo "as described: one seed, other draws"
