"""What the pages need of the settings: read here, nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.settings import Settings


@dataclass(frozen=True, slots=True)
class WebConfig:
    """`gateway`: where browsers find the live gateway: a whole URL, or a port of the page's own host (`:8051`). `audio`: the same for
    the sound of calls; "" where no browser gets any."""

    gateway: str
    audio: str = ""

    @classmethod
    def of(cls, settings: Settings) -> WebConfig:
        """The public address where one is set, else the process's own port."""
        control = settings.control
        has_audio = bool(control.media_secret.get_secret_value())
        return cls(
            gateway=settings.live.public_url or f":{settings.live.port}",
            audio=(control.public_url or f":{control.port}") if has_audio else "",
        )
