"""Every number of a day leads to a list that there is: what the pages link to, the lists take."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.pages.day_links import CLOCK, ID, links
from dashboard.reports.calls_question import read_question
from layouts.today.parts import CARDS


@pytest.mark.parametrize("queue", ["", "sales & co/1"])
def test_each_list_is_one_that_can_be_asked_for(queue: str) -> None:
    lists = {name: href for name, href in links(queue).items() if href.startswith("/calls/")}
    assert len(lists) > 8
    for name, href in lists.items():
        asked = read_question(parse_qs(urlsplit(href.replace(CLOCK, "10:00-10:30")).query))
        if name == "half_hour":
            assert asked.clock == (600, 630)
        if queue:
            assert asked.queues == (queue,), name
        elif name.startswith("queue."):
            assert asked.queues == (ID,), name


def test_every_card_that_leads_somewhere_has_its_link() -> None:
    known = links()
    assert {card.link for card in CARDS if card.link} <= known.keys()
    assert {"agent", "queue", "agent.calls", "agent.missed"} <= known.keys()
