from django.db import migrations

from screening import kinds


def plant(apps, schema_editor):
    kinds.plant(apps)


class Migration(migrations.Migration):
    """The lead kinds of 附件1-1 to 附件1-12."""

    dependencies = [
        ("screening", "0001_initial"),
        ("accounts", "0002_first_rows"),
    ]

    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
