"""Where inputs and models are: the user's folder first, else what the package ships."""

from __future__ import annotations

from pathlib import Path

from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.whole_files import cannot_be_written, sweep, write_folder

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped(name: str) -> Path:
    """Folder ``inputs`` or ``models`` as shipped: inside an installed wheel, else at the top of the checkout."""
    inside = _PACKAGE / "shipped" / name
    return inside if inside.is_dir() else _PACKAGE.parents[1] / name


def resolve_inputs(folder: str | Path | None) -> Path:
    """The inputs to use, a folder or a workbook. None: ``inputs`` of the working folder if there, else the shipped ones.

    Raises InputError when what was named does not exist, or is another file than a workbook.
    """
    if folder is None:
        local = Path("inputs")
        return local if local.is_dir() else shipped("inputs")
    path = Path(folder)
    if _is_folder(path) or is_workbook(path):
        return path
    if is_file(path):
        fix = "name a folder, or save the file as 'Excel workbook (.xlsx)'"
        raise InputError([Fault(Place(str(path)), "is a file", "a folder of inputs or a workbook (.xlsx)", fix)])
    raise InputError([_missing(path, "a workbook of inputs" if _is_xlsx(path) else "a folder of inputs")])


def is_workbook(path: Path) -> bool:
    """Whether inputs are the workbook that ``pilot-planner inputs`` writes."""
    return _is_xlsx(path) and is_file(path)


def _is_xlsx(path: Path) -> bool:
    return path.suffix.lower() == ".xlsx"


def folder_below(workbook: Path) -> Path:
    """The folder that a workbook of inputs is laid over: ``inputs`` beside it if it is there, else as without a name."""
    beside = workbook.parent / "inputs"
    return beside if _is_folder(beside) else resolve_inputs(None)


def inputs_to_write(folder: str | Path | None) -> Path:
    """The same for what writes into the files. Raises InputError for a workbook, which is read and never written into."""
    root = resolve_inputs(folder)
    if is_workbook(root):
        fix = "name the folder of inputs; 'pilot-planner inputs' makes the workbook anew"
        raise InputError([Fault(Place(root.as_posix()), "is a workbook", "a folder of inputs, to write into", fix)])
    return root


def resolve_model(file: str | Path | None) -> Path:
    """The design to use. None: ``models/base.toml`` of the working folder if it is there, else the shipped one.

    A bare name such as ``two_hosts`` is looked up in those two folders.
    """
    if file is None:
        local = Path("models") / "base.toml"
        return local if local.is_file() else shipped("models") / "base.toml"
    path = Path(file)
    if is_file(path):
        return path
    if path.parent == Path():
        for folder in (Path("models"), shipped("models")):
            named = folder / f"{path.stem}.toml"
            if is_file(named):
                return named
    if not path.is_absolute():
        from_shipped = shipped("models").parent / path
        if is_file(from_shipped):
            return from_shipped
    raise InputError([_missing(path, "a design in TOML")])


def copy_shipped(target: str | Path) -> Path:
    """Copy the shipped inputs and models into ``target`` for editing; refuses to write over anything."""
    folder = Path(target)
    names = ("inputs", "models")
    try:
        if folder.is_dir():
            sweep(folder)
        taken = [folder / name for name in names if (folder / name).exists()]
        if taken:
            raise InputError(
                Fault(Place(str(path)), "already exists", "a folder without it", "choose another folder or move it away")
                for path in taken
            )
        if folder.exists() and not folder.is_dir():
            raise InputError([Fault(Place(str(folder)), "is a file", "a folder or a new name", "choose another name")])
        write_folder(folder, {f"{name}/{path}": raw for name in names for path, raw in _contents(shipped(name)).items()})
    except OSError as error:
        raise cannot_be_written(folder, error) from None
    return folder


def _contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(files)}


def is_file(path: Path) -> bool:
    """Whether there is a file of that name; False, too, for a name that no file can have."""
    try:
        return path.is_file()
    except OSError:
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _missing(path: Path, expected: str) -> Fault:
    return Fault(Place(str(path)), "does not exist", expected, "check the name and the working folder")
