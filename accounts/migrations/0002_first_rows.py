from django.db import migrations

from accounts import seed


def plant(apps, schema_editor):
    seed.plant(apps)


class Migration(migrations.Migration):
    """The sixteen departments of 附件1 and the permissions that posts grant."""

    dependencies = [
        ("accounts", "0001_initial"),
        ("areas", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
