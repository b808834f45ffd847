"""One typed settings object: `floorwatch.toml`, then `FLOORWATCH_*` from the environment on top.

Every process reads its settings here and nowhere else. A bad or unknown setting raises `SettingsError` with one line that
names the setting and the remedy; the commands print it and exit with 2. Settings that change numbers (targets, names,
limits) are not here: they are kept in the directory and travel through the stream (`dashboard.directory`).
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from collectors.stream.embedded import socket_path

Port = Annotated[int, Field(ge=1, le=65535)]
OptionalPort = Annotated[int, Field(ge=0, le=65535)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]


REDIS_SCHEMES = ("redis://", "rediss://", "unix://", "redis+sentinel://", "rediss+sentinel://")


class SettingsError(Exception):
    """A setting is missing, unknown or wrong. The text is one line for a person."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SwitchSettings(_Section):
    """One link to a phone switch: a table `[switches.NAME]`."""

    kind: Literal["asterisk"] = Field("asterisk", description="Kind of switch.")
    host: str = Field("127.0.0.1", description="Host of the switch's manager interface (AMI).")
    port: Port = Field(5038, description="Its port (5038 plain, usually 5039 for TLS).")
    username: str = Field("floorwatch", description="The reading AMI account.")
    secret: SecretStr = Field(SecretStr(""), description="Its secret. Better in the environment than in the file.")
    login: Literal["md5", "plain"] = Field("md5", description="How to log in: by challenge (MD5) or in plain text.")
    tls: bool = Field(False, description="Speak TLS to the switch.")
    tls_ca: str = Field("", description="File of the certificate authority to trust; empty: the system's.")
    tls_server_name: str = Field("", description="Name that the switch's certificate must carry; empty: the host.")
    queue_log: str = Field(
        "",
        description="Path of the switch's queue_log, where readable: reasons of exits, back-fill of gaps.",
    )
    time_zone: str = Field("", description="Time zone of the switch's own clock; empty: the site's.")
    control_username: str = Field(
        "",
        description="The AMI account that listens, pauses and moves calls; empty: nobody steps into calls of this switch.",
    )
    control_secret: SecretStr = Field(SecretStr(""), description="Its secret. Better in the environment.")
    websocket_client: str = Field(
        "", description="Section of the switch's websocket_client.conf for listening in browsers; empty: phones only."
    )


class LiveSettings(_Section):
    """The websocket gateway and the live API: `[live]`."""

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: Port = Field(8051, description="Port of the websocket gateway and the live API.")
    public_url: str = Field(
        "",
        description="Where browsers find the gateway (`wss://floor.example/live`); empty: same host, this port.",
    )
    origins: tuple[str, ...] = Field(
        (), description="Further origins that may open the websocket; the web address always may."
    )
    max_screens: Annotated[int, Field(ge=1, le=20000)] = Field(2000, description="Most screens at once.")
    open_metrics: bool = Field(
        False, description="Answer `/metrics` without a token, for a monitoring system on a closed network."
    )


class WebSettings(_Section):
    """The pages: `[web]`."""

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: Port = Field(8050, description="Port of the pages.")
    threads: Annotated[int, Field(ge=1, le=64)] = Field(4, description="Threads of a page server's worker.")
    workers: Annotated[int, Field(ge=1, le=64)] = Field(1, description="Workers (processes) of the page server.")
    public_url: str = Field(
        "",
        description="Address of the pages as people type it (`https://floor.example`); empty: what the browser asked for.",
    )


