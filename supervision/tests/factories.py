import factory

from accounts.tests.factories import UserFactory
from audit import clock
from supervision.models import Reminder


class ReminderFactory(factory.django.DjangoModelFactory):
    """Today's sum of one person, not read yet."""

    class Meta:
        model = Reminder

    user = factory.SubFactory(UserFactory)
    day = factory.LazyFunction(clock.today)
    lines = factory.LazyFunction(
        lambda: [{"text": "线索待核实、排查：1 户，3月20日前办完", "url": "/cases/"}]
    )
