"""A store of designs, scenarios, plans, fronts and studies: everything that can be done with what is saved.

    from pilot_planner import Store, make_plan

    store = Store.open()                        # the user's own; or a path, or postgresql://user@host/database
    item = store.save_plan(make_plan(), "First draft", description="For the board in May.")
    store.rename(item.id, "Draft for the board")
    store.history(item.id)                      # who changed what when, with the values before and after
    store.remake(item.id).sentence              # the same plan, or which figures differ and why

Wherever an item is asked for, its id, the beginning of its id, or its name will do.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pilot_planner.design.overrides import Overrides
from pilot_planner.design.schema import Design
from pilot_planner.errors import StoreError
from pilot_planner.store import blobs, encode, journal, records
from pilot_planner.store.database import Door
from pilot_planner.store.journal import Change
from pilot_planner.store.open_database import open_door
from pilot_planner.store.operator import operator
from pilot_planner.store.plans import plan_parts
from pilot_planner.store.queries import Reading
from pilot_planner.store.records import Item
from pilot_planner.studies.pareto.pareto_front import TradeOffs
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.sweeps.what_if import WhatIf

_FORMAT = 1
"""Of the record of an item; a later one says how it differs."""


class Store(Reading):
    """One store, on behalf of one person. Every method raises StoreError when the store cannot do it."""

    def __init__(self, door: Door, who: str) -> None:
        super().__init__(door)
        self.who = records.check_name(who, "the name of who is saving")

    @classmethod
    def open(cls, address: str | Path | None = None, who: str | None = None, create: bool = True) -> Store:
        """Open a store.

        Args:
            address: a file, ``postgresql://...``, or None for ``PILOT_PLANNER_STORE``, else the user's own file.
            who: whose changes these will be; the name of the account if None.
            create: make the store where there is none; otherwise that is an error.

        A file of an older version is brought up to this one; a database that others share only by ``upgrade_store``.
        """
        return cls(open_door(address, create), who or _account())

    def by(self, who: str) -> Store:
        """The same store on behalf of somebody else."""
        return Store(self.door, who)

    @property
    def address(self) -> str:
        """Where it is, without a password."""
        return self.door.address.shown

    def close(self) -> None:
        self.door.close()

    # Saving. ``onto`` names an item of the same kind that gets this as its next revision; else a new item is made.

    def save_plan(self, plan: Plan, name: str = "", *, asked: Mapping[str, Any] | None = None, **more: Any) -> Item:
        """Save a plan with all that is needed to make it again: inputs, design as solved, versions, solver options.

        ``asked`` is kept beside it as it is: what a program needs to ask the same question again; a ``search`` in it, the
        address of a page, is shown by lists. ``more``: as for ``save``.
        """
        parts, record, about = plan_parts(plan)
        record["asked"] = dict(asked or {})
        if "search" in record["asked"]:
            about = {**about, "search": record["asked"]["search"]}
        return self.save("plan", (parts, record, about), name, **more)

    def save_design(self, design: Design, name: str = "", **more: Any) -> Item:
        """Save a design, whole."""
        return self.save("design", encode.design_parts(design), _named(name, design.title, more), **more)

    def save_scenario(self, scenario: Overrides, name: str = "", **more: Any) -> Item:
        """Save settings and edits of inputs under a name."""
        return self.save("scenario", encode.scenario_parts(scenario), _named(name, scenario.name, more), **more)

    def save_front(self, front: TradeOffs, name: str, **more: Any) -> Item:
        """Save a front with the design and the inputs that it was made with."""
        return self.save("front", encode.front_parts(front), name, **more)

    def save_study(self, study: WhatIf, name: str = "", **more: Any) -> Item:
        """Save the runs of a study and what they add up to."""
        return self.save("study", encode.study_parts(study), _named(name, study.study.title, more), **more)

    def save_folder(self, folder: str | Path, name: str, **more: Any) -> Item:
        """Save the files of a front or a study as ``--out`` wrote them; of a plan's folder, ``remake`` it and save that."""
        path = Path(folder)
        kind = encode.kind_of_folder(path)
        if kind == "plan":
            raise StoreError(f"{path} is a plan; make it again with 'remake' and save that, so that its inputs are kept")
        return self.save(kind, encode.folder_parts(path), name, **more)

    def save(
        self,
        kind: str,
        prepared: encode.Prepared,
        name: str = "",
        *,
        description: str | None = None,
        onto: str | None = None,
        expected: int | None = None,
        why: str = "",
    ) -> Item:
        """Save parts that are ready, as a new item or as the next revision of ``onto``.

        Args:
            name: of the item; empty with ``onto`` keeps the one it has.
            description: None with ``onto`` keeps the one it has.
            expected: the revision that ``onto`` must still have; where somebody else changed it meanwhile, nothing is saved.
            why: the reason of the change, for the history.
        """
        parts, record, about = prepared
        where = {part: blobs.address_of(raw) for part, raw in parts.items()}
        # In the order it has: that of a design's limits is the order of the programme's rows, and so part of the plan.
        raw = blobs.as_json({**record, "format": _FORMAT, "kind": kind, "parts": where}, ordered=False).encode()
        if name or onto is None:
            records.check_name(name)
        records.check_text(description or "")
        address, facts = blobs.address_of(raw), record.get("facts", {})

        def changed(connection: sa.Connection, old: Item | None) -> tuple[Item, dict[str, Any], dict[str, Any]]:
            blobs.put(connection, [*parts.values(), raw])
            if old is None:
                new = Item(uuid.uuid4().hex[:16], kind, name, description or "", False, 0, "", "", about, address)
                return new, {}, {"name": name, "content": address}
            if old.kind != kind:
                raise StoreError(f"{old.name!r} is a {old.kind}, and this a {kind}; save it as a new item")
            text = old.description if description is None else description
            new = replace(old, name=name or old.name, description=text, about=about, content=address)
            before, after = _apart(self._record(connection, old).get("facts", {}), facts)
            return new, before, after

        return self._change("save", changed, onto, expected, why)

    # Changing what is saved. Each is a new revision; one that changes nothing is none.

    def rename(self, item: str, name: str, *, expected: int | None = None, why: str = "") -> Item:
        """Give an item another name."""
        records.check_name(name)
        return self._edit("rename", item, {"name": name}, expected, why)

    def describe(self, item: str, description: str, *, expected: int | None = None, why: str = "") -> Item:
        """Give an item another description."""
        records.check_text(description)
        return self._edit("describe", item, {"description": description}, expected, why)

    def archive(self, item: str, *, expected: int | None = None, why: str = "") -> Item:
        """Put an item away: it is left out of lists and can be brought back."""
        return self._edit("archive", item, {"archived": True}, expected, why)

    def restore_item(self, item: str, to: int | None = None, *, expected: int | None = None, why: str = "") -> Item:
        """Bring back an item that was put away; with ``to``, as it was after that revision."""

        def changed(connection: sa.Connection, old: Item | None) -> tuple[Item, dict[str, Any], dict[str, Any]]:
            then = journal.find(connection, _id(old), to)
            new = replace(_item(old), archived=False)
            if to is None:
                return new, {}, {}
            new = replace(new, name=then.name, description=then.description, about=then.about, content=then.content)
            facts = (self._record(connection, one).get("facts", {}) for one in (_item(old), then))
            return new, *_apart(*facts)

        return self._change("restore", changed, item, expected, why)

    def copy(self, item: str, name: str = "", *, why: str = "") -> Item:
        """A new item with the same contents; it has a history of its own, which begins with where it comes from."""
        if name:
            records.check_name(name)

        def changed(connection: sa.Connection, _old: Item | None) -> tuple[Item, dict[str, Any], dict[str, Any]]:
            of = journal.find(connection, item)
            called = name or f"{of.name[: records.LONGEST_NAME - len(_COPY)]}{_COPY}"
            new = replace(of, id=uuid.uuid4().hex[:16], name=called, archived=False, revision=0)
            return new, {}, {"name": called, "content": of.content, "copy_of": of.id, "revision": of.revision}

        return self._change("copy", changed, None, None, why)

    def _edit(self, action: str, item: str, values: Mapping[str, Any], expected: int | None, why: str) -> Item:
        def changed(_connection: sa.Connection, old: Item | None) -> tuple[Item, dict[str, Any], dict[str, Any]]:
            return replace(_item(old), **values), {}, {}

        return self._change(action, changed, item, expected, why)

    def _change(
        self,
        action: str,
        changed: Callable[[sa.Connection, Item | None], tuple[Item, dict[str, Any], dict[str, Any]]],
        reference: str | None,
        expected: int | None,
        why: str,
    ) -> Item:
        """Every change goes through here: one transaction, one more row of the history."""
        records.check_text(why, "a reason")
        key = uuid.uuid4().hex

        def work(connection: sa.Connection) -> Item:
            done = journal.written(connection, key)
            if done is not None:
                return done
            old = None if reference is None else journal.find(connection, reference)
            if old is not None and expected is not None and old.revision != expected:
                what = f"{old.name!r} was changed by {old.changed_by} at {old.changed_at} (revision {old.revision})"
                raise StoreError(f"{what}, after you looked at it (revision {expected}); look again, then decide", "changed")
            new, before, after = changed(connection, old)
            if old is not None:
                for field in ("name", "description", "archived", "content"):
                    if getattr(old, field) != getattr(new, field):
                        before, after = before | {field: getattr(old, field)}, after | {field: getattr(new, field)}
                if new == old:
                    return old
            new = replace(new, revision=new.revision + 1)
            return journal.append(connection, Change(key, self.who, action, why, new, before, after))

        return self.door.write(work)


_COPY = " (copy)"


def _named(name: str, otherwise: str, more: Mapping[str, Any]) -> str:
    """The name of a new item; none for the next revision of one, which keeps its own."""
    return name or ("" if more.get("onto") else " ".join(otherwise.split())[: records.LONGEST_NAME])


def _apart(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Values that differ, as they were and as they are; None where there is none."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def _item(item: Item | None) -> Item:
    if item is None:
        raise TypeError("an item is expected")
    return item


def _id(item: Item | None) -> str:
    return _item(item).id


def _account() -> str:
    return operator()
