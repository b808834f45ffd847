"""A part of a page under a heading of its own, and facts in pairs."""

from __future__ import annotations

from dataclasses import dataclass

import htpy as h


@dataclass(frozen=True, slots=True)
class Fact:
    """What it is, and how it stands."""

    label: str
    value: h.Node


def panel(title: str, *content: h.Node, hint: str = "", name: str = "") -> h.Element:
    """`name`: makes it a place in the page (`#name`)."""
    return h.section(class_="panel", id=name or None)[h.h2[title], hint and h.p(class_="hint")[hint], content]


def facts(*pairs: Fact) -> h.Element:
    """Pairs below each other."""
    return h.dl(class_="facts")[(h.div[h.dt[pair.label], h.dd[pair.value]] for pair in pairs)]
