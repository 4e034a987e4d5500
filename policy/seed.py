"""The first values of parameters and code tables. Planted after every migrate; what is there
already is never touched, so an administrator's change and a new release's keys both survive."""

from datetime import date

from policy.definitions import DEFINITIONS
from policy.memory import forget
from policy.rules import stored
from policy.tables import TABLES

BEGINNING = date(2020, 1, 1)

# key, value, first day, population, basis, note
VALUES = [
    ("gate_screening", 20, BEGINNING),
    ("gate_review", 25, BEGINNING),
    ("gate_recheck", 28, BEGINNING),
    ("gate_determination", 30, BEGINNING),
    # 三: 2020年6000元; later years by the province
    ("monitoring_line", 6000, BEGINNING),
    ("monitoring_line", 6900, date(2022, 1, 1), "", "", "据2023年豫北乡镇排查口径推断，请县办核对"),
    ("monitoring_line", 8300, date(2024, 1, 1), "", "", "据2024年河南报道，请县办核对"),
    ("national_standard", 4000, BEGINNING),
    ("monitoring_factor", "1.5", BEGINNING),
    ("inpatient_self_paid", 5500, BEGINNING, "lifted", "single_stay"),
    ("inpatient_self_paid", 11000, BEGINNING, "general", "single_stay"),
    ("income_fall_ratio", "0.5", BEGINNING, "", "", "文件未定数值，请县办核定"),
    ("expense_rise_ratio", "0.5", BEGINNING, "", "", "文件未定数值，请县办核定"),
    ("public_notice_days", 0, BEGINNING),
    ("authorisation_required", False, BEGINNING),
    ("third_category_enabled", False, BEGINNING),
    ("months_before_clearing", 6, BEGINNING),
    ("stable_income_periods", 1, BEGINNING, "", "", "文件未定数值，请县办核定"),
    ("insurance_department", "fupin", BEGINNING, "", "", "文件为县级统筹，请县办核定"),
    ("relief_department", "minzheng", BEGINNING),
    ("answered_lead_memory_months", 6, BEGINNING),
    ("lead_file_brake", "0.5", BEGINNING),
    ("assistance_deadline_days", 30, BEGINNING),
    ("measure_due_days", 180, BEGINNING, "", "", "文件未定数值，请县办核定"),
    ("visit_days_red", 15, BEGINNING, "", "", "文件未定数值，请县办核定"),
    ("visit_days_yellow", 30, BEGINNING, "", "", "未定级的户按黄色；文件未定数值，请县办核定"),
    ("visit_days_green", 90, BEGINNING, "", "", "文件未定数值，请县办核定"),
    ("reminder_days_before", 3, BEGINNING, "", "", "文件未定数值，请县办核定"),
    ("gate_duty_report", 30, BEGINNING, "", "", "文件要求每月，未定日期，请县办核定"),
    ("report_within_hours", 24, BEGINNING),  # 附件1-6: 一日内
    ("matter_handling_hours", 72, BEGINNING, "", "", "文件未定数值，请县办核定"),
    ("second_factor_required", False, BEGINNING),
    ("reveal_asks_password", True, BEGINNING),
    ("exports_per_hour", 60, BEGINNING),
    ("county_name", "清丰县", BEGINNING),
    ("county_office_name", "县扶贫办", BEGINNING),
    ("leading_group_name", "县脱贫攻坚领导小组办公室", BEGINNING),
    ("township_office_name", "乡镇扶贫办", BEGINNING),
    ("document_number", "清脱贫组〔2021〕12号", BEGINNING),
]  # fmt: skip


def plant(parameter_model, code_item_model) -> None:
    """Add the values and codes that are missing, in two statements."""
    parameter_model.objects.bulk_create(
        [_parameter(parameter_model, *line) for line in VALUES], ignore_conflicts=True
    )
    code_item_model.objects.bulk_create(
        [
            code_item_model(table=table, code=item.code, label=item.label, order=order,
                            note=item.note, extra=item.extra)
            for table, items in TABLES.items()
            for order, item in enumerate(items, start=1)
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    forget()


def _parameter(model, key, given, valid_from, population="", basis="", note=""):
    definition = DEFINITIONS[key]
    return model(
        key=key,
        value=stored(definition, given),
        valid_from=valid_from,
        population=population,
        basis=basis,
        unit=definition.unit,
        clause=definition.clause,
        note=note or definition.note,
    )
