"""Metrics of agents: state now, what they did (E), how their time went (C)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dashboard.floor import counters as c
from dashboard.floor.agent_sums import code_at
from dashboard.floor.agent_view import reason_of, since_of
from dashboard.floor.display import NAMES
from dashboard.floor.erlang import agents_needed
from dashboard.floor.live_query import LiveQuery, of_now
from dashboard.floor.metric import Answer, Basis, Kind, Metric, Result, Unit, metric, ratio
from dashboard.floor.query import Query
from dashboard.floor.queue_now import mean_handle_s
from dashboard.floor.state import Agent


def _one(query: LiveQuery) -> Agent | None:
    agents = query.agents()
    return agents[0] if len(agents) == 1 else None


def _state(query: LiveQuery) -> str | None:
    agent = _one(query)
    return None if agent is None else NAMES[code_at(agent, query.now_ms)]


def _reason(query: LiveQuery) -> str | None:
    agent = _one(query)
    return None if agent is None else reason_of(query.floor, agent, code_at(agent, query.now_ms))


def _in_state(query: LiveQuery) -> Answer:
    agent = _one(query)
    if agent is None:
        return Answer(None, None)
    since_ms = since_of(agent, query.now_ms)
    return Answer(max(query.now_ms - since_ms, 0) // 1000, since_ms)


def _last_call(query: Query) -> Answer:
    at_ms = query.last_call_ms()
    return Answer(at_ms or None, at_ms or None)


def _served(query: Query) -> int:
    return max(query.time(c.A_HANDLED) - query.time(c.A_HUNG_UP_FIRST) - query.time(c.A_TRANSFERS), 0)


def _served_rate(query: Query) -> float | None:
    served = _served(query)
    return ratio(served, served + query.time(c.A_MISSED))


def _utilisation(query: Query) -> float | None:
    worked_ms = sum(query.time(part) for part in (c.TALK_MS, c.HOLD_MS, c.WRAP_UP_MS, c.AVAILABLE_MS))
    return ratio(worked_ms, query.time(c.SIGNED_IN_MS))


def _staffing_gap(query: LiveQuery) -> int | None:
    recent, settings = query.over("last_30_min"), query.floor.settings
    offered, abandoned = recent.count(c.OFFERED), recent.count(c.ABANDONED)
    handle_s = mean_handle_s(recent) or mean_handle_s(query.over("day"))
    if not offered or handle_s is None:
        return None
    waited_s = recent.count(c.WAIT_ANSWERED_S) + recent.count(c.WAIT_ABANDONED_S)
    patience_s = max(waited_s / abandoned, 1.0) if abandoned else 3600.0
    queues = [query.floor.queue_settings(queue.id) for queue in query.queues()] or [settings.default_queue]
    target = sum(queue.service_level_target for queue in queues) / len(queues)
    threshold_s = min(queue.threshold_s for queue in queues)
    return sum(query.crew().values()) - agents_needed(offered / 1800, handle_s, patience_s, threshold_s, target)


def _nothing(query: Query) -> None:  # noqa: ARG001 (nobody tells of schedules)
    return None


def _count(
    metric_id: str,
    zh: str,
    en: str,
    counter: int,
    means_zh: str,
    means_en: str,
    unit: Unit = "calls",
    kind: Kind = "count",
) -> Metric:
    return metric(
        metric_id, zh, en, unit=unit, kind=kind, basis="E", scope="agent", means_zh=means_zh, means_en=means_en,
        formula=means_en[0].lower() + means_en[1:], of=lambda query: query.time(counter),
    )  # fmt: skip


def _part(metric_id: str, zh: str, en: str, counter: int, means_zh: str, means_en: str) -> Metric:
    return metric(
        metric_id, zh, en, unit="s", kind="duration", basis="C", scope="agent", means_zh=means_zh, means_en=means_en,
        formula=f"time in state, clipped to the window: {en.lower()}", of=lambda query: query.time(counter) / 1000,
    )  # fmt: skip


def _other(
    metric_id: str, zh: str, en: str, unit: Unit, kind: Kind, basis: Basis, means_zh: str, means_en: str, formula: str,
    of: Callable[[Query], Result],
) -> Metric:  # fmt: skip
    return metric(
        metric_id, zh, en, unit=unit, kind=kind, basis=basis, scope="agent", means_zh=means_zh, means_en=means_en,
        formula=formula, of=of,
    )  # fmt: skip


METRICS: Final = (
    _other("state", "状态", "State", "word", "state", "now", "坐席此刻的状态", "What the agent does now",
           "one table over presence and activity, bridge evidence first", of_now(_state)),
    _other("pause_reason", "示忙原因", "Pause reason", "word", "state", "now", "示忙时的原因", "Why the agent is paused",
           "the newest pause's reason, while paused or working after a call by a pause", of_now(_reason)),
    _other("in_state", "状态时长", "Time in state", "s", "since", "now", "进入当前状态以来的时长", "Time since the state began",
           "now − since", of_now(_in_state)),
    _count("calls_handled", "接听量", "Calls handled", c.A_HANDLED, "处理完的队列来电数", "Handlings that ended"),
    _count("calls_missed", "漏接", "Calls missed", c.A_MISSED, "振铃超时未接的次数", "Offers that rang out", "offers"),
    _count("calls_rejected", "拒接", "Calls rejected", c.A_REJECTED, "话机忙、拒接或拥塞的次数",
           "Offers refused: busy, declined or congested", "offers"),
    _count("calls_dialled", "外呼量", "Calls dialled", c.A_DIALLED, "坐席自己外呼的次数", "Own outbound calls"),
    _count("calls_connected", "外呼接通量", "Calls connected", c.A_CONNECTED, "外呼接通的次数", "Own outbound calls that were answered"),
    _other("connect_rate", "外呼接通率", "Connect rate", "ratio", "ratio", "E", "外呼接通量占外呼量的比例",
           "Share of the dialled that was answered", "calls_connected ÷ calls_dialled",
           lambda q: ratio(q.time(c.A_CONNECTED), q.time(c.A_DIALLED))),
    _count("effective_calls", "有效通话", "Effective calls", c.A_EFFECTIVE, "通话时长达到设定值的外呼数",
           "Own outbound calls talked for at least the set time"),
    _other("talk_total", "通时", "Talk total", "s", "duration", "E", "全部外部通话的接通时长，含保持",
           "Connected seconds of all external calls, holds included", "Σ (talk + hold) of handlings + Σ connected time of own calls",
           lambda q: q.time(c.A_TALK_S) + q.time(c.A_HOLD_S) + q.time(c.A_OWN_S)),
    _count("own_talk", "外线通时", "Own talk", c.A_OWN_S, "坐席自己的外部通话（外呼与直拨呼入）的接通时长，不含队列来电",
           "Connected seconds of own external calls, those of queues left out", "s", "duration"),
    _other("call_count", "通次", "Call count", "calls", "count", "E", "全部外部通话的次数", "All external calls that were connected",
           "calls_handled + own external calls that were connected", lambda q: q.time(c.A_HANDLED) + q.time(c.A_OWN)),
    _part("talk", "通话时长", "Talking", c.TALK_MS, "与外部或队列来电通话的时长", "Time talking with the outside or a queue's caller"),
    _part("hold", "保持时长", "Holding", c.HOLD_MS, "把对方置于保持的时长", "Time with the other party on hold"),
    _part("wrap_up", "话后时长", "Wrapping up", c.WRAP_UP_MS, "话后处理的时长", "Time working after a call"),
    _part("ring", "振铃时长", "Ringing", c.RING_MS, "话机振铃的时长", "Time the phone rang"),
    _part("available", "空闲时长", "Available", c.AVAILABLE_MS, "签入且可接听的时长", "Time signed in and ready"),
    _part("paused", "示忙时长", "Paused", c.PAUSED_MS, "在所有队列示忙的时长，可按原因细分", "Time paused in every queue; also by reason"),
    _part("other_call", "其他通话", "Other call", c.OTHER_CALL_MS, "内部或私人通话的时长", "Time in internal or private calls"),
    _part("monitoring", "监听时长", "Monitoring", c.MONITORING_MS, "监听他人通话的时长", "Time listening to somebody's call"),
    _part("unreachable", "话机离线时长", "Unreachable", c.UNREACHABLE_MS, "签入但话机离线的时长",
          "Time signed in with the phone out of reach"),
    _part("signed_in", "签入时长", "Signed in", c.SIGNED_IN_MS, "签入的总时长，等于各状态时长之和", "Time signed in: the sum of the parts"),
    _other("utilisation", "利用率", "Utilisation", "ratio", "ratio", "C", "处理与空闲时长占签入时长的比例",
           "Handling and available time as a share of the time signed in", "(handling + available) ÷ signed_in", _utilisation),
    _other("adherence", "遵时率", "Adherence", "ratio", "ratio", "C", "在排班规定状态中的分钟占排班分钟的比例；无排班为“–”",
           "Minutes in the scheduled kind of state as a share of the scheduled; – with no schedule",
           "minutes in the scheduled kind of state ÷ scheduled", _nothing),
    _other("conformance", "工时符合率", "Conformance", "ratio", "ratio", "C", "实际工作分钟占排班分钟的比例；无排班为“–”",
           "Minutes worked as a share of the scheduled; – with no schedule", "worked ÷ scheduled", _nothing),
    _count("transfers", "转接", "Transfers", c.A_TRANSFERS, "把来电转走的次数", "Handled callers passed on"),
    _count("hung_up_first", "先挂", "Hung up first", c.A_HUNG_UP_FIRST, "坐席先挂机的次数", "Handlings ended by the agent"),
    _other("calls_served", "有效接听", "Calls served", "calls", "count", "E", "处理完的来电中，坐席未先挂、也未转走的数量",
           "Handled callers whom the agent neither hung up on first nor passed on", "calls_handled − hung_up_first − transfers, at least 0",
           _served),
    _other("served_rate", "有效接起率", "Served rate", "ratio", "ratio", "E", "有效接听占有效接听与漏接之和的比例",
           "Calls served as a share of those served or left to ring out", "calls_served ÷ (calls_served + calls_missed)", _served_rate),
    _count("longest_call", "最长通话", "Longest call", c.A_LONGEST_S, "最长一次外部通话的时长",
           "The longest external call", "s", "maximum"),
    _other("last_call_at", "末次通话", "Last call", "time", "since", "E", "最近一次外部通话结束的时间",
           "When the last external call of the day ended", "end of the latest external call", _last_call),
    metric(
        "staffing_gap", "人力缺口", "Staffing gap", unit="agents", kind="estimate", basis="now", scope="floor",
        means_zh="在岗人数减去按 Erlang A 达到目标服务水平所需人数（估算，负数为缺人）",
        means_en="Staffed minus what Erlang A asks for at the target service level (estimate; negative: too few)",
        formula="agents_staffed − Erlang A(arrivals, patience and AHT of the last half-hour, target, T)", of=of_now(_staffing_gap),
    ),
)  # fmt: skip
