from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_first")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["due_on", "village", "household"], name="case_in_due_order"),
        ),
    ]
