#!/usr/bin/env bash
# iatikit: before its codelists and schemas have been fetched, every code of a file counts as right, and every file as
# wrong by the schema.
#
# Guess of most: it refuses to check codes without codelists, or says so; both checks behave alike.
# What happens: validate_codelists finds nothing to complain of in a currency, a status, a role and a sector that no list
# has; validate_iati says that there is no schema for version 2.03, as if the file were at fault. Neither raises.
# Since: seen in 3.6.1. Documented: not in the description of the package.
# Why a planner cares: an activity file is checked on a machine without a network, "codes valid" is written beside it, and
# the registry refuses it.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check iatikit==3.6.1
cd "$folder"
cat > activity.xml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<iati-activities version="2.03">
  <iati-activity default-currency="QQQ" xml:lang="en">
    <iati-identifier>XM-EXAMPLE-1</iati-identifier>
    <reporting-org ref="XM-EXAMPLE" type="99999"><narrative>Example agency</narrative></reporting-org>
    <title><narrative>An example</narrative></title>
    <description><narrative>An example</narrative></description>
    <participating-org role="77" type="99999"><narrative>Example agency</narrative></participating-org>
    <activity-status code="42"/>
    <activity-date type="1" iso-date="2026-01-01"/>
    <sector vocabulary="1" code="00000"/>
  </iati-activity>
</iati-activities>
XML
# Settings and a cache of its own, so that what the user has fetched is not used.
HOME="$folder" "$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

import iatikit

print("iatikit", importlib.metadata.version("iatikit"))
file = iatikit.Dataset("activity.xml")
codes, schema = file.validate_codelists(), file.validate_iati()
print("codes right:", bool(codes), [str(error) for error in codes.errors])
print("schema kept:", bool(schema), [str(error) for error in schema.errors])
assert bool(codes)
assert not codes.errors
assert not bool(schema)
assert "schema" in str(schema.errors[0])
PYTHON
echo "as described: without its lists every code is right, without its schemas every file is wrong"
