"""What comes along with the planner: NOTICE with its licences, and a bill of materials (CycloneDX), from requirements.lock.

``python tools/supply.py notice`` writes NOTICE; ``python tools/supply.py sbom FILE`` writes the bill in JSON. Both tell what
a container holds: the packages that pyproject.toml asks for, with the client of PostgreSQL and without tests' packages.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = ("postgres",)
"""What a container has beside the planner's own needs; deploy/Containerfile installs the same."""
OWN = {
    "Inter (fonts of the pages and the proposal)": ("OFL-1.1", "src/pilot_planner/exports/proposal/fonts/LICENSE-Inter.txt"),
    "Outlines of countries": (
        "MIT, Copyright (c) 2016-2024 Plotly Technologies Inc.",
        "src/pilot_planner/figures/outlines/LICENSE",
    ),
    "IATI schemas and codelists": (
        "CC-BY-4.0, International Aid Transparency Initiative; its terms by file",
        "src/pilot_planner/exports/schemas/iati-2.03/NOTICE.txt",
    ),
    "Minor units of ISO 4217": ("facts, compiled for this tool", "src/pilot_planner/exports/schemas/iso-4217/NOTICE.txt"),
}
"""What lies in this repository and is others' work: its licence and where that stands."""
_KNOWN = re.compile(r"License :: (?:OSI Approved :: )?(.+)")
_LONGEST = 60


@dataclass(frozen=True)
class Shipped:
    """A package in the version of the lock."""

    name: str
    version: str
    licence: str
    address: str


def locked() -> dict[str, str]:
    """Version by package."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    found = (re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)", line) for line in lines)
    return {canonicalize_name(one[1]): one[2] for one in found if one}


def shipped() -> list[Shipped]:
    """Every package that a container holds, by name. Raises SystemExit where what is installed is not what is locked."""
    versions, found, wanted = locked(), {}, [("pilot-planner", EXTRAS)]
    seen = set()
    while wanted:
        name, extras = wanted.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            there = distribution(name)
        except PackageNotFoundError:
            raise SystemExit(f"{name} is not installed; run 'make install'") from None
        wanted += list(_needs(there, extras))
        if name != "pilot-planner":
            if versions.get(name) != there.version:
                raise SystemExit(f"{name} {there.version} is installed and {versions.get(name)} locked; run 'make install'")
            found[name] = Shipped(name, there.version, licence(there), address(there))
    return [found[name] for name in sorted(found)]


def _needs(there: Distribution, extras: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """On Linux, whatever this is run on: that is what containers are."""
    base = {key: str(value) for key, value in default_environment().items()}
    base |= {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
    for line in there.requires or ():
        need = Requirement(line)
        if need.marker is None or any(need.marker.evaluate(base | {"extra": extra}) for extra in ("", *extras)):
            yield canonicalize_name(need.name), tuple(sorted(need.extras))


def licence(there: Distribution) -> str:
    """As the package states it: the SPDX expression, else a short text, else its classifiers."""
    said = there.metadata.get("License-Expression") or ""
    text = (there.metadata.get("License") or "").strip()
    classifiers = [found[1] for one in there.metadata.get_all("Classifier") or () if (found := _KNOWN.match(one))]
    short = text if len(text) <= _LONGEST and "\n" not in text else ""
    return said or short or ", ".join(classifiers) or "not stated; see its page"


def address(there: Distribution) -> str:
    """Where its source is, as the package states it; else its home."""
    pairs = (one.partition(", ") for one in there.metadata.get_all("Project-URL") or ())
    stated = {label.strip().lower(): where.strip() for label, _, where in pairs}
    for label in ("source", "source code", "repository", "github", "code", "homepage", "home"):
        if label in stated:
            return stated[label]
    return there.metadata.get("Home-page") or next(iter(stated.values()), "") or "no address stated"


def notice() -> str:
    """The text of NOTICE."""
    lines = [
        "pilot_planner is under the MIT licence (LICENSE). What it is delivered with is others' work:",
        "",
        "In this repository and in its wheel",
        "",
        *(f"  {name}: {terms}; {place}" for name, (terms, place) in OWN.items()),
        "",
        "In a container built from deploy/Containerfile: Python and Debian, under the licences in /usr/share/doc there, and",
        "these packages, each unchanged from the Python Package Index, in the versions of requirements.lock. Their full",
        "texts lie in the folders *.dist-info beside them. Packages under the LGPL, the MPL or the EPL are used as they are",
        "and can be replaced by other versions; their source is at the address.",
        "",
        *(f"  {one.name} {one.version}: {one.licence}; {one.address}" for one in shipped()),
    ]
    return "\n".join(lines) + "\n"


def sbom() -> str:
    """The bill of materials as CycloneDX 1.6 in JSON."""
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.license import DisjunctiveLicense
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL

    bom = Bom()
    whole = Component(name="pilot-planner", type=ComponentType.APPLICATION, bom_ref="pilot-planner")
    bom.metadata.component = whole
    for one in shipped():
        part = Component(
            name=one.name,
            version=one.version,
            type=ComponentType.LIBRARY,
            purl=PackageURL("pypi", name=one.name, version=one.version),
            bom_ref=f"{one.name}=={one.version}",
            licenses=[DisjunctiveLicense(name=one.licence)],
        )
        bom.components.add(part)
        bom.register_dependency(whole, [part])
    return f"{JsonV1Dot6(bom).output_as_string(indent=2)}\n"


def main() -> None:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("notice", "sbom"))
    parser.add_argument("file", nargs="?", type=Path, help="where to; NOTICE or standard output where none is named")
    asked = parser.parse_args()
    made = notice() if asked.what == "notice" else sbom()
    file = asked.file or (ROOT / "NOTICE" if asked.what == "notice" else None)
    if file is None:
        sys.stdout.write(made)
    else:
        file.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
