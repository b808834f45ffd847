"""What a monitoring system meets at a process's own port, over a real socket."""

from __future__ import annotations

import asyncio

from collectors.vitals import LONGEST_REQUEST, Vitals, serve


def _ask(vitals: Vitals, request: bytes) -> str:
    async def once() -> str:
        server = await serve(vitals, "127.0.0.1", 0)
        async with server:
            host, port = server.sockets[0].getsockname()
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(request)
            try:
                answer = await reader.read()
            except ConnectionResetError:  # closed on us with bytes unread: no answer either
                answer = b""
            writer.close()
        return answer.decode()

    return asyncio.run(once())


def _get(vitals: Vitals, path: str) -> str:
    return _ask(vitals, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())


def test_health_is_answered() -> None:
    assert _get(Vitals(), "/healthz").startswith("HTTP/1.1 200 OK")


def test_not_ready_says_why_with_503() -> None:
    vitals = Vitals()
    vitals.why_not_ready = lambda: "Redis cannot be reached."
    answer = _get(vitals, "/readyz")
    assert answer.startswith("HTTP/1.1 503")
    assert answer.endswith("Redis cannot be reached.\n")
    vitals.why_not_ready = lambda: ""
    assert _get(vitals, "/readyz").startswith("HTTP/1.1 200")


def test_metrics_are_in_the_text_format_of_prometheus() -> None:
    vitals = Vitals()
    events = vitals.counter("floorwatch_events_total", "Events folded.", "type")
    lag = vitals.gauge("floorwatch_lag_seconds", "Behind the newest entry.")
    vitals.before_scrape.append(lambda: lag.set(1.5))
    events.add(2, "Answered")
    events.add(1, 'a"b\\c\nd')
    body = _get(vitals, "/metrics").partition("\r\n\r\n")[2]
    assert body.splitlines() == [
        "# HELP floorwatch_events_total Events folded.",
        "# TYPE floorwatch_events_total counter",
        'floorwatch_events_total{type="Answered"} 2',
        'floorwatch_events_total{type="a\\"b\\\\c\\nd"} 1',
        "# HELP floorwatch_lag_seconds Behind the newest entry.",
        "# TYPE floorwatch_lag_seconds gauge",
        "floorwatch_lag_seconds 1.5",
    ]


def test_a_head_request_has_no_body() -> None:
    answer = _ask(Vitals(), b"HEAD /healthz HTTP/1.1\r\n\r\n")
    assert "Content-Length: 3" in answer
    assert answer.endswith("\r\n\r\n")


def test_other_methods_paths_and_protocols_are_refused() -> None:
    assert _ask(Vitals(), b"POST /metrics HTTP/1.1\r\n\r\n").startswith("HTTP/1.1 405")
    assert _get(Vitals(), "/etc/passwd").startswith("HTTP/1.1 404")
    assert _ask(Vitals(), b"hello\r\n\r\n").startswith("HTTP/1.1 400")


def test_an_endless_request_is_cut_off() -> None:
    assert _ask(Vitals(), b"GET /" + b"a" * (2 * LONGEST_REQUEST) + b"\r\n\r\n") == ""
