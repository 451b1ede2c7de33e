"""Fills in a donor's Excel form, in a process of its own, cell by cell: everything else in the file stays as it is.

Libraries that read a whole workbook and write it again lose text boxes, buttons and check boxes without a word. Here the
cells that hold fields are written over within the bytes of their sheet, and every other part of the file is copied.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.exports.proposal.form_filling import main

_PLAIN_CELL = re.compile(rb"<c(\s[^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_PREFIXED_CELL = re.compile(rb"<(\w+):c(\s[^>]*?)(?:/>|>(.*?)</\1:c>)", re.DOTALL)
_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_FIELD = re.compile(r"\w+|\w+\.[^.{}]+\.\w+")
_NUMBER = re.compile(r"[-\u2212]?\d{1,3}(,\d{3})*(\.\d+)?|[-\u2212]?\d+(\.\d+)?")
_ONE_CELL = re.compile(r"^(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?(\d{1,7})$")
NAMED = "pilot_"
"""How the name of a cell begins that a field is written into: ``pilot_total_cost``."""
_GATE_SHEET = "Legal gate"
_WORKBOOK, _RELATIONS, _TYPES, _STRINGS = (
    "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/sharedStrings.xml",
)  # fmt: skip
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass
class _Book:
    """A workbook as it lies in its file: sheets by name with their parts, texts that cells share, cells that have names."""

    parts: dict[str, bytes]
    sheets: dict[str, str] = field(default_factory=dict)
    strings: list[str] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)


def filled(template: str, raw: bytes, known: Mapping[str, Any], gate: str, names: Sequence[str]) -> tuple[bytes, list[str]]:
    """The form ``raw`` with the values of ``known`` in its fields, and what its sender is told besides.

    Raises InputError with every field that cannot be filled in, by sheet and cell.
    """
    try:
        return _filled(template, raw, known, gate, names)
    except (InputError, MemoryError):
        raise
    except Exception as error:
        # Whatever a form from outside makes the libraries do, its sender is told in words.
        what = f"cannot be filled in ({type(error).__name__}: {str(error)[:_LONGEST]})"
        fix = "open it in Excel or LibreOffice, save it as .xlsx and try again"
        raise InputError(
            [Fault(Place(template), what, "an Excel workbook with fields such as {{ plan_id }}", fix)]
        ) from None


def _filled(template: str, raw: bytes, known: Mapping[str, Any], gate: str, names: Sequence[str]) -> tuple[bytes, list[str]]:
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        infos = packed.infolist()
        parts = {info.filename: packed.read(info) for info in infos}
    if any(name.endswith("vbaProject.bin") for name in parts):
        fix = "save it without macros, as .xlsx, and put them back after"
        raise InputError([Fault(Place(template), "holds macros", "an Excel workbook without macros", fix)])
    book = _read(parts)
    faults: list[Fault] = []
    fresh: dict[str, bytes] = {}
    found = 0
    for sheet, part in book.sheets.items():
        values, wrong = _values(template, sheet, book, known, names)
        faults += wrong
        found += len(values)
        if values:
            fresh[part] = _written(parts[part], values)
    if faults:
        raise InputError(faults)
    notes = [f"{template}: {one}" for one in _not_reached(parts)]
    if not found:
        notes.append(
            f"{template}: no field was found, so nothing was filled in; write {{{{ plan_id }}}} into a cell, or name one"
        )
    if any(b"<f" in parts[part] or b":f" in parts[part] for part in book.sheets.values()):
        fresh[_WORKBOOK] = _worked_out_when_opened(parts[_WORKBOOK])
    if not _has_gate(book, fresh, gate):
        fresh |= _gate_sheet(parts | fresh, gate)
        notes.append(
            f"{template}: the form has no {{{{ legal_gate }}}}, so a sheet with the legal gate was added at its end"
        )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as whole:
        for info in infos:
            whole.writestr(info, fresh.pop(info.filename, parts[info.filename]))
        for name, content in fresh.items():
            whole.writestr(name, content)
    return made.getvalue(), notes


def _read(parts: Mapping[str, bytes]) -> _Book:
    book = _Book(dict(parts))
    links = {one.get("Id"): one.get("Target") for one in _tree(parts[_RELATIONS])}
    root = _tree(parts[_WORKBOOK])
    for one in root.iter("{*}sheet"):
        link = next((value for key, value in one.attrib.items() if key.endswith("}id")), "")
        target = str(links.get(link, ""))
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in parts and b"sheetData" in parts[part]:
            book.sheets[one.get("name")] = part
    for one in root.iter("{*}definedName"):
        if one.get("name", "").startswith(NAMED):
            book.named[one.get("name")] = (one.text or "").strip()
    if _STRINGS in parts:
        book.strings = [_text(one) for one in _tree(parts[_STRINGS]).iter("{*}si")]
    return book


def _tree(content: bytes) -> Any:
    from lxml import etree

    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _text(element: Any) -> str:
    """The words of a text, over all its runs; how they are read aloud (``rPh``) is no part of them."""
    return "".join(
        one.text or ""
        for one in element.iter("{*}t")
        if not any(above.tag.endswith("}rPh") for above in one.iterancestors())
    )


def _cells(content: bytes) -> Iterator[tuple[re.Match[bytes], str, bytes, bytes]]:
    """Every cell of a sheet: where it stands in the bytes, its address, its attributes, what is in it."""
    prefixed = re.search(rb"<\w+:sheetData", content) is not None
    for match in (_PREFIXED_CELL if prefixed else _PLAIN_CELL).finditer(content):
        attributes, inner = match.groups()[-2:]
        address = re.search(rb'\sr="([A-Z]+\d+)"', attributes)
        if address is not None:
            yield match, address[1].decode(), attributes, inner or b""


def _words(book: _Book, attributes: bytes, inner: bytes) -> str:
    """The text of a cell; empty for numbers and formulas."""
    kind = re.search(rb'\st="(\w+)"', attributes)
    if kind is None or b"<f" in inner or b":f" in inner:
        return ""
    if kind[1] == b"s":
        number = re.search(rb">\s*(\d+)\s*<", inner)
        return book.strings[int(number[1])] if number and int(number[1]) < len(book.strings) else ""
    if kind[1] == b"inlineStr":
        plain = re.sub(rb"(</?)\w+:", rb"\1", inner)
        return _text(_tree(b'<is xmlns="x">%s</is>' % plain))
    return ""


def _values(
    template: str, sheet: str, book: _Book, known: Mapping[str, Any], names: Sequence[str]
) -> tuple[dict[str, str | float], list[Fault]]:
    """What is to stand in which cell of a sheet, and what is wrong with its fields."""
    found: dict[str, str | float] = {}
    faults: list[Fault] = []
    for _, address, attributes, inner in _cells(book.parts[book.sheets[sheet]]):
        words = _words(book, attributes, inner)
        if "{{" not in words and "{%" not in words:
            continue
        wrong = list(_wrong(words, known, names))
        faults += [Fault(Place(f"{template}: sheet {sheet!r}, cell {address}"), *one) for one in wrong]
        if not wrong:
            found[address] = value = _value(words, known)
            if isinstance(value, str) and len(value) > _MOST:
                expected = f"at most {_MOST:,} characters, which a cell holds"
                cell = Place(f"{template}: sheet {sheet!r}, cell {address}")
                faults.append(Fault(cell, f"takes {len(value):,} characters", expected, "use fewer fields in one cell"))
    for name, where in book.named.items():
        place = _ONE_CELL.match(where)
        own = (place[1] or "").replace("''", "'") or place[2] if place is not None else None
        if place is None or own not in book.sheets:
            if sheet == next(iter(book.sheets)):
                expected = "one cell of a sheet, as in Budget!$B$5"
                faults.append(Fault(Place(f"{template}: name {name!r}"), f"stands for {where}", expected, "name one cell"))
        elif own == sheet:
            tag = f"{{{{ {name.removeprefix(NAMED)} }}}}"
            wrong = list(_wrong(tag, known, names))
            faults += [Fault(Place(f"{template}: name {name!r}, sheet {sheet!r}"), *one) for one in wrong]
            if not wrong:
                found[f"{place[3]}{place[4]}"] = _value(tag, known)
    return found, faults


def _wrong(words: str, known: Mapping[str, Any], names: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the fields of a text: what, what was expected, what to do."""
    if "{%" in words:
        fix = "write one cell for each row, as in {{ budget_by_year.1.amount }}"
        yield "repeats a part, which a workbook cannot", "fields in double braces", fix
    rest = _TAG.sub("", words)
    if "{{" in rest or "}}" in rest:
        yield f"has a brace without its other half in {words[:_LONGEST]!r}", "{{ plan_id }}", "close it"
    for tag in _TAG.findall(words):
        name = tag.strip()
        if not _FIELD.fullmatch(name):
            yield (
                f"{name[:_LONGEST]!r} is no field",
                "a field as in {{ plan_id }}; nothing is reckoned",
                "let Excel reckon beside it",
            )
            continue
        first = name.split(".")[0]
        if first not in known:
            yield (
                f"there is no field {first!r}",
                "one of docs/word_form_fields.md",
                did_you_mean(first, names) or "correct it",
            )
        elif isinstance(known[first], list) != ("." in name):
            as_table = f"{{{{ {first}.1.COLUMN }}}}" if isinstance(known[first], list) else f"{{{{ {first} }}}}"
            yield f"{name!r} cannot stand in one cell", as_table, "correct it"
        elif "." in name and _of_table(name, known) is None:
            rows: Sequence[Mapping[str, str]] = known[first]
            columns = ", ".join(rows[0]) if rows else ""
            yield (
                f"{name!r} names no cell of {first}",
                f"a row by its first column or its number, and one of {columns}",
                "correct it",
            )


