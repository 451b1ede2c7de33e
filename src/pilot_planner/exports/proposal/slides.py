"""Twelve slides for a board, with the words, figures and pictures of the proposal; each has its finding as its title."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from pilot_planner.exports.proposal.blocks import Document, Figure, plain, text, without_marks
from pilot_planner.exports.proposal.brief import answers, first_conditions, parties_table, tranches_in_words
from pilot_planner.exports.proposal.pictures import pictures
from pilot_planner.exports.proposal.section_builder import Draft, cents
from pilot_planner.exports.proposal.sections import opening
from pilot_planner.exports.proposal.writing import proposal
from pilot_planner.exports.proposal_data import Dossier, Files
from pilot_planner.exports.sanitise import xml_text
from pilot_planner.reports import chance_text
from pilot_planner.reports.plan_text import headline, proof
from pilot_planner.studies.parties.party_records import who_gains
from pilot_planner.text.labels import counted, shown
from pilot_planner.text.number_format import count, percent

FILE = "slides.pptx"
_INK, _SECOND = RGBColor(0x18, 0x21, 0x2B), RGBColor(0x52, 0x60, 0x6D)  # type: ignore[no-untyped-call]
_WIDE, _HIGH, _LEFT, _TOP = Inches(13.333), Inches(7.5), Inches(0.7), Inches(1.8)
_TITLE, _LONG_TITLE, _TEXT, _SMALL = Pt(28), Pt(22), Pt(20), Pt(12)
_MANY = 80
"""Characters from which a title is set smaller."""
_TITLE_ONLY = 5
"""Layout of python-pptx's own template that has a title and nothing else."""
_FOOT = "No statement of lawfulness: see the first slide"


def make(dossier: Dossier) -> Files:
    """``slides.pptx``, with alternative texts for pictures and notes for whoever speaks."""
    document = proposal(dossier)
    deck = _Deck(Draft(dossier), document, pictures(dossier, document))
    for slide in SLIDES:
        slide(deck)
    return {FILE: deck.bytes()}


