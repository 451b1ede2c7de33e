#!/usr/bin/env bash
# SALib: Sobol indices of a sample made with second order and analysed without (or the other way round) are numbers
# without meaning, and no error, for 2, 3 or 6 uncertain inputs.
#
# Guess of most: analyze() refuses outputs that do not belong to the sample it is told of; the error "Incorrect number
# of samples" exists.
# What happens: it looks only whether the number of outputs can be divided. With a base of 1,024 that is so for 2, 6
# or 14 inputs one way and for 3 or 7 the other. Of a figure that rests on two of six inputs (0.9 and 0.1), it gives
# every input an index, the largest to one that has no effect.
# Documented: the docstring names the setting "calculate second-order sensitivities"; that it must be the same in both
# calls is not said.
# Why a planner cares: these indices say which input to look at first. They look as usual, and send the next survey
# after a number that decides nothing.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check salib==1.6.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("salib",):
    print(package, importlib.metadata.version(package))

import numpy
from SALib.analyze import sobol as analysis
from SALib.sample import sobol as sample


def first_order(inputs, made, read):
    problem = {"num_vars": inputs, "names": [f"x{n}" for n in range(inputs)], "bounds": [[0.0, 1.0]] * inputs}
    drawn = sample.sample(problem, 1024, calc_second_order=made, seed=1)
    figure = 3 * drawn[:, 0] + drawn[:, 1]
    return numpy.round(analysis.analyze(problem, figure, calc_second_order=read, seed=1)["S1"], 2)


right = first_order(6, True, True)
wrong = first_order(6, True, False)
other = first_order(3, False, True)
print("six inputs, both with second order:   ", right)
print("six inputs, made with and read without:", wrong)
print("three inputs, made without, read with: ", other)
try:
    first_order(5, True, False)
    raise AssertionError
except RuntimeError as error:
    print("five inputs, made with and read without:", str(error).split("\n")[1].strip())
assert numpy.allclose(right, [0.9, 0.1, 0, 0, 0, 0], atol=0.03)
assert wrong.argmax() not in (0, 1) and wrong[0] < 0.2
assert abs(other[0] - 0.9) > 0.3
PYTHON
echo "as described: indices of another question"
