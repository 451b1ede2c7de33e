#!/usr/bin/env bash
# Dask: da.percentile() of draws in ten chunks gives 27.7 for a 95th percentile that is 11.7, where the draws are
# sorted, and 14.1 where they are not but the chunks are small; in one chunk it is exact.
#
# Guess of most: it is called approximate, so it is off by a per cent or so.
# What happens: each chunk gives its own percentiles of the kind asked for, and these are merged with the least and
# the most of each chunk. What lies between them is not known any more. The error depends on the order of the draws
# and on the chunks.
# Since: told in January 2018 (dask/dask, issue 3099).
# Documented: the docstring's first words are "Approximate percentile"; no size of the error and no way to have a
# smaller one is given there. internal_method="tdigest" is another way, in need of crick.
# Why a planner cares: P95 of a cost is what a reserve is made of, and draws are often sorted, by scenario or by cost
# itself.
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

import dask.array
import numpy

costs = numpy.random.default_rng(1).lognormal(0, 1.5, 100_000)
right = numpy.percentile(costs, 95)


def by_dask(values, chunks):
    return float(dask.array.percentile(dask.array.from_array(values, chunks=chunks), 95).compute())


print("95th percentile by NumPy:", right.round(2))
for chunks in (100_000, 10_000, 1_000):
    print(f"  chunks of {chunks:,}: sorted {by_dask(numpy.sort(costs), chunks):.2f}, as drawn {by_dask(costs, chunks):.2f}")
assert numpy.isclose(by_dask(costs, 100_000), right)
assert by_dask(numpy.sort(costs), 10_000) > 2 * right
assert by_dask(costs, 1_000) > 1.15 * right
PYTHON
echo "as described: off by more than the figure itself"
