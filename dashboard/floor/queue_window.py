"""Metrics of a set of queues over a window: J by the visit's joining, E by the fact, all from counters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dashboard.floor import counters as c
from dashboard.floor import histogram
from dashboard.floor.metric import Basis, Metric, Result, Unit, metric, ratio
from dashboard.floor.query import Query
from dashboard.floor.queue_now import mean_handle_s, timed
from dashboard.floor.service_level import Counts, met_and_counted
from dashboard.floor.state import Row

LEFT_OTHERWISE: Final = tuple(counter for reason, counter in c.LEFT_REASONS.items() if reason != "lost")


def left_otherwise(query: Query) -> int:
    """Visits that left unanswered without the caller hanging up or the switch dying."""
    return sum(query.count(counter) for counter in LEFT_OTHERWISE)


def _short(query: Query) -> int:
    total = 0
    for queue, rows in query.rows():
        limit_s = query.queue_settings(queue).short_abandon_s
        total += sum(histogram.within(row.abandoned, limit_s) for row in rows)
    return total


def _threshold_s(query: Query, queue: str) -> int:
    return query.queue_settings(queue).threshold_s if query.threshold_s is None else query.threshold_s


def _counts(query: Query, queue: str, rows: tuple[Row, ...]) -> Counts:
    threshold_s = _threshold_s(query, queue)
    return Counts(
        answered=sum(histogram.total(row.answered) for row in rows),
        abandoned=sum(histogram.total(row.abandoned) for row in rows),
        answered_in_t=sum(histogram.within(row.answered, threshold_s) for row in rows),
        abandoned_in_t=sum(histogram.within(row.abandoned, threshold_s) for row in rows),
        abandoned_in_s=sum(
            histogram.within(row.abandoned, query.queue_settings(queue).short_abandon_s) for row in rows
        ),
        left_otherwise=sum(row.counts[counter] for row in rows for counter in LEFT_OTHERWISE),
    )


def _service_level(query: Query, *, is_live: bool = False) -> float | None:
    met = counted = 0
    for queue, rows in query.rows():
        settings = query.queue_settings(queue)
        formula = query.formula or settings.formula
        a, b = met_and_counted(formula, _counts(query, queue, rows), overflow_counts=settings.overflow_counts)
        overdue = query.overdue(queue, _threshold_s(query, queue)) if is_live else 0
        met, counted = met + a, counted + b + overdue
    return ratio(met, counted)


def answered_within(query: Query) -> int:
    """Visits answered within the threshold."""
    return sum(_counts(query, queue, rows).answered_in_t for queue, rows in query.rows())


def _net_abandon_rate(query: Query) -> float | None:
    short = _short(query)
    return ratio(query.count(c.ABANDONED) - short, query.count(c.OFFERED) - short)


def _mean_wait(query: Query, seconds: int, *, is_answered: bool) -> float | None:
    n = sum(histogram.total(row.answered if is_answered else row.abandoned) for _, rows in query.rows() for row in rows)
    return ratio(query.count(seconds), n)


def _max_wait(query: Query) -> int | None:
    rows = query.rows()
    has_left = any(any(row.answered) or any(row.abandoned) or any(row.left) for _, some in rows for row in some)
    return query.longest_wait_s() if has_left else None


def _contacts(query: Query) -> int | None:
    further = query.further_visits()
    return None if further is None else query.count(c.OFFERED) - further


def _refused(query: Query) -> int | None:
    return query.count(c.REFUSED) if query.are_refusals_reported() else None


def occupancy(query: Query) -> float | None:
    """Handling time ÷ (handling + available) of the distinct agents, all their handling."""
    handling_ms = query.time(c.TALK_MS) + query.time(c.HOLD_MS) + query.time(c.WRAP_UP_MS)
    return ratio(handling_ms, handling_ms + query.time(c.AVAILABLE_MS))


def _count(
    metric_id: str, zh: str, en: str, basis: Basis, counter: int, means_zh: str, means_en: str, unit: Unit = "visits"
) -> Metric:
    return metric(
        metric_id, zh, en, unit=unit, kind="count", basis=basis, scope="queue", means_zh=means_zh, means_en=means_en,
        formula=means_en[0].lower() + means_en[1:], of=lambda query: query.count(counter),
    )  # fmt: skip


def _rate(
    metric_id: str, zh: str, en: str, means_zh: str, means_en: str, formula: str, of: Callable[[Query], Result]
) -> Metric:
    return metric(
        metric_id, zh, en, unit="ratio", kind="ratio", basis="J", scope="queue", means_zh=means_zh, means_en=means_en,
        formula=formula, of=of,
    )  # fmt: skip


_SL_FORMULAS: Final = (
    "answered_only: answered ≤ T ÷ answered; abandons_count: answered ≤ T ÷ (answered + abandoned); early_abandons_met: "
    "(answered ≤ T + abandoned ≤ T) ÷ (answered + abandoned); early_abandons_ignored: answered ≤ T ÷ (answered + "
    "abandoned > T); short_abandons_removed: answered ≤ T ÷ (answered + abandoned − abandoned ≤ s). With overflow counts, "
    "left_otherwise joins the denominator of all but the first"
)

METRICS: Final = (
    _count("offered", "进线量", "Offered", "J", c.OFFERED, "转人工后进入队列的来电数", "Visits that joined the queue"),
    metric(
        "contacts_entered", "来电人次", "Contacts", unit="contacts", kind="count", basis="J", scope="queue",
        means_zh="去重后的来电数：一次来电溢出到多个队列只算一次",
        means_en="Distinct calls of the set, however many of its queues they joined",
        formula="offered − further visits of the same call within the set", of=_contacts,
    ),
    _count("answered", "接起量", "Answered", "J", c.ANSWERED, "坐席接起的来电数", "Visits connected to an agent"),
    _count("abandoned", "放弃量", "Abandoned", "J", c.ABANDONED, "排队或振铃中主叫挂机的来电数",
           "Visits whose caller hung up while waiting or ringing"),
    _count("abandoned_ringing", "振铃放弃", "Abandoned ringing", "J", c.ABANDONED_RINGING, "坐席振铃时主叫挂机",
           "Visits whose caller hung up while an agent was ringing"),
    metric(
        "abandoned_queued", "排队放弃", "Abandoned queued", unit="visits", kind="count", basis="J", scope="queue",
        means_zh="未振铃、排队时主叫挂机", means_en="Visits whose caller hung up while no agent was ringing",
        formula="abandoned − abandoned_ringing", of=lambda q: q.count(c.ABANDONED) - q.count(c.ABANDONED_RINGING),
    ),
    metric(
        "abandoned_short", "短时放弃", "Short abandons", unit="visits", kind="count", basis="J", scope="queue",
        means_zh="等待不超过短时放弃门限（默认 5 秒）即挂机", means_en="Abandoned within the queue's short-abandon limit s (default 5 s)",
        formula="abandoned with wait ≤ s", of=_short,
    ),
    metric(
        "left_otherwise", "其他离队", "Left otherwise", unit="visits", kind="count", basis="J", scope="queue",
        means_zh="超时、按键、无坐席、撤回、转走或预约回呼等未接起离队；原因不明的单列，不算放弃",
        means_en="Left unanswered by timeout, key, empty, withdraw, transfer or callback; never counted as abandoned",
        formula="timeout + key + empty + withdraw + transfer + callback + unknown", of=left_otherwise,
    ),
    _count("lost", "中断丢失", "Lost", "J", c.LOST, "交换机中断时仍在排队的来电数", "Visits waiting when the switch died"),
    metric(
        "refused", "拒绝进线", "Refused", unit="callers", kind="count", basis="E", scope="queue",
        means_zh="因队列已满或无人值守未能进线；拨号方案不上报时为“–”",
        means_en="Callers turned away before joining; – unless the dialplan reports them",
        formula="callers refused because the queue was full or empty", of=_refused,
    ),
    _rate("service_level", "服务水平", "Service level", "T 秒接起率：按队列选定公式，T 从进线到坐席接起（默认 20 秒）",
          "Share answered within T seconds (default 20 s) by the queue's chosen formula", _SL_FORMULAS, _service_level),
    _rate("service_level_live", "实时服务水平", "Live service level", "同服务水平，仍在排队且已超 T 的先算未达标",
          "The same, where a visit still waiting beyond T is already a miss",
          "as service_level, with waiting > T added to the denominator", lambda q: _service_level(q, is_live=True)),
    _rate("abandon_rate", "放弃率", "Abandon rate", "放弃量占进线量的比例", "Share of the offered that abandoned", "abandoned ÷ offered",
          lambda q: ratio(q.count(c.ABANDONED), q.count(c.OFFERED))),
    _rate("abandon_rate_net", "净放弃率", "Net abandon rate", "扣除短时放弃后的放弃率", "Abandon rate without the short ones",
          "(abandoned − abandoned_short) ÷ (offered − abandoned_short)", _net_abandon_rate),
    _rate("answer_rate", "人工接通率", "Answer rate", "接起量占进线量的比例（接起率）",
          "Share of the offered that was answered", "answered ÷ offered",
          lambda q: ratio(q.count(c.ANSWERED), q.count(c.OFFERED))),
    metric(
        "asa", "平均应答速度", "Average speed of answer", unit="s", kind="mean", basis="J", scope="queue",
        means_zh="接起来电从进线到接起的平均时长（含振铃，不含 IVR）", means_en="Mean wait of answered visits, from joining to answer",
        formula="Σ wait of answered ÷ answered", of=lambda q: _mean_wait(q, c.WAIT_ANSWERED_S, is_answered=True),
    ),
    metric(
        "max_wait", "最大排队时长", "Longest wait of the window", unit="s", kind="maximum", basis="J", scope="queue",
        means_zh="已离队来电中最长的等待，无论是否接起", means_en="Longest wait of any visit that has left the queue, answered or not",
        formula="max wait", of=_max_wait,
    ),
    metric(
        "avg_abandon_wait", "平均放弃等待", "Average wait to abandon", unit="s", kind="mean", basis="J", scope="queue",
        means_zh="放弃来电的平均等待时长", means_en="Mean wait of abandoned visits",
        formula="Σ wait of abandoned ÷ abandoned", of=lambda q: _mean_wait(q, c.WAIT_ABANDONED_S, is_answered=False),
    ),
    metric(
        "aht", "平均处理时长", "Average handle time", unit="s", kind="mean", basis="E", scope=("queue", "agent"),
        means_zh="每次处理的通话、保持与话后时长之和的平均", means_en="Mean of talk, hold and wrap-up over handlings",
        formula="(Σ talk + Σ hold + Σ wrap-up) ÷ handlings of known length", of=mean_handle_s,
    ),
    metric(
        "avg_talk", "平均通话时长", "Average talk", unit="s", kind="mean", basis="E", scope=("queue", "agent"),
        means_zh="每次处理的平均通话时长，不含保持", means_en="Mean talk time over handlings, hold excluded",
        formula="Σ talk ÷ handlings of known length", of=lambda q: ratio(q.either(c.TALK_S, c.A_TALK_S), timed(q)),
    ),
    metric(
        "avg_hold", "平均保持时长", "Average hold", unit="s", kind="mean", basis="E", scope=("queue", "agent"),
        means_zh="每次处理的平均保持时长", means_en="Mean hold time over handlings",
        formula="Σ hold ÷ handlings of known length", of=lambda q: ratio(q.either(c.HOLD_S, c.A_HOLD_S), timed(q)),
    ),
    metric(
        "avg_wrap_up", "平均话后时长", "Average wrap-up", unit="s", kind="mean", basis="E", scope=("queue", "agent"),
        means_zh="每次处理的平均话后处理时长", means_en="Mean wrap-up time over handlings",
        formula="Σ wrap-up ÷ handlings of known length",
        of=lambda q: ratio(q.either(c.WRAP_MS, c.A_WRAP_MS) / 1000, timed(q)),
    ),
    _count("missed_offers", "漏接", "Missed offers", "E", c.MISSED, "振铃超时未接的次数", "Offers that rang out", "offers"),
    _count("rejected_offers", "拒接", "Rejected offers", "E", c.REJECTED, "话机忙、拒接或拥塞的次数",
           "Offers refused by the phone: busy, declined or congested", "offers"),
    _count("transferred_out", "转出", "Transferred out", "E", c.TRANSFERRED_OUT, "接起后转走的次数，盲转与咨询转",
           "Handled callers passed on, blind or attended", "handlings"),
    _count("transferred_in", "转入", "Transferred in", "E", c.TRANSFERRED_IN, "由其他队列的坐席转入的来电数",
           "Visits that came by an agent's transfer from another queue"),
    _count("overflow_in", "溢入", "Overflow in", "E", c.OVERFLOW_IN, "未接起而从其他队列溢入的来电数",
           "Visits that came unanswered from another queue"),
    _count("overflow_out", "溢出", "Overflow out", "E", c.OVERFLOW_OUT, "未接起而溢出到其他队列的来电数",
           "Visits that went unanswered to another queue"),
    _count("repeat_callers", "重复来电", "Repeat callers", "J", c.REPEAT, "主叫号码 24 小时内来过电的来电数",
           "Visits whose number had called within the 24 hours before"),
    _count("hung_up_by_agent", "坐席先挂", "Hung up by agent", "E", c.HUNG_UP_BY_AGENT, "由坐席先挂机的处理数",
           "Handlings ended by the agent", "handlings"),
    metric(
        "occupancy", "占用率", "Occupancy", unit="ratio", kind="ratio", basis="C", scope=("queue", "agent"),
        means_zh="处理时长占处理加空闲时长的比例，按去重坐席的全部处理计",
        means_en="Handling time of the distinct agents as a share of handling and available time",
        formula="(talk + hold + wrap_up) ÷ (talk + hold + wrap_up + available)", of=occupancy,
    ),
)  # fmt: skip
