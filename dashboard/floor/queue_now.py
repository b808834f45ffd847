"""Metrics of a set of queues as it is now: distinct visits, distinct agents."""

from __future__ import annotations

from typing import Final

from dashboard.floor import counters as c
from dashboard.floor.crew import CrewState
from dashboard.floor.live_query import LiveQuery, of_now
from dashboard.floor.metric import Answer, Metric, metric, ratio
from dashboard.floor.query import Query


def _waiting(query: LiveQuery) -> int:
    return sum(len(queue.waiting) for queue in query.queues())


def _ringing(query: LiveQuery) -> int:
    visits = query.floor.visits
    return sum(1 for queue in query.queues() for key in queue.waiting if visits[key].offers)


def _in_progress(query: LiveQuery) -> int:
    return sum(len(queue.in_progress) for queue in query.queues())


def _longest_wait(query: LiveQuery) -> Answer:
    oldest_ms = min((min(queue.waiting.values()) for queue in query.queues() if queue.waiting), default=None)
    if oldest_ms is None:
        return Answer(None, None)
    return Answer(max(query.now_ms - oldest_ms, 0) // 1000, oldest_ms)


def _estimated_wait(query: LiveQuery) -> float | None:
    crew = query.crew()
    if crew["available"]:
        return 0
    serving = sum(crew.values()) - crew["paused"] - crew["unreachable"]
    aht_s = mean_handle_s(query.over("last_60_min"))
    if not serving or aht_s is None:
        return None
    return (_waiting(query) + 1) * aht_s / serving


def mean_handle_s(query: Query) -> float | None:
    """Average handle time: talk, hold and wrap-up over the handlings of known length."""
    seconds = query.either(c.TALK_S, c.A_TALK_S) + query.either(c.HOLD_S, c.A_HOLD_S)
    wrapped_s = query.either(c.WRAP_MS, c.A_WRAP_MS) / 1000
    return ratio(seconds + wrapped_s, timed(query))


def timed(query: Query) -> int:
    """Handlings of known length."""
    return query.either(c.HANDLED, c.A_HANDLED) - query.either(c.UNTIMED, c.A_UNTIMED)


def _crew(metric_id: str, zh: str, en: str, state: CrewState, means_zh: str, means_en: str) -> Metric:
    return metric(
        metric_id, zh, en, unit="agents", kind="count", basis="now", scope="queue", means_zh=means_zh,
        means_en=means_en, formula=f"distinct staffed agents of the set, {state.replace('_', ' ')}",
        of=of_now(lambda query: query.crew()[state]),
    )  # fmt: skip


METRICS: Final = (
    metric(
        "waiting", "排队数", "Waiting", unit="visits", kind="count", basis="now", scope="queue",
        means_zh="此刻在队列中等待的来电，含正在振铃的", means_en="Callers in the queue now, ringing ones included",
        formula="visits that joined and neither were answered nor left", of=of_now(_waiting),
    ),
    metric(
        "ringing", "振铃中", "Ringing", unit="visits", kind="count", basis="now", scope="queue",
        means_zh="排队来电中，此刻正向坐席振铃的", means_en="Of those waiting, offered to an agent right now",
        formula="waiting visits with an open offer", of=of_now(_ringing),
    ),
    metric(
        "in_progress", "通话中", "In progress", unit="visits", kind="count", basis="now", scope="queue",
        means_zh="此刻与坐席接通的来电，通话或保持", means_en="Connected to an agent now, talking or on hold",
        formula="visits answered whose handling has not ended", of=of_now(_in_progress),
    ),
    metric(
        "longest_wait", "当前最长等待", "Longest wait", unit="s", kind="since", basis="now", scope="queue",
        means_zh="仍在排队的来电中等得最久的已等时长", means_en="Age of the oldest visit still waiting",
        formula="now − the earliest joining of a waiting visit", of=of_now(_longest_wait),
    ),
    metric(
        "estimated_wait", "预计等待", "Estimated wait", unit="s", kind="estimate", basis="now", scope="queue",
        means_zh="此刻进线者预计要等多久（估算）", means_en="Estimated wait of a caller who joins now",
        formula="0 if an agent is available, else (waiting + 1) × AHT of the last hour ÷ (staffed − paused − unreachable)",
        of=of_now(_estimated_wait),
    ),
    metric(
        "agents_staffed", "在岗坐席", "Agents staffed", unit="agents", kind="count", basis="now", scope="queue",
        means_zh="已签入的坐席人数（静态坐席话机离线的不算）",
        means_en="Distinct members signed in; a static member whose phone is unreachable is not",
        formula="available + ringing + talking + holding + wrapping up + paused + unreachable + busy elsewhere + monitoring",
        of=of_now(lambda query: sum(query.crew().values())),
    ),
    _crew("agents_available", "空闲", "Available", "available", "可以接听的坐席，含仅在部分队列示忙的",
          "Ready for a contact of this set, partly paused ones included"),
    _crew("agents_ringing", "振铃", "Ringing", "ringing", "话机正为本队来电振铃的坐席", "Their phone rings for a contact of this set"),
    _crew("agents_talking", "通话", "Talking", "talking", "正与本队来电通话的坐席", "Talking to a contact of this set"),
    _crew("agents_holding", "保持", "Holding", "holding", "本队来电处于保持的坐席", "With a contact of this set on hold"),
    _crew("agents_wrapping_up", "话后", "Wrapping up", "wrapping_up", "话后处理中的坐席", "Working after a contact of this set"),
    _crew("agents_paused", "示忙", "Paused", "paused", "在本组队列中全部示忙或小休的坐席", "Paused in all of the set's queues they serve"),
    _crew("agents_unreachable", "话机离线", "Unreachable", "unreachable", "已签入但话机离线的坐席",
          "Signed in, but the phone is out of reach"),
    _crew("agents_busy_elsewhere", "他队忙", "Busy elsewhere", "busy_elsewhere", "正忙于其他队列或自己通话的坐席",
          "Busy, with no contact of this set"),
    _crew("agents_monitoring", "监听中", "Monitoring", "monitoring", "正在监听他人通话的坐席", "Listening to somebody's call"),
)  # fmt: skip
