"""Only the command that is asked for is made ready; it is the same command as among all others."""

import pytest
import typer

from pilot_planner.cli.main import _app_for, app

WHOLE = typer.main.get_command(app)


@pytest.mark.parametrize("name", sorted(WHOLE.commands))
def test_a_command_alone_is_the_one_of_the_whole(name):
    alone = typer.main.get_command(_app_for([name, "--help"]))
    assert list(alone.commands) == [name]
    one, other = alone.commands[name], WHOLE.commands[name]
    assert [(part.name, part.opts) for part in one.params] == [(part.name, part.opts) for part in other.params]
    assert one.help == other.help
    assert sorted(getattr(one, "commands", {})) == sorted(getattr(other, "commands", {}))


@pytest.mark.parametrize("words", [[], ["--help"], ["plna"], ["--json", "plan"]])
def test_what_names_no_command_is_told_by_the_whole(words):
    assert _app_for(words) is app
