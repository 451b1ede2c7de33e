"""What a store tells: items, their history, what they were made with, and answers that begin with what is saved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pilot_planner.data.inputs import Inputs
from pilot_planner.data.loading import load_inputs
from pilot_planner.design.overrides import Overrides
from pilot_planner.design.schema import Design
from pilot_planner.errors import StoreError
from pilot_planner.store import blobs, encode, export, journal, records
from pilot_planner.store.comparing import Differences, differences
from pilot_planner.store.database import Door
from pilot_planner.store.guards import check_guards, check_pages
from pilot_planner.store.journal import Checked
from pilot_planner.store.plans import FILES, saved_design, saved_inputs
from pilot_planner.store.recompute import Remade, remade
from pilot_planner.store.records import Item, Revision
from pilot_planner.store.schema import revision
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.planning.comparison import Comparison, compare

_MOST_TOLD = 5
"""Items by name in one message."""

Items = list[Item]
Revisions = list[Revision]


class Reading:
    """The side of a store that changes nothing. Every method raises StoreError when the store cannot do it."""

    def __init__(self, door: Door) -> None:
        self.door = door

    def list(self, kind: str | None = None, archived: bool | None = False, containing: str = "") -> Items:
        """Items, the last changed first. ``archived``: False leaves them out, True gives them alone, None both."""
        if kind is not None and kind not in records.KINDS:
            raise StoreError(f"{kind!r} is no kind of item; expected {', '.join(records.KINDS)}")
        rows = self.door.read(lambda connection: connection.execute(journal.latest(archived, kind)).all())
        wanted = containing.casefold()
        return [item for row in rows if wanted in (item := records.item_of(row)).name.casefold()]

    def get(self, item: str, revision: int | None = None) -> Item:
        """One item, as it is or as it was after a revision."""
        return self.door.read(lambda connection: journal.find(connection, item, revision))

    def history(self, item: str | None = None, most: int | None = None) -> Revisions:
        """Changes of an item, or of all, the last one first."""

        def work(connection: sa.Connection) -> Revisions:
            found = sa.select(revision).order_by(revision.c.seq.desc()).limit(most)
            if item is not None:
                found = found.where(revision.c.item == journal.find(connection, item).id)
            return [records.revision_of(row) for row in connection.execute(found)]

        return self.door.read(work)

    def record(self, item: str, revision: int | None = None) -> dict[str, Any]:
        """What was saved beside the files: design, versions, manifest, what was asked, by kind."""
        return self.door.read(lambda connection: self._record(connection, journal.find(connection, item, revision)))

    def parts(
        self, item: str, revision: int | None = None, front: str = ""
    ) -> tuple[Item, dict[str, bytes], dict[str, Any]]:
        """An item with its parts by name (``files/...``, ``inputs/...``) and its record; only names with that ``front``."""
        whose = ""

        def work(connection: sa.Connection) -> tuple[Item, dict[str, bytes], dict[str, Any]]:
            nonlocal whose
            found = journal.find(connection, item, revision)
            whose = records.item_described(found)
            record = self._record(connection, found)
            where = {name: address for name, address in blobs.parts_of(record).items() if name.startswith(front)}
            return found, blobs.get(connection, where, whose), record

        try:
            return self.door.read(work)
        except StoreError as error:
            # What the database itself says of a damaged page, it says of the file.
            if error.reason != "damaged" or not whose or whose in str(error):
                raise
            raise StoreError(f"{whose} cannot be read: {error}", "damaged") from None

    def files(self, item: str, revision: int | None = None) -> dict[str, bytes]:
        """The files of an item by name: of a plan, those of its folder."""
        _, parts, _ = self.parts(item, revision, FILES)
        return {name.removeprefix(FILES): raw for name, raw in parts.items()}

    def plan_document(self, item: str, revision: int | None = None) -> dict[str, Any]:
        """What stands in the ``plan.json`` of a saved plan."""
        name = f"{FILES}plan.json"
        _, parts, _ = self.parts(self._of_kind(item, "plan"), revision, name)
        document: dict[str, Any] = json.loads(parts[name])
        return document

    def design(self, item: str, revision: int | None = None) -> Design:
        """The design that was saved, or that a plan or front was made with."""
        record = self.record(item, revision)
        if "design" not in record:
            raise StoreError(f"{item[:100]!r} is a {record['kind']} that no design was saved with")
        return saved_design(record)

    def scenario(self, item: str, revision: int | None = None) -> Overrides:
        """A saved scenario."""
        return encode.scenario_of(self.files(self._of_kind(item, "scenario"), revision)[encode.SCENARIO_FILE])

    def inputs(self, item: str, revision: int | None = None) -> Inputs:
        """The inputs that a plan or front was made with."""
        _, parts, record = self.parts(item, revision)
        if "inputs" not in record:
            raise StoreError(f"{item[:100]!r} is a {record['kind']} that no inputs were saved with")
        return saved_inputs(parts, record)

    # Answers.

    def compare(self, first: str, second: str) -> Comparison | Differences:
        """Two plans: settings, choices and metrics. Two items of another kind: every value that differs."""
        one, other = self.get(first), self.get(second)
        if one.kind != other.kind:
            raise StoreError(f"{one.name!r} is a {one.kind} and {other.name!r} a {other.kind}; compare two of one kind")
        if one.kind == "plan":
            return compare(self.plan_document(one.id), self.plan_document(other.id))
        return differences(*(self.record(item.id).get("facts", {}) for item in (one, other)))

    def remake(
        self,
        item: str,
        revision: int | None = None,
        inputs: Inputs | str | Path | None = None,
        progress: Progress | None = None,
    ) -> Remade:
        """Make a saved plan again: the same plan, or which figures differ and why.

        It is made with the inputs that were saved with it; ``inputs`` names others, to see what they would change. Raises,
        besides StoreError, InputError for other inputs with faults and NoPlanError where no plan is left.
        """
        _, parts, record = self.parts(self._of_kind(item, "plan"), revision)
        ready = inputs if isinstance(inputs, Inputs) or inputs is None else load_inputs(inputs)
        return remade(parts, record, ready, progress)

    def export_folder(
        self, item: str, folder: str | Path | None = None, revision: int | None = None, inputs: str | Path | None = None
    ) -> Path:
        """Write the files of an item into a new folder: of a plan, the same that ``write_plan`` wrote when it was saved.

        ``folder`` None: one named after the item, here. ``inputs``: a second folder for the inputs that it was made with.
        """
        found, parts, record = self.parts(item, revision)
        return export.export(found, parts, record, folder, inputs)

    def check(self, progress: Progress | None = None, known: str = "") -> Checked:
        """Read the whole store: StoreError if the history has a gap or was altered, or a content is not what was saved.

        ``known`` is a seal that was noted elsewhere: StoreError where no change has it, for then the history was cut.
        """

        def work(connection: sa.Connection) -> Checked:
            found = journal.check(connection, progress, known)
            check_pages(connection, self.door.address)
            check_guards(connection, self.door.address.kind)
            return found

        try:
            return self.door.read(work)
        except StoreError as error:
            if error.reason != "damaged" or records.SAVED in str(error):
                raise
            raise StoreError(f"{error}{self._cannot_be_read()}", "damaged") from None

    def _cannot_be_read(self) -> str:
        """The items that a damaged store does not give back any more, as the end of a sentence."""
        lost = []
        try:
            items = self.list(archived=None)
        except StoreError:
            return "; no list of what is saved can be read"
        for one in items:
            try:
                self.parts(one.id)
            except StoreError:
                lost.append(records.item_described(one))
        if not lost:
            return "; every item can be read as it was saved last"
        more = f" and {len(lost) - _MOST_TOLD} more" if len(lost) > _MOST_TOLD else ""
        return f"; of {len(items)} items these cannot be read: {', '.join(lost[:_MOST_TOLD])}{more}"

    def _record(self, connection: sa.Connection, item: Item) -> dict[str, Any]:
        raw = blobs.get(connection, {blobs.RECORD: item.content}, records.item_described(item))[blobs.RECORD]
        record: dict[str, Any] = json.loads(raw)
        return record

    def _of_kind(self, item: str, kind: str) -> str:
        found = self.get(item)
        if found.kind != kind:
            raise StoreError(
                f"{found.name!r} is a {found.kind}, not a {kind}; 'pilot-planner store list' shows what is saved"
            )
        return found.id
