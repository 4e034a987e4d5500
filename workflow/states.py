"""The words of the procedure: states of a case, the three levels, where a case came from."""

from django.db import models


class Status(models.TextChoices):
    """States of a case, in the order of 四（一）to 四（六）."""

    LEAD = "LEAD", "线索待核实"
    SCREENED = "SCREENED", "已排查入台账"
    REVIEWED = "REVIEWED", "村级评议通过"
    RECHECKED = "RECHECKED", "乡镇复核通过"
    MONITORED = "MONITORED", "县级审定，监测帮扶"
    CLEARING_REVIEWED = "CLEARING_REVIEWED", "村级消除评议通过"
    CLEARING_RECHECKED = "CLEARING_RECHECKED", "乡镇核查通过"
    RISK_CLEARED = "RISK_CLEARED", "风险消除"
    NOT_ADMITTED = "NOT_ADMITTED", "不予纳入"
    CLOSED = "CLOSED", "自然减少"


class Level(models.TextChoices):
    """The three levels that act on a case; values equal `Area.level`."""

    VILLAGE = "village", "村级"
    TOWNSHIP = "township", "乡镇"
    COUNTY = "county", "县级"

    @property
    def below(self) -> "Level | None":
        """The level whose list this level waits for; the village waits for nobody."""
        return {Level.TOWNSHIP: Level.VILLAGE, Level.COUNTY: Level.TOWNSHIP}.get(self)

    @property
    def lower(self) -> tuple["Level", ...]:
        """Every level whose work this level checks."""
        order = (Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY)
        return order[: order.index(self)]


class Source(models.TextChoices):
    """How a case came to be known: 四（一）, 四（二）, 五（一）三, 附件1-12."""

    APPLICATION = "APPLICATION", "农户申请"
    SCREENING = "SCREENING", "村级排查"
    DEPARTMENT = "DEPARTMENT", "部门预警"
    SYSTEM = "SYSTEM", "系统监测"


class Category(models.TextChoices):
    """附件2: 1 and 2; the third kind is national rule since 2021-05 and off unless switched on."""

    LIFTED = "1", "脱贫户"
    MARGINAL = "2", "边缘易致贫户"
    SUDDEN = "3", "突发严重困难户"


class Gate(models.TextChoices):
    """The month's four gates; values are the policy parameters `gate_...` without the prefix."""

    SCREENING = "screening", "村级排查"  # 四（二）20日
    REVIEW = "review", "村级评议"  # 四（三）25日
    RECHECK = "recheck", "乡镇复核"  # 四（四）28日
    DETERMINATION = "determination", "县级审定"  # 四（五）30日


OPEN = (
    Status.LEAD,
    Status.SCREENED,
    Status.REVIEWED,
    Status.RECHECKED,
    Status.MONITORED,
    Status.CLEARING_REVIEWED,
    Status.CLEARING_RECHECKED,
)
# 一、“两类人群”在册: determined and not yet cleared.
ON_REGISTER = (Status.MONITORED, Status.CLEARING_REVIEWED, Status.CLEARING_RECHECKED)
