"""The proposal as Word and PDF: the same words in both, real structure, nothing that a reader of either would miss."""

import datetime as dt
import io
import re
import shutil
import subprocess
import zipfile
from xml.etree import ElementTree as ET

import docx
import pypdf
import pytest
import typst

from pilot_planner.exports.proposal import pdf, pictures, typesetting, word
from pilot_planner.exports.proposal.blocks import all_texts, walk
from pilot_planner.exports.proposal.writing import proposal
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.figures.core.svg_renderer import NotDrawnError

MADE_ON = dt.date(2026, 11, 20)
SCRIPT, FORMULA = "<script>alert(1)</script>", "=cmd()|'/c calc'!A0"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BARE = re.compile(r"[\s\u00ad\u200b]+")


def bare(text):
    """Without blanks: lines are broken otherwise in every format."""
    return BARE.sub("", text)


@pytest.fixture(scope="session")
def document(dossier):
    return proposal(dossier)


@pytest.fixture(scope="session")
def files(documents):
    return documents


@pytest.fixture(scope="session")
def in_word(files):
    return docx.Document(io.BytesIO(files["proposal.docx"]))


@pytest.fixture(scope="session")
def in_pdf(files):
    return pypdf.PdfReader(io.BytesIO(files["proposal.pdf"]))


