"""What the sound's two ports need to run."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.settings import Settings


class MediaError(Exception):
    """The ports cannot be opened; one sentence with the place and the remedy."""


@dataclass(frozen=True, slots=True)
class MediaConfig:
    """`host`, `port`: where browsers come; `origins`, `pages_port`: whose pages may (see `dashboard.access.origins`). `media_…`: where
    switches come, and what they show. An empty `media_secret`: nobody listens in a browser, no port is opened. `certificate`, `key`:
    PEM files for TLS to switches; empty: none. Port 0 takes a free one."""

    media_secret: str
    media_username: str = "asterisk"
    host: str = "127.0.0.1"
    port: int = 8054
    media_host: str = "127.0.0.1"
    media_port: int = 8055
    certificate: str = ""
    key: str = ""
    origins: tuple[str, ...] = ()
    pages_port: int | None = None

    @classmethod
    def of(cls, settings: Settings) -> MediaConfig:
        """As the settings say."""
        control, web = settings.control, settings.web
        own = (web.public_url,) if web.public_url else ()
        return cls(
            media_secret=control.media_secret.get_secret_value(),
            media_username=control.media_username,
            host=control.host,
            port=control.port,
            media_host=control.media_host,
            media_port=control.media_port,
            certificate=control.media_certificate,
            key=control.media_key,
            origins=(*settings.live.origins, *own),
            pages_port=web.port,
        )
