"""A donor's own Word form, filled in: a .docx with fields such as ``{{ plan_id }}``, rendered in a sandbox.

The fields are a flat set of texts, documented in ``docs/word_form_fields.md``. A form can ask for them and loop over the
rows of a few tables; it can call nothing and reach nothing else.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.exports.proposal.form_fields import FIELDS, LISTS, fields
from pilot_planner.exports.proposal.writing import proposal
from pilot_planner.exports.proposal_data import Dossier

MOST_BYTES = 50_000_000
"""Of what a form unpacks to: a form is a text with a logo, and a bomb is not."""
_TAG = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
_PARTS = re.compile(r"^word/(document|header\d*|footer\d*|footnotes)\.xml$")


def filled(dossier: Dossier, template: str) -> bytes:
    """The form with its fields filled in.

    Raises InputError where the file is no Word document, a field is unknown (with where it stands) or a tag is broken.
    """
    raw = read_form(template)
    document = proposal(dossier)
    dossier.tell("filling in the form", 0.9)
    raw, deleted = without_deleted_tags(raw)
    for place in deleted:
        dossier.note(f"{template}: {place}: a tag in deleted text was left out with it (a tracked change)")
    tags = [(one, tag) for one in _paragraphs(raw) for tag in _TAG.findall(one.words)]
    if not tags:
        found = [f"{one.place} has {mark[0]}" for one in _paragraphs(raw) if (mark := _OTHER_MARK.search(one.words))]
        marks = f": {'; '.join(found[:_MOST_SHOWN])}" if found else ""
        dossier.note(f"{template}: no field was found, so nothing was filled in{marks}; write fields as {{{{ plan_id }}}}")
    made, added = with_gate(fill_in(template, raw, fields(dossier, document)), dossier.plan.legal_gate)
    if added:
        dossier.note(f"{template}: the form has no {{{{ legal_gate }}}}, so the legal gate was added at its end")
    return made


def fill_in(template: str, raw: bytes, known: Mapping[str, Any]) -> bytes:
    """The form ``raw`` with the values of ``known`` in its fields; ``template`` is its name for messages.

    Raises what ``filled`` raises.
    """
    import jinja2
    from docxtpl import DocxTemplate

    environment = _environment()
    try:
        form = DocxTemplate(io.BytesIO(raw))
        asked = form.get_undeclared_template_variables(environment)
        unknown = sorted(asked - known.keys())
        if unknown:
            raise InputError([_unknown(template, name, raw) for name in unknown])
        form.render(dict(known), environment, autoescape=True)
        made = io.BytesIO()
        form.save(made)
    except InputError:
        raise
    except jinja2.TemplateError as error:
        raise InputError([_broken(template, error, raw)]) from None
    except Exception as error:
        # Whatever a form from outside makes the libraries do, its sender is told in words.
        what = f"cannot be filled in ({type(error).__name__}: {str(error)[:_LONGEST]})"
        fix = "open it in Word, save it as .docx and try again"
        raise InputError([Fault(Place(template), what, "a Word document with fields such as {{ plan_id }}", fix)]) from None
    return made.getvalue()


def _environment() -> Any:
    """Where tags are followed: nothing but the fields can be named, and nothing is reckoned, since fields are texts."""
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Environment(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))
        intercepted_unops = frozenset(("+", "-"))

        def call_unop(self, context: Any, operator: str, arg: Any) -> Any:
            raise jinja2.TemplateRuntimeError(f"{operator!r} reckons, but fields are texts, written as they shall stand")

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            raise jinja2.TemplateRuntimeError(f"{operator!r} reckons, but fields are texts, written as they shall stand")

    def refuse(name: str) -> Any:
        def reckon(*_: Any, **__: Any) -> Any:
            what = (
                f"{name!r} reckons, but fields are texts, written as they shall stand; total_cost is the sum of the budget"
            )
            raise jinja2.TemplateRuntimeError(what)

        return reckon

    environment = Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    environment.globals.clear()
    environment.filters |= {name: refuse(name) for name in ("sum", "round", "abs", "int", "float")}
    return environment


_LONGEST = 200
_MOST_SHOWN = 5
_OTHER_MARK = re.compile(r"<<\s*\w+\s*>>|\{\s*\w+\s*\}|\[\s*[a-z]+_[a-z_]+\s*\]|\u00ab\s*\w+\s*\u00bb")
"""Marks of other programs: ``<<donor>>``, ``{total_cost}``, ``[plan_id]``."""


def with_gate(raw: bytes, gate: str) -> tuple[bytes, bool]:
    """The filled-in form, and whether the legal gate had to be added at its end because it stands nowhere in it."""
    import docx

    written = " ".join(" ".join(one.words for one in _paragraphs(raw)).split())
    if " ".join(gate.split()) in written:
        return raw, False
    document = docx.Document(io.BytesIO(raw))
    document.add_paragraph(gate)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue(), True


def without_deleted_tags(raw: bytes) -> tuple[bytes, list[str]]:
    """The form without deleted text that holds tags (tracked changes), and the places where that stood."""
    from lxml import etree

    places: list[str] = []
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as packed, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as fresh:
        for info in packed.infolist():
            content, found = packed.read(info), _PARTS.match(info.filename)
            if found is not None and b"delText" in content:
                root = etree.fromstring(content, parser)
                for number, paragraph in enumerate(root.iter(f"{_SPACE}p"), start=1):
                    for deleted in [*paragraph.iter(f"{_SPACE}del", f"{_SPACE}moveFrom")]:
                        words = "".join(one.text or "" for one in deleted.iter(f"{_SPACE}delText", f"{_SPACE}t"))
                        if "{{" in words or "{%" in words:
                            places.append(_Found(_part(found[1]), number, words).place)
                            deleted.getparent().remove(deleted)
                content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            fresh.writestr(info, content)
    return (made.getvalue(), places) if places else (raw, places)


def read_form(template: str) -> bytes:
    """The bytes of a form that is a Word document of a sane size."""
    expected = "a Word document (.docx) with fields such as {{ plan_id }}"
    try:
        raw = Path(template).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError([Fault(Place(template), f"cannot be read ({reason})", expected, "check the path")]) from None
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            names = packed.namelist()
            size = sum(one.file_size for one in packed.infolist())
            if "word/document.xml" not in names:
                raise zipfile.BadZipFile
    except zipfile.BadZipFile:
        fix = "save it from Word or LibreOffice as .docx (not .doc, .odt or .pdf)"
        raise InputError([Fault(Place(template), "is not a Word document", expected, fix)]) from None
    if size > MOST_BYTES:
        what = f"unpacks to {size:,} bytes"
        raise InputError([Fault(Place(template), what, f"at most {MOST_BYTES:,}", "take large pictures out of the form")])
    return raw


@dataclass(frozen=True, slots=True)
class _Found:
    part: str
    paragraph: int
    words: str

    @property
    def place(self) -> str:
        return f"{self.part}, paragraph {self.paragraph} (“{self.words[:_LONGEST_QUOTE]}”)"


def _paragraphs(raw: bytes) -> Iterator[_Found]:
    """Every paragraph of the form with its text: tags may be spread over several runs."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        for name in packed.namelist():
            found = _PARTS.match(name)
            if found is None:
                continue
            for number, paragraph in enumerate(etree.fromstring(packed.read(name), parser).iter(f"{_SPACE}p"), start=1):
                words = "".join(one.text or "" for one in paragraph.iter(f"{_SPACE}t"))
                yield _Found(_part(found[1]), number, words)


