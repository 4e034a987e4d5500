"""First rows: the sixteen departments of 附件1, and a grantable permission for every codename."""

from accounts.permissions import LABELS, ON_DEPARTMENT, Permission

# In the order of 附件1; the place in this list is the number of the clause.
DEPARTMENTS = (
    ("yibao", "县医保局"),
    ("weijian", "县卫健委"),
    ("jiaoyu", "县教育局"),
    ("nongye", "县农业农村局"),
    ("renshe", "县人社局"),
    ("zhujian", "县住建局"),
    ("gongan", "县公安局"),
    ("minzheng", "县民政局"),
    ("shuili", "县水利局"),
    ("canlian", "县残联"),
    ("yingji", "县应急局"),
    ("fupin", "县扶贫办"),
    ("caizheng", "县财政局"),
    ("jinrong", "县金融局"),
    ("shangwu", "县商务局"),
    ("fagai", "县发改委"),
)


def plant(apps) -> None:
    """Add what is missing; what is there stays as it is. Called again after every migrate."""
    departments = apps.get_model("accounts", "Department").objects
    departments.bulk_create(
        [
            departments.model(key=key, name=name, order=order, clause=f"附件1-{order}")
            for order, (key, name) in enumerate(DEPARTMENTS, start=1)
        ],
        ignore_conflicts=True,
    )
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    grantable = {("areas", "area"): tuple(Permission), ("accounts", "department"): ON_DEPARTMENT}
    for (app_label, model), codenames in grantable.items():
        content_type, _ = content_types.get_or_create(app_label=app_label, model=model)
        permissions.bulk_create(
            [
                permissions.model(
                    content_type=content_type, codename=codename.value, name=LABELS[codename]
                )
                for codename in codenames
            ],
            ignore_conflicts=True,
        )
