"""What runs by the clock: one entry per task. Beat copies it to the database, where the
times can be changed without a release."""

# "open-the-month": {"task": "workflow.tasks.open_month", "schedule": crontab(...),
#                    "options": {"queue": "periodic"}},
SCHEDULE = {}
