"""Names in the order in which people look for them."""

from __future__ import annotations

import random

import pytest

from dashboard.directory.reading_order import reading_order


@pytest.mark.parametrize(
    "names",
    [
        ["一组", "二组", "三组", "四组", "九组", "十组", "十一组", "二十组", "二十一组", "一百零二组"],
        ["1 组", "2 组", "10 组"],
        ["Team 1", "team 2", "Team 10"],
        ["Alice Baker", "Zoe Young", "丁诗涵", "高刚", "梁俊杰", "吴伟", "张三", "𠮷田"],
        ["客服一组", "客服二组", "客服十组", "销售一组"],
        ["", "一", "二", "阿强"],
        ["²³ 组", "组"],
    ],
)
def test_names_are_listed_as_people_look_for_them(names: list[str]) -> None:
    mixed = random.Random(3).sample(names, len(names))
    assert sorted(mixed, key=reading_order) == names


def test_a_surname_is_no_number() -> None:
    assert sorted(["万三多", "百里奚", "十全"], key=reading_order) == ["百里奚", "十全", "万三多"]
