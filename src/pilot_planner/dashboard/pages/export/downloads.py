"""Files to take away, each made whole before the first byte is sent. Their addresses carry the settings, as pages' do."""

from __future__ import annotations

import io
import math
import mimetypes
import re
import threading
import time
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Response, request

from pilot_planner.dashboard.pages.inputs.scenario import command_of, inputs_of, overrides_of
from pilot_planner.dashboard.runtime.url_state import Question, read_address
from pilot_planner.design.overrides import overrides_text
from pilot_planner.errors import Fault, InputError, NotAllowedError, PilotPlannerError, Place
from pilot_planner.reports.inputs_workbook import workbook_bytes
from pilot_planner.reports.plan_archive import Archive, plan_archive
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.text.names import names_of_codes

if TYPE_CHECKING:
    from dash import Dash

    from pilot_planner.dashboard.runtime.plan_cache import Planner
    from pilot_planner.dashboard.runtime.services import Services

ONE = "/download/plan"
"""Before the name of one file of the plan's zip."""
PLAN, SCENARIO, WORKBOOK = "/download/plan.zip", "/download/scenario.toml", "/download/inputs.xlsx"
_MOST_ARCHIVES = 6
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

File = tuple[str, bytes, str]
"""Name, contents, type."""


class Archives:
    """Zips of plans, made once for all who ask the same."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._kept: OrderedDict[tuple[str, str], Archive] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, question: Question) -> Archive:
        """The zip of a question's plan, solved as the command line solves it. Raises what ``make_plan`` raises."""
        self._planner.check(question)
        key = (question.key, question.scenario)
        with self._lock:
            if key not in self._kept:
                planner = self._planner
                until = time.monotonic() + (planner.solve_seconds or math.inf)
                plan = make_plan(
                    planner.designs[question.model],
                    planner.inputs,
                    dict(question.settings),
                    lambda _text, _share: time.monotonic() < until,
                )
                self._kept[key] = plan_archive(plan, overrides_of(question), command_of(planner, question))
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST_ARCHIVES:
                self._kept.popitem(last=False)
            return self._kept[key]


def scenario_file(planner: Planner, question: Question) -> str:
    """The override file of a question."""
    name = scenario_name(question)
    return overrides_text(overrides_of(question), command_of(planner, question, name))


def scenario_name(question: Question) -> str:
    """A name for its file that every file system takes."""
    return f"{_slug(question.scenario) or 'scenario'}.toml"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:60]


def register(app: Dash, services: Services) -> Archives:
    """The routes of the files; returns the zips, which the Export page lists."""
    planner = services.planner
    archives = Archives(planner)

    def plan(question: Question) -> File:
        archive = archives.of(question)
        return archive.name, archive.raw, "application/zip"

    def scenario(question: Question) -> File:
        return scenario_name(question), scenario_file(planner, question).encode(), "application/toml"

    def workbook(question: Question) -> File:
        name = f"inputs{'_' if question.scenario else ''}{_slug(question.scenario)}.xlsx"
        return name, workbook_bytes(inputs_of(planner, question), names_of_codes(planner.inputs), question.scenario), _XLSX

    for path, make in ((PLAN, plan), (SCENARIO, scenario), (WORKBOOK, workbook)):
        app.server.add_url_rule(path, path, answering(services, make), methods=["GET"])

    def one(question: Question, name: str) -> File:
        archive = archives.of(question)
        with zipfile.ZipFile(io.BytesIO(archive.raw)) as packed:
            for path in packed.namelist():
                if path.rpartition("/")[2] == name:
                    return name, packed.read(path), mimetypes.guess_type(name)[0] or "application/octet-stream"
        raise InputError([Fault(Place(name), "is no file of this plan", "a file that the Export page lists", "go there")])

    rule = f"{ONE}/<name>"
    app.server.add_url_rule(rule, rule, answering(services, one), methods=["GET"])
    return archives


def answering(services: Services, make: Callable[..., File]) -> Callable[..., Any]:
    """A route that answers the file of the question in its address, if the visitor may ask it."""
    planner = services.planner

    def answer(**names: str) -> Response:
        try:
            question = read_address(request.query_string.decode("utf-8", "replace"), planner.models, planner.first)
            planner.check(question)
            name, raw, kind = make(question, **names)
        except NotAllowedError:
            raise
        except PilotPlannerError as error:
            return Response(f"{error}\n", status=422, mimetype="text/plain")
        services.note("export", request.path.rpartition("/")[2], {"question": question.key, "bytes": len(raw)})
        return sent(raw, name, kind)

    return answer


def told(make: Callable[..., Response]) -> Callable[..., Response]:
    """The same route, which tells in words what cannot be made."""

    def answer(**names: str) -> Response:
        try:
            return make(**names)
        except NotAllowedError:
            raise
        except PilotPlannerError as error:
            return Response(f"{error}\n", status=422, mimetype="text/plain")

    return answer


def sent(raw: bytes, name: str, kind: str, keep: bool = True) -> Response:
    """A file as it is answered: to be kept, or shown by the browser; never taken for another type than it is."""
    found = Response(raw, mimetype=kind)
    found.headers["Content-Disposition"] = f'{"attachment" if keep else "inline"}; filename="{name}"'
    found.headers["Cache-Control"] = "no-store"
    found.headers["X-Content-Type-Options"] = "nosniff"
    return found


def size(count: int) -> str:
    """A number of bytes in words: ``880 B``, ``99 kB``, ``1.2 MB``."""
    if count < _KILO:
        return f"{count} B"
    return f"{count / _KILO:,.0f} kB" if count < _KILO * _KILO else f"{count / _KILO / _KILO:,.1f} MB"


_KILO = 1000
