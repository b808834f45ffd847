"""Who stands where: kept up to date one contestant at a time, so that thousands cost only what changed.

One way for everything: `ranks_of` puts all of them in, a running leaderboard puts in who changed. The same contestants give the same
standings, whatever the order in which they came. Ties share a rank (1, 1, 3). A part by rank is held against all of the group who did the
minimum; it is counted when the standings are read after a change.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from collectors.events import MeasureSettings
from dashboard.floor.scoring.points import MICRO, ReadyFloor, ReadyPart, calls_asked, half_up, shares
from dashboard.floor.scoring.scheme import Scheme
from dashboard.floor.scoring.standing import Did, PartScore, Standing, WhyNot

_NONE: Final[Mapping[str, MeasureSettings]] = {}
_NOT_OF_ITS_TEAM: Final = frozenset({"too_few_calls", "too_little_time", "no_value", "no_baseline"})


class _Entry:
    __slots__ = ("did", "key", "points", "points_before", "score", "team_points", "used", "why_not")

    def __init__(self, did: Did) -> None:
        self.did = did
        self.used: list[int | None] = []
        self.points: list[int] = []
        self.points_before: list[int] = []
        self.why_not: WhyNot = ""
        self.score = 0
        self.key: tuple[int, str] | None = None
        self.team_points: int | None = None


class Ranks:
    """The standings of one scheme. `measures`: custom ones, for the side on which they are good."""

    def __init__(self, scheme: Scheme, measures: Mapping[str, MeasureSettings] = _NONE) -> None:
        self.scheme = scheme
        given = shares([part.weight for part in scheme.parts])
        self.parts = [ReadyPart(part, most, measures) for part, most in zip(scheme.parts, given, strict=True)]
        self._quality = [ReadyFloor(floor, measures) for floor in scheme.quality]
        self._by_rank = [i for i, part in enumerate(self.parts) if part.by_rank]
        self._is_progress = scheme.compares == "progress"
        if self._is_progress and self._by_rank:
            raise ValueError("progress is not scored by rank: give the part a target or a range")
        self._entries: dict[str, _Entry] = {}
        self._order: dict[str, list[tuple[int, str]]] = {}
        self._members: dict[str, set[str]] = {}
        self._unsettled: set[str] = set()
        self._teams: dict[str, list[int]] = {}
        self._out: frozenset[str] = frozenset()
        self._out_order: dict[str, list[tuple[int, str]]] = {}
        """Of those who were left out last: asking again for the same ones costs no more than asking for all."""

    # -- who did what --------------------------------------------------------------------------------------------------

    def put(self, did: Did) -> bool:
        """Somebody, as they are now. Whether anything of theirs changed."""
        old = self._entries.get(did.id)
        if old is not None:
            if old.did == did:
                return False
            self._take_out(old)
        entry = self._entries[did.id] = _Entry(did)
        self._members.setdefault(did.group, set()).add(did.id)
        self._count(entry)
        if self._by_rank:
            self._unsettled.add(did.group)
        else:
            self._place(entry)
        return True

    def drop(self, contestant: str) -> None:
        """Somebody who takes part no longer."""
        old = self._entries.pop(contestant, None)
        if old is not None:
            self._take_out(old)
            if self._by_rank:
                self._unsettled.add(old.did.group)

    def __len__(self) -> int:
        return len(self._entries)

    # -- how it stands -------------------------------------------------------------------------------------------------

    def groups(self) -> list[str]:
        """The groups that anybody is in, in order."""
        return sorted(self._members)

    def places(self, group: str = "", without: Collection[str] = ()) -> Iterator[tuple[str, int]]:
        """Who has a rank, and which, best first; ranks are given among those who are not left out."""
        self._settle()
        rank, place, score = 0, 0, None
        for minus, contestant in self._order.get(group, ()):
            if contestant in without:
                continue
            place += 1
            if minus != score:
                rank, score = place, minus
            yield contestant, rank

    def ranked(self, group: str = "", without: Collection[str] = ()) -> Iterator[Standing]:
        """The same with their scores and parts."""
        return (self._standing(self._entries[one], rank) for one, rank in self.places(group, without))

    def first(self, most: int, group: str = "", without: Collection[str] = ()) -> list[tuple[str, int]]:
        """Whom a screen may show, and their ranks: at most so many, and never the last one, unless everybody shares the first."""
        self._settle()
        order = reversed(self._order.get(group, []))
        last = next((minus for minus, contestant in order if contestant not in without), 0)
        shown: list[tuple[str, int]] = []
        for contestant, rank in self.places(group, without):
            if len(shown) == most or (rank > 1 and self._entries[contestant].score == -last):
                break
            shown.append((contestant, rank))
        return shown

    def top(self, most: int, group: str = "", without: Collection[str] = ()) -> list[Standing]:
        """The same with their scores and parts."""
        return [self._standing(self._entries[one], rank) for one, rank in self.first(most, group, without)]

    def count(self, group: str = "", without: Collection[str] = ()) -> int:
        """How many of the group have a rank."""
        self._settle()
        return len(self._order.get(group, ())) - len(self._left_out(group, without))

    def standing(self, contestant: str, without: Collection[str] = ()) -> Standing | None:
        """One's own; None: does not take part. Oneself is counted, whoever is left out."""
        entry = self._entries.get(contestant)
        if entry is None:
            return None
        self._settle()
        return self._standing(entry, self._rank(entry, without))

    def above(self, contestant: str, without: Collection[str] = ()) -> Standing | None:
        """Who stands next better than somebody who has a rank; None: nobody."""
        entry = self._entries.get(contestant)
        self._settle()
        if entry is None or entry.key is None:
            return None
        order = self._order[entry.did.group]
        for i in range(bisect_left(order, (entry.key[0], "")) - 1, -1, -1):
            if order[i][1] not in without:
                found = self._entries[order[i][1]]
                return self._standing(found, self._rank(found, without))
        return None

    def all(self) -> tuple[Standing, ...]:
        """Everybody: group by group, those with a rank first."""
        self._settle()
        found: list[Standing] = []
        for group in self.groups():
            found += self.ranked(group)
            rest = sorted(one for one in self._members[group] if self._entries[one].key is None)
            found += [self._standing(self._entries[one], 0) for one in rest]
        return tuple(found)

    def did(self, contestant: str) -> Did | None:
        """What somebody was put in with; None: does not take part."""
        entry = self._entries.get(contestant)
        return entry.did if entry is not None else None

    def dids(self) -> tuple[Did, ...]:
        """Of everybody, by id: the evidence."""
        return tuple(self._entries[one].did for one in sorted(self._entries))

    def teams(self) -> tuple[Standing, ...]:
        """Teams by the mean of their members' scores. Who is below the quality floor counts as 0, who did less than the minimum or has
        no value does not count; without anybody who counts a team is not there."""
        self._settle()
        means = sorted((-half_up(total, n), team, n) for team, (total, n) in self._teams.items() if n and team)
        found: list[Standing] = []
        for minus, team, n in means:
            rank = bisect_left(means, (minus, "", 0)) + 1
            found.append(Standing(team, -minus, rank, team=team, of=n))
        return tuple(found)

    def standings(self) -> tuple[Standing, ...]:
        """Of what the scheme compares: `teams`, else `all`."""
        return self.teams() if self.scheme.compares == "teams" else self.all()

    # -- parts of it ---------------------------------------------------------------------------------------------------

    def _count(self, entry: _Entry) -> None:
        did = entry.did
        entry.used = [part.used(did) for part in self.parts]
        entry.points = [part.points(used) for part, used in zip(self.parts, entry.used, strict=True)]
        if self._is_progress and did.before is not None:
            entry.points_before = [part.points(part.used(did.before)) for part in self.parts]
        entry.why_not = self._why_not(entry)
        entry.score = sum(entry.points) - sum(entry.points_before)
        if self._is_progress and not entry.why_not and entry.score <= 0:
            entry.why_not = "no_progress"

    def _why_not(self, entry: _Entry) -> WhyNot:
        did = entry.did
        lacking = self._lacking(did)
        if lacking:
            return lacking
        if all(used is None for used in entry.used):
            return "no_value"
        if self._is_progress and not self._has_baseline(did.before):
            return "no_baseline"
        return "" if all(floor.is_met(did) for floor in self._quality) else "quality"

    def _lacking(self, did: Did) -> WhyNot:
        least = self.scheme.least
        if least.calls and did.calls < calls_asked(least, did.signed_in_s):
            return "too_few_calls"
        return "too_little_time" if did.signed_in_s < least.minutes * 60 else ""

    def _has_baseline(self, before: Did | None) -> bool:
        if before is None or self._lacking(before):
            return False
        return any(part.used(before) is not None for part in self.parts)

    def _place(self, entry: _Entry) -> None:
        did = entry.did
        if not entry.why_not:
            entry.key = (-entry.score, did.id)
            insort(self._order.setdefault(did.group, []), entry.key)
            if did.id in self._out:
                insort(self._out_order.setdefault(did.group, []), entry.key)
        if entry.why_not not in _NOT_OF_ITS_TEAM:
            entry.team_points = 0 if entry.why_not == "quality" else entry.score
            team = self._teams.setdefault(did.team, [0, 0])
            team[0] += entry.team_points
            team[1] += 1

    def _displace(self, entry: _Entry) -> None:
        if entry.key is not None:
            order = self._order[entry.did.group]
            del order[bisect_left(order, entry.key)]
            if entry.did.id in self._out:
                out = self._out_order[entry.did.group]
                del out[bisect_left(out, entry.key)]
            entry.key = None
        if entry.team_points is not None:
            team = self._teams[entry.did.team]
            team[0] -= entry.team_points
            team[1] -= 1
            entry.team_points = None

    def _take_out(self, entry: _Entry) -> None:
        self._displace(entry)
        members = self._members[entry.did.group]
        members.discard(entry.did.id)
        if not members:
            del self._members[entry.did.group]
            self._order.pop(entry.did.group, None)

    def _settle(self) -> None:
        while self._unsettled:
            group = self._unsettled.pop()
            entries = [self._entries[one] for one in self._members.get(group, ())]
            for i in self._by_rank:
                self._score_by_rank(i, entries)
            for entry in entries:
                score = sum(entry.points)
                if entry.score != score or (entry.key is None and entry.team_points is None):
                    self._displace(entry)
                    entry.score = score
                    self._place(entry)

    def _score_by_rank(self, i: int, entries: list[_Entry]) -> None:
        part = self.parts[i]
        field = sorted(
            part.key(used) for entry in entries if not self._is_outside(entry) and (used := entry.used[i]) is not None
        )
        for entry in entries:
            used = entry.used[i]
            if used is not None:
                of = len(field) + self._is_outside(entry)
                entry.points[i] = part.points_at(bisect_left(field, part.key(used)) + 1, of)

    def _is_outside(self, entry: _Entry) -> bool:
        return entry.why_not in {"too_few_calls", "too_little_time"}

    def _rank(self, entry: _Entry, without: Collection[str]) -> int:
        if entry.key is None:
            return 0
        ahead = entry.key[0], ""
        better = bisect_left(self._order[entry.did.group], ahead)
        return better + 1 - bisect_left(self._left_out(entry.did.group, without), ahead)

    def _left_out(self, group: str, without: Collection[str]) -> list[tuple[int, str]]:
        """Those of the group who have a rank and are left out, best first."""
        if not without:
            return []
        if without is not self._out:
            self._out = frozenset(without)
            self._out_order = {}
            for contestant in self._out & self._entries.keys():
                entry = self._entries[contestant]
                if entry.key is not None:
                    self._out_order.setdefault(entry.did.group, []).append(entry.key)
            for order in self._out_order.values():
                order.sort()
        return self._out_order.get(group, [])

    def _standing(self, entry: _Entry, rank: int) -> Standing:
        did = entry.did
        parts = tuple(self._part_score(entry, i) for i in range(len(self.parts)))
        return Standing(did.id, entry.score, rank, did.group, did.team, parts, entry.why_not)

    def _part_score(self, entry: _Entry, i: int) -> PartScore:
        part, used, points, was = self.parts[i], entry.used[i], entry.points[i], None
        if entry.points_before and entry.did.before is not None:
            points -= entry.points_before[i]
            was = part.used(entry.did.before)
        return PartScore(part.metric, points, part.most, _plain(used), _plain(was))


def _plain(value: int | None) -> float | None:
    return None if value is None else value / MICRO


def ranks_of(scheme: Scheme, dids: Iterable[Did], measures: Mapping[str, MeasureSettings] = _NONE) -> Ranks:
    """With all these contestants in it. Raises `ValueError` for a scheme that cannot be scored."""
    ranks = Ranks(scheme, measures)
    for did in dids:
        ranks.put(did)
    return ranks


def score(scheme: Scheme, dids: Iterable[Did], measures: Mapping[str, MeasureSettings] = _NONE) -> tuple[Standing, ...]:
    """The standings of these contestants: agents, group by group (those without a rank at the end of theirs), or teams."""
    return ranks_of(scheme, dids, measures).standings()