def _of_table(name: str, known: Mapping[str, Any]) -> str | None:
    """A cell of a table: its row by what stands in the first column, else by its number; empty beyond the last row."""
    table, key, column = name.split(".")
    rows: Sequence[Mapping[str, str]] = known[table]
    if rows and column not in rows[0]:
        return None
    by_key = [row for row in rows if next(iter(row.values())) == key.strip()]
    if by_key:
        return by_key[0][column]
    if not key.strip().isdigit() or int(key) < 1:
        return None
    return rows[int(key) - 1][column] if int(key) <= len(rows) else ""


def _value(words: str, known: Mapping[str, Any]) -> str | float:
    """The text with its fields filled in; a number where it is one field and that is a number."""

    def one(tag: re.Match[str]) -> str:
        name = tag[1].strip()
        return str(_of_table(name, known) if "." in name else known[name])

    text = _TAG.sub(one, words)
    alone = _TAG.fullmatch(words.strip())
    if alone and alone[1].strip() not in _NAMES and _NUMBER.fullmatch(text):
        return float(text.replace(",", "").replace("\u2212", "-"))
    return text


_NAMES = frozenset(("plan_id", "input_hash", "contact_telephone", "contact_name", "title", "organisation", "donor"))
"""Fields that may consist of digits and are no numbers."""


