"""The proposal as a Word document with real styles, headings, contents, captions, header rows and alternative texts."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from pilot_planner.exports.proposal import form, pdf
from pilot_planner.exports.proposal.blocks import (
    Block,
    Bullets,
    Caution,
    Document,
    Figure,
    KeyFigure,
    KeyFigures,
    Mark,
    Paragraph,
    Section,
    Strong,
    Table,
    Text,
    caption_of,
    text,
)
from pilot_planner.exports.proposal.layout import label
from pilot_planner.exports.proposal.pictures import pictures
from pilot_planner.exports.proposal.word_styles import ACCENT, WIDTH, blank, field_runs
from pilot_planner.exports.proposal.word_tables import element, plain_table, table_element
from pilot_planner.exports.proposal.writing import proposal
from pilot_planner.exports.proposal_data import Dossier, Files

FILE = "proposal.docx"
TEMPLATE = "docx.template"
"""Option with the path of a donor's own form, which is then filled in instead."""
_LONGEST_PROPERTY = 255
_MM_OF_PX = 0.2646
_LONG_TITLE = 90


def make(dossier: Dossier) -> Files:
    """``proposal.docx``: our own document, or a donor's form filled in.

    Raises InputError where the form cannot be read or asks for a field that is not there.
    """
    template = dossier.options.get(TEMPLATE)
    if template:
        return {FILE: form.filled(dossier, template)}
    document = proposal(dossier)
    drawn = pictures(dossier, document)
    # Its layout is the same: what the contents show until Word counts for itself.
    places = pdf.places(dossier)
    dossier.tell("writing the Word document", 0.9)
    return {FILE: _Writer(document, drawn, places).bytes(dossier.made_on)}


def begin(dossier: Dossier) -> None:
    """Start what takes long before it is needed."""
    dossier.studies.begin()


