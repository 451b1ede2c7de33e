#!/usr/bin/env bash
# Two validators, one schema: lxml (libxml2) calls " 2027-02-28 " no xs:date, xmlschema calls it valid. A number with
# blanks is valid for both.
#
# Guess of most: validators of one schema agree, or treat blanks around a date as they treat blanks around a number.
# What happens: libxml2 collapses blanks for xs:decimal and not for xs:date, in elements and attributes.
# Documented: XML Schema part 2 fixes whiteSpace as "collapse" for both types, so the blanks are allowed.
# Why a planner cares: an aid activity file that passes one checker is refused by the next, which shows a date that
# looks right.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check lxml==6.1.3 xmlschema==4.3.2
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("lxml", "xmlschema",):
    print(package, importlib.metadata.version(package))

import xmlschema
from lxml import etree

XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="budget"><xs:complexType><xs:sequence>
<xs:element name="start" type="xs:date"/><xs:element name="usd" type="xs:decimal"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""
by_lxml, by_xmlschema = etree.XMLSchema(etree.fromstring(XSD)), xmlschema.XMLSchema(XSD)


def valid(start, usd):
    text = f"<budget><start>{start}</start><usd>{usd}</usd></budget>"
    found = by_lxml.validate(etree.fromstring(text)), by_xmlschema.is_valid(text)
    print(f"date {start!r}, number {usd!r}: lxml {found[0]}, xmlschema {found[1]}")
    return found


assert valid("2027-02-28", "12.50") == (True, True)
assert valid("2027-02-28", " 12.50 ") == (True, True)
assert valid(" 2027-02-28 ", "12.50") == (False, True)
PYTHON
echo "as described: blanks are allowed around numbers and around dates by one of the two"