def _written(content: bytes, values: Mapping[str, str | float]) -> bytes:
    """The sheet with some cells written over, or put in where they are not there yet."""
    pieces, at = [], 0
    missing = dict(values)
    for match, address, attributes, _ in _cells(content):
        if address in missing:
            prefix = match[1] + b":" if match.re is _PREFIXED_CELL else b""
            pieces += [content[at : match.start()], _cell(missing.pop(address), attributes, prefix)]
            at = match.end()
    whole = b"".join([*pieces, content[at:]])
    for address, value in missing.items():
        whole = _put_in(whole, address, value)
    return whole


def _cell(value: str | float, attributes: bytes, prefix: bytes = b"") -> bytes:
    """A cell with a value, with the place and the look that it had."""
    kept = re.sub(rb'\st="\w+"', b"", attributes).rstrip()
    if isinstance(value, float):
        number = str(int(value)) if value.is_integer() else repr(value)
        return b"<%sc%s><%sv>%s</%sv></%sc>" % (prefix, kept, prefix, number.encode(), prefix, prefix)
    text = escape(value, quote=False).encode()
    return b'<%sc%s t="inlineStr"><%sis><%st xml:space="preserve">%s</%st></%sis></%sc>' % (
        prefix, kept, prefix, prefix, text, prefix, prefix, prefix,
    )  # fmt: skip


def _put_in(content: bytes, address: str, value: str | float) -> bytes:
    """A sheet with one cell more, in the order that readers ask for: by row, then by column."""
    letters, row = address.rstrip("0123456789"), int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    found = re.search(rb"<(\w+:)?sheetData", content)
    prefix = (found[1] or b"") if found else b""
    fresh = _cell(value, b' r="%s"' % address.encode(), prefix)
    rows = re.compile(rb'<%srow\b[^>]*?\sr="(\d+)"[^>]*?(/>|>.*?</%srow>)' % (prefix, prefix), re.DOTALL)
    for match in rows.finditer(content):
        if int(match[1]) == row:
            if match[2] == b"/>":
                return content[: match.end() - 2] + b">" + fresh + b"</%srow>" % prefix + content[match.end() :]
            for one, other, *_ in _cells(match[0]):
                if _column(other) > _column(letters):
                    at = match.start() + one.start()
                    return content[:at] + fresh + content[at:]
            at = match.end() - len(b"</%srow>" % prefix)
            return content[:at] + fresh + content[at:]
        if int(match[1]) > row:
            return content[: match.start()] + _row(row, fresh, prefix) + content[match.start() :]
    end = b"</%ssheetData>" % prefix
    if end in content:
        return content.replace(end, _row(row, fresh, prefix) + end, 1)
    empty = re.compile(rb"<%ssheetData\s*/>" % prefix)
    return empty.sub(
        b"<%ssheetData>%s%s" % (prefix, _row(row, fresh, prefix).replace(b"\\", b"\\\\"), end), content, count=1
    )


