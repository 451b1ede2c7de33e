"""LibreOffice without a window: a workbook worked out anew, and as pages."""

from __future__ import annotations

import subprocess
from pathlib import Path

_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""
"""Every formula of an Excel file is worked out when it is read, whatever value stands beside it."""


def converted(file: Path, to: str, folder: Path) -> Path:
    """The file in another format (``xlsx``, ``pdf``), every formula worked out anew, in ``folder``/made."""
    profile = folder / "profile"
    user = profile / "user"
    user.mkdir(parents=True, exist_ok=True)
    (user / "registrymodifications.xcu").write_text(_ALWAYS, encoding="utf-8")
    made = folder / "made"
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", to, "--outdir", str(made), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    result = made / f"{file.stem}.{to}"
    assert result.exists(), done.stderr
    return result
