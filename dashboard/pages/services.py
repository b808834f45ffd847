"""Everything that pages ask: made once for a process, from its settings, and closed with it.

A page gets this and nothing else; it opens no database and reads no settings by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from redis import Redis
from sqlalchemy import Engine

from dashboard.access import redis_link
from dashboard.access.accounts import Accounts
from dashboard.access.actor import Actor
from dashboard.access.audit import Audit
from dashboard.access.doorkeeper import Doorkeeper
from dashboard.access.invitations import Invitations
from dashboard.access.oidc import Oidc, oidc_of
from dashboard.access.pairing import Pairing
from dashboard.access.passwords import Passwords
from dashboard.access.revealing import RevealCount, Reveals
from dashboard.access.screens import Screens
from dashboard.access.seal import Seal
from dashboard.access.second_factor import SecondFactors
from dashboard.access.sessions import Sessions
from dashboard.access.throttle import Throttle
from dashboard.access.tokens import Tokens
from dashboard.alerts.answering import Alerts
from dashboard.alerts.channel_book import ChannelBook
from dashboard.alerts.rule_book import RuleBook
from dashboard.boards import Title
from dashboard.business.rooms import Business
from dashboard.directory import Directory
from dashboard.directory.proposals import Proposals
from dashboard.leaderboards.boards import LeaderboardBoards
from dashboard.leaderboards.people.appearances import Appearances
from dashboard.leaderboards.results.book import Results
from dashboard.leaderboards.shelf import Leaderboards
from dashboard.leaderboards.tried import Trying
from dashboard.mail import MailServer
from dashboard.reports import Archive
from dashboard.reports.schedules import Mailing, Schedules
from dashboard.settings import Settings
from dashboard.store.engine import open_store
from dashboard.supervision.history import SessionHistory
from dashboard.supervision.phones import Phones
from dashboard.supervision.policies import Policies
from dashboard.wallboards.announcements import Announcements
from dashboard.wallboards.library import Library
from dashboard.wallboards.pictures import Pictures
from dashboard.wallboards.published import PublishedBoards


def now_ms() -> int:
    """This machine's clock."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Services:
    """One field a service. `walls`: what an actor may put on a screen, by title."""

    settings: Settings
    engine: Engine
    redis: Redis
    audit: Audit
    sessions: Sessions
    throttle: Throttle
    accounts: Accounts
    second_factors: SecondFactors
    invitations: Invitations
    oidc: Oidc | None
    tokens: Tokens
    doorkeeper: Doorkeeper
    pairing: Pairing
    screens: Screens
    directory: Directory
    proposals: Proposals
    published: PublishedBoards
    library: Library
    pictures: Pictures
    announcements: Announcements
    policies: Policies
    phones: Phones
    past_sessions: SessionHistory
    reveals: Reveals
    archive: Archive
    mail: MailServer
    schedules: Schedules
    mailing: Mailing
    alerts: Alerts
    alert_rules: RuleBook
    alert_channels: ChannelBook
    business: Business
    appearances: Appearances
    leaderboards: Leaderboards
    leaderboard_boards: LeaderboardBoards
    walls: Callable[[Actor], dict[str, Title]]
    leaderboards_tried: Trying
    leaderboard_results: Results

    @classmethod
    def of(cls, settings: Settings) -> Services:
        """As the settings say. Connects to nothing yet. Raises `StoreError`, `StreamError` or `ValueError` for an address
        that is none."""
        engine = open_store(settings.effective_database_url, threads=settings.web.threads)
        redis = redis_link.connect(settings.effective_redis_url, name="floorwatch-web")
        audit = Audit.of(settings, engine)
        site, rules = settings.site, settings.access
        throttle = Throttle(redis, site, now_ms)
        sessions = Sessions(redis, site, rules, audit, now_ms)
        accounts = Accounts(
            engine, audit, redis, site, now_ms, passwords=Passwords(site), throttle=throttle, sessions=sessions
        )
        directory = Directory.on(engine, audit, redis, site)
        pairing = Pairing(site, redis, throttle, now_ms)
        published = PublishedBoards(site, redis, engine)
        archive = Archive(engine, site, now_ms, directory.seen)
        mail = MailServer(settings.mail, answer_s=10, deadline_s=25)  # somebody waits for a test
        trying = Trying(engine, audit, site, now_ms, directory.seen)
        library = Library(engine, audit, redis, site, now_ms, published)
        leaderboards = Leaderboards(engine, audit, redis, site, now_ms)
        leaderboard_boards = LeaderboardBoards(engine, site, leaderboards)

        def walls(actor: Actor) -> dict[str, Title]:
            return library.walls(actor) | leaderboard_boards.titles(actor)

        return cls(
            settings=settings,
            engine=engine,
            redis=redis,
            audit=audit,
            sessions=sessions,
            throttle=throttle,
            accounts=accounts,
            second_factors=SecondFactors(
                engine,
                audit,
                redis,
                site,
                now_ms,
                seal=Seal(settings.access_key_file),
                accounts=accounts,
                throttle=throttle,
                sessions=sessions,
            ),
            invitations=Invitations(engine, audit, accounts, throttle, now_ms),
            oidc=oidc_of(settings, redis, engine, accounts, audit, now_ms),
            tokens=Tokens(engine, audit, redis, site, now_ms),
            doorkeeper=Doorkeeper(site, redis, engine, rules, now_ms),
            directory=directory,
            proposals=Proposals(directory),
            pairing=pairing,
            screens=Screens(engine, audit, redis, site, now_ms, pairing=pairing, throttle=throttle, walls=walls),
            published=published,
            library=library,
            pictures=Pictures(engine, audit, redis, site, now_ms, published),
            announcements=Announcements(engine, audit, redis, site, now_ms),
            policies=Policies(engine, audit, redis, site, now_ms),
            phones=Phones(engine, audit, redis, site, now_ms, settings.switches),
            past_sessions=SessionHistory(engine, audit, site, now_ms),
            reveals=Reveals(audit, RevealCount(redis, site, now_ms).is_too_many),
            archive=archive,
            mail=mail,
            schedules=Schedules(engine, audit, site, archive, mail, now_ms),
            mailing=Mailing(engine, audit, site, archive, mail, now_ms, page=settings.web.public_url),
            alerts=Alerts(engine, audit, redis, site, now_ms),
            alert_rules=RuleBook(engine, audit, redis, site, now_ms),
            alert_channels=ChannelBook(
                engine, audit, redis, site, now_ms, seal=Seal(settings.access_key_file), mail=mail
            ),
            business=Business.on(
                engine, audit, redis, site, now_ms, key_file=settings.access_key_file, seen=directory.seen
            ),
            appearances=Appearances(engine, audit, redis, site, now_ms, directory.seen),
            leaderboards=leaderboards,
            leaderboard_boards=leaderboard_boards,
            walls=walls,
            leaderboards_tried=trying,
            leaderboard_results=Results(engine, audit, redis, site, now_ms, trying.recount),
        )

    @property
    def site(self) -> str:
        """The site's name."""
        return self.settings.site

    def close(self) -> None:
        """Gives back every connection."""
        self.redis.close()
        self.engine.dispose()
