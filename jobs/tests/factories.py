import factory

from jobs.models import Job


class JobFactory(factory.django.DjangoModelFactory):
    """A row as enqueue leaves it; the kind must have a handler where it is to run."""

    class Meta:
        model = Job

    kind = "test.echo"
    title = "试验任务"
