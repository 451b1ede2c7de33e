"""Pictures of every page of the dashboard: light, dark and on a phone. Run: make screenshots."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from browser import QUIET, chromium, served
from playwright.sync_api import Page, sync_playwright

READY = {
    "/": ".pp-sure-bar",
    "/briefing": ".pp-sure-bar",
    "/parties": "#party-scales .main-svg",
    "/trade-offs": "#page h1",
    "/why": "#safeguards .main-svg",
    "/what-if": "#what-if-run",
    "/compare": "#page h1",
    "/inputs": ".ag-row",
    "/export": "#export-body .pp-download",
    "/?limits.operating_cost.max=300000": ".pp-repair",
}
"""What has to be there before a page is a picture."""
FIRST_CLICKS = {
    "/trade-offs": ("#front-start", "#front-cancel:not(.pp-away)", "#front-cancel.pp-away"),
    "/what-if": ("#what-if-run", "#what-if-chart .main-svg"),
}
"""What is pressed first on a page that begins with a question, and what then has to be there, one after the other."""
SETTINGS = {"/compare": "?with=%3Fmodel%3Done_host&with=%3Fmodel%3Dlow_budget"}
"""Pages that show more with other settings than the first ones."""
NAMES = {"/": "plan", "/?limits.operating_cost.max=300000": "no-plan"}
"""Names of pictures that are not those of their page."""
LOOKS = {"light": (1440, 900, "light"), "dark": (1440, 900, "dark"), "phone": (390, 844, "light")}
_MILLISECONDS = 180_000


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        for look, (width, height, scheme) in LOOKS.items():
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            context.add_init_script("localStorage.setItem('tour-seen', 'true')")
            page = context.new_page()
            page.set_default_timeout(_MILLISECONDS)
            for path in READY:
                _picture(page, address, path, folder / f"{NAMES.get(path, path.strip('/'))}-{look}.png")
            context.close()


def _picture(page: Page, address: str, path: str, file: Path) -> None:
    page.goto(address + path + SETTINGS.get(path, ""))
    page.wait_for_selector(READY[path])
    press, *there = FIRST_CLICKS.get(path, ("",))
    page.wait_for_timeout(1_500)
    # What was found for one look is there already for the next.
    if press and page.locator(press).is_visible():
        page.click(press)
        for one in there:
            page.wait_for_selector(one, state="attached")
    page.wait_for_timeout(1_500)
    page.screenshot(path=file, full_page=True)
    sys.stderr.write(f"{file}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
