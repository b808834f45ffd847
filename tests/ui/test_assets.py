"""What the assets may not hold: colours outside the tokens, foreign addresses, markup made from text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "assets"
TOKENS = ASSETS / "css" / "core" / "tokens.css"
SCRIPTS = sorted(ASSETS.glob("js/**/*.js"))
STYLES = sorted(ASSETS.glob("css/**/*.css"))
LAYOUTS = sorted(ROOT.glob("layouts/**/*.py"))
HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b(?![\w-]*\s*\{)")
NAMESPACE = "http://www.w3.org/2000/svg"
MARKUP = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.setHTML|srcdoc")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [p for p in [*STYLES, *SCRIPTS, *LAYOUTS] if p != TOKENS], ids=_name)
def test_no_colour_outside_the_tokens(path: Path) -> None:
    text = re.sub(r"^#.*|^\s+#\s.*", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    colours = [found for found in HEX.findall(text) if not re.fullmatch(r"#(agent|tile).*", found)]
    assert colours == []
    assert not re.search(r"\b(rgba?|hsla?|oklch)\(", text)


def test_both_themes_have_the_same_tokens() -> None:
    text = TOKENS.read_text(encoding="utf-8")
    dark, light = (
        set(re.findall(r"(--[\w-]+):", text.split(f'[data-theme="{theme}"]')[1].split("}")[0]))
        for theme in ("dark", "light")
    )
    assert dark == light
    assert len(dark) > 25


def test_every_token_that_is_used_is_defined() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in STYLES)
    code = "\n".join(path.read_text(encoding="utf-8") for path in [*SCRIPTS, *LAYOUTS])
    by_code = set(re.findall(r"""["'](--[\w-]+)["']""", code))
    of_libraries = set(re.findall(r"var\((--gs-[\w-]+)", text))
    assert set(re.findall(r"var\((--[\w-]+)", text)) - by_code - of_libraries <= set(re.findall(r"(--[\w-]+):", text))


@pytest.mark.parametrize("path", [*STYLES, *SCRIPTS, *LAYOUTS, *sorted(ASSETS.glob("icons/*.svg"))], ids=_name)
def test_nothing_comes_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace(NAMESPACE, "")
    assert not re.search(r"(https?:)?//[\w-]+\.\w", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=_name)
def test_a_script_writes_text_and_never_markup(path: Path) -> None:
    assert not MARKUP.search(path.read_text(encoding="utf-8"))


def test_every_icon_has_its_drawing() -> None:
    css = "".join(
        (ASSETS / "css" / folder / "icons.css").read_text(encoding="utf-8") for folder in ("core", "controls")
    )
    for drawing in re.findall(r'url\("\.\./\.\./icons/([\w-]+\.svg)"\)', css):
        assert (ASSETS / "icons" / drawing).is_file(), drawing
    used = "\n".join(path.read_text(encoding="utf-8") for path in [*SCRIPTS, *LAYOUTS])
    for name in re.findall(r'"icon icon-([\w-]+)"|\bicon\("([\w-]+)"\)', used):
        assert f".icon-{''.join(name)}" in css, name


def test_the_font_is_here_with_its_licence() -> None:
    assert (ASSETS / "fonts" / "inter-latin-variable.woff2").read_bytes()[:4] == b"wOF2"
    assert "SIL Open Font License" in (ASSETS / "fonts" / "inter-LICENSE.txt").read_text(encoding="utf-8")
