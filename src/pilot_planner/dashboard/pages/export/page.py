"""The Export page: the plan as one zip, the settings that made it, and the line that makes it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, dcc, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import empty, linked_table, section
from pilot_planner.dashboard.pages.export import donor_files, downloads
from pilot_planner.dashboard.pages.inputs.scenario import command_of
from pilot_planner.dashboard.runtime.url_state import Question
from pilot_planner.dashboard.runtime.visitor_state import good_answer
from pilot_planner.errors import PilotPlannerError
from pilot_planner.reports.plan_archive import Archive
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import counted

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.opened_plans import Opened
    from pilot_planner.dashboard.runtime.plan_cache import Planner
    from pilot_planner.dashboard.runtime.services import Services

_LONG_COMMAND = 400
"""Characters; a longer line is better told as a file."""


def layout(services: Services, opened: Opened) -> Any:
    """The files are listed once they are made, so that what is listed is what is sent."""
    waiting = [html.H1("Take the plan away", className="pp-title"), empty("The files of this plan are being made.")]
    # What most come for stands first: the proposal; what lets others check the plan follows.
    return html.Div([donor_files.layout(), html.Div(waiting, id=ids.EXPORT_BODY, className="pp-section")])


def register(app: Dash, services: Services) -> None:
    """The routes of the files, and the page that lists them."""
    planner = services.planner
    archives = downloads.register(app, services)
    donor_files.register(app, services)

    @app.callback(Output(ids.EXPORT_BODY, "children"), Input(ids.PLAN, "data"), State(ids.EXPORT_BODY, "children"))
    @answers(Role.VIEW)
    def draw(asked: dict[str, Any] | None, _: Any) -> Any:
        if not asked:
            return no_update
        answer = good_answer(planner, asked)
        if answer is None or answer.plan is None:
            nothing = "There is no plan to take away. Apply a repair above, or move a setting."
            return [html.H1("Nothing to export yet", className="pp-title"), empty(nothing)]
        try:
            archive = archives.of(answer.question)
        except PilotPlannerError as error:
            head = html.H1("The files could not be made", className="pp-title")
            return [head, html.P(str(error), className="pp-refused", role="alert")]
        stale = asked["status"] != "solved"
        return body(planner, answer.question, answer.plan, archive, stale)


def body(planner: Planner, question: Question, plan: Plan, archive: Archive, stale: bool = False) -> list[Any]:
    """The page of one plan. ``stale``: the settings above have no plan, and this is the last one that had."""
    size = downloads.size(len(archive.raw))
    count = counted(len(archive.files), "file", "files", capital=True)
    last = html.P("This is the last plan; the settings as they stand now have none.", className="pp-lead") if stale else None
    parts = [
        html.H1(f"{count} let anybody check this plan", className="pp-title"),
        last,
        html.P(
            [
                "One zip of ",
                html.Strong(size),
                " with every figure, every source and the programme that was solved. Other programs read the same files; "
                "names and columns stay as they are.",
            ],
            className="pp-lead",
        ),
        html.P(plan.legal_gate, className="pp-gate"),
        html.P(
            html.A(
                f"Download {archive.name}", href=f"{downloads.PLAN}{question.search}", className="pp-button pp-button-main"
            ),
            className="pp-download",
        ),
        section(
            "What is in it",
            f"Folder {archive.name.removesuffix('.zip')}; sizes before packing. Each file can be taken by itself",
            linked_table(
                ("File", "Size", "What it is"),
                [
                    [(name, f"{downloads.ONE}/{name}{question.search}"), downloads.size(count), line]
                    for name, count, line in archive.files
                ],
                label="Files of the export",
                look="pp-files-table",
            ),
            name="files",
        ),
        _again(planner, question),
        section(
            "Other files",
            None,
            html.Ul(
                [
                    html.Li(dcc.Link("Inputs as an Excel workbook, and back again", href=f"/inputs{question.search}")),
                    html.Li(dcc.Link("The plan beside others", href=f"/compare{question.search}")),
                ],
                className="pp-list",
            ),
        ),
    ]  # fmt: skip
    return [part for part in parts if part is not None]


def _again(planner: Planner, question: Question) -> html.Section:
    """Three ways to the same plan: a command, a file of settings, a link."""
    command = command_of(planner, question)
    content: list[Any] = [html.P("On the command line of a machine that has pilot-planner:"), _copied("command", command)]
    if question.settings:
        name = downloads.scenario_name(question)
        short = command_of(planner, question, name)
        link = html.A(name, href=f"{downloads.SCENARIO}{question.search}")
        before = "The same with all settings in a file" if len(command) < _LONG_COMMAND else "Shorter, with a file"
        content += [html.P([f"{before}, ", link, ":"]), _copied("command-file", short)]
    content += [
        html.P("As a page of this dashboard, for somebody who has it open on the same inputs:"),
        html.P(dcc.Link(f"/{question.search}", href=f"/{question.search}", className="pp-address")),
    ]
    return section(
        "Make it again", "The same settings on the same inputs give the same plan, to the cent", *content, name="again"
    )


def _copied(name: str, text: str) -> html.Div:
    return html.Div(
        [
            html.Pre(text, id=name, tabIndex="0"),
            dcc.Clipboard(target_id=name, title="Copy the command", className="pp-copy"),
        ],
        className="pp-command",
    )
