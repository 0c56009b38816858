from streams.timers.firing import message_id


def test_a_timer_set_again_to_the_same_moment_is_another_message() -> None:
    assert message_id("ticket/1 stage", 7, version=3) != message_id("ticket/1 stage", 7, version=4)


def test_a_timer_claimed_twice_is_one_message() -> None:
    assert message_id("ticket/1 stage", 7, version=3) == message_id("ticket/1 stage", 7, version=3)
