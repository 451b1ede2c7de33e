"""Known vulnerabilities of what requirements.lock names: pip-audit, a time limit, a list of what is accepted and why.

    python tools/audit.py [--lock FILE] [--accepted FILE] [--seconds N]

It asks the OSV database, not a package registry: a mirror of one may leave its advisories out, which would look like none.
Exit status: 0 nothing known that is not accepted, or the data could not be reached, which is said; 1 a vulnerability; 2 the
list or the lock cannot be used, or pip-audit gave up for another reason than the network.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SECONDS_TO_CONNECT = 5
"""For one question to the database; the time limit is for all of them."""
LEAST_REASON = 15
"""Letters; less is no reason."""
NOT_REACHED = "the advisory data could not be reached, so nothing was audited"
NETWORK = re.compile(r"requests\.exceptions\.|Could not connect|(Connection|Service)Error\b|network may be blocking")
"""How pip-audit's last words look when the database did not answer."""


class CannotAuditError(Exception):
    """In words: what stands in the way, other than the network."""


def accepted(file: Path) -> dict[tuple[str, str], str]:
    """Reasons by package and advisory."""
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8")).get("accepted", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CannotAuditError(f"{file}: cannot be read ({error}); expected a TOML list of [[accepted]]") from None
    found, faults = {}, []
    for number, entry in enumerate(entries, 1):
        missing = [key for key in ("id", "package", "reason") if not str(entry.get(key, "")).strip()]
        if missing:
            faults.append(f"{file}: entry {number} has no {', '.join(missing)}; add it")
        elif len(entry["reason"].strip()) < LEAST_REASON:
            faults.append(
                f"{file}: entry {number} ({entry['id']}): {entry['reason']!r} is no reason; say why it cannot hurt here"
            )
        else:
            found[canonical(entry["package"]), entry["id"].upper()] = entry["reason"]
    if faults:
        raise CannotAuditError("\n".join(faults))
    return found


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def named_by(lock: Path) -> set[str]:
    """Packages that the lock names for every system."""
    try:
        lines = lock.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CannotAuditError(f"{lock}: cannot be read ({error}); 'make lock' writes it") from None
    return {canonical(line.partition("==")[0].strip()) for line in lines if "==" in line and ";" not in line}


def asked(lock: Path, seconds: float) -> list[dict[str, Any]] | None:
    """What pip-audit says of each package; None where it could not reach its data in time."""
    program = shutil.which("pip-audit")
    if program is None:
        raise CannotAuditError("pip-audit was not found; 'make install' installs it")
    command = [
        program, "--requirement", str(lock), "--no-deps", "--disable-pip", "--vulnerability-service", "osv",
        "--timeout", str(SECONDS_TO_CONNECT), "--format", "json", "--progress-spinner", "off",
    ]  # fmt: skip
    process = subprocess.Popen(  # nosec B603 # pip-audit of this environment with fixed options, no shell
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        out, told = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        # It and whatever it has begun: anything left would keep the pipes open.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        print(f"pip-audit did not end within {seconds:g} s (--seconds gives it more)", file=sys.stderr)
        return None
    try:
        return list(json.loads(out)["dependencies"])
    except (ValueError, KeyError, TypeError):
        last = (told.strip().splitlines() or [f"no word, exit status {process.returncode}"])[-1]
        if NETWORK.search(told):
            print(last, file=sys.stderr)
            return None
        raise CannotAuditError(f"pip-audit gave no answer: {last}") from None


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--lock", type=Path, default=ROOT / "requirements.lock")
    options.add_argument("--accepted", type=Path, default=ROOT / "tools" / "accepted_advisories.toml")
    options.add_argument("--seconds", type=float, default=20.0)
    chosen = options.parse_args()
    try:
        reasons, named = accepted(chosen.accepted), named_by(chosen.lock)
        packages = asked(chosen.lock, chosen.seconds)
        if packages is None:
            print(f"audit: 0 of {len(named)} packages asked about: {NOT_REACHED}")
            return 0
        return told_of(packages, named, reasons)
    except CannotAuditError as error:
        print(f"audit: {error}", file=sys.stderr)
        return 2


def told_of(packages: list[dict[str, Any]], named: set[str], reasons: dict[tuple[str, str], str]) -> int:
    """Say what was found; the exit status."""
    looked_at = {canonical(package["name"]) for package in packages if "skip_reason" not in package}
    left_out = named - looked_at
    if left_out or not looked_at:
        raise CannotAuditError(f"pip-audit has not looked at: {', '.join(sorted(left_out)) or 'anything'}")
    unused, bad = dict(reasons), []
    for package in packages:
        name = canonical(package["name"])
        for found in package.get("vulns", []):
            keys = [(name, known.upper()) for known in (found["id"], *found.get("aliases", []))]
            reason = next((reasons[key] for key in keys if key in reasons), None)
            for key in keys:
                unused.pop(key, None)
            if reason is not None:
                print(f"audit: accepted: {name} {package['version']}, {found['id']}: {reason}")
                continue
            fixed = ", ".join(found.get("fix_versions", [])) or "none yet"
            bad.append(
                f"{name} {package['version']}: {found['id']} (fixed in: {fixed}): {found.get('description', '')[:200]}"
            )
    for name, advisory in unused:
        print(f"audit: {name} {advisory} is not reported any more; take it off the list of what is accepted")
    known = f"{len(bad)} known vulnerabilities that are not accepted"
    print(f"audit: {len(looked_at)} of {len(named)} packages asked about, {known}")
    for line in bad:
        print(f"audit: {line}", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
