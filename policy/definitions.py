"""Every key that the product asks for; an administrator sets values, never keys."""

from decimal import Decimal

from policy.rules import Definition, Kind

LAST_DAY = Decimal(31)


def _gate(key: str, label: str, clause: str) -> Definition:
    return Definition(
        key, label, Kind.DAY, clause, "日", least=Decimal(1), most=LAST_DAY,
        note="每月几日前；当月没有这一天的，按月末计",
    )  # fmt: skip


def _amount(key: str, label: str, clause: str, **more) -> Definition:
    return Definition(key, label, Kind.AMOUNT, clause, "元", least=Decimal("0.01"), **more)


def _ratio(key: str, label: str, clause: str, most: str = "10", note: str = "") -> Definition:
    return Definition(
        key, label, Kind.RATIO, clause, "倍", least=Decimal("0.01"), most=Decimal(most), note=note
    )


def _whole(key: str, label: str, clause: str, unit: str, most: int, note: str = "") -> Definition:
    return Definition(key, label, Kind.WHOLE, clause, unit, most=Decimal(most), note=note)


def _flag(key: str, label: str, clause: str, note: str = "") -> Definition:
    return Definition(key, label, Kind.FLAG, clause, note=note)


def _name(key: str, label: str, clause: str = "") -> Definition:
    return Definition(key, label, Kind.TEXT, clause)


DEFINITIONS = {
    definition.key: definition
    for definition in (
        _gate("gate_screening", "村级排查截止日", "四（二）"),
        _gate("gate_review", "村级评议截止日", "四（三）"),
        _gate("gate_recheck", "乡镇复核截止日", "四（四）"),
        _gate("gate_determination", "县级审定截止日", "四（五）"),
        _amount(
            "monitoring_line", "监测收入线（人均，年）", "三", is_yearly=True,
            note="每年由省里公布；当年未填的沿用上年并提示",
        ),
        _amount("national_standard", "国家扶贫标准（人均，年）", "三", is_yearly=True),
        _ratio("monitoring_factor", "国家扶贫标准的倍数", "附件1-12"),
        _amount(
            "inpatient_self_paid", "住院自付费用预警线", "附件1-1",
            populations=("lifted", "general"), bases=("single_stay", "year_total"),
            note="超过即为线索；单次住院为本县口径",
        ),
        _amount(
            "school_own_cost", "非义务教育自费预警线（每学年）", "附件1-3",
            populations=("lifted", "general"), note="文件未定数值；不填的，在名单上的都作线索",
        ),
        _amount(
            "other_amount_line", "其他名单金额预警线", "五（一）",
            populations=("lifted", "general"), note="供新增的线索类型使用；不填的，在名单上的都作线索",
        ),
        _ratio(
            "income_fall_ratio", "收入骤减比例", "附件1-12", "1",
            "比上年减少达到这一比例即为骤减；文件未定数值，由县办填",
        ),
        _ratio(
            "expense_rise_ratio", "支出骤增比例", "附件1-12", "10",
            "比上年增加达到这一比例即为骤增；文件未定数值，由县办填",
        ),
        _whole("public_notice_days", "村内公示天数", "四（三）", "日", 30, "本县文件不要求公示，为 0"),
        _flag("authorisation_required", "须有承诺授权书", "四（一）", "本县文件不要求"),
        _flag("third_category_enabled", "启用突发严重困难户", "三", "本县文件只有两类人群"),
        _whole(
            "months_before_clearing", "识别满几个月方可消除", "四（六）", "月", 24,
            "文件为“缓解稳定后”；国家系统规则为 6 个月，0 为不限",
        ),
        _whole(
            "answered_lead_memory_months", "线索结论沿用月数", "五（一）", "月", 24,
            "同户同类线索在此期间再来，先提示上次结论",
        ),
        _ratio("lead_file_brake", "部门名单刹车比例", "五（一）", "1", "未匹配行达到这一比例时停下由人工确认"),
        _whole(
            "stable_income_periods", "连续几个收入周期超过监测线方可消除", "四（六）", "个", 4,
            "文件为“缓解稳定后”；1 为只看最近一个周期",
        ),
        _name("insurance_department", "防贫保经办部门（部门标识）", "五（二）"),
        _name("relief_department", "临时救助、兜底救助经办部门（部门标识）", "五（三）"),
        _whole("assistance_deadline_days", "审定后落实措施的期限", "六（三）", "日", 90),
        _whole(
            "measure_due_days", "没有写计划完成日期的措施，开始后多少日算到期", "六（三）", "日", 730,
            "文件要求及时落实，未定数值；到期没有落实的列为逾期",
        ),
        _whole("visit_days_red", "帮扶走访间隔（红色）", "六（三）", "日", 366, "文件未定数值，请县办核定"),
        _whole("visit_days_yellow", "帮扶走访间隔（黄色）", "六（三）", "日", 366, "未定级的户按黄色"),
        _whole("visit_days_green", "帮扶走访间隔（绿色）", "六（三）", "日", 366, "文件未定数值，请县办核定"),
        _whole("reminder_days_before", "期限前几天开始提醒", "六（四）", "日", 15, "每人每天最多一条，合在一起"),
        _gate("gate_duty_report", "部门履职台账截止日", "六（二）"),
        _whole("report_within_hours", "村级发现住房、饮水问题后上报时限", "附件1-6", "小时", 720),
        _whole(
            "matter_handling_hours", "乡镇、部门处置时限", "附件1-6、附件1-9", "小时", 2160,
            "文件未定数值，由县办填；到时未办结的标红",
        ),
        _flag("second_factor_required", "复核及以上岗位须动态口令", "", "复核、审定、管理岗位"),
        _flag("reveal_asks_password", "查看证件号码须再输密码", "", "每次查看完整号码时"),
        _whole("exports_per_hour", "每人每小时导出次数", "", "次", 1000, "台账、一户一册、会议材料合计；0 为不限"),
        _name("county_name", "县名"),
        _name("county_office_name", "县扶贫办名称", "四（五）"),
        _name("leading_group_name", "县领导小组办公室名称", "四（五）"),
        _name("township_office_name", "乡镇扶贫办名称", "四（四）"),
        _name("document_number", "实施意见文号"),
    )
}  # fmt: skip
