"""The look of the Word document: page, styles, header and footer. Arial and its kin, which every office program has."""

from __future__ import annotations

from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

WIDTH = 170.0
"""Of the text on A4, mm."""
INK, SECOND, ACCENT, ALERT = "000000", "3C4650", "0F6387", "A8431A"
HAIRLINE, FAINT = "B4BDC6", "DDE2E7"
_FONT, _EAST_ASIA = "Arial", "Malgun Gothic"
_REGIONS = {
    "en": "en-GB",
    "fr": "fr-FR",
    "es": "es-ES",
    "de": "de-DE",
    "ru": "ru-RU",
    "ko": "ko-KR",
    "mn": "mn-MN",
    "ja": "ja-JP",
}

# name, base, size, line height, space before, space after, bold, colour, kept with what follows
_PARAGRAPHS: tuple[tuple[str, str, float, float, float, float, bool, str, bool], ...] = (
    ("Normal", "", 10, 14.2, 0, 6, False, INK, False),
    ("Title", "Normal", 26, 33, 0, 10, True, INK, False),
    ("Subtitle", "Normal", 11, 14, 48, 8, False, ACCENT, False),
    ("Heading 1", "Normal", 17, 22, 26, 10, True, INK, True),
    ("Heading 2", "Normal", 11.5, 16, 14, 6, True, INK, True),
    ("Caption", "Normal", 8.5, 12, 10, 4, False, INK, True),
    ("Lead", "Normal", 11, 15.6, 0, 6, False, INK, False),
    ("Note", "Normal", 8.5, 11.6, 4, 6, False, SECOND, False),
    ("Draft mark", "Normal", 12, 16, 0, 14, True, ALERT, False),
    ("Warning head", "Normal", 10, 14.2, 16, 3, True, INK, True),
    ("Warning", "Normal", 10, 14.2, 0, 12, False, INK, False),
    ("Contents heading", "Normal", 17, 22, 0, 10, True, INK, True),
    ("TOC 1", "Normal", 10, 12, 1.6, 0, True, INK, False),
    ("TOC 2", "Normal", 10, 12, 0, 0, False, SECOND, False),
    ("Table text", "Normal", 8.6, 11.6, 2.6, 2.6, False, INK, False),
    ("Table text small", "Normal", 8.5, 11, 2.6, 2.6, False, INK, False),
    ("Key figure", "Normal", 20, 27, 0, 2, True, INK, False),
    ("List Bullet", "Normal", 10, 14.2, 0, 4, False, INK, False),
    ("Header", "Normal", 8.5, 11, 0, 0, False, SECOND, False),
    ("Footer", "Normal", 8.5, 11, 0, 0, False, SECOND, False),
)


def blank(language: str, running: str) -> Any:
    """An empty document with its page, styles, header and footer. The first page has neither."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(24), Mm(22)
    section.header_distance, section.footer_distance = Mm(14), Mm(12)
    section.different_first_page_header_footer = True
    for one in _PARAGRAPHS:
        _style(document, *one)
    for name, bold in (("TOC 1", True), ("TOC 2", False)):
        stops = document.styles[name].paragraph_format
        stops.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        stops.left_indent = Mm(0 if bold else 8)
    for name in ("Warning head", "Warning"):
        _bar(document.styles[name])
    _defaults(document, language)
    for place, text in (
        (section.header, running),
        (section.footer, "No statement of lawfulness: see the legal gate on page 1"),
    ):
        paragraph = place.paragraphs[0]
        paragraph.paragraph_format.tab_stops.clear_all()
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run(f"{text}\t")
        if place is section.footer:
            field(paragraph, "PAGE", "2")
            paragraph.add_run(" of ")
            field(paragraph, "NUMPAGES", "2")
        else:
            paragraph.add_run("Project proposal")
    return document


def _style(
    document: Any,
    name: str,
    base: str,
    size: float,
    line: float,
    before: float,
    after: float,
    bold: bool,
    colour: str,
    keep: bool,
) -> None:
    styles = document.styles
    style = styles[name] if name in [one.name for one in styles] else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if base:
        style.base_style = styles[base]
    style.hidden = False
    style.quick_style = True
    font, layout = style.font, style.paragraph_format
    font.name, font.size, font.bold, font.italic = _FONT, Pt(size), bold, False
    font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for part, family in (("ascii", _FONT), ("hAnsi", _FONT), ("cs", _FONT), ("eastAsia", _EAST_ASIA)):
        fonts.set(qn(f"w:{part}"), family)
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(line)
    layout.keep_with_next = keep
    layout.widow_control = True
    for old in ("w:pBdr", "w:tabs"):
        for found in style.element.findall(f".//{qn(old)}"):
            found.getparent().remove(found)


def _bar(style: Any) -> None:
    """A rule on the left of a paragraph."""
    borders = OxmlElement("w:pBdr")
    left = OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "20"), ("space", "8"), ("color", ALERT)):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )
    style.paragraph_format.left_indent = Mm(3.5)


def _defaults(document: Any, language: str) -> None:
    """The language of the document, for spelling and for screen readers."""
    for run in document.styles.element.iter(qn("w:rPrDefault")):
        properties = run.find(qn("w:rPr"))
        mark = properties.find(qn("w:lang"))
        if mark is None:
            mark = OxmlElement("w:lang")
            properties.append(mark)
        mark.set(qn("w:val"), _REGIONS.get(language, language))
        mark.set(qn("w:eastAsia"), "ko-KR")
        mark.set(qn("w:bidi"), "ar-SA")


def field(paragraph: Any, code: str, shown: str) -> None:
    """A field with what it shows until it is updated."""
    for element in field_runs(code, shown):
        paragraph._p.append(element)


def field_runs(code: str, shown: str) -> list[Any]:
    """The runs of a field."""
    made = []
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", shown), ("end", "")):
        run = OxmlElement("w:r")
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:t" if kind else "w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text if kind else f" {text} "
        run.append(mark)
        made.append(run)
    return made
