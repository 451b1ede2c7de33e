"""The brief, the short proposal and the slides: the same words and figures, within the pages that receivers allow."""

import datetime as dt
import io
import re
from pathlib import Path

import pypdf
import pytest
from pptx import Presentation

from pilot_planner import make_plan
from pilot_planner.design.loading import load_design
from pilot_planner.errors import InputError
from pilot_planner.exports.formats import make_export
from pilot_planner.exports.proposal import brief, prose, short, slides
from pilot_planner.exports.proposal.blocks import all_texts, plain, texts_of, walk
from pilot_planner.exports.proposal.prose_fields import ABSENT, FIELDS, MARK, fields
from pilot_planner.exports.proposal.section_builder import Draft
from pilot_planner.exports.proposal.sections import CHAPTERS, narrative
from pilot_planner.exports.proposal.writing import proposal
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.terms import Terms

MODELS = Path(__file__).parents[2] / "models"
MADE_ON = dt.date(2026, 11, 20)
DESIGNS = sorted(path.stem for path in MODELS.glob("*.toml"))


def pages(raw):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(raw)).pages]


@pytest.fixture(scope="module")
def document(dossier):
    return proposal(dossier)


def section(document, title):
    return next(one for one in walk(document.sections) if one.title == title)


def words_of(one):
    return " ".join(words for inner in walk((one,)) for block in inner.blocks for words in texts_of(block))


# --- lengths ---


@pytest.mark.parametrize("name", DESIGNS)
def test_a_brief_of_every_design_has_two_pages_and_the_gate(name, shipped_inputs, terms):
    plan = make_plan(MODELS / f"{name}.toml", shipped_inputs)
    made = pages(brief.make(Dossier(plan, terms, MADE_ON))["brief.pdf"])

    assert len(made) == brief.PAGES
    told = " ".join(" ".join(made).split())
    assert "does not say that the pilot is lawful" in told
    assert "DRAFT" in made[0]
    assert "It holds in" in told or "nothing decided again" in told
    assert not re.search(r"\[[FS]\d+\]", told)


def test_the_short_proposal_has_fifteen_pages_at_most_and_the_words_of_the_whole(dossier, document):
    made = pages(short.make(dossier)["proposal_short.pdf"])
    assert 10 < len(made) <= short.MOST_PAGES
    cut = short.shortened(document)
    assert set(all_texts(cut)) - set(all_texts(document)) == {short._NOTE}
    assert {"Theory of change", "Do no harm", "Governance and partners", "Conditions precedent"} <= {
        one.title for one in cut.sections
    }
    assert "does not say that the pilot is lawful" in made[0]


@pytest.mark.slow
@pytest.mark.parametrize("name", DESIGNS)
def test_the_short_proposal_of_every_design_has_fifteen_pages_at_most(name, shipped_inputs, terms):
    plan = make_plan(MODELS / f"{name}.toml", shipped_inputs)
    assert len(pages(short.make(Dossier(plan, terms, MADE_ON))["proposal_short.pdf"])) <= short.MOST_PAGES


def test_every_part_that_the_short_form_keeps_is_one_of_the_proposal(document):
    chapters = dict(zip(CHAPTERS, document.sections, strict=False))
    for name, titles in short._KEPT.items():
        assert name in chapters
        assert set(titles or ()) <= {one.title for one in chapters[name].sections}


def test_no_text_is_smaller_than_can_be_read(dossier):
    seen = set()
    for page in pypdf.PdfReader(io.BytesIO(short.make(dossier)["proposal_short.pdf"])).pages:
        page.extract_text(
            visitor_text=lambda text, _, matrix, __, size: text.strip() and seen.add(round(size * abs(matrix[3]), 1))
        )
    # Marks in brackets stand smaller, as raised figures do.
    assert min(size for size in seen if size > 0) >= 8.5 * 0.82 - 0.05
    assert 10.0 in seen


# --- slides ---


@pytest.fixture(scope="module")
def deck(dossier):
    return Presentation(io.BytesIO(slides.make(dossier)["slides.pptx"]))


def test_every_slide_has_a_title_a_footer_and_pictures_have_words(deck, document):
    titles = [slide.shapes.title.text for slide in deck.slides]
    assert 10 <= len(titles) <= 12
    assert all(titles) and len(set(titles)) == len(titles)
    for number, slide in enumerate(deck.slides, start=1):
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        assert any(text.endswith(f"see the first slide · {number}") for text in texts)
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width + 1
            assert shape.top + shape.height <= deck.slide_height + 1
            if shape.shape_type == 13:
                assert len(shape._element._nvXxPr.cNvPr.get("descr")) > 20
    first = " ".join(shape.text_frame.text for shape in deck.slides[0].shapes if shape.has_text_frame)
    assert "does not say that the pilot is lawful" in first and "DRAFT" in first
    assert sum(shape.shape_type == 13 for slide in deck.slides for shape in slide.shapes) == 4
    assert {figure.caption.rstrip(".") for figure in document.figures} >= {titles[5], titles[6], titles[7], titles[8]}