class AccessSettings(_Section):
    """Who may come in, and how long: `[access]`."""

    session_idle_min: Annotated[int, Field(ge=5, le=1440)] = Field(
        60, description="Minutes without a request or an open live page after which one signs in again."
    )
    session_hours: Annotated[int, Field(ge=1, le=168)] = Field(
        12, description="Hours after which one signs in again in any case."
    )
    second_factor: tuple[str, ...] = Field(
        ("admin",), description="Roles that must have a second factor (TOTP) before they may do anything."
    )
    trusted_proxies: tuple[str, ...] = Field(
        (), description="Addresses or networks of reverse proxies whose `X-Forwarded-*` headers are believed."
    )
    key_file: str = Field(
        "",
        description="File with the key that seals second factors, addresses of alerts' channels and secrets of business sources; "
        "empty: `secrets/access.key` in the data folder, made at need.",
    )


class AuditSettings(_Section):
    """The audit log: `[audit]`."""

    anchor: str = Field(
        "",
        description="File outside the database that keeps the log's head; empty: `audit-heads.log` in the data folder.",
    )
    syslog: str = Field("", description="Syslog that gets the head too: `/dev/log` or `host:port` (UDP); empty: none.")
    retention_days: Annotated[int, Field(ge=180, le=36500)] = Field(
        365, description="Days that lines are kept (180 at least)."
    )


class OidcRole(_Section):
    """What a group of the provider means here: `[oidc.roles."GROUP"]`."""

    role: Literal["admin", "manager", "supervisor", "quality", "trainer", "analyst", "agent", "auditor"] = Field(
        "agent", description="Role that the group's members have."
    )
    teams: tuple[str, ...] = Field((), description="Teams (whole subtrees) that it holds for.")
    queues: tuple[str, ...] = Field((), description="Queues that it holds for; neither teams nor queues: everything.")


class OidcSettings(_Section):
    """Sign-in through an OpenID Connect provider: `[oidc]`."""

    issuer: str = Field("", description="The provider's address (`https://login.example`); empty: no such sign-in.")
    client_id: str = Field("floorwatch", description="Our name at the provider.")
    client_secret: SecretStr = Field(SecretStr(""), description="Our secret there. Better in the environment.")
    name: str = Field("", description="What the button says (`企业微信`, `Keycloak`); empty: the provider's host.")
    scopes: tuple[str, ...] = Field(("openid", "profile", "email"), description="Scopes to ask for.")
    groups_claim: str = Field("groups", description="Claim that lists a person's groups.")
    roles: dict[str, OidcRole] = Field(default_factory=dict, description="What each group means here.")


class HistorySettings(_Section):
    """The historian: `[history]`."""

    checkpoint_every_s: Annotated[float, Field(gt=0, le=3600)] = Field(10.0, description="Seconds between checkpoints.")
    retention_h: Annotated[int, Field(ge=48, le=2160)] = Field(
        72, description="Hours that the stream is kept (48 at least)."
    )
    write_every_s: Annotated[float, Field(ge=0.2, le=60)] = Field(
        2.0, description="Seconds between writings of what happened: so far may lists of calls lag behind the floor."
    )
    keep_numbers: bool = Field(
        False, description="Keep callers' whole numbers; otherwise masked, and as a hash by which they are found again."
    )
    key_file: str = Field(
        "",
        description="File with the key of those hashes; empty: `secrets/history.key` in the data folder, made at need.",
    )
    calls_days: Annotated[int, Field(ge=1, le=3660)] = Field(
        400, description="Days that single calls are kept: visits, offers, agents' own calls."
    )
    states_days: Annotated[int, Field(ge=1, le=3660)] = Field(
        190, description="Days that agents' single states are kept."
    )
    intervals_days: Annotated[int, Field(ge=35, le=36500)] = Field(
        3660, description="Days that the half-hours of queues and agents are kept."
    )


