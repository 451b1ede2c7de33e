"""``pilot-planner accounts ...``: who may use a shared dashboard, and what they have done there."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from pilot_planner.cli.exit_codes import say
from pilot_planner.cli.options import JsonOption, console, print_json, seen

if TYPE_CHECKING:
    from pilot_planner.access.access import Access

AccountsOption = Annotated[
    str | None,
    typer.Option(
        "--accounts",
        metavar="ADDRESS",
        help="A file, or postgresql://USER@HOST/DATABASE (default: PILOT_PLANNER_ACCOUNTS, else a file of your account).",
    ),
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The account.")]
RoleOption = Annotated[str, typer.Option("--role", metavar="ROLE", help="view, plan, edit or administer.")]

YesOption = Annotated[bool, typer.Option("--yes", help="Even if nobody is left to administer.")]

accounts_app = typer.Typer(
    help="Accounts of a shared dashboard: who may do what, and what was done.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@accounts_app.command()
def add(
    name: NameArgument,
    role: RoleOption = "view",
    single_sign_on: Annotated[
        bool, typer.Option("--single-sign-on", help="Without a password: a trusted proxy says who is there.")
    ] = False,
    accounts: AccountsOption = None,
) -> None:
    """Add an account. The password is asked for, or read from standard input, never taken from the command line."""
    from pilot_planner.access.roles import role_of

    found = role_of(role)
    opened = _open(accounts, create=True)
    made = opened.add(name, found, "" if single_sign_on else _password(), by=_operator())
    say(f"{made.name} is added with the role {made.role.word} to {opened.door.address.shown}")


@accounts_app.command("list")
def list_accounts(accounts: AccountsOption = None, json_output: JsonOption = False) -> None:
    """Every account with its role."""
    found = _open(accounts).list()
    if json_output:
        print_json(
            [
                {"name": one.name, "role": one.role.word, "active": one.active, "password": one.has_password}
                | {"made_at": one.made_at, "changed_at": one.changed_at}
                for one in found
            ]
        )
        return
    if not found:
        say("there is no account yet; 'pilot-planner accounts add NAME --role administer' makes one")
        return
    from pilot_planner.reports.tables import print_table

    rows = (
        (one.name, one.role.word, "" if one.active else "disabled", "password" if one.has_password else "single sign-on")
        for one in found
    )
    print_table(console(), ("Account", "Role", "State", "Log-in"), rows, left=4, whole=True)


@accounts_app.command("role")
def set_role(
    name: NameArgument,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="view, plan, edit or administer.")],
    accounts: AccountsOption = None,
    yes: YesOption = False,
) -> None:
    """Give an account another role; it holds from its next request on."""
    from pilot_planner.access.roles import role_of

    _open(accounts).set_role(name, role_of(role), by=_operator(), last_too=yes)
    say(f"{name} has the role {role} now")


@accounts_app.command("password")
def set_password(name: NameArgument, accounts: AccountsOption = None) -> None:
    """Give an account another password, which ends its sessions."""
    opened = _open(accounts)
    opened.get(name)
    opened.set_password(name, _password(), by=_operator())
    say(f"{name} has another password now, and its sessions have ended")


@accounts_app.command()
def disable(name: NameArgument, accounts: AccountsOption = None, yes: YesOption = False) -> None:
    """Let an account in no more; its sessions end at once."""
    _open(accounts).set_active(name, False, by=_operator(), last_too=yes)
    say(f"{name} is disabled, and its sessions have ended")


@accounts_app.command()
def enable(name: NameArgument, accounts: AccountsOption = None) -> None:
    """Let a disabled account in again."""
    _open(accounts).set_active(name, True, by=_operator())
    say(f"{name} is enabled")


@accounts_app.command()
def unlock(name: NameArgument, accounts: AccountsOption = None) -> None:
    """Forget the failed log-ins of an account, so that it is let in at once."""
    count = _open(accounts).unlock(name, by=_operator())
    say(f"{name} may log in at once; {count} failed log-in{' is' if count == 1 else 's are'} forgotten")


@accounts_app.command()
def remove(name: NameArgument, accounts: AccountsOption = None, yes: YesOption = False) -> None:
    """Take an account away; what it did stays in the log."""
    _open(accounts).remove(name, by=_operator(), last_too=yes)
    say(f"{name} is removed, and its sessions have ended")


@accounts_app.command()
def log(
    most: Annotated[int | None, typer.Option("--most", metavar="N", min=1, help="Only the last N events.")] = None,
    who: Annotated[str | None, typer.Option("--who", metavar="NAME", help="Only what this account did.")] = None,
    accounts: AccountsOption = None,
    json_output: JsonOption = False,
) -> None:
    """What was done: log-ins, uploads, exports, edits of inputs, changes of accounts; the last first."""
    found = _open(accounts).events(most, who)
    if json_output:
        print_json([{name: getattr(one, name) for name in one.__slots__} for one in found])
        return
    out = console()
    for one in found:
        head = f"{one.seq}  {one.at[:19].replace('T', ' ')} UTC  {seen(one.who)}: {one.action} {seen(one.subject)}".rstrip()
        detail = ", ".join(f"{key} {value}" for key, value in one.detail.items())
        out.print(head + (f" ({seen(detail)})" if detail else ""), soft_wrap=True, markup=False)


@accounts_app.command()
def check(
    accounts: AccountsOption = None,
    known: Annotated[
        str, typer.Option("--seal", metavar="SEAL", help="A seal that was noted elsewhere: the log must still hold it.")
    ] = "",
) -> None:
    """Read the whole log: no gap in it, no event altered, the accounts as it says; with --seal, not cut or written anew."""
    count, seal = _open(accounts).check(known)
    say(f"no event is altered or missing between the first and the last: {count:,} events")
    say("the accounts are what the log says")
    if known:
        say("the log holds the seal that you noted")
    else:
        say("whether it was cut or written anew shows only against a seal noted elsewhere: --seal")
    say(f"the seal of its last event is {seal or 'none'}")


@accounts_app.command()
def upgrade(accounts: AccountsOption = None) -> None:
    """Bring accounts that several servers share up to this version; older ones cannot use them after that."""
    from pilot_planner.access.schema import ACCOUNTS
    from pilot_planner.store.open_database import upgrade_store

    before, after = upgrade_store(accounts, ACCOUNTS)
    say(f"the accounts are of version {after}" + ("" if before == after else f" now (it was {before})"))


def _open(address: str | None, create: bool = False) -> Access:
    from pilot_planner.access.access import Access

    return Access.open(address, create=create)


def _password() -> str:
    """From the terminal, twice; from whatever is piped in, its first line."""
    from pilot_planner.errors import AccessError

    if not sys.stdin.isatty():
        found = sys.stdin.readline().rstrip("\r\n")
        if not found:
            raise AccessError("no password came by standard input; type it at the prompt, or pipe one line in")
        return found
    found = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != found:
        raise AccessError("the two passwords differ; nothing is changed")
    return found


def _operator() -> str:
    """Whoever changes accounts from the command line, for the log: as the system knows him, whatever he calls himself."""
    from pilot_planner.store.operator import operator

    return f"{operator()} (command line)"
