"""Sending what is due: the report made with its owner's rights of this moment, on record, then in the post.

Between "on record" and the server's answer lies the only moment that cannot be undone, so a run is marked before it. A letter that did
not go is tried again, later each time, until the schedule is due anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from sqlalchemy import Engine

from dashboard.access.account_record import read_account
from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.permissions import Permission
from dashboard.mail import Letter, MailFailed, MailServer, Refusal
from dashboard.refusal import Refused
from dashboard.reports.archive import Archive
from dashboard.reports.report import Report
from dashboard.reports.schedules.letters import letter_of, report_of
from dashboard.reports.schedules.runs import Runs, Try
from dashboard.reports.schedules.schedule import Draft, Sentence
from dashboard.store.engine import StoreError, reading

log = logging.getLogger("floorwatch.reports")

NO_OWNER = Sentence("schedule.failed.owner_disabled")
MAY_NOT = Sentence("schedule.failed.owner_may_not")
INSIDE = Sentence("schedule.failed.inside")
DATABASE = Sentence("schedule.failed.database")


class Mailing:
    """The post of one site. Calls block on database and mail server; any number of processes may do it at once.

    `page`: address of the pages as people type it, "" for none.
    """

    def __init__(
        self,
        engine: Engine,
        audit: Audit,
        site: str,
        archive: Archive,
        mail: MailServer,
        now_ms: Callable[[], int],
        *,
        page: str = "",
    ) -> None:
        self._engine = engine
        self._audit = audit
        self._site = site
        self._archive = archive
        self._mail = mail
        self._page = page
        self._runs = Runs(engine, site, now_ms)

    def look(self) -> int:
        """Sends what is due now; how many runs were tried. Raises `StoreError`."""
        self._runs.plan(self._archive.room.calendar().zone)
        tried = 0
        while (one := self._runs.claim()) is not None:
            self._try(one)
            tried += 1
        return tried

    def send_test(self, actor: Actor, draft: Draft, address: str, at_ms: int) -> None:
        """The schedule's letter as it would go out now, with the rights of who asks, to one address, on record. Raises `Refused` or
        `MailFailed`."""
        actor.require(Permission.REPORTS_EXPORT)
        (checked,) = self._mail.checked([address], "address")
        report = report_of(self._archive, actor, draft, at_ms)
        letter = letter_of(report, draft, actor.name, page=self._page)
        details = {"recipients": [checked], **_facts(report, draft)}
        self._audit.record(actor, "report.tested", _target(report), details=details)
        refused = self._mail.send(Letter((checked,), letter.subject, letter.text, letter.html, letter.attachments))
        if refused:
            raise MailFailed("mail.failed.recipients", "never", recipients=_said(refused))

    # -- one run -------------------------------------------------------------------------------------------------------

    def _try(self, one: Try) -> None:
        """One try, to its end: whatever happens, the run says it."""
        try:
            owner = self._owner(one.schedule.account_id)
            if owner is None:
                self._runs.ended(one, "refused", NO_OWNER, {})
                return
            owner.require(Permission.REPORTS_EXPORT)
            report = report_of(self._archive, owner, one.schedule.draft, one.run.due_at_ms)
            letter = letter_of(report, one.schedule.draft, owner.name, page=self._page)
            self._mail.checked(letter.to)
        except Denied:
            self._runs.ended(one, "refused", MAY_NOT, {})
        except Refused as refused:
            self._runs.ended(one, "failed", Sentence(refused.word, refused.values), {})
        except StoreError as error:
            log.warning("A scheduled report waits for the database: %s", error)
            self._runs.again(one, DATABASE, one.missing)
        except Exception:
            log.exception("The scheduled report %s cannot be made", one.schedule.id)
            self._runs.ended(one, "failed", INSIDE, {})
        else:
            self._send(one, owner, report, letter)

    def _send(self, one: Try, owner: Actor, report: Report, letter: Letter) -> None:
        details = {
            "schedule": one.schedule.id,
            "recipients": list(letter.to),
            "attempt": one.run.attempts,
            **_facts(report, one.schedule.draft),
        }
        with self._audit.writing() as connection:
            if not self._runs.goes_out(connection, one):
                return
            self._audit.append(connection, owner, "report.mailed", _target(report), details=details)
        try:
            refused = self._mail.send(letter, only=_left(one.missing, letter.to))
        except MailFailed as failed:
            self._failed(one, failed)
            return
        final = {address: refusal for address, refusal in one.missing.items() if refusal.is_final}
        self._arrived(one, letter, final | refused)

    def _arrived(self, one: Try, letter: Letter, missing: Mapping[str, Refusal]) -> None:
        error = Sentence("mail.failed.recipients", {"recipients": _said(missing)}) if missing else None
        if any(not refusal.is_final for refusal in missing.values()) and error is not None:
            self._runs.again(one, error, missing)
        elif error is None:
            self._runs.ended(one, "sent", None, {})
        else:
            self._runs.ended(one, "failed" if len(missing) == len(letter.to) else "partly", error, missing)

    def _failed(self, one: Try, failed: MailFailed) -> None:
        error = Sentence(failed.word, failed.values)
        log.warning("The scheduled report %s did not go (%s): %s", one.schedule.id, failed.fate, failed)
        match failed.fate:
            case "later":
                self._runs.again(one, error, one.missing)
            case "never":
                self._runs.ended(one, "failed", error, one.missing)
            case "unknown":
                self._runs.ended(one, "unknown", error, one.missing)

    def _owner(self, account_id: str) -> Actor | None:
        """With the rights of this moment; None for who may not come in any more."""
        with reading(self._engine) as connection:
            record = read_account(connection, self._site, account_id)
        if record is None or not record.is_enabled:
            return None
        return Actor("person", record.id, record.name, record.grants(), record.id, lang=record.lang)


def _left(missing: Mapping[str, Refusal], recipients: tuple[str, ...]) -> tuple[str, ...]:
    """Who is still to get it after a try that reached some; none for all."""
    return tuple(one for one in recipients if one in missing and not missing[one].is_final)


def _facts(report: Report, draft: Draft) -> dict[str, object]:
    return {"question": report.question.query(), "format": draft.format, "lines": len(report.lines)}


def _target(report: Report) -> Target:
    return Target("report", report.question.report, report.question.report)


def _said(refused: Mapping[str, Refusal]) -> str:
    return "; ".join(f"{address} ({refusal.code} {refusal.words})" for address, refusal in sorted(refused.items()))