class MailSettings(_Section):
    """The mail server for reports and alerts: `[mail]`."""

    host: str = Field("", description="SMTP server; empty: no mail is sent.")
    port: Port = Field(587, description="Its port.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the link is kept secret; `none` only to a server on this machine."
    )
    tls_ca: str = Field("", description="File of the certificate authority to trust; empty: the system's.")
    username: str = Field("", description="Account at the server; empty: none.")
    secret: SecretStr = Field(SecretStr(""), description="Its secret. Better in the environment.")
    sender: str = Field("", description="From whom the mail is (`Floorwatch <floor@example.com>`).")
    domains: tuple[str, ...] = Field((), description="Domains that mail may go to; none: every one.")

    @model_validator(mode="after")
    def _plain_only_here(self) -> MailSettings:
        if self.host and self.security == "none" and self.host not in {"localhost", "127.0.0.1", "::1"}:
            raise ValueError(f"security = none is only for a server on this machine, not for {self.host}")
        if self.host and "@" not in self.sender:
            raise ValueError("sender is missing: from whom the mail is, such as Floorwatch <floor@example.com>")
        return self


class ControlSettings(_Section):
    """Stepping into calls, and the sound of it in browsers: `[control]`."""

    host: str = Field("127.0.0.1", description="Address on which browsers get their sound.")
    port: Port = Field(8054, description="Port on which browsers get their sound.")
    public_url: str = Field(
        "", description="Where browsers find it (`wss://floor.example/audio`); empty: same host, this port."
    )
    media_host: str = Field("127.0.0.1", description="Address on which switches deliver and fetch sound.")
    media_port: Port = Field(8055, description="Port on which switches deliver and fetch sound.")
    media_username: str = Field("asterisk", description="User name that a switch must show there.")
    media_secret: SecretStr = Field(
        SecretStr(""), description="Secret that a switch must show there; empty: no listening in browsers."
    )
    media_certificate: str = Field("", description="Certificate (PEM) for TLS to switches; empty: no TLS.")
    media_key: str = Field("", description="Its private key (PEM).")


class VitalsSettings(_Section):
    """Loopback ports for `/healthz`, `/readyz` and `/metrics` of the processes without pages: `[vitals]`."""

    collector_port: OptionalPort = Field(0, description="Port of the collector's vitals; 0: none.")
    history_port: OptionalPort = Field(0, description="Port of the historian's vitals; 0: none.")
    control_port: OptionalPort = Field(0, description="Port of the control process's vitals; 0: none.")


