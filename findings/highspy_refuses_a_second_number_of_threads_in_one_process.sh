#!/usr/bin/env bash
# HiGHS: the first run of a thread of the process settles the number of threads; an object that asks for another number
# gets an error and no verdict.
#
# Guess of most: the option "threads" belongs to an object, so two objects may differ.
# What happens: the second object's run() returns kError with model status "Not Set", and with the log off nothing says
# why. 0 is always taken; after resetGlobalScheduler() the next run settles the number anew. A Python thread of its own
# has a number of its own.
# Documented: the page on parallelism and the comment of resetGlobalScheduler in the C interface say that all concurrent
# objects must use one value, and that the reset is undefined while anything runs. That the run ends as an error, and
# that objects that follow one another count as well, was seen here.
# Why a planner cares: a server that solves one design with one thread and the next with two looks as if the second had
# no plan.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check highspy==1.15.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("highspy",):
    print(package, importlib.metadata.version(package))

import threading

import highspy


def run(threads):
    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("threads", threads)
    people = highs.addVariable(0.0, 40.0, 1.0)
    goods = highs.addVariable(0.0, 40.0, 2.0)
    highs.addConstr(people + goods >= 30.0)
    status = highs.run()
    print(f"threads={threads}: {status}, {highs.getModelStatus()}")
    return status == highspy.HighsStatus.kOk


first, second, any_number = run(1), run(2), run(0)
highspy.Highs.resetGlobalScheduler(True)
after_reset, old_again = run(2), run(1)
elsewhere = []
asker = threading.Thread(target=lambda: elsewhere.append(run(1)))
asker.start()
asker.join()
assert (first, second, any_number) == (True, False, True)
assert (after_reset, old_again) == (True, False)
assert elsewhere == [True]
PYTHON
echo "as described: a second number of threads is refused until the scheduler is reset"
