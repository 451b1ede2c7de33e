"""Chapters that are text first: templates under ``models/proposals/texts``, which a writer reads and changes.

A template is Markdown of a few kinds of lines, with fields in ``{{ }}`` and conditions in ``{% if %}``:

- ``# Title`` once, ``## Title`` for each part within;
- a block of lines is a paragraph; one that begins with ``>`` opens the chapter; ``- `` begins an item of a list;
- ``**words**`` stand out; ``[[name]]`` alone on a line is a table or a picture of ``DRAWN``.

A sentence that asks for a fact, a cost or a precedent which the inputs do not hold is left out. A template of the same
name in ``models/proposals/texts`` of the working folder is taken instead of the shipped one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from pilot_planner.data.locations import is_file, shipped
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.exports.proposal.blocks import Block, Bullets, Mark, Part, Section, Strong, Text, text
from pilot_planner.exports.proposal.prose_fields import ABSENT, MARK, fields
from pilot_planner.exports.proposal.section_builder import Draft, paragraph

FOLDER = Path("proposals") / "texts"
_TITLE, _PART, _LEAD, _ITEM = "# ", "## ", "> ", "- "
_DRAWN = re.compile(r"\[\[(\w+)\]\]")
_INLINE = re.compile(rf"\*\*(.+?)\*\*|{MARK}(\w+){MARK}")
_SENTENCE = re.compile(rf".+?[.!?](?:\s*{MARK}\w+{MARK})*(?=\s+[A-Z“*]|$)|.+$")
"""With the marks that follow its full stop."""


def chapter_of(name: str, drawn: dict[str, Callable[[Draft], Block | None]]) -> Callable[[Draft], Section]:
    """What writes the chapter of a template; ``drawn`` are the tables and pictures that it may name.

    The function raises InputError where the template cannot be read, names a field that does not exist, or has no title.
    """

    def write(draft: Draft) -> Section:
        file = _file(name)
        parts = list(_parts(_filled(file, draft)))
        if not parts or not parts[0][0].startswith(_TITLE):
            raise InputError([_fault(file, 1, "does not begin with a title", "a line '# Title'", "write one")])
        title, blocks = parts[0]
        inner = tuple(Section(head.removeprefix(_PART), _blocks(draft, file, rest, drawn)) for head, rest in parts[1:])
        return Section(title.removeprefix(_TITLE), _blocks(draft, file, blocks, drawn), inner)

    return write


def _file(name: str) -> Path:
    local = Path("models") / FOLDER / f"{name}.md"
    return local if is_file(local) else shipped("models") / FOLDER / f"{name}.md"


def _filled(file: Path, draft: Draft) -> str:
    """The template with its fields filled in; marks stand between two characters that no text has."""
    from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
    from jinja2.sandbox import SandboxedEnvironment

    house = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    expected = "a template as docs/donor_files.md describes it"
    try:
        return str(house.from_string(file.read_text(encoding="utf-8")).render(fields(draft)))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([_fault(file, None, f"cannot be read ({error})", expected, "check the file")]) from None
    except (TemplateError, TypeError, KeyError, ValueError, ZeroDivisionError) as error:
        row = error.lineno if isinstance(error, TemplateSyntaxError) else None
        raise InputError([_fault(file, row, f"cannot be filled in: {error}", expected, "correct the field")]) from None


def _fault(file: Path, row: int | None, what: str, expected: str, fix: str) -> Fault:
    return Fault(Place(str(file), row), what, expected, fix)


def _parts(filled: str) -> Iterator[tuple[str, list[str]]]:
    """Each heading with its blocks, one string each; lines of a block are joined."""
    heading, blocks = "", list[str]()
    for raw in re.split(r"\n\s*\n", filled.strip()):
        lines = raw.strip().splitlines()
        if lines and lines[0].startswith(("# ", "## ")):
            if heading:
                yield heading, blocks
            heading, blocks, lines = lines[0].strip(), [], lines[1:]
        if lines:
            blocks.append("\n".join(lines))
    yield heading, blocks


def _blocks(
    draft: Draft, file: Path, blocks: list[str], drawn: dict[str, Callable[[Draft], Block | None]]
) -> tuple[Block, ...]:
    found: list[Block | None] = []
    for block in blocks:
        if (name := _DRAWN.fullmatch(block.strip())) is not None:
            if name[1] not in drawn:
                told = ", ".join(sorted(drawn)) or "none in this chapter"
                raise InputError([_fault(file, None, f"names [[{name[1]}]]", f"one of: {told}", "correct the name")])
            found.append(drawn[name[1]](draft))
        elif block.startswith(_ITEM):
            items = [_words(" ".join(item.split())) for item in re.split(r"\n(?=- )", block)]
            found.append(Bullets(tuple(item for item in items if item)) if any(items) else None)
        else:
            words = _words(" ".join(block.removeprefix(_LEAD).replace(f"\n{_LEAD}", "\n").split()))
            found.append(paragraph(words, kind="lead" if block.startswith(_LEAD) else "body") if words else None)
    return tuple(block for block in found if block is not None)


def _words(line: str) -> Text:
    """A line as text with marks, without the sentences that miss what they tell."""
    kept = [one.strip() for one in _SENTENCE.findall(line.removeprefix(_ITEM)) if ABSENT not in one]
    return text(*_marked(" ".join(kept)))


def _marked(words: str) -> Iterator[Part]:
    at = 0
    for found in _INLINE.finditer(words):
        yield words[at : found.start()]
        yield Strong(found[1]) if found[1] else Mark(found[2])
        at = found.end()
    yield words[at:]
