from uuid import NAMESPACE_URL, uuid5

from streams.timers.firing import message_id


def test_a_timer_set_again_to_the_same_moment_is_another_message() -> None:
    assert message_id("ticket/1 stage", 7, version=3) != message_id("ticket/1 stage", 7, version=4)


def test_a_timer_claimed_twice_is_one_message() -> None:
    assert message_id("ticket/1 stage", 7, version=3) == message_id("ticket/1 stage", 7, version=3)


def test_the_id_is_a_uuid_of_its_name_as_earlier_releases_derived_it() -> None:
    namespace = uuid5(NAMESPACE_URL, "bihuan/timers")
    for version in range(50):  # every variant of the digits that a UUID fixes
        expected = str(uuid5(namespace, f"ticket/1 stage\n7\n{version}"))
        assert message_id("ticket/1 stage", 7, version) == expected