# --- chapters that are templates ---


def test_every_template_is_a_chapter_and_no_field_is_left(document, plan):
    told = " ".join(all_texts(document))
    for name in narrative.TEMPLATES:
        assert name in CHAPTERS
    assert "{{" not in told and "[[" not in told and "**" not in told and "##" not in told
    assert MARK not in told and ABSENT not in told


def test_the_fields_of_templates_are_documented(dossier):
    documented = set(re.findall(r"\w+", " ".join(FIELDS)))
    assert set(fields(Draft(dossier))) <= documented


def test_partners_and_outputs_share_out_the_whole_budget(dossier):
    draft = Draft(dossier)
    for name in ("partners", "by_result"):
        table = narrative.DRAWN[name](draft)
        amounts = [
            plain(row.cells[2 if name == "partners" else -1]).replace(",", "").replace("\u00a0", "") for row in table.rows
        ]
        assert amounts[-1] == f"{dossier.budget.total:.2f}"
        assert sum(round(float(one) * 100) for one in amounts[:-1] if one != "–") == round(float(amounts[-1]) * 100)


def test_a_task_that_no_partner_carries_stays_with_the_lead(plan, terms):
    alone = Terms.model_validate(terms.model_dump() | {"partners": []})
    table = narrative.DRAWN["partners"](Draft(Dossier(plan, alone, MADE_ON)))
    assert [plain(row.cells[0]) for row in table.rows] == ["Lead agency (to be named)", "All"]


@pytest.fixture
def local(tmp_path, monkeypatch):
    """Writes a template of one's own and fills it in."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "models" / "proposals" / "texts"
    folder.mkdir(parents=True)

    def write(dossier, text, drawn=None):
        (folder / "lessons.md").write_text(text, encoding="utf-8")
        return prose.chapter_of("lessons", drawn or {})(Draft(dossier))

    return write


def test_a_template_of_ones_own_is_taken(dossier, local):
    made = local(dossier, "# Mine\n\n> First {{ hosts }}.\n\n## Part\n\n- **One** {{ figure('worker_income') }}\n- two")
    assert (made.title, made.sections[0].title) == ("Mine", "Part")
    assert made.blocks[0].kind == "lead"
    (listed,) = made.sections[0].blocks
    assert plain(listed.items[0]).startswith("One ") and plain(listed.items[0]).endswith("[F1]")


def test_a_sentence_without_its_fact_is_left_out(dossier, local):
    made = local(dossier, "# T\n\nKept. It was {{ fact('P999') }} USD. Costs {{ cost('nothing') }}. Kept too.")
    assert plain(made.blocks[0].words) == "Kept. Kept too."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("No title", "does not begin with a title"),
        ("# T\n\n{{ nobody }}", "'nobody' is undefined"),
        ("# T\n\n{% if %}", "lessons.md:3: cannot be filled in"),
        ("# T\n\n{{ figure() }}", "cannot be filled in"),
        ("# T\n\n[[chart]]", "names [[chart]]"),
        ("# T\n\n{{ ().__class__.__bases__ }}", "cannot be filled in"),
    ],
)
def test_a_template_at_fault_is_refused_with_its_place(dossier, local, text, told):
    with pytest.raises(InputError) as raised:
        local(dossier, text)
    assert told in str(raised.value)
    assert "lessons.md" in str(raised.value)


# --- no key of ours in what outsiders read ---


@pytest.mark.parametrize("name", ["base", "one_host", "two_hosts"])
def test_no_document_names_a_setting_by_its_key(name, shipped_inputs, terms, document, dossier):
    if name == "base":
        read = document
    else:
        read = proposal(Dossier(make_plan(load_design(MODELS / f"{name}.toml"), shipped_inputs), terms, MADE_ON))
    for words in all_texts(read):
        assert not re.search(r"\b(limits|floors|placements|hosts|inputs|programme)\.[a-zA-Z_]+\.?\w*", words), words
        plain_words = re.sub(r"https?://\S+|design “\w+”|pilot_planner", "", words)
        assert not re.search(r"\b[a-z]+_[a-z_]+\b", plain_words), words


def test_all_formats_come_out_of_one_call(plan, terms):
    made = make_export(plan, ("brief", "short", "slides"), terms, MADE_ON)
    assert set(made.files) == {"brief.pdf", "proposal_short.pdf", "slides.pptx"}
