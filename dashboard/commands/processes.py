"""From the settings to each process's own configuration. Nothing else knows both."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version

from collectors.asterisk.login import LinkConfig
from dashboard.settings import Settings, SettingsError, SwitchSettings

MS_PER_HOUR = 3_600_000


async def collector(settings: Settings, switch: str | None) -> None:
    """Run the collector of `switch`, or of the only one. Raises `SettingsError` if that is not one switch."""
    from collectors import collect

    name, chosen = the_switch(settings, switch)
    await collect.run(
        collect.CollectConfig(
            site=settings.site,
            redis_url=settings.effective_redis_url,
            link=link(name, chosen),
            queue_log=chosen.queue_log or None,
            vitals_port=settings.vitals.collector_port,
        )
    )


async def historian(settings: Settings) -> None:
    """Run the historian."""
    from dashboard import floor_file, history

    await history.run(
        history.HistoryConfig(
            site=settings.site,
            redis_url=settings.effective_redis_url,
            database_url=settings.effective_database_url,
            floor_settings=floor_file.read(settings.floor_file),
            audit_anchor=str(settings.audit_anchor),
            audit_syslog=settings.audit.syslog,
            audit_retention_days=settings.audit.retention_days,
            kept_days=history.KeptDays(
                settings.history.calls_days, settings.history.states_days, settings.history.intervals_days
            ),
            pages_url=settings.web.public_url,
            checkpoint_every_s=settings.history.checkpoint_every_s,
            retention_ms=settings.history.retention_h * MS_PER_HOUR,
            vitals_port=settings.vitals.history_port,
            access_key_file=str(settings.access_key_file),
            number_key_file=str(settings.history_key_file),
            keep_numbers=settings.history.keep_numbers,
            write_every_s=settings.history.write_every_s,
            mail=settings.mail,
        )
    )


async def control(settings: Settings, switch: str | None) -> None:
    """Run the control of `switch`, or of every switch that has an account for it."""
    from dashboard import control
    from dashboard.control.media import MediaConfig

    chosen = dict([the_switch(settings, switch)]) if switch is not None else settings.switches
    await control.run(
        control.ControlConfig(
            site=settings.site,
            redis_url=settings.effective_redis_url,
            database_url=settings.effective_database_url,
            switches=tuple(
                control.SwitchConfig(control_link(name, one), one.websocket_client)
                for name, one in chosen.items()
                if one.control_username
            ),
            without=tuple(name for name, one in chosen.items() if not one.control_username),
            media=MediaConfig.of(settings),
            access=settings.access,
            audit_anchor=settings.audit_anchor,
            audit_syslog=settings.audit.syslog,
            vitals_port=settings.vitals.control_port,
        )
    )


async def gateway(settings: Settings) -> None:
    """Run the live gateway."""
    from dashboard import live

    await live.run(
        live.LiveConfig(
            site=settings.site,
            redis_url=settings.effective_redis_url,
            database_url=settings.effective_database_url,
            host=settings.live.host,
            port=settings.live.port,
            origins=(*settings.live.origins, *web_origins(settings)),
            pages_port=settings.web.port,
            most_screens=settings.live.max_screens,
            open_metrics=settings.live.open_metrics,
            access=settings.access,
            audit_anchor=settings.audit_anchor,
            audit_syslog=settings.audit.syslog,
            controlled=frozenset(name for name, one in settings.switches.items() if one.control_username),
            release=version("floorwatch"),
        )
    )


def the_switch(settings: Settings, name: str | None) -> tuple[str, SwitchSettings]:
    """The named switch, or the only one."""
    if not settings.switches:
        raise SettingsError(
            "switches: no switch is configured. Add a table [switches.NAME]; docs/settings.md shows one."
        )
    if name is None and len(settings.switches) > 1:
        raise SettingsError(f"switches: there are several ({', '.join(settings.switches)}). Choose one with --switch.")
    chosen = name or next(iter(settings.switches))
    if chosen not in settings.switches:
        raise SettingsError(f"--switch {chosen}: not configured. There is: {', '.join(settings.switches)}.")
    return chosen, settings.switches[chosen]


def link(name: str, switch: SwitchSettings) -> LinkConfig:
    """Where a switch is and how to log in."""
    return LinkConfig(
        name=name,
        host=switch.host,
        port=switch.port,
        username=switch.username,
        secret=switch.secret.get_secret_value(),
        login=switch.login,
        tls=switch.tls,
        tls_ca=switch.tls_ca,
        tls_server_name=switch.tls_server_name,
    )


def control_link(name: str, switch: SwitchSettings) -> LinkConfig:
    """The same switch, with the account that steps into calls."""
    return replace(
        link(name, switch), username=switch.control_username, secret=switch.control_secret.get_secret_value()
    )


def web_origins(settings: Settings) -> tuple[str, ...]:
    """Where the pages come from: the origins that may open the websocket."""
    if settings.web.public_url:
        return (settings.web.public_url.rstrip("/"),)
    names = {settings.web.host, "localhost"} if settings.web.host in {"127.0.0.1", "::1"} else {settings.web.host}
    return tuple(f"http://{name}:{settings.web.port}" for name in sorted(names))