class _Writer:
    def __init__(self, document: Document, drawn: Mapping[str, bytes], pages: Mapping[str, int]) -> None:
        self.document = document
        self.drawn = drawn
        self.pages = pages
        self.word = blank(document.language, document.running)
        self.body = self.word.element.body
        self._bookmarks = 0

    def bytes(self, made_on: dt.date) -> bytes:
        self._properties(made_on)
        self._cover()
        self._contents()
        for section in self.document.sections:
            self._section(section, 1)
        made = io.BytesIO()
        self.word.save(made)
        return made.getvalue()

    def _properties(self, made_on: dt.date) -> None:
        document, properties = self.document, self.word.core_properties
        day = dt.datetime.combine(made_on, dt.time(), tzinfo=dt.UTC)
        properties.title = document.cover.title[:_LONGEST_PROPERTY]
        properties.author = properties.last_modified_by = document.author[:_LONGEST_PROPERTY]
        properties.subject = document.subject[:_LONGEST_PROPERTY]
        properties.keywords = document.keywords[:_LONGEST_PROPERTY]
        properties.language = document.language
        properties.category = document.cover.kind
        properties.comments = document.cover.draft
        properties.created = properties.modified = day

    # --- parts ---

    def _cover(self) -> None:
        cover = self.document.cover
        self._paragraph(text(cover.kind), "Subtitle")
        title = self._paragraph((cover.title,), "Title")
        if len(cover.title) > _LONG_TITLE:
            # A title of ten thousand characters is printed whole, and small.
            title.paragraph_format.line_spacing = None
            for run in title.runs:
                run.font.size = Mm(4)
        if cover.draft:
            self._paragraph(text(cover.draft), "Draft mark")
        rows = [[((name,), "Tabletext"), (value, "Tabletext")] for name, value in cover.lines]
        self._append(plain_table(rows, [34.0, WIDTH - 34.0], self.write, "Facts about this proposal"))
        self._block(cover.gate)
        self._break()

    def _contents(self) -> None:
        self._paragraph(text("Contents"), "Contents heading")
        entries = [
            (section, depth)
            for chapter in self.document.sections
            for section, depth in ((chapter, 1), *((inner, 2) for inner in chapter.sections))
        ]
        begin, code, separate, _, end = field_runs('TOC \\o "1-2" \\h \\z \\u', "")
        for place, (section, depth) in enumerate(entries):
            paragraph = self.word.add_paragraph(style=f"TOC {depth}")._p
            if place == 0:
                for run in (begin, code, separate):
                    paragraph.append(run)
            link = element("w:hyperlink", anchor=_bookmark_of(section), history=1)
            paragraph.append(link)
            self.write(link, (f"{label(section)}  {section.title}",))
            page = self.pages.get(section.anchor)
            if page is not None:
                tab = element("w:r")
                tab.append(element("w:tab"))
                link.append(tab)
                for run in field_runs(f"PAGEREF {_bookmark_of(section)} \\h", str(page)):
                    link.append(run)
            if place + 1 == len(entries):
                paragraph.append(end)

    def _section(self, section: Section, depth: int) -> None:
        heading = self.word.add_heading(level=depth)
        if section.new_page:
            heading.paragraph_format.page_break_before = True
            heading.paragraph_format.space_before = Pt(0)
        self._mark(heading._p, _bookmark_of(section), lambda: self._heading(heading, section))
        for block in section.blocks:
            self._block(block)
        for inner in section.sections:
            self._section(inner, depth + 1)

    def _heading(self, heading: Any, section: Section) -> None:
        number = heading.add_run(f"{label(section)}  ")
        number.font.color.rgb = _rgb(ACCENT)
        heading.add_run(section.title)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph(words, kind):
                self._paragraph(words, {"body": "Normal", "lead": "Lead", "note": "Note"}[kind])
            case Bullets(items):
                for item in items:
                    self._paragraph(item, "List Bullet")
            case Caution(title, words):
                self._paragraph(text(title), "Warning head")
                self._paragraph(words, "Warning")
            case KeyFigures(figures):
                self._key_figures(figures)
            case Table():
                self._caption(block)
                self._append(table_element(block, self.write, lambda place, name: self._mark(place, name, None)))
                # Between two tables Word wants a paragraph, or it makes one of both.
                self._paragraph(block.note, "Note") if block.note else self._gap()
            case Figure():
                self._figure(block)

    def _key_figures(self, figures: Sequence[KeyFigure]) -> None:
        rows: list[list[tuple[Text, str]]] = [
            [((one.label,), "Tabletext") for one in figures],
            [((one.value,), "Keyfigure") for one in figures],
            [((one.unit,), "Tabletext") for one in figures],
            [(one.note, "Tabletext") for one in figures],
        ]
        self._append(plain_table(rows, [WIDTH / len(figures)] * len(figures), self.write, "Key figures"))
        self._gap()

    def _caption(self, block: Table | Figure) -> None:
        kind = "Table" if isinstance(block, Table) else "Figure"
        paragraph = self.word.add_paragraph(style="Caption")
        paragraph.add_run(f"{kind} ").bold = True
        for run in field_runs(f"SEQ {kind} \\* ARABIC", str(block.number)):
            paragraph._p.append(run)
        paragraph.add_run(". ").bold = True
        self.write(paragraph._p, (block.caption,))
        if isinstance(block, Figure) and block.key in self.drawn:
            paragraph.paragraph_format.keep_with_next = False

    def _figure(self, figure: Figure) -> None:
        if figure.key not in self.drawn:
            self._caption(figure)
            self._paragraph(text(figure.alternative), "Note")
            return
        paragraph = self.word.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Mm(3)
        # Lines of exact height would cut a picture.
        paragraph.paragraph_format.line_spacing = 1.0
        width = min(WIDTH, figure.width * _MM_OF_PX)
        picture = paragraph.add_run().add_picture(io.BytesIO(self.drawn[figure.key]), width=Mm(width))
        properties = picture._inline.docPr
        properties.set("descr", figure.alternative)
        properties.set("title", caption_of(figure))
        self._caption(figure)

    # --- small things ---

    def write(self, place: Any, words: Text) -> None:
        """Runs of a text; marks become links to their entry."""
        for part in words:
            match part:
                case Mark(key):
                    link = element("w:hyperlink", anchor=key, history=1)
                    link.append(_run(f"[{key}]", colour=ACCENT))
                    place.append(link)
                case Strong(inner):
                    place.append(_run(inner, bold=True))
                case _:
                    place.append(_run(part))

    def _paragraph(self, words: Text, style: str) -> Any:
        paragraph = self.word.add_paragraph(style=style)
        self.write(paragraph._p, words)
        return paragraph

    def _gap(self) -> None:
        paragraph = self.word.add_paragraph(style="Note")
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = 0

    def _break(self) -> None:
        from docx.enum.text import WD_BREAK

        self.word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def _append(self, made: Any) -> None:
        self.body.insert_element_before(made, "w:sectPr")

    def _mark(self, paragraph: Any, name: str, inner: Any) -> None:
        """A bookmark at a paragraph, round what ``inner`` writes."""
        self._bookmarks += 1
        start = element("w:bookmarkStart", id=self._bookmarks, name=name)
        end = element("w:bookmarkEnd", id=self._bookmarks)
        if inner is None:
            settings = paragraph.find(qn("w:pPr"))
            paragraph.insert(0 if settings is None else 1, start)
        else:
            paragraph.append(start)
            inner()
        paragraph.append(end)


def _bookmark_of(section: Section) -> str:
    """Bookmarks of contents begin as Word's own do, and have letters, digits and ``_`` only."""
    return f"_Toc_{section.number.replace('.', '_')}"


def _run(words: str, bold: bool = False, colour: str = "") -> Any:
    run = element("w:r")
    if bold or colour:
        properties = element("w:rPr")
        if bold:
            properties.append(element("w:b"))
        if colour:
            properties.append(element("w:color", val=colour))
        run.append(properties)
    made = element("w:t")
    made.text = words
    made.set(qn("xml:space"), "preserve")
    run.append(made)
    return run


def _rgb(colour: str) -> Any:
    from docx.shared import RGBColor

    return RGBColor.from_string(colour)