class _Deck:
    """Slides in the making, one after another."""

    def __init__(self, draft: Draft, document: Document, drawn: dict[str, bytes]) -> None:
        self.draft, self.document, self.drawn = draft, document, drawn
        self.figures: dict[str, Figure] = {one.key: one for one in document.figures}
        self.file = Presentation()
        self.file.slide_width, self.file.slide_height = _WIDE, _HIGH
        core = self.file.core_properties
        core.title, core.author, core.subject = xml_text(document.cover.title), xml_text(document.author), document.subject
        core.language, core.comments = document.language, xml_text(document.cover.draft)
        core.created = core.modified = _midnight(draft)

    def slide(self, title: str, notes: str = "") -> Any:
        """A new slide with its title, its footer and what the speaker may say."""
        made = self.file.slides.add_slide(self.file.slide_layouts[_TITLE_ONLY])
        head = made.shapes.title
        head.left, head.top, head.width, head.height = _LEFT, Inches(0.45), _WIDE - 2 * _LEFT, Inches(1.1)
        head.text_frame.vertical_anchor = MSO_ANCHOR.TOP
        self._fill(head.text_frame, [title.rstrip(".")], _TITLE if len(title) < _MANY else _LONG_TITLE, bold=True)
        foot = made.shapes.add_textbox(_LEFT, _HIGH - Inches(0.5), _WIDE - 2 * _LEFT, Inches(0.3))
        number = len(self.file.slides)
        self._fill(foot.text_frame, [f"{self.document.running} · {_FOOT} · {number}"], _SMALL, colour=_SECOND)
        if notes:
            made.notes_slide.notes_text_frame.text = xml_text(notes)
        return made

    def points(self, slide: Any, words: Sequence[str], top: Any = _TOP, width: Any = None, size: Any = _TEXT) -> None:
        """Short sentences below each other."""
        box = slide.shapes.add_textbox(_LEFT, top, width or _WIDE - 2 * _LEFT, _HIGH - top - Inches(0.7))
        box.text_frame.word_wrap = True
        self._fill(box.text_frame, words, size, after=Pt(10))

    def picture(self, slide: Any, key: str, top: Any = _TOP) -> None:
        """A figure of the proposal, as large as there is room, with its alternative text; its words where it has none."""
        figure = self.figures.get(key)
        if figure is None:
            return
        if key not in self.drawn:
            self.points(slide, [figure.alternative], top)
            return
        shape = slide.shapes.add_picture(io.BytesIO(self.drawn[key]), _LEFT, top)
        room = (_WIDE - 2 * _LEFT) / shape.width, (_HIGH - top - Inches(0.7)) / shape.height
        scale = min(room)
        shape.width, shape.height = Emu(int(shape.width * scale)), Emu(int(shape.height * scale))
        shape.left = Emu(int((_WIDE - shape.width) / 2))
        shape._element._nvXxPr.cNvPr.set("descr", xml_text(figure.alternative))

    def table(self, slide: Any, rows: Sequence[Sequence[str]], widths: Sequence[float], top: Any = _TOP) -> None:
        """Rows of cells under a head; numbers stand right of the first column."""
        wide = _WIDE - 2 * _LEFT
        shape = slide.shapes.add_table(len(rows), len(widths), _LEFT, top, wide, Inches(0.5) * len(rows))
        made = shape.table
        made.horz_banding = False
        for place, share in enumerate(widths):
            made.columns[place].width = Emu(int(wide * share / sum(widths)))
        for at, row in enumerate(rows):
            for place, words in enumerate(row):
                cell = made.cell(at, place)
                cell.fill.background()
                self._fill(cell.text_frame, [words], Pt(16), bold=at == 0, colour=_SECOND if at == 0 else _INK)

    def bytes(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        self.file.save(out)
        return out.getvalue()

    @staticmethod
    def _fill(
        frame: Any, words: Sequence[str], size: Any, bold: bool = False, colour: Any = _INK, after: Any = None
    ) -> None:
        frame.word_wrap = True
        for place, one in enumerate(words):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text = xml_text(one)
            run.font.size, run.font.bold, run.font.name = size, bold, "Arial"
            run.font.color.rgb = colour
            paragraph.alignment = PP_ALIGN.LEFT
            if after is not None:
                paragraph.space_after = after


def _midnight(draft: Draft) -> Any:
    import datetime as dt

    return dt.datetime.combine(draft.dossier.made_on, dt.time())


def _said(words: Any) -> str:
    return plain(without_marks(text(words)))


def _first(deck: _Deck) -> None:
    cover = deck.document.cover
    slide = deck.slide(cover.title)
    lines = {label: plain(value) for label, value in cover.lines}
    told = [f"{name}: {lines[name]}" for name in ("Proposed by", "To", "Countries", "Period", "Asked of donors")]
    deck.points(slide, ([cover.draft] if cover.draft else []) + told, size=Pt(18))
    deck.points(slide, [cover.gate.title, plain(cover.gate.words)], top=Inches(4.9), size=Pt(14))


def _problem(deck: _Deck) -> None:
    told = deck.draft.told
    facts = [
        told("P007 P008 P009", "Some {P007} people work abroad in {P008} countries and earn the state {P009} USD a year."),
        told("P028 P029 P030", "Builders keep {P028} USD a month of the {P029-} USD that {P030-} hours a week are worth."),
        told("P016 P018", "Student visas in Russia: {P016} in 2017, {P018} in 2019. Labels changed, the work did not."),
        told("P046", "The situation meets all {P046} indicators of forced labour that the ILO uses."),
        told("P005", "A ban that looks at security alone misses that the missing control over pay is the channel itself."),
    ]
    slide = deck.slide("A ban drove the work underground and left the pay where it was")
    deck.points(slide, [_said(one) for one in facts if one])


def _plan(deck: _Deck) -> None:
    plan = deck.draft.plan
    slide = deck.slide(headline(plan), proof(plan))
    figures = opening.key_figures(deck.draft).figures
    deck.points(
        slide,
        [
            *(f"{one.label}: {one.value} {one.unit}." for one in figures),
            f"{count(plan.metrics['people_reached'])} people, at most {count(plan.metrics['peak_workers'])} at a time.",
            f"In {deck.draft.host_list}, in {counted(len(plan.placements), 'placement')}.",
            proof(plan),
        ],
    )


def _how(deck: _Deck) -> None:
    plan = deck.draft.plan
    slide = deck.slide("Firms pay in full, workers draw it themselves, and every step is watched")
    told = [
        "Firms pay the full contract value into an escrow account of the United Nations, a period ahead.",
        f"Workers draw wages on their own cards: {percent(plan.ratios.get('card_share'))} of net pay.",
    ]
    if plan.accounts.total("in_kind") > 0:
        told.append(f"Goods and services by choice: {percent(plan.ratios.get('in_kind_share'))} of net pay.")
    if plan.accounts.total("family") > 0:
        told.append(f"Goods to families: {percent(plan.ratios.get('family_share'))} of net pay.")
    told += [
        f"A graduated tax after payday, {shown(plan.metrics['state_revenue'], 'USD')} in all, replaces the remittance.",
        "Inspectors visit without notice and speak to workers alone; what they find is published.",
    ]
    deck.points(slide, told)


def _parties(deck: _Deck) -> None:
    plan = deck.draft.plan
    slide = deck.slide(who_gains(plan), plan.additionality.sentence)
    deck.table(slide, [("Party", "Gain", "Without the plan"), *parties_table(deck.draft)], (24, 20, 56))


def _with_picture(title: Callable[[_Deck], str], key: str) -> Callable[[_Deck], None]:
    def make_slide(deck: _Deck) -> None:
        figure = deck.figures.get(key)
        if figure is not None:
            deck.picture(deck.slide(title(deck), figure.alternative), key)

    return make_slide


def _caption(key: str) -> Callable[[_Deck], str]:
    return lambda deck: deck.figures[key].caption.rstrip(".")


def _sure(deck: _Deck) -> None:
    plan, chance = deck.draft.plan, deck.draft.dossier.studies.chance
    told = chance_text.sentences(chance, plan)
    slide = deck.slide(told[0].rstrip(".") if told else "How sure it is, is not known")
    weak = f"{percent(deck.draft.weak_cost_share)} of the cost stands on unit costs of grade C, to be replaced."
    deck.points(slide, [*told[1:], opening.surer(deck.draft), weak])


def _risks(deck: _Deck) -> None:
    slide = deck.slide("What can go wrong, and what is done about it")
    deck.points(slide, answers(deck.draft), size=Pt(18))


def _asked(deck: _Deck) -> None:
    dossier = deck.draft.dossier
    ask = dossier.budget.ask(dossier.terms.rules)
    conditions = counted(len(deck.draft.plan.conditions), "condition")
    slide = deck.slide(f"{cents(ask.contribution)} USD are asked, and {conditions} must be met first")
    needed = f"Needed: {tranches_in_words(deck.draft)}."
    deck.points(
        slide, [needed, *first_conditions(deck.draft), "Without each condition nobody travels and nothing is drawn."]
    )


SLIDES: tuple[Callable[[_Deck], None], ...] = (
    _first,
    _problem,
    _plan,
    _how,
    _parties,
    _with_picture(_caption("theory_of_change"), "theory_of_change"),
    _with_picture(_caption("workforce"), "workforce"),
    _with_picture(_caption("budget"), "budget"),
    _with_picture(_caption("front"), "front"),
    _sure,
    _risks,
    _asked,
)
