"""The measuring is not fooled: each kind of fault, made on purpose on a wall that has none, is found; and only that wall is clean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from tests.ui.measuring import faults, settled
from tests.walls.gallery import Gallery
from tests.walls.scenes import SCENES, Still

pytestmark = pytest.mark.browser

HEADING: Final = "#tile-waiting [data-part=heading]"
LONG: Final = "A heading that somebody made much longer than any tile of a wall is wide"
STYLES: Final = {
    "text too small to read": (f"{HEADING} {{ font-size: 12px !important }}", "is smaller than 1.8 %"),
    "text drawn smaller than it is laid out": ("#tile-waiting h2 { transform: scale(.4) }", "is smaller than 1.8 %"),
    "a main number too small": ("#tile-waiting .digits { font-size: 80px !important }", "the main number"),
    "a tile over the edge": ("#tile-waiting_callers { translate: 60px 0 }", "leaves the screen"),
    "a tile over another": ("#tile-waiting { translate: -60px 0 }", "lies over"),
    "a tile without room": ("#tile-waiting { width: 2px; padding: 0; border: 0 }", "has no room"),
    "no tile at all": (".tile { display: none !important }", "no tile is shown"),
    "a page that scrolls": ("body { height: 130vh }", "the page scrolls"),
    "text in a box with a closed edge": ("#tile-waiting .sub { width: 40px; flex-wrap: nowrap }", "is cut by"),
    "lines below a closed edge": ("#tile-waiting .sub { height: 9px }", "is cut by"),
    "text outside of its tile": (f"{HEADING} {{ position: fixed; top: 2px; left: 40% }}", "is cut by"),
    "text below something opaque": ("#tile-waiting::before { content: none } #tile-agents { z-index: 3; margin: -40px 0 0 }", "lies over"),
    "text of people too small": (".agents .people { font-size: 9px !important } .agents { width: 160px }", "canvas"),
}  # fmt: skip
STYLED: Final = """css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet]; }"""
LEFT_ALONE: Final = "floorwatch.Heading.prototype.fit = () => {}"
CHANGES: Final = {
    "a heading cut by an ellipsis": (
        f"() => {{ const one = document.querySelector('{HEADING}'); one.textContent = '{LONG}'; }}",
        "is cut by",
    ),
    "a text that code has shortened": (
        f"() => {{ document.querySelector('{HEADING}').textContent = 'Wait…'; }}",
        "is shortened",
    ),
    "text over text": (
        """() => { const sub = document.querySelector('#tile-waiting .sub');
                   sub.style.cssText = 'position: absolute; top: 40%; left: 2em; width: 10em; font-size: 60px; overflow: visible'; }""",
        "lies over",
    ),
    "a banner over a tile": (
        """() => { const over = document.createElement('div');
                   over.style.cssText = 'position: fixed; inset: 0 0 50% 0; background: navy'; document.body.append(over); }""",
        "is covered by",
    ),
    "a name that leaves its cell": (
        """() => { const canvas = document.querySelector('.agents canvas'); const two = canvas.getContext('2d');
                   two.fillStyle = 'white'; two.fillText('Bartholomew Featherstonehaugh', 4, 20); }""",
        "something is drawn between the cells",
    ),
    "a canvas that says it cut a name": (
        """() => { const canvas = document.querySelector('.agents canvas'); const texts = canvas.texts();
                   canvas.texts = () => [{ ...texts[0], text: 'Cl…' }, ...texts.slice(1)]; }""",
        "is shortened",
    ),
    "a text on a canvas that is too wide": (
        """() => { const canvas = document.querySelector('.agents canvas'); const texts = canvas.texts();
                   canvas.texts = () => [{ ...texts[0], width: 900 }, ...texts.slice(1)]; }""",
        "leaves its cell",
    ),
    "a text on a canvas over another": (
        """() => { const canvas = document.querySelector('.agents canvas'); const texts = canvas.texts();
                   canvas.texts = () => [texts[0], texts[0], ...texts.slice(1)]; }""",
        "lies over",
    ),
}


@pytest.fixture(scope="module")
def wall(place: Gallery, browser: Browser) -> Iterator[Page]:
    place.show(
        Still(SCENES["ordinary"]())
    )  # a tile that turns amber meanwhile would need its heading fitted, which `clean` forbids
    with place.wall(browser, 1920, 1080, board="default", lang="en", hold="1") as page:
        yield page


@pytest.fixture
def clean(wall: Page) -> Iterator[Page]:
    """The wall without a fault; as it was, afterwards."""
    settled(wall)
    assert faults(wall) == []
    wall.evaluate(LEFT_ALONE)  # or the next second's ages would fit the heading again before it is measured
    yield wall
    wall.reload()
    wall.wait_for_selector('.screen.wall[data-age="live"]')
    wall.evaluate("document.fonts.ready.then(() => true)")


def test_faults_of_style_are_found(clean: Page) -> None:
    missed = {}
    for kind, (style, said) in STYLES.items():
        clean.evaluate(STYLED, style)
        settled(clean)
        found = faults(clean)
        if not any(said in one for one in found):
            missed[kind] = found
    assert missed == {}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_fault_of_what_stands_there_is_found(clean: Page, kind: str) -> None:
    change, said = CHANGES[kind]
    clean.evaluate(change)
    found = faults(clean)
    assert any(said in one for one in found), found


def test_only_names_that_people_typed_may_be_cut_and_no_more_than_that(clean: Page) -> None:
    name = "Complaints, escalations and key account call-backs, by day and by night, in all regions"
    cut = f"document.querySelector('{HEADING}').textContent = '{name}'"
    clean.evaluate(cut)
    assert any("is cut" in one for one in faults(clean, names=[name])), "its title does not say the whole name"
    clean.evaluate(f"document.querySelector('{HEADING}').title = '{name}'")
    assert faults(clean, names=[name]) == []
    assert any("is cut" in one for one in faults(clean))
    clean.evaluate(STYLED, f"{HEADING} {{ max-width: 1.5em }}")
    settled(clean)
    assert any("is cut" in one for one in faults(clean, names=[name])), "a stump is no name"
