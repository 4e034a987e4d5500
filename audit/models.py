from django.contrib.postgres.fields import ArrayField
from django.db import models

from audit.events import kinds


class Outcome(models.TextChoices):
    OK = "ok", "成功"
    REFUSED = "refused", "被拒绝"
    FAILED = "failed", "失败"


# A transaction's number, known only to the database.
TRANSACTION = models.Func(
    template="(pg_current_xact_id()::text::bigint)", output_field=models.BigIntegerField()
)


class Event(models.Model):
    """Who did what to what, when and from where. Written once, never changed (see 0002)."""

    at = models.DateTimeField("时间")
    actor_id = models.BigIntegerField("用户编号", null=True)
    actor_name = models.CharField("操作人", max_length=40)
    post = models.CharField("岗位", max_length=200, blank=True)
    ip = models.GenericIPAddressField("地址", null=True)
    kind = models.CharField("事项", max_length=40, choices=kinds)
    object_type = models.CharField("对象类型", max_length=60, blank=True)
    object_id = models.CharField("对象编号", max_length=64, blank=True)
    area_code = models.CharField("区划代码", max_length=12, blank=True)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices, default=Outcome.OK)
    detail = models.JSONField("详情", default=dict)
    request_id = models.CharField("请求编号", max_length=32, blank=True)
    digest = models.BinaryField("校验值", max_length=32)
    tx = models.BigIntegerField("事务号", db_default=TRANSACTION)

    class Meta:
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"
        indexes = [
            models.Index(fields=["tx", "id"], name="event_seal_order"),
            models.Index(fields=["-at"], name="event_latest"),
            models.Index(fields=["actor_id", "-at"], name="event_by_actor"),
            models.Index(fields=["object_type", "object_id", "-at"], name="event_of_object"),
            models.Index(
                fields=["area_code", "-at"],
                name="event_in_area",
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
            ),
        ]


class Seal(models.Model):
    """One link of the chain: a block of finished events in the order (tx, id)."""

    number = models.PositiveBigIntegerField("序号", primary_key=True)
    at = models.DateTimeField("封存时间")
    event_ids = ArrayField(models.BigIntegerField(), verbose_name="记录编号")
    last_tx = models.BigIntegerField("末条事务号")
    digest = models.BinaryField("校验值", max_length=32)

    class Meta:
        verbose_name = "审计封存"
        verbose_name_plural = "审计封存"
