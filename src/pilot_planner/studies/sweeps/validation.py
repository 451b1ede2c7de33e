"""The paths of a study against the designs and the inputs, before anything is solved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pilot_planner.data.inputs import Inputs
from pilot_planner.data.nearest_name import did_you_mean, nearest
from pilot_planner.design.schema import Design
from pilot_planner.design.settings import known_paths
from pilot_planner.errors import Fault, Place
from pilot_planner.programme.limits import find_limit, known_limits
from pilot_planner.studies.sweeps.study_file import Study, Variation, address_of, overlap
from pilot_planner.studies.sweeps.sweep import INPUTS


def paths_at_fault(
    study: Study, inputs: Inputs, settings: Iterable[str] = (), designs: Sequence[Design] = ()
) -> list[Fault]:
    """Paths that neither the designs nor the inputs have, that are set as well, or whose estimate has no range."""
    faults = []
    for one in study.vary:
        place = Place(study.file, one.row, "vary.path")
        both = next((path for path in settings if overlap(path, one.path)), None)
        if both is not None:
            faults.append(Fault(place, f"{one.path} is varied here and set by --set {both}", "one of them", "leave one out"))
        of_inputs = one.path.startswith(INPUTS)
        faults += _input_path(one, place, inputs) if of_inputs else _design_path(one.path, place, inputs, designs)
    return faults


def _input_path(one: Variation, place: Place, inputs: Inputs) -> list[Fault]:
    address = address_of(one.path)
    estimate = inputs.estimates.get(address)
    if estimate is None and address[-1] in ("low", "base", "high"):
        estimate = inputs.estimates.get(address[:-1])
    if estimate is None or estimate.unit == "text":
        close = nearest(one.path.removeprefix(INPUTS), inputs.paths)
        fix = f"nearest: {', '.join(INPUTS + name for name in close)}" if close else "see 'pilot-planner check --values'"
        return [Fault(place, f"{one.path}: no such input", "the path of an estimate", fix)]
    own = (estimate.low, estimate.base, estimate.high)
    if one.pert is not None and None in one.pert and (None in own or address != estimate.address):
        return [Fault(place, f"{one.path} has no range of its own", "low, base and high", "give low, mode and high here")]
    return []


def _design_path(path: str, place: Place, inputs: Inputs, designs: Sequence[Design]) -> list[Fault]:
    own = next((one for one in designs if path.split(".")[1:2] and path.split(".")[1] in one.rules), None)
    parts = path.split(".")
    known = known_paths()
    pattern = next((one for one in known if _fits(parts, one.split("."))), None)
    if pattern is None:
        close = nearest(path, [*known, *(f"limits.{key}.{side}" for key in known_limits(own) for side in ("min", "max"))])
        fix = f"nearest: {', '.join(close)}" if close else "see the formulation for the settings of a design"
        return [Fault(place, f"{path!r} is not a setting of a design", "a known setting", fix)]
    if parts[0] == "limits":
        limit = find_limit(parts[1], own)
        if limit is None:
            fix = did_you_mean(parts[1], known_limits(own))
            return [Fault(place, f"{path}: no such limit", "the key of a limit, metric or ratio", fix)]
        if parts[2] not in limit.sides:
            return [
                Fault(place, f"{path}: this limit has no such side", f"limits.{parts[1]}.{limit.sides[0]}", "correct it")
            ]
    if parts[0] == "waivers":
        hosts = [row.text("iso3") for row in inputs.rows("lists/hosts.csv")]
        if parts[1] not in hosts:
            return [Fault(place, f"{path}: no such host", "ISO3 of a candidate", did_you_mean(parts[1], hosts))]
    return []


def _fits(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    return len(parts) == len(pattern) and all(one in ("*", part) for part, one in zip(parts, pattern, strict=True))