def _row(number: int, cell: bytes, prefix: bytes) -> bytes:
    return b'<%srow r="%d">%s</%srow>' % (prefix, number, cell, prefix)


def _column(address: str) -> int:
    found = 0
    for letter in address.rstrip("0123456789"):
        found = found * 26 + ord(letter) - ord("A") + 1
    return found


def _worked_out_when_opened(workbook: bytes) -> bytes:
    """The workbook's own part, saying that formulas are worked out when it is opened, since their values are old."""
    found = re.search(rb"<(\w+:)?calcPr\b[^>]*?(/?)>", workbook)
    if found is None:
        return _after_sheets(workbook, b'calcPr fullCalcOnLoad="1"')
    if b"fullCalcOnLoad" in found[0]:
        return workbook.replace(found[0], re.sub(rb'fullCalcOnLoad="\w+"', b'fullCalcOnLoad="1"', found[0]), 1)
    at = found.start() + found[0].index(b"calcPr") + len(b"calcPr")
    return workbook[:at] + b' fullCalcOnLoad="1"' + workbook[at:]


def _after_sheets(workbook: bytes, element: bytes) -> bytes:
    """The element where the order of parts has it: after names, else after external links, else after the sheets."""
    for name in (b"definedNames", b"externalReferences", b"functionGroups", b"sheets"):
        found = re.search(rb"</(\w+:)?%s>" % name, workbook)
        if found is not None:
            return workbook[: found.end()] + b"<%s%s/>" % (found[1] or b"", element) + workbook[found.end() :]
    return workbook


def _not_reached(parts: Mapping[str, bytes]) -> list[str]:
    """Fields in places that are left as they are."""
    places = {"drawings": "a text box or picture", "charts": "a chart", "tables": "the head of a table"}
    left = [
        name
        for name, content in parts.items()
        if name.startswith("xl/") and name.endswith(".xml") and b"{{" in content and not name.startswith("xl/worksheets/")
    ]
    return [
        f"a field in {places.get(name.split('/')[1], 'a part that is no sheet')} ({name}) was left as it is"
        for name in left
        if name != _STRINGS
    ]


def _has_gate(book: _Book, fresh: Mapping[str, bytes], gate: str) -> bool:
    """Whether the legal gate stands in a cell."""
    wanted = " ".join(gate.split())
    return any(
        wanted in " ".join(_text(_tree(fresh.get(part, book.parts[part]))).split()) for part in book.sheets.values()
    ) or any(wanted in " ".join(one.split()) for one in book.strings)


def _gate_sheet(parts: Mapping[str, bytes], gate: str) -> dict[str, bytes]:
    """One sheet more with the legal gate, and the three parts that must know of it."""
    number = next(n for n in range(1, len(parts) + 2) if f"xl/worksheets/sheet{n}.xml" not in parts)
    workbook, links, types = parts[_WORKBOOK], parts[_RELATIONS], parts[_TYPES]
    ids = [int(one) for one in re.findall(rb'sheetId="(\d+)"', workbook)]
    link = next(f"rIdGate{n}" for n in range(len(parts) + 1) if f'"rIdGate{n}"'.encode() not in links)
    taken = {one.casefold() for one in re.findall(r'\bname="([^"]*)"', workbook.decode("utf-8", "replace"))}
    name = next(
        one for n in range(1, len(parts) + 2) if (one := _GATE_SHEET + (f" {n}" if n > 1 else "")).casefold() not in taken
    )
    end = re.search(rb"</(\w+:)?sheets>", workbook)
    prefix = (end[1] or b"") if end else b""
    place = end.start() if end else len(workbook)
    own = b'<%ssheet xmlns:pr="%s" name="%s" sheetId="%d" pr:id="%s"/>' % (
        prefix, _LINKS.encode(), name.encode(), max(ids, default=0) + 1, link.encode(),
    )  # fmt: skip
    cell = _cell(gate, b' r="A1"')
    relation = b'<Relationship Id="%s" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>' % (
        link.encode(), _LINKS.encode(), number,
    )  # fmt: skip
    override = b'<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%s"/>' % (number, _SHEET_TYPE.encode())
    return {
        _WORKBOOK: workbook[:place] + own + workbook[place:],
        _RELATIONS: links.replace(b"</Relationships>", relation + b"</Relationships>", 1),
        _TYPES: types.replace(b"</Types>", override + b"</Types>", 1),
        f"xl/worksheets/sheet{number}.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (_MAIN.encode(), _row(1, cell, b"")),
    }


_LONGEST, _MOST = 80, 32_767

if __name__ == "__main__":
    main(filled)