class Settings(BaseSettings):
    """All settings of one site's processes."""

    model_config = SettingsConfigDict(env_prefix="FLOORWATCH_", env_nested_delimiter="__", extra="forbid", frozen=True)

    site: Name = Field("main", description="Name of the site: one stream, one floor.")
    data: Path = Field(Path("data"), description="Folder of the embedded Redis and SQLite.")
    redis_url: str = Field(
        "",
        description="Redis ≥ 7 or Valkey ≥ 8 (`redis://`, `rediss://`, `unix://`, `redis+sentinel://`); empty: embedded.",
    )
    database_url: str = Field("", description="SQLAlchemy URL of the database; empty: SQLite in the data folder.")
    floor_file: str = Field(
        "", description="File that fills an untouched directory: names, targets, limits (`floor.toml`); empty: none."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much the processes say.")
    switches: dict[Name, SwitchSettings] = Field(default_factory=dict, description="The switches, by name.")
    live: LiveSettings = LiveSettings()
    web: WebSettings = WebSettings()
    history: HistorySettings = HistorySettings()
    mail: MailSettings = MailSettings()
    control: ControlSettings = ControlSettings()
    vitals: VitalsSettings = VitalsSettings()
    access: AccessSettings = AccessSettings()
    audit: AuditSettings = AuditSettings()
    oidc: OidcSettings = OidcSettings()

    @field_validator("redis_url")
    @classmethod
    def _redis_scheme(cls, value: str) -> str:
        if value and not value.startswith(REDIS_SCHEMES):
            raise ValueError("must begin with redis://, rediss://, unix:// or redis+sentinel://")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, so that secrets need not be in it."""
        del settings_cls, dotenv_settings, file_secret_settings
        return (env_settings, init_settings)

    @property
    def effective_redis_url(self) -> str:
        """The configured Redis, else the embedded server's socket in the data folder."""
        return self.redis_url or f"unix://{socket_path(self.data)}"

    @property
    def effective_database_url(self) -> str:
        """The configured database, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data.absolute() / 'floorwatch.sqlite'}"

    @property
    def audit_anchor(self) -> Path:
        """Where the audit log's head is kept outside the database."""
        return Path(self.audit.anchor) if self.audit.anchor else self.data.absolute() / "audit-heads.log"

    @property
    def history_key_file(self) -> Path:
        """Where the key is by which callers' numbers are hashed."""
        return (
            Path(self.history.key_file) if self.history.key_file else self.data.absolute() / "secrets" / "history.key"
        )

    @property
    def access_key_file(self) -> Path:
        """Where the key is that seals second factors."""
        return Path(self.access.key_file) if self.access.key_file else self.data.absolute() / "secrets" / "access.key"


CONFIG_VARIABLE = "FLOORWATCH_CONFIG"


def load(path: str | None = None) -> Settings:
    """Settings from `path`, else the file named by `FLOORWATCH_CONFIG`, else `floorwatch.toml` if it is there.

    Raises `SettingsError` with one line: the file or variable, the setting, what is wrong.
    """
    named = path or os.environ.get(CONFIG_VARIABLE)
    file = Path(named or "floorwatch.toml")
    if named and not file.is_file():
        raise SettingsError(f"{file}: no such settings file. Name an existing one by --config or {CONFIG_VARIABLE}.")
    values = _read(file) if file.is_file() else {}
    _refuse_unknown_variables()
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError(_one_line(error, file if values else None)) from None
    except Exception as error:  # noqa: BLE001 — pydantic-settings wraps a broken variable in its own error types
        raise SettingsError(f"environment FLOORWATCH_*: {str(error).splitlines()[0]}") from None


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: not valid TOML: {error}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read: {error}.") from None


def _refuse_unknown_variables() -> None:
    known = {name.upper() for name in Settings.model_fields} | {"CONFIG"}
    for variable in os.environ:
        if variable.startswith("FLOORWATCH_"):
            head = variable.removeprefix("FLOORWATCH_").split("__", 1)[0]
            if head not in known:
                raise SettingsError(
                    f"environment {variable}: there is no such setting. docs/settings.md lists all of them."
                )


def _one_line(error: ValidationError, file: Path | None) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    path = ".".join(str(part) for part in first["loc"])
    variable = "FLOORWATCH_" + "__".join(str(part).upper() for part in first["loc"])
    place = f"environment {variable}" if variable in os.environ or file is None else f"{file}: {path}"
    if first["type"] == "extra_forbidden":
        return f"{place}: there is no such setting. docs/settings.md lists all of them."
    return f"{place}: {first['msg'].removeprefix('Value error, ')}."


def documented() -> list[tuple[str, str, str]]:
    """Every setting as (dotted name, default, description): what `docs/settings.md` must hold."""
    rows: list[tuple[str, str, str]] = []
    for name, field in Settings.model_fields.items():
        kind = field.annotation
        if name == "switches":
            rows += _section_rows("switches.NAME", SwitchSettings)
        elif isinstance(kind, type) and issubclass(kind, _Section):
            rows += _section_rows(name, kind)
            if kind is OidcSettings:
                rows = [row for row in rows if row[0] != "oidc.roles"]
                rows += _section_rows('oidc.roles."GROUP"', OidcRole)
        else:
            rows.append((name, _shown(field.default), field.description or ""))
    return rows


def _section_rows(prefix: str, section: type[BaseModel]) -> list[tuple[str, str, str]]:
    return [(f"{prefix}.{n}", _shown(f.default), f.description or "") for n, f in section.model_fields.items()]


def _shown(value: object) -> str:
    if isinstance(value, SecretStr) or value == "":
        return "empty"
    return (
        ", ".join(value) or "none"
        if isinstance(value, tuple)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
    )
