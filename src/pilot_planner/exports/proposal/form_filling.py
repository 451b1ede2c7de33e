"""Fills in a donor's Word form, in a process of its own: everything that reads what is in the form happens here.

The process has a limit of time and of memory, since a form may repeat a part within a part without end. It imports next to
nothing of the package, so that it begins at once. Tags are followed in a sandbox: they can name the fields and nothing else,
call nothing and reckon nothing.
"""

from __future__ import annotations

import base64
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.errors import Fault, InputError, Place

_TAG = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
_PARTS = re.compile(r"^word/(document|header\d*|footer\d*|footnotes)\.xml$")


Filler = Callable[[str, bytes, Mapping[str, Any], str, Sequence[str]], tuple[bytes, list[str]]]
"""What fills in a form of one kind; its arguments are those of ``filled``."""
NO_MEMORY = 3
"""Exit status where the form took more memory than it may."""


def main(fill: Filler) -> None:
    """Run as a module: reads what to fill in from standard input and writes what became of it, both as ``form`` has them."""
    task = json.load(sys.stdin)
    _hold(task["seconds"], task["bytes_of_memory"])
    template, raw = task["template"], base64.b64decode(task["form"])
    try:
        made, notes = fill(template, raw, task["known"], task["gate"], task["names"])
        if len(made) > task["most_bytes"]:
            what = f"becomes {len(made):,} bytes when it is filled in"
            fix = "look for a loop in a loop, and take large pictures out of the form"
            raise InputError([Fault(Place(template), what, f"at most {task['most_bytes']:,}", fix)])
        found: dict[str, Any] = {"made": base64.b64encode(made).decode(), "notes": notes}
    except InputError as error:
        found = {"faults": [[str(one.place), one.what, one.expected, one.fix] for one in error.faults]}
    except MemoryError:
        sys.exit(NO_MEMORY)
    json.dump(found, sys.stdout)


def _hold(seconds: int, memory: int) -> None:
    """No more time of a processor and no more memory than that for this process; where the system can do that."""
    try:
        import resource
    except ImportError:  # not on Windows, where the time that ``form`` waits is all there is
        return
    # The signal of the first limit ends the process; the second is for one that does not hear it.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def filled(template: str, raw: bytes, known: Mapping[str, Any], gate: str, names: Sequence[str]) -> tuple[bytes, list[str]]:
    """The form ``raw`` with the values of ``known`` in its fields, and what its sender is told besides.

    ``template`` is its name for messages, ``names`` are the fields that there are, ``gate`` is the legal gate, which is
    added where it is missing. Raises InputError where a field is unknown (with where it stands) or a tag is broken.
    """
    try:
        return _filled(template, raw, known, gate, names)
    except (InputError, MemoryError):
        raise
    except Exception as error:
        # Whatever a form from outside makes the libraries do, its sender is told in words.
        what = f"cannot be filled in ({type(error).__name__}: {str(error)[:_LONGEST]})"
        fix = "open it in Word, save it as .docx and try again"
        raise InputError([Fault(Place(template), what, "a Word document with fields such as {{ plan_id }}", fix)]) from None


def _filled(template: str, raw: bytes, known: Mapping[str, Any], gate: str, names: Sequence[str]) -> tuple[bytes, list[str]]:
    import jinja2
    from docxtpl import DocxTemplate

    raw, deleted = without_deleted_tags(raw)
    notes = [f"{template}: {one}: a tag in deleted text was left out with it (a tracked change)" for one in deleted]
    if not any(_TAG.search(one.words) for one in _paragraphs(raw)):
        found = [f"{one.place} has {mark[0]}" for one in _paragraphs(raw) if (mark := _OTHER_MARK.search(one.words))]
        marks = f": {'; '.join(found[:_MOST_SHOWN])}" if found else ""
        notes.append(f"{template}: no field was found, so nothing was filled in{marks}; write fields as {{{{ plan_id }}}}")
    environment = _environment()
    try:
        form = DocxTemplate(io.BytesIO(raw))
        unknown = sorted(form.get_undeclared_template_variables(environment) - known.keys())
        if unknown:
            raise InputError([_unknown(template, name, raw, names) for name in unknown])
        form.render(dict(known), environment, autoescape=True)
        made = io.BytesIO()
        form.save(made)
    except jinja2.TemplateError as error:
        raise InputError([_broken(template, error, raw)]) from None
    whole, added = with_gate(made.getvalue(), gate)
    if added:
        notes.append(f"{template}: the form has no {{{{ legal_gate }}}}, so the legal gate was added at its end")
    return whole, notes


def _environment() -> Any:
    """Where tags are followed: nothing but the fields can be named, and nothing is reckoned, since fields are texts."""
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Environment(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))
        intercepted_unops = frozenset(("+", "-"))

        def is_safe_callable(self, obj: Any) -> bool:
            return False

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


def _unknown(template: str, name: str, raw: bytes, names: Sequence[str]) -> Fault:
    where = next(
        (
            one.place
            for one in _paragraphs(raw)
            for tag in _TAG.findall(one.words)
            if re.search(rf"\b{re.escape(name)}\b", tag)
        ),
        "",
    )
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


if __name__ == "__main__":
    main(filled)