def _part(name: str) -> str:
    """Where in the document, in words."""
    return name.replace("document", "text")


_SPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


_LONGEST_QUOTE = 80


def _unknown(template: str, name: str, raw: bytes) -> Fault:
    where = next(
        (
            one.place
            for one in _paragraphs(raw)
            for tag in _TAG.findall(one.words)
            if re.search(rf"\b{re.escape(name)}\b", tag)
        ),
        "",
    )
    names = [*FIELDS, *LISTS]
    fix = did_you_mean(name, names, fallback="see docs/word_form_fields.md for every field")
    what = f"asks for the field {name!r}, which there is not"
    return Fault(Place(f"{template}{f': {where}' if where else ''}"), what, "a field of docs/word_form_fields.md", fix)


def _broken(template: str, error: Any, raw: bytes) -> Fault:
    words = str(getattr(error, "message", None) or error)[:_LONGEST]
    where = next((one.place for one in _paragraphs(raw) if _TAG.search(one.words) and _mentions(one.words, words)), "")
    fix = "correct the tag; type it in one go, without changing its format half-way"
    return Fault(
        Place(f"{template}{f': {where}' if where else ''}"),
        f"a tag cannot be followed: {words}",
        "tags such as {{ plan_id }}",
        fix,
    )


def _mentions(paragraph: str, error: str) -> bool:
    return any(name in paragraph for name in re.findall(r"'([^']+)'", error))
