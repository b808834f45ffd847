"""Bad input and bad surroundings: one clear line each, no traceback, the right exit code."""

from __future__ import annotations

import contextlib
import gzip
import json
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashboard.access.permissions import Role
from tests.patience import HANG_S
from tests.pipeline.site import COMMAND, Site, site, until

RECORDINGS = Path(__file__).parents[1] / "recordings"


def one_line(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """The command ended with `code`, and said one line with `words` in it on standard error."""
    assert done.returncode == code, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("floorwatch: ")]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in lines[0]


@pytest.fixture
def nowhere(tmp_path: Path) -> Site:
    """A site of which nothing runs."""
    return Site(tmp_path)


def test_unknown_setting(nowhere: Site) -> None:
    nowhere.settings.write_text('redis = "x"\n', encoding="utf-8")
    done = subprocess.run(
        [*COMMAND, "collect", "--config", str(nowhere.folder / "floorwatch.toml")],
        capture_output=True, text=True, timeout=HANG_S, check=False,
    )  # fmt: skip
    one_line(done, 2, "floorwatch.toml: redis: there is no such setting")


def test_no_switch_is_configured(tmp_path: Path) -> None:
    file = tmp_path / "empty.toml"
    file.write_text("", encoding="utf-8")
    done = subprocess.run(
        [*COMMAND, "collect", "--config", str(file)], capture_output=True, text=True, timeout=HANG_S, check=False
    )
    one_line(done, 2, "no switch is configured", "[switches.NAME]")


def test_bad_floor_file(nowhere: Site) -> None:
    nowhere.floor_file.write_text("[queues.sales]\ntreshold_s = 20\n", encoding="utf-8")
    one_line(nowhere.command("history"), 2, "queues.sales.treshold_s")


@pytest.fixture(scope="module")
def switched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with a switch; nothing else of it runs."""
    with site(tmp_path_factory.mktemp("switched")) as here:
        start_switch(here)
        yield here


@contextlib.contextmanager
def known_as(here: Site, username: str, secret: str) -> Iterator[None]:
    """The site's account at the switch is this one, for a while."""
    before = here.username, here.secret
    here.username, here.secret = username, secret
    yield
    here.username, here.secret = before


def together(here: Site, *commands: str) -> dict[str, subprocess.CompletedProcess[str]]:
    """Runs them side by side: each waits for its surroundings as long as all of them."""
    with ThreadPoolExecutor(len(commands)) as pool:
        return dict(zip(commands, pool.map(here.command, commands), strict=True))


def test_redis_is_down(nowhere: Site) -> None:
    for done in together(nowhere, "collect", "history", "floor", "tail").values():
        one_line(done, 1, "Redis cannot be reached")


def test_redis_would_evict_events(tmp_path: Path) -> None:
    with site(tmp_path) as here:
        set_policy(here, "allkeys-lru")
        for done in together(here, "collect", "history", "live").values():
            one_line(done, 1, "maxmemory-policy allkeys-lru", "noeviction")


def test_wrong_switch_password(switched: Site) -> None:
    with known_as(switched, switched.username, "wrong"):
        done = switched.command("collect")
    one_line(done, 1, "pbx1", "check user name and secret")
    assert "wrong" not in done.stderr.replace("wrong.", "")


def test_the_switch_is_not_there_yet(tmp_path: Path) -> None:
    """Not an error of ours: the collector says so once, waits, and begins when the switch comes."""
    with site(tmp_path) as here:
        here.start("collect")
        until(lambda: "refuses connections" in here.log("collect"), HANG_S, "the collector says why it waits")
        start_switch(here)
        until(lambda: here.floor()["agents"], HANG_S, "the collector has begun")
        assert "Traceback" not in here.log("collect")


def test_doctor_names_what_is_wrong(tmp_path: Path) -> None:
    with site(tmp_path) as here:
        done = here.command("doctor")
        assert done.returncode == 1
        assert "WRONG  switch pbx1: " in done.stdout
        assert "refuses connections" in done.stdout
        assert "Traceback" not in done.stderr


def test_doctor_on_a_right_site(switched: Site) -> None:
    with known_as(switched, "floorwatch", "floorwatch"):
        done = switched.command("doctor")
    assert done.returncode == 0, done.stdout
    assert "Everything is as it should be." in done.stdout


def test_doctor_names_a_read_class_that_the_account_lacks(switched: Site) -> None:
    with known_as(switched, "fw", switched.secret):  # reads call and agent only
        done = switched.command("doctor")
    assert "rights: " in done.stdout
    assert "user" in done.stdout


def test_doctor_on_the_doors(tmp_path: Path) -> None:
    """No administrator, files that others can read, pages that people reach in clear."""
    with site(tmp_path) as here:
        assert "accounts: the database has no tables" in here.command("doctor").stdout
        _ = here.keys  # brings the schema
        said = here.command("doctor").stdout
        assert "accounts: there is no administrator yet" in said
        assert "TLS: pages and gateway listen on this machine only" in said
        here.keys.account(Role.ADMIN)
        anchor = tmp_path / "audit-heads.log"
        anchor.chmod(0o644)
        here.more_settings += ["[access]", f'key_file = "{tmp_path}/valkey.log/no-folder/key"']
        said = here.command("doctor").stdout
        assert "accounts: 1 that administer" in said
        assert f"audit anchor: {anchor} can be read by others" in said
        assert f"access key: {tmp_path}/valkey.log/no-folder/key cannot be written" in said


def test_a_recording_that_ends_in_mid_line(tmp_path: Path) -> None:
    cut = tmp_path / "small"
    shutil.copytree(RECORDINGS / "small", cut)
    whole = gzip.decompress((cut / "ami-1.raw.gz").read_bytes())
    (cut / "ami-1.raw.gz").write_bytes(gzip.compress(whole[: whole.rindex(b"Event: Hangup") + 40]))
    done = subprocess.run(
        [*COMMAND, "fold", str(cut), "--json"], capture_output=True, text=True, timeout=HANG_S, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    truth = json.loads((cut / "truth.json").read_text(encoding="utf-8"))
    numbers = json.loads(done.stdout)
    for queue, values in truth["queues"].items():
        assert numbers["queues"][queue]["offered"] == values["offered"]


def test_a_folder_that_is_no_recording(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "fold", str(tmp_path), "--json"], capture_output=True, text=True, timeout=HANG_S, check=False
    )
    one_line(done, 1, str(tmp_path))


def set_policy(here: Site, policy: str) -> None:
    """Reconfigure the site's Valkey."""
    import redis

    from collectors.stream.embedded import socket_path

    with redis.Redis(unix_socket_path=str(socket_path(here.folder))) as client:
        client.config_set("maxmemory-policy", policy)


def start_switch(here: Site) -> None:
    """A small simulated switch, listening."""
    here.start("simulate", "--agents", "20", "--port", str(here.switch_port))
    until(lambda: listens(here.switch_port), HANG_S, "the switch listens")


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
