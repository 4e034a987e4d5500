from datetime import UTC, date, datetime

from django.utils import timezone

from audit import clock


def test_today_is_the_countys_day_not_the_servers():
    # 16:30 UTC is already the next day in Henan
    with clock.at(datetime(2021, 2, 28, 16, 30, tzinfo=UTC)):
        assert clock.today() == date(2021, 3, 1)


def test_a_moment_without_zone_is_local_time():
    with clock.at(datetime(2021, 3, 20, 9, 0)):
        assert timezone.localtime(clock.now()).hour == 9


def test_the_clock_goes_on_after_the_block_even_after_an_error():
    try:
        with clock.at(datetime(2021, 3, 20, 9, 0)):
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert abs((clock.now() - timezone.now()).total_seconds()) < 5


def test_blocks_nest():
    with clock.at(datetime(2021, 3, 20, 9, 0)):
        with clock.at(datetime(2021, 4, 1, 9, 0)):
            assert clock.today() == date(2021, 4, 1)
        assert clock.today() == date(2021, 3, 20)
