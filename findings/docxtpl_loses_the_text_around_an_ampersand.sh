#!/usr/bin/env bash
# docxtpl: a value with "&" or "<" is put into the document's XML as it stands; the document opens without an error and
# lacks the sign and text after it.
#
# Guess of most: a template engine for Word files escapes the values that it is given.
# What happens: "Smith & Sons <HQ> fund" becomes "Smith  Sons ", and what followed the field in the same paragraph is
# gone too. With autoescape=True it stands whole.
# Documented: the signature of DocxTemplate.render has autoescape=False, and the project's own test of escaping says
# that "<" must be escaped. That the result is a readable document with text missing was seen here.
# Why a planner cares: donors and firms have such names, and what is lost is in the middle of an agreement.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check docxtpl==0.20.2
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("docxtpl",):
    print(package, importlib.metadata.version(package))

import docx
from docxtpl import DocxTemplate

form = docx.Document()
form.add_paragraph("Between {{ donor }} and the programme: 12,000 USD.")
form.save("form.docx")


def filled(**how):
    template = DocxTemplate("form.docx")
    template.render({"donor": "Smith & Sons <HQ> fund"}, **how)
    template.save("filled.docx")
    return docx.Document("filled.docx").paragraphs[0].text


plain, escaped = filled(), filled(autoescape=True)
print("as it comes:", repr(plain))
print("autoescape:", repr(escaped))
assert escaped == "Between Smith & Sons <HQ> fund and the programme: 12,000 USD."
assert "12,000 USD" not in plain
assert "&" not in plain
PYTHON
echo "as described: the document lacks what followed the sign"
