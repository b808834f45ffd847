"""How much the simulated switch can say: events/s of the world alone, over a real socket from one process, and its start.

The socket's figure is what a client in another process reads while the simulator is asked for more than it can give
(`speed` 1,000), so it is its capacity on one core, with the client on another. No peer: nothing else plays this part.
"""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

from collectors.simulator import NOISES, SimulatorConfig, World
from collectors.simulator.wire import Sent

RUNS = 5
START = 1_795_286_400.0
SERVE = """
import asyncio, sys
from collectors.simulator import NOISES, SimulatorConfig, SimulatorServer
async def main():
    noise = NOISES if sys.argv[2] == "noise" else frozenset()
    config = SimulatorConfig(agents=int(sys.argv[1]), port=0, speed=1000.0, noise=noise, write_timeout_s=60)
    async with SimulatorServer(config) as server:
        print(server.port, flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


def figure(name: str, unit: str, values: list[float], target: float | None, digits: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": name, "value": round(statistics.median(values), digits), "unit": unit, "runs": len(values),
    }  # fmt: skip
    return row if target is None else row | {"target": target}


def world_rate(agents: int, noise: frozenset[str]) -> float:
    """Events a second of processor time that the world prints, into nothing."""
    world = World(SimulatorConfig(agents=agents, noise=noise), START)
    world.wake()
    nobody: deque[Sent] = deque(maxlen=0)
    world.wire.listener = nobody.append
    before = time.process_time()
    while world.wire.count < 60_000:
        world.run_until(world.engine.now + 1)
    return world.wire.count / (time.process_time() - before)


def socket_rate(agents: int, noise: str) -> float:
    """Events a second that arrive over TCP from one simulator process."""
    server = subprocess.Popen([sys.executable, "-c", SERVE, str(agents), noise], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"Action: Login\r\nUsername: sup\r\nSecret: ami-secret\r\n\r\n")
            count(client, 0.5)
            return count(client, 3.0)
    finally:
        server.kill()
        server.wait()


def count(client: socket.socket, seconds: float) -> float:
    begun, messages, tail = time.perf_counter(), 0, b""
    while (passed := time.perf_counter() - begun) < seconds:
        data = tail + client.recv(1 << 20)
        messages += data.count(b"\r\n\r\n")
        tail = data[-3:]
    return messages / passed


def start_s(agents: int) -> float:
    before = time.perf_counter()
    World(SimulatorConfig(agents=agents), START).wake()
    return time.perf_counter() - before


def main() -> None:
    figures = [
        figure("world, 1,000 agents", "events/s", [world_rate(1000, frozenset()) for _ in range(RUNS)], None, 0),
        figure("world, 1,000 agents, all noise", "events/s", [world_rate(1000, NOISES) for _ in range(RUNS)], None, 0),
        figure(
            "over TCP, one process, 1,000 agents", "events/s", [socket_rate(1000, "") for _ in range(RUNS)], 3000, 0
        ),
        figure(
            "over TCP, one process, 1,000 agents, all noise",
            "events/s",
            [socket_rate(1000, "noise") for _ in range(RUNS)],
            3000,
            0,
        ),
        figure(
            "over TCP, one process, 5,000 agents", "events/s", [socket_rate(5000, "") for _ in range(RUNS)], 3000, 0
        ),
        figure("start of a warm floor, 5,000 agents", "s", [start_s(5000) for _ in range(RUNS)], 3, 2),
    ]
    path = Path(__file__).parent / "results" / "simulator.json"
    path.write_text(json.dumps({"machine": "2 cores", "figures": figures}, ensure_ascii=False, indent=1) + "\n")
    for one in figures:
        print(f"{one['name']}: {one['value']} {one['unit']}")


if __name__ == "__main__":
    main()
