"""``pilot-planner store ...``, ``backup`` and ``restore``: what is saved, its history, and one file that holds it all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pilot_planner.cli.exit_codes import say
from pilot_planner.cli.options import (
    InputsOption,
    JsonOption,
    SetOption,
    console,
    done,
    print_json,
    progress,
    seen,
    settings_of,
)

if TYPE_CHECKING:
    from pilot_planner.store.records import Item
    from pilot_planner.store.store import Store

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="ADDRESS",
        help="A file, or postgresql://USER@HOST/DATABASE (default: PILOT_PLANNER_STORE, else a file of your account).",
    ),
]
AccountsToo = Annotated[
    str | None, typer.Option("--accounts", metavar="ADDRESS", help="The accounts of a shared dashboard as well.")
]
ItemArgument = Annotated[str, typer.Argument(metavar="ITEM", help="Its id, the beginning of its id, or its name.")]
RevisionOption = Annotated[
    int | None, typer.Option("--revision", metavar="N", min=1, help="As it was after that revision (default: the last).")
]
WhyOption = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for the history.")]
NameOption = Annotated[str, typer.Option("--name", metavar="NAME", help="What it is called.")]

store_app = typer.Typer(
    help="Saved designs, scenarios, plans, fronts and studies, and their history.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@store_app.command("list")
def list_items(
    store: StoreOption = None,
    kind: Annotated[str | None, typer.Option("--kind", help="design, scenario, plan, front or study.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that were archived as well.")] = False,
    containing: Annotated[str, typer.Option("--containing", metavar="TEXT", help="In the name.")] = "",
    json_output: JsonOption = False,
) -> None:
    """What is saved, the last changed first."""
    items = _open(store, create=False).list(kind, None if everything else False, containing)
    if json_output:
        print_json([_document(item) for item in items])
        return
    if not items:
        say("nothing is saved that fits")
        return
    from pilot_planner.reports.tables import print_table

    rows = (
        (item.id, item.kind, _name(item), str(item.revision), item.changed_at[:16].replace("T", " "), seen(item.changed_by))
        for item in items
    )
    print_table(console(), ("Id", "Kind", "Name", "Revision", "Changed (UTC)", "By"), rows, left=6, whole=True)


@store_app.command()
def save(
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help="A plan folder, a folder of a front or a study, a design, a scenario.")
    ],
    name: NameOption = "",
    description: Annotated[str | None, typer.Option("--description", metavar="TEXT")] = None,
    as_plan: Annotated[bool, typer.Option("--plan", help="Of a design: solve it and save its plan.")] = False,
    onto: Annotated[
        str | None, typer.Option("--onto", metavar="ITEM", help="As the next revision of this item (default: a new one).")
    ] = None,
    why: WhyOption = "",
    inputs: InputsOption = None,
    settings: SetOption = None,
    store: StoreOption = None,
    json_output: JsonOption = False,
) -> None:
    """Save a plan with everything it was made with; a design, a scenario, a front or a study."""
    more: dict[str, Any] = {"description": description, "onto": onto, "why": why}
    opened = _open(store)
    item = _save(opened, what, name, as_plan, inputs, settings, more)
    done()
    if json_output:
        print_json(_document(item))
    else:
        say(f"saved as {item.kind} {item.id} (revision {item.revision}) in {opened.address}: {seen(item.name)}")


def _save(
    store: Store, what: str, name: str, as_plan: bool, inputs: Path | None, settings: list[str] | None, more: dict[str, Any]
) -> Item:
    from pilot_planner.design.loading import load_design
    from pilot_planner.errors import StoreError
    from pilot_planner.store.encode import kind_of_file, kind_of_folder
    from pilot_planner.studies.planning.plan import make_plan
    from pilot_planner.studies.planning.reload import remake

    path = Path(what)
    changed = settings_of(settings, None, None)
    kind = kind_of_folder(path) if path.is_dir() else kind_of_file(path)
    if changed and not (as_plan or kind == "design"):
        raise StoreError(f"--set changes a design, and {what} is a {kind}; leave it out, or save a design with --plan")
    if as_plan and kind not in ("design", "plan"):
        raise StoreError(f"--plan is for a design, and {what} is a {kind}; leave it out")
    if kind in ("plan", "design") and (as_plan or kind == "plan"):
        tell = progress()
        plan = make_plan(what, inputs, changed, tell) if kind == "design" else remake(path, inputs, tell)
        asked = {"model": what, "settings": changed} if kind == "design" else {}
        return store.save_plan(plan, name or ("" if more["onto"] else plan.design.title[:200]), asked=asked, **more)
    if kind == "design":
        return store.save_design(load_design(what, changed), name, **more)
    if kind == "scenario":
        from pilot_planner.design.overrides import read_overrides

        scenario = read_overrides(path)
        return store.save_scenario(scenario, name or ("" if more["onto"] else scenario.name or path.stem), **more)
    return store.save_folder(path, name or ("" if more["onto"] else path.resolve().name), **more)


@store_app.command()
def show(
    item: ItemArgument, revision: RevisionOption = None, store: StoreOption = None, json_output: JsonOption = False
) -> None:
    """One item: what it is, what it was made with, and its files."""
    opened = _open(store, create=False)
    found = opened.get(item, revision)
    record = opened.record(found.id, found.revision)
    files = {name: address for name, address in record["parts"].items() if name.startswith("files/")}
    if json_output:
        print_json({**_document(found), "record": record})
        return
    out = console()
    lines = [f"{seen(found.name)} ({found.kind} {found.id}, revision {found.revision}{', archived' * found.archived})"]
    if found.description:
        lines += [seen(line) for line in found.description.splitlines()]
    lines.append(f"changed {found.changed_at[:19].replace('T', ' ')} UTC by {seen(found.changed_by)}")
    lines += [f"{name}: {seen(_short(value))}" for name, value in found.about.items()]
    if "versions" in record:
        lines.append("versions: " + ", ".join(f"{name} {one}" for name, one in record["versions"].items()))
    if "inputs" in record:
        of = record["inputs"]
        lines.append(f"inputs: {of['hash'][:12]} from {seen(of['origin'])}, {len(of['changes'])} changed on top")
    lines.append("files: " + ", ".join(seen(name.removeprefix("files/")) for name in files))
    for line in lines:
        out.print(line, soft_wrap=True, markup=False)


@store_app.command()
def history(
    item: Annotated[str | None, typer.Argument(metavar="ITEM", help="An item (default: the whole store).")] = None,
    most: Annotated[int | None, typer.Option("--most", metavar="N", min=1, help="Only the last N changes.")] = None,
    store: StoreOption = None,
    json_output: JsonOption = False,
) -> None:
    """Who changed what when, with the values before and after, the last change first."""
    changes = _open(store, create=False).history(item, most)
    if json_output:
        print_json([{name: getattr(one, name) for name in one.__slots__} for one in changes])
        return
    out = console()
    for one in changes:
        head = f"{one.seq}  {one.at[:19].replace('T', ' ')} UTC  {seen(one.who)}: {one.action} {one.kind} {one.item}"
        out.print(f"{head}, revision {one.number}: {seen(one.name)}", soft_wrap=True, markup=False)
        if one.why:
            out.print(f"   why: {seen(one.why)}", soft_wrap=True, markup=False)
        names = [name for name in {**one.before, **one.after} if name != "content"]
        for name in names[:_MOST_SHOWN]:
            before, after = _short(one.before.get(name)), _short(one.after.get(name))
            out.print(f"   {seen(name)}: {seen(before)} -> {seen(after)}", soft_wrap=True, markup=False)
        if len(names) > _MOST_SHOWN:
            out.print(f"   ... and {len(names) - _MOST_SHOWN} more (--json has them all)", soft_wrap=True)


_MOST_SHOWN = 12


@store_app.command()
def rename(
    item: ItemArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new one.")],
    why: WhyOption = "",
    store: StoreOption = None,
) -> None:
    """Give an item another name."""
    _told(_open(store, create=False).rename(item, name, why=why))


@store_app.command()
def describe(
    item: ItemArgument,
    description: Annotated[str, typer.Argument(metavar="TEXT", help="The new one.")],
    why: WhyOption = "",
    store: StoreOption = None,
) -> None:
    """Give an item another description."""
    _told(_open(store, create=False).describe(item, description, why=why))


@store_app.command()
def copy(item: ItemArgument, name: NameOption = "", why: WhyOption = "", store: StoreOption = None) -> None:
    """A new item with the same contents and a history of its own."""
    _told(_open(store, create=False).copy(item, name, why=why))


@store_app.command()
def archive(item: ItemArgument, why: WhyOption = "", store: StoreOption = None) -> None:
    """Put an item away: lists leave it out, and 'store restore' brings it back."""
    _told(_open(store, create=False).archive(item, why=why))


@store_app.command("restore")
def restore_item(
    item: ItemArgument,
    to: Annotated[int | None, typer.Option("--to", metavar="N", min=1, help="As it was after that revision.")] = None,
    why: WhyOption = "",
    store: StoreOption = None,
) -> None:
    """Bring back an item that was put away, or an earlier revision of one; the later ones stay in its history."""
    _told(_open(store, create=False).restore_item(item, to, why=why))


@store_app.command()
def compare(
    first: Annotated[str, typer.Argument(metavar="ITEM_A")],
    second: Annotated[str, typer.Argument(metavar="ITEM_B")],
    store: StoreOption = None,
    json_output: JsonOption = False,
) -> None:
    """What differs between two saved items of one kind."""
    from pilot_planner.studies.planning.comparison import Comparison

    result = _open(store, create=False).compare(first, second)
    if json_output:
        print_json(result.document())
    elif isinstance(result, Comparison):
        from pilot_planner.reports.comparison_text import print_comparison

        print_comparison(result, console())
    else:
        for one in result.values:
            text = f"{seen(one['name'])}: {seen(_short(one['a']))} | {seen(_short(one['b']))}"
            console().print(text, soft_wrap=True, markup=False)
        say(f"{len(result.values)} values differ")


@store_app.command()
def remake(
    item: ItemArgument,
    revision: RevisionOption = None,
    inputs: Annotated[
        Path | None, typer.Option("--inputs", metavar="DIR", help="Other inputs (default: those that were saved with it).")
    ] = None,
    store: StoreOption = None,
    json_output: JsonOption = False,
) -> None:
    """Make a saved plan again: the same plan, or which figures differ and why (exit status 2)."""
    from pilot_planner.cli.exit_codes import BAD_INPUT

    result = _open(store, create=False).remake(item, revision, inputs, progress())
    done()
    if json_output:
        found = {"same": result.same, "identical": result.identical, "tables": list(result.tables)}
        print_json({**found, **result.differences.document(), "reasons": list(result.reasons)})
    else:
        console().print(result.sentence, soft_wrap=True, markup=False)
    if not result.same:
        raise SystemExit(BAD_INPUT)


@store_app.command("export-folder")
def export_folder(
    item: ItemArgument,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="A new folder (default: named after it).")] = None,
    inputs: Annotated[
        Path | None, typer.Option("--inputs", metavar="DIR", help="A second folder, for the inputs it was made with.")
    ] = None,
    revision: RevisionOption = None,
    store: StoreOption = None,
) -> None:
    """Write what is saved as files: of a plan, the folder that 'plan --out' writes."""
    say(f"written to {_open(store, create=False).export_folder(item, out, revision, inputs)}")


@store_app.command()
def check(
    store: StoreOption = None,
    json_output: JsonOption = False,
    known: Annotated[
        str, typer.Option("--seal", metavar="SEAL", help="A seal that was noted elsewhere: the history must still hold it.")
    ] = "",
) -> None:
    """Read everything: no gap in the history, no row altered, every content as saved; with --seal, nothing cut off."""
    opened = _open(store, create=False)
    found = opened.check(progress(), known)
    done()
    if json_output:
        print_json({name: getattr(found, name) for name in found.__slots__})
    else:
        say(f"{opened.address} is whole: {found.items:,} items, {found.changes:,} changes, {found.size / 1e6:,.1f} MB")
        say("the history holds the seal that you noted" if known else "a history that was cut shows only by --seal")
        say(f"the seal of its last change is {found.seal or 'none'}")


@store_app.command()
def upgrade(store: StoreOption = None) -> None:
    """Bring a store that others share up to this version; older versions of pilot-planner cannot use it after that."""
    from pilot_planner.store.open_database import upgrade_store

    before, after = upgrade_store(store)
    say(f"the store is of version {after}" + ("" if before == after else f" now (it was {before})"))


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of a file that is there.")] = False,
    store: StoreOption = None,
    accounts: AccountsToo = None,
) -> None:
    """Write the whole store into one file, while others go on using it; accounts go into a second one beside it."""
    from pilot_planner.store.backup import backup as write

    opened = _open(store, create=False)
    found = write(opened, file, replace)
    say(f"{opened.address} is in {file}: {found.items:,} items, {found.changes:,} changes; read again and whole")
    if accounts is not None:
        from pilot_planner.access.access import Access

        others, beside = Access.open(accounts, create=False), _beside(file)
        events, _ = others.backup(beside, replace)
        say(f"{others.door.address.shown} is in {beside}: {len(others.list()):,} accounts, {events:,} events")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What 'pilot-planner backup' has written.")],
    store: StoreOption = None,
    accounts: AccountsToo = None,
) -> None:
    """Fill a new or empty store from a backup; one that holds anything is refused. With --accounts, those as well."""
    from pilot_planner.store.backup import restore as read

    opened = _open(store)
    found = read(opened, file)
    say(f"{opened.address} holds what {file} holds: {found.items:,} items, {found.changes:,} changes")
    if accounts is not None:
        from pilot_planner.access.access import Access

        others, beside = Access.open(accounts), _beside(file)
        events, _ = others.restore(beside)
        say(f"{others.door.address.shown} holds what {beside} holds: {len(others.list()):,} accounts, {events:,} events")


def _beside(file: Path) -> Path:
    """Where the accounts of a backup are: ``plans.sqlite`` has them in ``plans.accounts.sqlite``."""
    return file.with_name(f"{file.stem}.accounts{file.suffix}")


def _open(address: str | None, create: bool = True) -> Store:
    from pilot_planner.store.store import Store

    return Store.open(address, create=create)


def _told(item: Item) -> None:
    say(f"{item.kind} {item.id} (revision {item.revision}{', archived' * item.archived}): {seen(item.name)}")


def _name(item: Item) -> str:
    return seen(item.name) + (" (archived)" if item.archived else "")


def _document(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__slots__}


_LONGEST_SHOWN = 60


def _short(value: Any) -> str:
    text = "none" if value is None else str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 3]}..."
