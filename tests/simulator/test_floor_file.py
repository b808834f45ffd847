"""The floor file of the simulated floor is one that the product reads, and it names everybody."""

from __future__ import annotations

from pathlib import Path

from collectors.simulator import SimulatorConfig, World, floor_file
from dashboard import floor_file as product

from .worlds import START


def test_it_names_every_queue_agent_team_and_reason(tmp_path: Path) -> None:
    config = SimulatorConfig(agents=120, traps=frozenset({23, 41}))
    path = tmp_path / "floor.toml"
    path.write_text(floor_file(config), encoding="utf-8")
    settings = product.read(str(path))
    world = World(config, START)
    assert set(settings.queues) == set(world.queues)
    assert all(queue.names.zh and queue.names.en and queue.wrap_up_s == 12 for queue in settings.queues.values())
    assert {key: agent.name for key, agent in settings.agents.items()} == {
        a.interface: a.plan.name for a in world.agents
    }
    assert {agent.team for agent in settings.agents.values()} == set(settings.teams)
    assert settings.pause_reasons["小休"].names.en == "Break"
    assert settings.pause_reasons["话后处理"].category == "work_after_call"
    assert settings.time_zone == "Asia/Shanghai"


def test_hostile_names_are_only_text(tmp_path: Path) -> None:
    config = SimulatorConfig(agents=120, traps=frozenset({41}))
    names = [agent.plan.name for agent in World(config, START).agents]
    assert any('"' in name for name in names)
    path = tmp_path / "floor.toml"
    path.write_text(floor_file(config), encoding="utf-8")
    assert len(product.read(str(path)).agents) == 120
