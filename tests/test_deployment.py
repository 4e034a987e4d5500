"""What a deployment asks of the settings and of the API's description."""

import base64
import os
import secrets
import subprocess
import sys

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

NOWHERE = "127.0.0.1:1"


def test_check_deploy_is_clean(tmp_path):
    def key():
        return base64.b64encode(secrets.token_bytes(32)).decode()

    told = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"],
        cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=120,
        env={
            "PATH": os.environ["PATH"], "QF_ENV": "production", "QF_VAR": str(tmp_path),
            "QF_ALLOWED_HOSTS": "fangpin.example.gov.cn",
            "QF_TRUSTED_ORIGINS": "https://fangpin.example.gov.cn",
            "DATABASE_URL": f"postgresql://x@{NOWHERE}/x", "REDIS_URL": f"redis://{NOWHERE}/0",
            "QF_SECRET_KEY": key() + key(), "QF_ID_KEY": key(), "QF_INDEX_KEY": key(),
            "QF_AUDIT_KEY": key(),
        },
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert "no issues" in told.stdout


@pytest.mark.django_db
def test_the_api_describes_itself_without_a_doubt(tmp_path):
    written = tmp_path / "schema.yml"
    call_command("spectacular", file=str(written), validate=True, fail_on_warn=True)
    schema = yaml.safe_load(written.read_text())
    for path in (
        "areas/", "households/", "leads/", "leads/answers/", "cases/", "cases/{id}/steps/",
        "cases/{id}/visits/", "rounds/", "jobs/", "jobs/{id}/file/", "exports/", "token/",
    ):  # fmt: skip
        assert f"/api/v1/{path}" in schema["paths"]
    parts = schema["components"]["schemas"]
    assert set(parts["Refusal"]["properties"]) == {"case", "why"}
    assert set(parts["MeasureRefusal"]["properties"]) == {"reason"}
