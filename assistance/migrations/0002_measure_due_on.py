"""Every measure has a day by which it is to be delivered; those without one get it as new ones do."""

from django.db import migrations, models
from django.db.models import DateField, ExpressionWrapper, F, Value

DAYS = 180  # the parameter's first value, `measure_due_days`


def give_due_days(apps, _schema):
    measures = apps.get_model("assistance", "Measure").objects.filter(due_on=None)
    measures.update(
        due_on=ExpressionWrapper(F("starts_on") + Value(DAYS), output_field=DateField())
    )


class Migration(migrations.Migration):
    dependencies = [("assistance", "0001_first")]

    operations = [
        migrations.RunPython(give_due_days, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="measure",
            name="due_on",
            field=models.DateField(blank=True, verbose_name="计划完成日期"),
        ),
    ]
