"""Settings: one typed object, every setting documented, one clear line for a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard import floor_file, settings

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def _away_from_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(text: str, name: str = "floorwatch.toml") -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_docs_and_settings_hold_together() -> None:
    rows = {
        line.split("`")[1]: line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    }
    expected = {name: f"| `{name}` | {default} | {text} |" for name, default, text in settings.documented()}
    assert rows == expected


def test_every_setting_has_a_description() -> None:
    assert [name for name, _, text in settings.documented() if not text] == []


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write('site = "north"\n[live]\nport = 9001\n[switches.pbx1]\nhost = "a"\nusername = "u"\n')
    monkeypatch.setenv("FLOORWATCH_LIVE__PORT", "9002")
    monkeypatch.setenv("FLOORWATCH_SWITCHES__PBX1__SECRET", "hush")
    loaded = settings.load()
    assert (loaded.site, loaded.live.port, loaded.switches["pbx1"].host) == ("north", 9002, "a")
    assert loaded.switches["pbx1"].secret.get_secret_value() == "hush"


def test_a_secret_never_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOORWATCH_SWITCHES__PBX1__SECRET", "hush")
    assert "hush" not in repr(settings.load())
    assert "hush" not in settings.load().model_dump_json()


BAD = {
    "unknown": ("sitee = 1", "floorwatch.toml: sitee: there is no such setting"),
    "unknown in a section": ("[live]\nprt = 1", "floorwatch.toml: live.prt: there is no such setting"),
    "port": ("[live]\nport = 70000", "floorwatch.toml: live.port: "),
    "site": ('site = "Nord Süd"', "floorwatch.toml: site: "),
    "redis": ('redis_url = "localhost"', "must begin with redis://"),
    "not toml": ("[live", "not valid TOML"),
    "short retention": ("[history]\nretention_h = 12", "history.retention_h"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_setting_is_one_clear_line(case: str) -> None:
    text, sentence = BAD[case]
    write(text)
    with pytest.raises(settings.SettingsError) as error:
        settings.load()
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_an_unknown_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOORWATCH_REDIS", "x")
    with pytest.raises(settings.SettingsError, match="FLOORWATCH_REDIS: there is no such setting"):
        settings.load()


def test_a_bad_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOORWATCH_LIVE__PORT", "ninety")
    with pytest.raises(settings.SettingsError, match="FLOORWATCH_LIVE__PORT"):
        settings.load()


def test_a_named_file_must_exist() -> None:
    with pytest.raises(settings.SettingsError, match="no such settings file"):
        settings.load("elsewhere.toml")


def test_the_documented_floor_file_is_valid() -> None:
    text = DOCS.read_text(encoding="utf-8").split("```toml")[2].split("```")[0]
    read = floor_file.read(write(text, "floor.toml"))
    assert read.queues["sales"].names.zh == "订单咨询"
    assert read.pause_reasons["Coffee"].limit_s == 900
    assert read.agents["PJSIP/1001"].team == "tigers"


def test_no_floor_file_gives_the_defaults() -> None:
    assert floor_file.read("").default_queue.threshold_s == 20


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('time_zone = "Mars/Base"', "time_zone: 'Mars/Base' is no time zone"),
        ("[queues.sales]\ntreshold_s = 1", "queues.sales.treshold_s: there is no such setting"),
        ("[queues.sales]\nservice_level_target = 80", "queues.sales.service_level_target"),
        ("interval_min = 20", "must be 15, 30 or 60"),
        ('day_starts_at = "25:00"', "day_starts_at"),
    ],
)
def test_a_bad_floor_file_is_one_clear_line(text: str, sentence: str) -> None:
    with pytest.raises(settings.SettingsError) as error:
        floor_file.read(write(text, "floor.toml"))
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)
