"""No frame tells who listens, to whom or why, beyond where that may be known: random floors, random scopes, the oracle of `test_scope`."""

from __future__ import annotations

import msgspec
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dashboard.access.actor import Actor, Grant
from dashboard.access.permissions import Permission
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.live.gateway import Gateway
from dashboard.live.visitor import Visitor
from tests.live.boards import BOARDS
from tests.live.test_gateway import Memory, write
from tests.live.test_scope import BY_HAND, PEOPLE, Oracle, World, fold_into, forever, scopes

_P = Permission


def supervisor(scope: Scope, hearing: Scope, number: int) -> Visitor:
    """Sees the floor in one scope, and who listens in another."""
    grants = (
        Grant("floor", scope, frozenset({_P.FLOOR_VIEW, _P.WALL_VIEW, _P.AGENTS_PAUSE})),
        Grant("hears", hearing, frozenset({_P.MONITOR_VIEW, _P.MONITOR_LISTEN})),
    )
    name = f"p{number}"
    return Visitor(Actor("person", name, "王芳", grants, account_id=name, session=f"s{number}", address="10.0.0.7"))


@settings(max_examples=25, phases=[Phase.generate])
@given(st.integers(0, 10_000_000), st.lists(st.tuples(scopes, scopes), min_size=1, max_size=3))
def test_sessions_are_told_where_they_may_be_known_and_nowhere_else(
    seed: int, asked: list[tuple[Scope, Scope]]
) -> None:
    world = World(seed)
    forever(world)
    gateway = Gateway(BOARDS, "r", write, most_views=40)
    fold_into(gateway, world)
    opened = []
    for number, (scope, hearing) in enumerate([*asked, (EVERYTHING, EVERYTHING)]):
        for board in ("floor", "monitor", "default"):
            socket = Memory()
            screen = gateway.opened(socket, supervisor(scope, hearing, number), world.scene.now)
            gateway.heard(screen, msgspec.json.encode({"board": board}).decode(), world.scene.now)
            opened.append((socket, scope, hearing, board))
    for step in range(12):
        world.step()
        fold_into(gateway, world)
        (gateway.second if step % 3 else gateway.tick)(world.scene.now)
    world.scene.wait(4)
    fold_into(gateway, world)
    gateway.second(world.scene.now)
    gateway.tick(world.scene.now)
    for socket, scope, hearing, board in opened:
        text = msgspec.json.encode(socket.frames).decode()
        seen, heard = Oracle(world, scope), Oracle(world, hearing)
        assert not [one for one in PEOPLE if one in text and not seen.agent(one) and not heard.agent(one)], "desks, too"
        for agent, queue, words in world.sessions:
            may = heard.session(agent, queue) and (board == "monitor" or seen.session(agent, queue))
            if not may or board == "default":
                assert not [word for word in words if word in text], (board, scope, hearing)
            elif board == "monitor" and words[0] in world.heard:
                assert words[0] in msgspec.json.encode(socket.on_screen()).decode(), (scope, hearing)


def test_the_story_has_sessions_of_every_kind() -> None:
    """Or the test above would say nothing."""
    kinds = set()
    for seed in range(40):
        world = World(seed)
        kinds |= {queue if queue in {None, BY_HAND} else "queue" for _, queue, words in world.sessions}
    assert kinds == {None, BY_HAND, "queue"}
