"""One contact's path in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from dashboard.pages.call_rows import call_row
from dashboard.reports.calls_question import LONGEST_DAYS, CallsQuestion, agent_href
from dashboard.reports.contact import Contact, PathStep
from dashboard.supervision.history import PastSession
from layouts.figures import duration
from layouts.forms.contact import ContactView, PathLine, SessionLine, Tone
from layouts.texts import Catalogue

_LOOKS: Final[dict[str, tuple[str, Tone]]] = {
    "joined": ("queues", "plain"),
    "rang": ("ringing", "ringing"),
    "answered": ("check", "good"),
    "abandoned": ("sign_out", "bad"),
    "left": ("sign_out", "warn"),
    "waiting": ("ringing", "plain"),
    "handled": ("talking", "talking"),
    "transferred": ("move", "plain"),
    "ended": ("hang_up", "plain"),
    "wrapped_up": ("wrapping_up", "wrapping_up"),
    "dialled": ("phone", "plain"),
    "called": ("phone", "plain"),
    "connected": ("check", "good"),
    "talking": ("talking", "talking"),
}
"""Step → icon and tone."""


def contact_view(
    found: Contact, sessions: Sequence[PastSession] | None, texts: Catalogue, *, may_reveal: bool
) -> ContactView:
    """`sessions`: those that this reader may know of; None: it is not theirs to know of any."""
    notes = [texts("calls.note.revised")] if found.is_revised else []
    notes += [texts("calls.note.coverage")] if found.coverages else []
    own = any(line.visit == 0 for line in found.others)
    return ContactView(
        key=found.key,
        number=found.number,
        caller=found.caller_name,
        facts=tuple(_facts(found, texts)),
        lines=tuple(path_line(step, found, texts) for step in found.steps),
        others=tuple(
            call_row("own" if line.visit == 0 else "visits", line, found.names, found.calendar, texts)
            for line in found.others
        ),
        all_href=_all_of(found) if found.has_more or (found.others and not own) else "",
        has_more=found.has_more,
        sessions=None if sessions is None else tuple(_session(one, found, texts) for one in sessions),
        began_ms=found.began_ms,
        is_going_on=found.is_going_on,
        can_reveal=may_reveal and found.is_kept,
        why_no_number=texts("contact.not_kept") if may_reveal and found.number and not found.is_kept else "",
        notes=tuple(notes),
    )


def _facts(found: Contact, texts: Catalogue) -> list[tuple[str, str]]:
    lang, steps = texts.lang, found.steps
    waited = [
        step.wait_s for step in steps if step.kind in {"answered", "abandoned", "left"} and step.wait_s is not None
    ]
    talked = [step.talk_s + (step.hold_s or 0) for step in steps if step.talk_s is not None]
    pairs = [
        ("queues", texts.listing(found.names.queue(queue, lang) for queue in found.queues)),
        ("agents", texts.listing(found.names.agent(agent) for agent in found.agents)),
        ("wait", duration(sum(waited)) if waited else ""),
        ("talk", duration(sum(talked)) if talked else ""),
        ("whole_length", duration((found.ended_ms - found.began_ms) / 1000) if found.ended_ms else ""),
        ("repeat", texts("contact.repeat.yes") if found.is_repeat else ""),
    ]
    return [(texts(f"contact.fact.{name}"), value) for name, value in pairs if value]


def path_line(step: PathStep, found: Contact, texts: Catalogue) -> PathLine:
    """One step."""
    lang = texts.lang
    picture, tone = _LOOKS[step.kind]
    if step.kind == "rang" and step.word in {"missed", "rejected"}:
        tone = "bad"
    queue = found.names.queue(step.queue, lang) if step.queue else ""
    length = None if step.until_ms is None or step.kind == "waiting" else step.until_ms // 1000 - step.at_ms // 1000
    if length is not None and step.kind == "handled" and step.talk_s is not None:
        length = step.talk_s + (step.hold_s or 0)  # the figure of every table, not one rounded anew
    return PathLine(
        at_ms=step.at_ms,
        icon=picture,
        tone=tone,
        what=texts(f"contact.step.{step.kind}", queue=queue),
        who=found.names.agent(step.agent) if step.agent else "",
        agent_href=agent_href(step.agent, found.calendar.today(step.at_ms)) if step.agent else "",
        detail=_detail(step, found, texts),
        length="" if length is None else duration(length),
        share=(step.talk_s, step.hold_s or 0) if step.talk_s is not None and step.kind == "handled" else None,
    )


def _detail(step: PathStep, found: Contact, texts: Catalogue) -> str:
    words = texts.words
    match step.kind:
        case "rang":
            return words.get(f"calls.offers.{step.word}", step.word)
        case "abandoned" | "left" | "answered":
            how = words.get(f"contact.{step.kind}.{step.word}", words.get(f"calls.reason.{step.word}", ""))
            waited = "" if step.wait_s is None else texts("contact.waited", length=duration(step.wait_s))
            return " · ".join(part for part in (how, waited) if part)
        case "handled" | "talking":
            return _talk(step, texts, is_going_on=found.is_going_on)
        case "transferred":
            target = found.names.queue(step.target, texts.lang) if step.target else ""
            how = words.get(f"calls.transferred.by.{step.word}", step.word)
            return " → ".join(part for part in (how, target) if part)
        case "ended":
            return words.get(f"calls.ended_by.{step.word}", step.word)
        case "dialled" | "called":
            return words.get(f"calls.own.{step.word}", step.word)
        case _:
            return ""


def _talk(step: PathStep, texts: Catalogue, *, is_going_on: bool) -> str:
    if step.until_ms is None:
        return texts("contact.still" if is_going_on else "contact.unknown_end")
    if step.talk_s is None:
        return texts("contact.unknown_length")
    held = texts("contact.held", length=duration(step.hold_s)) if step.hold_s else ""
    return " · ".join(part for part in (texts("contact.talked", length=duration(step.talk_s)), held) if part)


def _all_of(found: Contact) -> str:
    """Every call of the number, around this one."""
    day = found.calendar.today(found.began_ms)
    question = CallsQuestion(from_day=day - timedelta(days=LONGEST_DAYS // 2), same=found.key)
    return replace(question, to_day=day + timedelta(days=LONGEST_DAYS // 2 - 1)).href()


def _session(session: PastSession, found: Contact, texts: Catalogue) -> SessionLine:
    began_ms, ended_ms = session.began_at_ms, session.ended_at_ms
    return SessionLine(
        at_ms=began_ms or session.asked_at_ms,
        by=session.by,
        agent=found.names.agent(session.agent),
        modes=" → ".join(dict.fromkeys(texts(f"mode.{mode}") for _, mode in session.modes)),
        length=duration((ended_ms - began_ms) / 1000) if began_ms and ended_ms else "–",
        purpose=session.purpose,
        note=session.note if session.is_mine else "",
    )
