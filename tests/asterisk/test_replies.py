"""Which message answers what: ActionIDs, lists, deadlines."""

from __future__ import annotations

import pytest

from collectors.asterisk.codec import Message
from collectors.asterisk.replies import Replies
from collectors.link import ActionRefused, Closed, Silent
from tests.asterisk.loop import in_loop


def said(**headers: str) -> Message:
    return Message.of(headers)


@in_loop
async def test_a_reply_ends_its_question_only() -> None:
    replies = Replies("fw")
    one, first = replies.expect("Ping", is_list=False, due_at_ms=10)
    _, second = replies.expect("Ping", is_list=False, due_at_ms=10)
    answer = said(Response="Success", ActionID=one, Ping="Pong")
    assert replies.take(answer)
    assert first.result() == [answer]
    assert not second.done()


@in_loop
async def test_an_error_is_raised_with_the_switches_words() -> None:
    replies = Replies("fw")
    action_id, answer = replies.expect("CoreStatus", is_list=False, due_at_ms=10)
    assert replies.take(said(Response="Error", ActionID=action_id, Message="Permission denied"))
    with pytest.raises(ActionRefused, match="refused CoreStatus: Permission denied"):
        await answer


@in_loop
async def test_point_37_a_list_is_its_items_between_start_and_complete() -> None:
    replies = Replies("fw")
    action_id, answer = replies.expect("QueueStatus", is_list=True, due_at_ms=10)
    item = said(Event="QueueParams", Queue="sales", ActionID=action_id)
    assert replies.take(said(Response="Success", ActionID=action_id, EventList="start"))
    assert replies.take(item)
    assert not replies.take(said(Event="QueueCallerJoin", Queue="sales"))
    assert not answer.done()
    assert replies.take(said(Event="QueueStatusComplete", ActionID=action_id, EventList="Complete", ListItems="1"))
    assert answer.result() == [item]


@in_loop
async def test_point_37_items_named_like_live_events_are_told_by_their_action_id() -> None:
    replies = Replies("fw")
    action_id, answer = replies.expect("ExtensionStateList", is_list=True, due_at_ms=10)
    assert not replies.take(said(Event="ExtensionStatus", Exten="1001", Status="1"))
    assert replies.take(said(Event="ExtensionStatus", Exten="1001", Status="0", ActionID=action_id))
    assert replies.take(said(Event="ExtensionStateListComplete", ActionID=action_id, EventList="Complete"))
    assert [item.get("Status") for item in answer.result()] == ["0"]


@in_loop
async def test_point_37_an_unknown_queue_is_an_empty_list() -> None:
    replies = Replies("fw")
    action_id, answer = replies.expect("QueueStatus", is_list=True, due_at_ms=10)
    replies.take(said(Event="QueueStatusComplete", ActionID=action_id, EventList="Complete", ListItems="0"))
    assert answer.result() == []


@in_loop
async def test_a_list_that_is_cancelled_is_an_error() -> None:
    replies = Replies("fw")
    action_id, answer = replies.expect("QueueStatus", is_list=True, due_at_ms=10)
    replies.take(said(Event="QueueStatusComplete", ActionID=action_id, EventList="cancelled"))
    with pytest.raises(ActionRefused, match="cancelled"):
        await answer


@in_loop
async def test_point_36_an_event_with_a_foreign_action_id_is_live() -> None:
    replies = Replies("fw")
    replies.expect("QueueStatus", is_list=True, due_at_ms=10)
    assert not replies.take(said(Event="UserEvent", UserEvent="QueueExit", ActionID="theirs"))
    assert not replies.take(said(Event="OriginateResponse", ActionID="theirs", Response="Failure"))


@in_loop
async def test_point_36_an_event_with_the_action_id_of_a_plain_question_is_live() -> None:
    replies = Replies("fw")
    action_id, _ = replies.expect("Ping", is_list=False, due_at_ms=10)
    replies.expect("QueueStatus", is_list=True, due_at_ms=10)
    assert not replies.take(said(Event="OriginateResponse", ActionID=action_id, Response="Failure"))


@in_loop
async def test_a_reply_that_nobody_waits_for_is_dropped() -> None:
    assert Replies("fw").take(said(Response="Success", ActionID="fw-7"))


@in_loop
async def test_what_is_not_answered_in_time_ends_with_silence() -> None:
    replies = Replies("fw")
    action_id, early = replies.expect("QueueStatus", is_list=True, due_at_ms=10)
    _, late = replies.expect("Ping", is_list=False, due_at_ms=20)
    replies.expire(10)
    with pytest.raises(Silent, match="QueueStatus"):
        await early
    assert not late.done()
    assert not replies.take(said(Event="QueueParams", ActionID=action_id))


@in_loop
async def test_the_end_of_the_link_ends_every_question() -> None:
    replies = Replies("fw")
    questions = [replies.expect("Ping", is_list=False, due_at_ms=10)[1] for _ in range(3)]
    replies.fail(Closed("gone"))
    for question in questions:
        with pytest.raises(Closed):
            await question
