"""Write every golden file again: python tests/support/regenerate_golden.py. Read the difference before keeping it."""

from __future__ import annotations

from golden import FOLDER, file_of, lp_text, sides


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = {file_of(key, side) for key, side in sides()}
    for stale in set(FOLDER.glob("*.lp")) - wanted:
        stale.unlink()
    for key, side in sides():
        file_of(key, side).write_text(lp_text(key, side), encoding="utf-8")


if __name__ == "__main__":
    main()
