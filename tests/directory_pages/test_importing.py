"""Imports: what a file would do is said line by line, then it is done whole or not at all; what was exported is unchanged."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dashboard.access.actor import Actor, Denied, Grant
from dashboard.access.audit import Audit
from dashboard.access.permissions import Role
from dashboard.directory import Directory
from dashboard.directory.exporting import Form, export
from dashboard.directory.importing import Report, look, take
from dashboard.directory.tables import KINDS, Kind
from dashboard.refusal import Refused
from dashboard.sheets import read, write_csv, write_xlsx
from layouts.texts import catalogue
from tests.access.ledger import lines_of
from tests.directory_pages.conftest import NOW_MS

ALL: tuple[Kind, ...] = ("people", "teams", "queues", "reasons")

TEAMS = (
    "班组编号,中文名称,英文名称,上级班组\ncare,客服部,Care,\nsun,向日葵,Sunflower,客服部\ntiger,飞虎队,Tigers,care\n"
)
PEOPLE = (
    "姓名,工号,班组,入职日期,坐席（交换机）\n"
    "王芳,0042,飞虎队,2024/3/1,PJSIP/1001\n"
    "李文博,1003,Sunflower,2023年11月20日,PJSIP/1003；PJSIP/2003\n"
    "赵敏,,,,\n"
)
QUEUES = (
    "Queue ID,Chinese name,Service level target,Threshold T (s),Formula,Overflow counts\n"
    "sales,售前,85%,15,计入放弃,是\n"
    "support,售后,0.9,20,short_abandons_removed,no\n"
)
REASONS = "原因（交换机）,中文名称,类别,上限（分钟）\nLunch,就餐,休息,45\nacw,话后,Work after a call,1.5\n"


def done(directory: Directory, actor: Actor, text: str, lang: str = "zh-CN") -> Report:
    return take(directory, actor, text.encode(), "t.csv", lang)


@pytest.fixture
def filled(directory: Directory, manager: Actor) -> Directory:
    for text in (TEAMS, PEOPLE, QUEUES, REASONS):
        assert done(directory, manager, text).is_done
    return directory


def outcomes(report: Report) -> list[tuple[int, str]]:
    return [(line.line, line.taken.outcome) for line in report.lines]


def problems(report: Report) -> list[tuple[int, str, str]]:
    """(line, column, word), and every sentence can be said in both languages."""
    found = []
    for line in report.lines:
        for problem in line.taken.problems:
            for lang in ("zh-CN", "en"):
                assert catalogue(lang, "directory", "directory_pages")(problem.word, **problem.values)
            found.append((line.line, problem.field, problem.word))
    return found


def test_a_file_is_first_looked_at_and_changes_nothing(directory: Directory, manager: Actor, engine: Engine) -> None:
    report = look(directory, manager, TEAMS.encode(), "t.csv", "zh-CN")
    assert (report.kind, outcomes(report), report.is_done) == ("teams", [(2, "new"), (3, "new"), (4, "new")], False)
    assert (directory.teams.listed(manager), lines_of(engine)) == ([], [])
    done_report = done(directory, manager, TEAMS)
    assert (done_report.is_done, done_report.lines) == (True, report.lines)
    assert [(team.id, team.parent_id) for team in directory.teams.listed(manager)] == [
        ("care", ""),
        ("tiger", "care"),
        ("sun", "care"),
    ]
    (line,) = lines_of(engine)
    assert (line.action, line.result) == ("directory.imported", "ok")
    assert '"file":"t.csv"' in line.details.replace(": ", ":")


def test_people_get_their_teams_numbers_and_agents(filled: Directory, manager: Actor) -> None:
    people = {person.display_name: person for person in filled.people.listed(manager)}
    assert (people["王芳"].staff_number, people["王芳"].team_id, people["王芳"].agents) == (
        "0042",
        "tiger",
        ("PJSIP/1001",),
    )
    assert str(people["李文博"].joined_on) == "2023-11-20"
    assert people["李文博"].agents == ("PJSIP/1003", "PJSIP/2003")
    assert (people["赵敏"].staff_number, people["赵敏"].team_id, people["赵敏"].joined_on) == ("", "", None)


def test_queues_and_reasons_are_read_in_either_language(filled: Directory, manager: Actor) -> None:
    sales, support = (filled.queues.get(manager, queue).entry for queue in ("sales", "support"))
    assert (sales.service_level_target, sales.threshold_s, sales.formula, sales.overflow_counts) == (
        0.85,
        15,
        "abandons_count",
        True,
    )
    assert (support.service_level_target, support.overflow_counts, support.name_zh) == (0.9, False, "售后")
    assert filled.reasons.get(manager, "acw").entry.limit_min == 1.5
    assert filled.reasons.get(manager, "acw").entry.category == "work_after_call"


def test_what_is_exported_is_imported_as_unchanged(
    filled: Directory, audit: Audit, manager: Actor, engine: Engine
) -> None:
    filled.people.add(manager, {"display_name": "=HYPERLINK('x')", "nickname": "<img src=x onerror=alert(1)>"})
    filled.reasons.put(manager, "-7", {"limit_min": "0.35", "name_en": '@risk, "quoted" ;'})
    before = len(lines_of(engine))
    forms: tuple[tuple[Form, str], ...] = (("csv", "zh-CN"), ("csv", "en"), ("xlsx", "zh-CN"), ("xlsx", "en"))
    for form, lang in forms:
        for kind in ALL:
            out = export(filled, audit, manager, kind, form, lang, NOW_MS)
            assert out.name.startswith(f"floorwatch-{kind}-")
            report = take(filled, manager, out.body, out.name, "en")
            assert (report.kind, set(report.counts), report.is_done) == (kind, {"unchanged"}, False)
    exported = len(forms) * len(ALL)
    assert [line.action for line in lines_of(engine)[before:]] == ["directory.exported"] * exported


def test_the_same_file_again_changes_nothing(filled: Directory, manager: Actor, engine: Engine) -> None:
    before = len(lines_of(engine))
    for text in (TEAMS, PEOPLE, QUEUES, REASONS):
        report = done(filled, manager, text)
        assert (set(report.counts), report.is_done) == ({"unchanged"}, False)
    assert len(lines_of(engine)) == before


def test_what_would_change_is_told_cell_by_cell(filled: Directory, manager: Actor) -> None:
    report = look(
        filled, manager, "工号,姓名,班组\n0042,王芳芳,向日葵\n1003,李文博,向日葵\n".encode(), "t.csv", "zh-CN"
    )
    assert outcomes(report) == [(2, "changed"), (3, "unchanged")]
    assert [(d.column, d.before, d.after) for d in report.lines[0].taken.differences] == [
        ("display_name", "王芳", "王芳芳"),
        ("team", "飞虎队", "向日葵"),
    ]
    queues = look(filled, manager, "队列编号,服务水平目标,溢出计入\nsales,80,否\n".encode(), "t.csv", "zh-CN")
    assert [(d.before, d.after) for d in queues.lines[0].taken.differences] == [("85%", "80%"), ("是", "否")]


def test_one_wrong_line_takes_the_whole_file_back(filled: Directory, manager: Actor, engine: Engine) -> None:
    before = (filled.people.listed(manager), len(lines_of(engine)))
    text = (
        "姓名,工号,班组,入职日期,坐席（交换机）\n"
        "新人一,2001,飞虎队,2025-01-02,PJSIP/1002\n"
        "新人二,2002,不存在,2025-13-02,\n"
        ",2003,,,\n"
        "新人四,2001,,,\n"
        "新人五,2005,,,PJSIP/1003\n"
        f"{'长' * 101},2006,,,\n"
    )
    report = done(filled, manager, text)
    assert problems(report) == [
        (3, "joined_on", "cell.no_date"),
        (3, "team", "cell.unknown_team"),
        (4, "display_name", "directory.refused.missing"),
        (5, "staff_number", "import.twice"),
        (6, "agents", "import.agent_taken"),
        (7, "display_name", "directory.refused.too_long"),
    ]
    assert outcomes(report)[0] == (2, "new")
    assert not report.is_done
    assert (filled.people.listed(manager), len(lines_of(engine))) == before


WRONG = (
    ("班组编号,中文名称,上级班组\na,甲,b\nb,乙,a\n", (3, "parent", "directory.refused.team_circle")),
    ("班组编号,中文名称\ncare,客服\ncare,客服二\n", (3, "team_id", "import.twice")),
    ("队列编号,接起时限 T（秒）\nsales,十五\n", (2, "threshold_s", "cell.no_number")),
    ("队列编号,接起时限 T（秒）\nsales,0\n", (2, "threshold_s", "directory.refused.at_least")),
    (
        "队列编号,等待黄色（秒）,等待红色（秒）\nsales,90,60\n",
        (2, "wait_red_s", "directory.refused.amber_above_red"),
    ),
    ("队列编号,溢出计入\nsales,也许\n", (2, "overflow_counts", "cell.no_yes_or_no")),
    ("队列编号,服务水平公式\nsales,最好的\n", (2, "formula", "cell.unknown_word")),
    ("原因（交换机）,类别\nLunch,吃饭\n", (2, "category", "cell.unknown_word")),
    ("原因（交换机）,中文名称\nLunch,甲\nLunch,乙\n", (3, "reason", "import.twice")),
    ("原因（交换机）,中文名称\n,甲\n", (2, "reason", "directory.refused.missing")),
    ("姓名,系统编号\n甲,ffff\n", (2, "person_id", "import.unknown_person")),
    ("姓名,工号\n甲,0042\n乙,0042\n", (3, "", "import.twice")),
)


def test_what_is_wrong_is_said_at_its_cell(filled: Directory, manager: Actor) -> None:
    for text, expected in WRONG:
        report = look(filled, manager, text.encode(), "t.csv", "zh-CN")
        assert expected in problems(report), text
        assert not report.is_right


def test_an_agent_moves_from_one_person_to_another_in_one_file(filled: Directory, manager: Actor) -> None:
    report = done(filled, manager, "姓名,工号,坐席（交换机）\n李文博,1003,PJSIP/1001\n王芳,0042,\n")
    assert (report.is_done, outcomes(report)) == (True, [(2, "changed"), (3, "changed")])
    owners = {person.display_name: person.agents for person in filled.people.listed(manager)}
    assert owners == {"王芳": (), "李文博": ("PJSIP/1001",), "赵敏": ()}


def test_who_has_left_is_not_brought_back_by_a_file(filled: Directory, manager: Actor) -> None:
    gone = filled.people.by_staff_number(manager, "0042")
    assert gone is not None
    filled.people.leave(manager, gone.id)
    report = look(filled, manager, PEOPLE.encode(), "t.csv", "zh-CN")
    assert problems(report) == [(2, "display_name", "import.person_left")]


def test_two_people_of_one_name_need_their_numbers(filled: Directory, manager: Actor) -> None:
    assert done(filled, manager, "姓名,工号\n王芳,0043\n").is_done  # another number: somebody else of that name
    assert problems(look(filled, manager, "姓名,昵称\n王芳,小芳\n".encode(), "t.csv", "en")) == [
        (2, "display_name", "import.name_ambiguous")
    ]


def test_new_teams_without_an_id_get_one_once(directory: Directory, manager: Actor) -> None:
    text = "班组编号,中文名称,上级班组\n,一组,客服部\n,客服部,\n"
    assert done(directory, manager, text).is_done
    teams = {team.name_zh: team for team in directory.teams.listed(manager)}
    assert teams["一组"].parent_id == teams["客服部"].id
    assert set(done(directory, manager, text).counts) == {"unchanged"}


def test_only_heads_or_a_foreign_table_are_refused(directory: Directory, manager: Actor) -> None:
    for text, word in (("姓名,工号\n", "import.no_lines"), ("颜色,大小\n红,1\n", "sheet.no_table_of_ours")):
        with pytest.raises(Refused) as refused:
            look(directory, manager, text.encode(), "t.csv", "en")
        assert (refused.value.word, refused.value.field) == (word, "file")


@pytest.mark.parametrize(
    ("role", "may_import", "may_export"),
    [
        (Role.MANAGER, True, True),
        (Role.SUPERVISOR, False, False),
        (Role.ANALYST, False, True),
        (Role.AGENT, False, False),
    ],
)
def test_imports_and_exports_need_their_permission(
    filled: Directory,
    audit: Audit,
    role: Role,
    *,
    may_import: bool,
    may_export: bool,
) -> None:
    actor = Actor("person", "a", "a", (Grant.of(role),), account_id="a")
    for allowed, deed in (
        (may_import, lambda: look(filled, actor, TEAMS.encode(), "t.csv", "en")),
        (may_export, lambda: export(filled, audit, actor, "people", "csv", "en", NOW_MS)),
    ):
        if allowed:
            deed()
        else:
            with pytest.raises(Denied):
                deed()


def test_five_hundred_people_are_taken_in_seconds(directory: Directory, manager: Actor) -> None:
    rows = [[f"人员{n}", f"{n:05}", f"PJSIP/{n}"] for n in range(500)]
    started = time.process_time()
    body = write_xlsx(["姓名", "工号", "坐席（交换机）"], rows)
    assert take(directory, manager, body, "t.xlsx", "en").is_done
    assert set(take(directory, manager, body, "t.xlsx", "en").counts) == {"unchanged"}
    assert time.process_time() - started < 30


def test_a_file_that_changes_too_much_at_once_is_refused(
    filled: Directory, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.directory.importing.MOST_CHANGES", 2)
    assert set(done(filled, manager, PEOPLE).counts) == {"unchanged"}
    before = filled.people.listed(manager)
    with pytest.raises(Refused) as refused:
        done(filled, manager, "姓名\n甲\n乙\n丙\n")
    assert refused.value.word == "import.too_many_changes"
    assert filled.people.listed(manager) == before


def test_every_table_says_its_columns_in_both_languages_and_in_the_manual() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "directory-pages.md").read_text(encoding="utf-8")
    for kind, table in KINDS.items():
        for lang in ("zh-CN", "en"):
            words = catalogue(lang, "directory_pages")
            heads = [words(f"column.{kind}.{name}") for name in table.names]
            assert read(write_csv(heads, []), "t.csv").heads == tuple(heads)
            for name, head in zip(table.names, heads, strict=True):
                written = f"**{head}**" if name == table.key else head
                assert f"| {written} |" in manual, (kind, name)
                assert f"| `{name}`" in manual, (kind, name)
