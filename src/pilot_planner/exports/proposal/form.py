"""A donor's own Word form, filled in: a .docx with fields such as ``{{ plan_id }}``.

The fields are a flat set of texts, documented in ``docs/word_form_fields.md``. A form can ask for them and loop over the
rows of a few tables; it can call nothing and reach nothing else. ``form_filling`` does it, in a process of its own.
"""

from __future__ import annotations

import base64
import io
import json
import signal
import subprocess  # nosec B404 # this program's own module
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.exports.proposal.form_fields import FIELDS, LISTS, fields
from pilot_planner.exports.proposal.form_filling import NO_MEMORY
from pilot_planner.exports.proposal.writing import proposal
from pilot_planner.exports.proposal_data import Dossier

MOST_BYTES = 50_000_000
"""Of what a form unpacks to, and of the filled-in one: a form is a text with a logo, and a bomb is not."""
SECONDS = 20
"""Of a processor, for filling in one form; the largest of the tests takes half of one."""
_SECONDS_TO_WAIT = 120
"""For those seconds, however busy the machine is."""
MEMORY = 1_000_000_000
"""Bytes, for filling in one form."""
_OUT_OF_TIME = (-signal.SIGXCPU, -signal.SIGKILL) if sys.platform != "win32" else ()
"""How a process ends whose time is over."""
_LONGEST = 500


def filled(dossier: Dossier, template: str) -> bytes:
    """The form with its fields filled in.

    Raises InputError where the file is no Word document, a field is unknown (with where it stands), a tag is broken, or
    filling in takes more time or memory than forms do.
    """
    raw = read_form(template)
    document = proposal(dossier)
    dossier.tell("filling in the form", 0.9)
    made, notes = fill_in(template, raw, fields(dossier, document), dossier.plan.legal_gate)
    for note in notes:
        dossier.note(note)
    return made


def fill_in(
    template: str, raw: bytes, known: Mapping[str, Any], gate: str, by: str = "form_filling"
) -> tuple[bytes, list[str]]:
    """The form ``raw`` with the values of ``known`` in its fields and the legal gate, and what there is to tell of it;
    ``template`` is its name for messages, ``by`` the module that knows its kind. Raises what ``filled`` raises.
    """
    task = {
        "template": template, "form": base64.b64encode(raw).decode(), "known": known, "gate": gate,
        "names": [*FIELDS, *LISTS], "most_bytes": MOST_BYTES, "seconds": SECONDS, "bytes_of_memory": MEMORY,
    }  # fmt: skip
    # Without the folder that somebody stands in among those that modules come from.
    command = [sys.executable, "-P", "-m", f"{__package__}.{by}"]
    try:
        ended = subprocess.run(  # noqa: S603  # nosec B603 # this program's own module
            command, input=json.dumps(task).encode(), capture_output=True, timeout=_SECONDS_TO_WAIT, check=True
        )
        found = json.loads(ended.stdout)
    except subprocess.TimeoutExpired:
        raise _too_much(template, f"more than {_SECONDS_TO_WAIT} s") from None
    except subprocess.CalledProcessError as error:
        if error.returncode in _OUT_OF_TIME:
            raise _too_much(template, f"more than {SECONDS} s of a processor") from None
        if error.returncode == NO_MEMORY or error.returncode < 0:  # a library that found none may end the process itself
            raise _too_much(template, f"more than {MEMORY / 1e6:,.0f} MB of memory") from None
        raise RuntimeError(f"filling in a form ended with {error.returncode}: {error.stderr[-_LONGEST:]!r}") from None
    if "faults" in found:
        raise InputError([Fault(Place(place), *rest) for place, *rest in found["faults"]])
    return base64.b64decode(found["made"]), found["notes"]


def _too_much(template: str, what: str) -> InputError:
    fix = "look for a part that is repeated within a repeated part, and take large pictures out"
    expected = "a form that is filled in soon: texts, and tables whose rows are repeated"
    return InputError([Fault(Place(template), f"takes {what} to be filled in", expected, fix)])


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of office file that can be a form: what it is called, its extension, the part that it always has."""

    name: str
    extension: str
    part: str


WORD = Kind("Word document", "docx", "word/document.xml")
EXCEL = Kind("Excel workbook", "xlsx", "xl/workbook.xml")


def read_form(template: str, kind: Kind = WORD) -> bytes:
    """The bytes of a form that is a document of its kind and of a sane size."""
    expected = f"{'an' if kind is EXCEL else 'a'} {kind.name} (.{kind.extension}) with fields such as {{{{ plan_id }}}}"
    try:
        raw = Path(template).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError([Fault(Place(template), f"cannot be read ({reason})", expected, "check the path")]) from None
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            names = packed.namelist()
            size = sum(one.file_size for one in packed.infolist())
            if kind.part not in names:
                raise zipfile.BadZipFile
    except zipfile.BadZipFile:
        fix = f"save it from {kind.name.split()[0]} or LibreOffice as .{kind.extension}, without a password"
        what = f"is not {'an' if kind is EXCEL else 'a'} {kind.name}"
        raise InputError([Fault(Place(template), what, expected, fix)]) from None
    if size > MOST_BYTES:
        what = f"unpacks to {size:,} bytes"
        raise InputError([Fault(Place(template), what, f"at most {MOST_BYTES:,}", "take large pictures out of the form")])
    return raw