def text_of_word(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        root = ET.fromstring(packed.read("word/document.xml"))
    return bare("".join(one.text or "" for one in root.iter(f"{W}t")))


def text_of_pdf(reader):
    return bare("".join(page.extract_text() for page in reader.pages))


def text_by_poppler(raw, folder):
    """Of a PDF whose fonts hold letters of several scripts, which pypdf cannot read."""
    path = folder / "made.pdf"
    path.write_bytes(raw)
    read = subprocess.run([shutil.which("pdftotext"), str(path), "-"], check=True, capture_output=True, timeout=60)
    return bare(read.stdout.decode())


def like(dossier, **changes):
    """Another dossier of the same plan, with its studies and pictures."""
    other = Dossier(dossier.plan, changes.get("terms", dossier.terms), MADE_ON)
    other.__dict__["studies"] = dossier.studies
    if changes.get("pictures", True):
        other.kept["pictures"] = dossier.kept["pictures"]
    return other


def test_both_files_hold_every_text(document, files, in_pdf):
    words, pages = text_of_word(files["proposal.docx"]), text_of_pdf(in_pdf)
    missing = [text for text in all_texts(document) if bare(text) not in words]
    assert missing == []
    # A page break may tear a text of the PDF in two, with header and footer between; its parts are there.
    torn = [text for text in all_texts(document) if bare(text) not in pages]
    assert len(torn) < 12
    assert all(bare(text)[:15] in pages and bare(text)[-15:] in pages for text in torn)


# --- Word ---


def test_word_has_headings_and_contents_that_name_them(document, in_word):
    headings = [p.text for p in in_word.paragraphs if p.style.name.startswith("Heading")]
    assert [one.split("  ", 1)[1] for one in headings] == [section.title for section in walk(document.sections)]
    body = in_word.element.body
    codes = " ".join(one.text for one in body.iter(f"{W}instrText"))
    assert r'TOC \o "1-2"' in codes
    entries = [p for p in in_word.paragraphs if p.style.name.startswith("TOC")]
    assert len(entries) == len(headings)
    targets = {one.get(f"{W}name") for one in body.iter(f"{W}bookmarkStart")}
    links = [one.get(f"{W}anchor") for one in body.iter(f"{W}hyperlink")]
    assert set(links) <= targets
    assert all(re.search(r"\d+$", "".join(t.text for t in p._p.iter(f"{W}t"))) for p in entries)


def test_word_tables_repeat_their_header_row_and_tear_no_row(document, in_word):
    heads = [t for t in in_word.element.body.iter(f"{W}tbl") if t.find(f".//{W}tblHeader") is not None]
    captions = [p for p in in_word.paragraphs if p.style.name == "Caption"]
    figures = len(document.figures)
    assert len(captions) == len(heads) + figures
    for table in in_word.element.body.iter(f"{W}tbl"):
        rows = table.findall(f"{W}tr")
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        widths = [int(one.get(f"{W}w")) for one in table.findall(f"{W}tblGrid/{W}gridCol")]
        assert abs(sum(widths) - 170 * 56.69) < 30


def test_word_pictures_have_alternative_texts(document, in_word):
    told = [shape._inline.docPr.get("descr") for shape in in_word.inline_shapes]
    assert told == [figure.alternative for figure in document.figures]


def test_word_has_properties_language_and_page_numbers(document, plan, in_word):
    properties = in_word.core_properties
    assert (properties.title, properties.language) == (document.cover.title, "en")
    assert plan.plan_id in properties.subject
    language = next(in_word.styles.element.iter(f"{W}lang"))
    assert language.get(f"{W}val") == "en-GB"
    footer = in_word.sections[0].footer._element
    assert {one.text.strip() for one in footer.iter(f"{W}instrText")} == {"PAGE", "NUMPAGES"}
    assert plan.plan_id in in_word.sections[0].header.paragraphs[0].text


def test_word_opens_in_libreoffice_and_its_contents_name_the_right_pages(files, tmp_path):
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("no LibreOffice on this machine")
    source = tmp_path / "proposal.docx"
    source.write_bytes(files["proposal.docx"])
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [program, "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path / "made"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    reader = pypdf.PdfReader(tmp_path / "made" / "proposal.pdf")
    contents = [
        line for line in reader.pages[1].extract_text().splitlines() if not line.startswith(("Plan", "No statement"))
    ]
    told = {found[1].strip(): int(found[2]) for line in contents if (found := re.match(r"^(.*?\D)\s*(\d+)$", line))}
    assert len(told) > 25
    for entry, page in told.items():
        # Another program breaks lines a little otherwise: a heading may have slipped to the next page, no further.
        near = bare(
            "".join(reader.pages[number].extract_text() for number in range(page - 2, min(page + 1, len(reader.pages))))
        )
        assert bare(entry) in near, (entry, page)


# --- PDF ---


def test_the_pdf_is_tagged_and_says_what_it_is(document, in_pdf):
    root = in_pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert in_pdf.metadata.title == document.cover.title
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid:part" in root["/Metadata"].get_object().get_data().decode()
    kinds = {}

    def count(element):
        element = element.get_object() if hasattr(element, "get_object") else element
        if isinstance(element, list):
            for one in element:
                count(one)
        elif isinstance(element, dict):
            kind = element.get("/S")
            kinds[kind] = kinds.get(kind, 0) + 1
            if kind == "/Figure":
                assert element.get("/Alt")
            if "/K" in element:
                count(element["/K"])

    count(root["/StructTreeRoot"])
    assert kinds["/Figure"] == len(document.figures)
    assert kinds["/H1"] == len(document.sections) + 1  # and Contents
    assert kinds["/TH"] > 50


def test_every_font_of_the_pdf_is_embedded(in_pdf):
    names = set()
    for page in in_pdf.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            described = inner["/FontDescriptor"].get_object()
            assert any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3"))
            names.add(str(font["/BaseFont"]))
    assert any("Inter" in name for name in names)


def test_bookmarks_and_contents_of_the_pdf_lead_to_the_chapters(document, in_pdf):
    outline = [one for one in in_pdf.outline if not isinstance(one, list)]
    titles = [one.title for one in outline]
    assert [title.split(" ", 2 if title.startswith("Annex") else 1)[-1] for title in titles] == [
        section.title for section in document.sections
    ]
    contents = bare(in_pdf.pages[1].extract_text())
    for one in outline:
        assert f"{bare(one.title)}{in_pdf.get_destination_page_number(one) + 1}" in contents


def test_nothing_in_the_pdf_leads_out_of_it(in_pdf):
    for page in in_pdf.pages:
        for note in page.get("/Annots", []):
            action = note.get_object().get("/A", {})
            assert action.get("/S") not in ("/URI", "/Launch", "/JavaScript")


# --- hostile texts, figures and letters that cannot be drawn ---


def test_hostile_names_are_printed_whole_and_do_nothing(dossier, files, hostile_terms, tmp_path):
    hostile = like(dossier, terms=hostile_terms)
    made = {**word.make(hostile), **pdf.make(hostile)}
    words = text_of_word(made["proposal.docx"])
    pages = text_by_poppler(made["proposal.pdf"], tmp_path)
    for text in (words, pages):
        assert "N" * 3000 in text
        assert bare(SCRIPT) in text
        assert bare(FORMULA) in text
        assert "\u202e" not in text
    with zipfile.ZipFile(io.BytesIO(made["proposal.docx"])) as packed:
        relations = packed.read("word/_rels/document.xml.rels").decode()
        assert "External" not in relations
        for name in packed.namelist():
            if name.endswith(".xml"):
                assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", packed.read(name))
    # No font has the picture in a partner's name; the letters of all others are there.
    assert all("install a font that has every letter" in note for note in hostile.notes)


def test_a_figure_that_cannot_be_drawn_stands_in_words(dossier, files, monkeypatch):
    def refuse(figure, width, height=None):
        raise NotDrawnError("a trace of type pie is not drawn here")

    monkeypatch.setattr(pictures, "to_svg", refuse)
    plain = like(dossier, pictures=False)
    made = {**word.make(plain), **pdf.make(plain)}
    figures = proposal(plain).figures
    assert plain.notes[0] == "figure 1 stands in words instead of a picture: a trace of type pie is not drawn here"
    assert len(plain.notes) == len(figures)
    words, pages = text_of_word(made["proposal.docx"]), text_of_pdf(pypdf.PdfReader(io.BytesIO(made["proposal.pdf"])))
    for figure in figures:
        assert bare(figure.alternative) in words
        assert bare(figure.alternative)[:60] in pages
    assert len(docx.Document(io.BytesIO(made["proposal.docx"])).inline_shapes) == 0


def test_a_letter_that_no_font_has_is_said_and_the_pages_come_all_the_same(dossier, files, terms, monkeypatch):
    ours = typst.Fonts(include_system_fonts=False, font_paths=[typesetting.FONTS])
    monkeypatch.setattr(typesetting, "fonts", lambda: ours)
    korean = like(dossier, terms=terms.model_copy(update={"title": "이주로동자 보호 사업"}))
    made = pypdf.PdfReader(io.BytesIO(pdf.make(korean)["proposal.pdf"]))
    assert made.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert len(made.pages) > 30
    (told,) = korean.notes
    assert "이" in told
    assert "install a font" in told
