"""The manager interface: logs sessions in, checks their rights, and answers actions with the texts of a real Asterisk 23.

Invariants: before a login only Login, Challenge and Logoff are answered; an action needs one of its write classes; a wrong
password and an unknown user read the same, come late, and end the connection.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from . import call_orders, lists, orders
from .config import CLASSES, Account
from .requests import Request
from .session import Session, id_line
from .wire import Sent

if TYPE_CHECKING:
    from .world import World

WRONG_LOGIN_S = 1.0
Answer = Callable[["World", Session, Request], None]

REPORTING = frozenset({"system", "reporting"})
SYSTEM = frozenset({"system"})
FREE: frozenset[str] = frozenset()
ACTIONS: dict[str, tuple[frozenset[str], Answer]] = {
    "queuestatus": (FREE, lists.queue_status),
    "queuesummary": (FREE, lists.queue_summary),
    "queuerule": (FREE, lists.queue_rule),
    "coreshowchannels": (REPORTING, lists.core_show_channels),
    "bridgelist": (FREE, lists.bridge_list),
    "bridgeinfo": (FREE, lists.bridge_info),
    "status": (REPORTING | {"call"}, lists.status),
    "devicestatelist": (frozenset({"call", "reporting"}), lists.device_states),
    "extensionstatelist": (frozenset({"call", "reporting"}), lists.extension_states),
    "queuepause": (frozenset({"agent"}), orders.queue_pause),
    "queueadd": (frozenset({"agent"}), orders.queue_add),
    "queueremove": (frozenset({"agent"}), orders.queue_remove),
    "queuepenalty": (frozenset({"agent"}), orders.queue_penalty),
    "queuereset": (FREE, orders.queue_reset),
    "queuereload": (FREE, orders.queue_reload),
    "queuewithdrawcaller": (FREE, orders.queue_withdraw),
    "queuechangeprioritycaller": (FREE, orders.queue_priority),
    "reload": (frozenset({"system", "config"}), orders.reload),
    "redirect": (frozenset({"call"}), call_orders.redirect),
    "bridge": (frozenset({"call"}), call_orders.bridge),
    "bridgekick": (FREE, call_orders.bridge_kick),
    "bridgedestroy": (FREE, call_orders.bridge_destroy),
    "hangup": (frozenset({"system", "call"}), call_orders.hangup),
    "originate": (frozenset({"originate"}), call_orders.originate),
    "setvar": (frozenset({"call"}), call_orders.setvar),
    "getvar": (frozenset({"call", "reporting"}), call_orders.getvar),
    "dbput": (SYSTEM, call_orders.database_put),
    "dbdel": (SYSTEM, call_orders.database_delete),
    "blindtransfer": (frozenset({"call"}), call_orders.blind_transfer),
    "atxfer": (frozenset({"call"}), call_orders.attended_transfer),
    "playdtmf": (frozenset({"call"}), call_orders.play_dtmf),
    "queuelog": (frozenset({"agent"}), orders.queue_log),
    "muteaudio": (SYSTEM, call_orders.not_here),
    "mixmonitor": (SYSTEM, call_orders.not_here),
    "moduleload": (SYSTEM, call_orders.not_here),
    "pjsipshowendpoints": (SYSTEM, lists.endpoints),
    "userevent": (frozenset({"user"}), orders.user_event),
}
"""Action: the write classes of which one is needed (none: everybody may), and what answers it."""

SETTINGS = (
    "CoreMaxCalls: 0\r\nCoreMaxLoadAvg: 0.000000\r\nCoreRunUser: \r\nCoreRunGroup: \r\nCoreMaxFilehandles: 0\r\n"
    "CoreRealTimeEnabled: No\r\nCoreCDRenabled: Yes\r\nCoreHTTPenabled: No\r\nSoundsSearchCustomDir: No\r\n"
)


class Manager:
    """All sessions of one switch."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._accounts = {account.username: account for account in world.config.accounts}
        self._rng = random.Random(f"{world.config.seed}:challenges")
        self.sessions: list[Session] = []
        self.actions_answered = 0
        self.action_counts: dict[str, int] = {}
        self._zone = ZoneInfo(world.config.time_zone)
        # These keep their own reasons: they speak of the session, not of the world.
        self._own: dict[str, tuple[frozenset[str], Callable[[Session, Request], None]]] = {
            "ping": (FREE, self._ping),
            "events": (FREE, self._events),
            "coresettings": (REPORTING, self._core_settings),
            "corestatus": (REPORTING, self._core_status),
            "listcommands": (FREE, self._list_commands),
            "command": (frozenset({"command"}), self._command),
        }

    # -- sessions

    def joins(self, session: Session) -> None:
        session.answer = lambda request: self.answer(session, request)
        session.interleaves = 37 in self._world.config.traps
        self.sessions.append(session)
        self._world.wire.listener = self.broadcast

    def leaves(self, session: Session) -> None:
        session.is_open = False
        if session in self.sessions:
            self.sessions.remove(session)
        if not self.sessions:
            self._world.wire.listener = None

    def broadcast(self, sent: Sent) -> None:
        for session in self.sessions:
            session.event(sent)

    def received(self, session: Session, data: bytes) -> None:
        """Bytes from the client."""
        for request in session.requests.feed(data):
            if not session.is_open:
                return
            if session.is_waiting:
                session.queued.append(request)
            else:
                self.answer(session, request)

    # -- one action

    def answer(self, session: Session, request: Request) -> None:
        action, action_id = request.action.lower(), request.get("ActionID")
        self.actions_answered += 1
        self.action_counts[action] = self.action_counts.get(action, 0) + 1
        if request.error:
            session.reply("Error", action_id, f"Message: {request.error}\r\n")
        elif action == "login":
            self._login(session, request)
        elif action == "challenge":
            session.challenge = str(self._rng.randrange(10**8, 10**9))
            session.reply("Success", action_id, f"Challenge: {session.challenge}\r\n")
        elif action == "logoff":
            session.reply("Goodbye", action_id, "Message: Thanks for all the fish.\r\n")
            session.close()
        elif session.account is None:
            orders.refuse(session, request, "Permission denied")
        else:
            self._perform(session, request, action)

    def _perform(self, session: Session, request: Request, action: str) -> None:
        assert session.account is not None  # noqa: S101 - answer() looked
        if action in self._own:
            needs, own = self._own[action]
            if self._may(session.account, needs):
                own(session, request)
                return
        elif action in ACTIONS:
            needs, answer = ACTIONS[action]
            if self._may(session.account, needs):
                answer(self._world, session, request)
                return
        else:
            text = f"Invalid/unknown command: {request.action}. Use Action: ListCommands to show available commands."
            orders.refuse(session, request, text if request.action else "Missing action in request")
            return
        orders.refuse(session, request, "Permission denied")

    @staticmethod
    def _may(account: Account, needs: frozenset[str]) -> bool:
        return not needs or bool(needs & account.write)

    # -- login

    def _login(self, session: Session, request: Request) -> None:
        action_id = request.get("ActionID")
        if session.account is not None:
            session.reply("Success", action_id, "Message: Already authenticated\r\n")
            return
        account = self._accounts.get(request.get("Username"))
        if account is None or not self._proves(session, request, account):
            session.later(WRONG_LOGIN_S, lambda: self._refuse_login(session, action_id))
            return
        session.account = account
        if request.get("Events"):
            session.set_mask(request.get("Events"))
        text = f"Response: Success\r\n{id_line(action_id)}Message: Authentication accepted\r\n\r\n"
        if session.wants("system"):
            uptime = int(self._world.engine.now) - self._world.startup_at
            text += (
                f"Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: {uptime}\r\nLastReload: {uptime}\r\n"
                "Status: Fully Booted\r\n\r\n"
            )
        session.send(text)
        self._tell_of_login(session, account)

    @staticmethod
    def _proves(session: Session, request: Request, account: Account) -> bool:
        if request.get("AuthType").upper() == "MD5":
            digest = hashlib.md5(f"{session.challenge}{account.secret}".encode(), usedforsecurity=False).hexdigest()
            return bool(session.challenge) and request.get("Key").lower() == digest
        return request.get("Secret") == account.secret

    @staticmethod
    def _refuse_login(session: Session, action_id: str) -> None:
        session.reply("Error", action_id, "Message: Authentication failed\r\n")
        session.close()

    def _tell_of_login(self, session: Session, account: Account) -> None:
        moment = datetime.fromtimestamp(self._world.engine.now, UTC)
        stamp = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"
        self._world.wire.event(
            "SuccessfulAuth",
            f"EventTV: {stamp}\r\nSeverity: Informational\r\nService: AMI\r\nEventVersion: 1\r\nAccountID: {account.username}\r\n"
            f"SessionID: 0x7f93b8{session.number:06x}\r\nLocalAddress: IPV4/TCP/127.0.0.1/5038\r\n"
            f"RemoteAddress: IPV4/TCP/127.0.0.1/{40000 + session.number % 20000}\r\nUsingPassword: 0\r\nSessionTV: {stamp}\r\n",
        )

    # -- about the session and the process

    def _ping(self, session: Session, request: Request) -> None:
        session.reply("Success", request.get("ActionID"), f"Ping: Pong\r\nTimestamp: {self._world.engine.now:.6f}\r\n")

    @staticmethod
    def _events(session: Session, request: Request) -> None:
        is_on = session.set_mask(request.get("EventMask"))
        session.reply("Success", request.get("ActionID"), f"Events: {'On' if is_on else 'Off'}\r\n")

    def _core_settings(self, session: Session, request: Request) -> None:
        name = self._world.wire.system_name
        head = f"AMIversion: 12.0.0\r\nAsteriskVersion: {self._world.config.asterisk}\r\nSystemName: {name}\r\n"
        session.reply("Success", request.get("ActionID"), head, SETTINGS)

    def _core_status(self, session: Session, request: Request) -> None:
        started = datetime.fromtimestamp(self._world.startup_at, self._zone)
        date, time = f"{started:%Y-%m-%d}", f"{started:%H:%M:%S}"
        session.reply(
            "Success", request.get("ActionID"),
            f"CoreStartupDate: {date}\r\nCoreStartupTime: {time}\r\nCoreReloadDate: {date}\r\nCoreReloadTime: {time}\r\n"
            f"CoreCurrentCalls: {len(self._world.calls)}\r\nCoreProcessedCalls: {self._world.exchange.channels_opened}\r\n",
        )  # fmt: skip

    def _list_commands(self, session: Session, request: Request) -> None:
        """Those that this account may send, with the classes of which one is enough."""
        assert session.account is not None  # noqa: S101 - answer() looked
        needs = {name: needed for name, (needed, _) in [*self._own.items(), *ACTIONS.items()]}
        lines = [
            f"{name.title()}: (Priv: {','.join([*filter(needed.__contains__, CLASSES), 'all']) if needed else '<none>'})\r\n"
            for name, needed in sorted(needs.items())
            if self._may(session.account, needed)
        ]
        session.reply("Success", request.get("ActionID"), "".join(lines))

    def _command(self, session: Session, request: Request) -> None:
        """No command line here: every command is unknown, which the switch says with `Error` and an output."""
        command = request.get("Command")
        session.reply(
            "Error", request.get("ActionID"),
            f"Message: Command output follows\r\nOutput: No such command '{command}' (type 'core show help "
            f"{' '.join(command.split()[:2])}' for other possible commands)\r\n",
        )  # fmt: skip
