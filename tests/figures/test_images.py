"""Pictures: drawn where there is a browser, a clear message where there is none."""

import shutil
import struct
import threading

import pytest

from pilot_planner.figures import budget_bars, host_map, images
from pilot_planner.figures.images import NoBrowserError

with_browser = pytest.mark.skipif(
    not any(shutil.which(name) for name in images._BROWSERS), reason="no Chromium on this machine"
)


@pytest.fixture(scope="module", autouse=True)
def no_server_left():
    yield
    images.stop()


def size_of(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", png[16:24])


@with_browser
def test_a_picture_has_the_size_asked_for(plan):
    figure = host_map.figure(plan, "print")
    assert size_of(images.to_image(figure, "png", 430, None, 2.0)) == (860, 2 * figure.layout.height)
    assert images.to_image(figure, "svg", 430).startswith(b"<svg")


@with_browser
def test_callers_in_several_threads_get_their_own_pictures(plan):
    figures = [budget_bars.figure(plan, theme) for theme in ("light", "dark")] * 2
    alone = [images.to_image(figure, "png", 300, 200, 1.0) for figure in figures[:2]]
    found = {}

    def draw(place):
        found[place] = images.to_image(figures[place], "png", 300, 200, 1.0)

    threads = [threading.Thread(target=draw, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert alone[0] != alone[1]
    assert [found[place] for place in range(4)] == alone * 2


def test_without_a_browser_it_says_what_to_install(plan, monkeypatch):
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.setattr(images.shutil, "which", lambda name: None)
    with pytest.raises(NoBrowserError, match="apt-get install chromium"):
        images.to_image(budget_bars.figure(plan))


def test_a_browser_path_that_leads_nowhere_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "nothing"))
    with pytest.raises(NoBrowserError, match="BROWSER_PATH"):
        images.find_browser()
