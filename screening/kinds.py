"""The lead kinds every county begins with, in the order of 附件1; from then on they are data."""

ID_TITLES = [
    *("身份证号码", "身份证号", "公民身份号码", "公民身份证号码", "居民身份证号", "证件号"),
    *("身份证", "身份证件号码", "社会保障号码", "残疾证号", "残疾人证号"),
]
VILLAGE_TITLES = ["村", "村名", "村名称", "行政村名称", "所属村", "所在村", "村（社区）", "村委会"]
TOWNSHIP_TITLES = ["乡镇名称", "所属乡镇", "乡（镇）", "乡镇（街道）", "乡", "镇", "所在乡镇"]


def _column(key, label, kind="text", titles=(), required=False):
    return {
        "key": key,
        "label": label,
        "type": kind,
        "synonyms": list(titles),
        "required": required,
    }


def _person(*titles, has_id=True):
    """Who it is. Departments that know no ID number name the village instead."""
    return [
        _column("name", "姓名", "name", [*titles, "户主姓名", "人员姓名"], required=True),
        _column("id_number", "证件号码", "id", ID_TITLES, required=has_id),
        _column("township", "乡镇", "township", TOWNSHIP_TITLES),
        _column("village", "行政村", "village", VILLAGE_TITLES, required=not has_id),
    ]


def _day(key, label, *titles, required=False):
    return _column(key, label, "date", titles, required)


def _money(key, label, *titles, required=False):
    return _column(key, label, "amount", titles, required)


def _text(key, label, *titles):
    return _column(key, label, "text", titles)


def _area(*facts):
    """Which townships or villages it is; the rest as the matter of the same key asks."""
    return [
        _column("township", "乡镇", "township", TOWNSHIP_TITLES, required=True),
        _column("village", "行政村", "village", VILLAGE_TITLES),
        *facts,
    ]


INPATIENT = [
    *_person("患者姓名", "参保人姓名", "住院人员"),
    _day("stayed_on", "住院日期", "入院日期", "入院时间", "住院时间", "出院日期", "出院时间",
         "结算日期", "结算时间", required=True),
    _money("self_paid", "个人自付", "个人自付费用", "自付金额", "自付费用", "自付", "个人自付金额",
           "报销后自付", "个人负担", "个人支付", "报销后个人自付费用", required=True),
    _money("total", "总费用", "医疗总费用", "住院总费用", "费用总额"),
    _text("hospital", "医院", "医院名称", "医疗机构", "就诊医院", "定点医疗机构"),
]  # fmt: skip
CERTIFICATE = [
    *_person("残疾人姓名"),
    _day("certified_on", "发证日期", "办证日期", "办证时间", "发证时间", "初次发证日期"),
    _text("category", "残疾类别", "残疾类型", "类别"),
    _text("grade", "残疾等级", "残疾级别", "等级"),
]

# department, key, label, risk, rule, cadence, columns; the clause is the department's of 附件1
KINDS = (
    ("yibao", "inpatient", "住院自付费用过高", "因病", "inpatient_self_paid", "monthly_20th", INPATIENT),
    ("weijian", "serious_illness", "新增30种大病（脱贫户）", "因病", "listed_lifted", "monthly_20th", [
        *_person("患者姓名"), _day("found_on", "确诊日期", "确诊时间", "诊断日期"),
        _column("is_entered", "是否录入健康扶贫系统", "yes_no", ["已录入全国健康扶贫动态管理系统", "是否录入"]),
    ]),
    ("weijian", "epidemic", "突发公共卫生事件（疫情）", "因疫", "listed", "on_event", [
        *_person(), _day("found_on", "发生日期", "日期"), _text("event", "事件", "事件名称", "情况"),
    ]),
    ("weijian", "epidemic_area", "疫情受灾区域", "因疫", "names_areas", "on_event", _area(
        _day("happened_on", "发生日期", "日期", required=True),
        _column("event", "事件名称", "text", ["事件"], required=True),
        _column("situation", "情况", "text", ["说明", "疫情情况"], required=True),
    )),
    ("jiaoyu", "drop_out", "义务教育阶段失学辍学", "因学", "listed", "monthly_20th", [
        *_person("学生姓名"), _text("school", "学校", "学校名称", "就读学校"), _text("reason", "辍学原因", "原因"),
    ]),
    ("jiaoyu", "school_cost", "非义务教育阶段自费过高", "因学", "above_line", "monthly_20th", [
        *_person("学生姓名"), _text("school", "学校", "学校名称", "就读学校"),
        _text("stage", "学段", "就读学段"), _money("self_paid", "自费金额", "自费费用", "学年自付", "自费"),
    ]),
    ("nongye", "industry_failure", "产业绝收、项目失败", "因产业失败", "listed", "monthly_20th", [
        *_person(has_id=False), _day("found_on", "发生日期", "日期"),
        _text("project", "产业项目", "项目名称", "产业"), _money("loss", "损失金额", "损失"),
    ]),
    ("renshe", "unemployed", "有就业意愿未就业（脱贫劳动力）", "因务工就业不稳", "listed_lifted", "monthly_20th", [
        *_person(), _day("found_on", "摸排日期", "日期"), _text("wish", "就业意愿", "就业需求", "意向岗位"),
    ]),
    ("zhujian", "dangerous_house", "新增危房、老旧住房透风漏雨", "因安全住房", "listed", "monthly_20th", [
        *_person(has_id=False), _day("found_on", "发现日期", "鉴定日期", "日期"),
        _text("grade", "危房等级", "鉴定等级", "房屋等级"), _text("situation", "住房情况", "情况"),
    ]),
    ("gongan", "traffic_accident", "重伤或死亡交通事故", "因突发事件", "listed", "on_event", [
        *_person("当事人"), _day("happened_on", "事故日期", "事故时间", "发生日期"),
        _text("harm", "伤亡情况", "后果", "伤情"),
    ]),
    ("minzheng", "floor_protection", "低保、特困增减", "兜底保障", "listed", "quarterly", [
        *_person(), _day("changed_on", "变动日期", "批准日期", "日期"),
        _text("change", "变动情况", "增减", "类别", "救助类别"),
    ]),
    ("minzheng", "hardship", "因病灾学残等陷入困境", "兜底保障", "listed", "monthly_20th", [
        *_person(), _day("found_on", "核实日期", "日期"), _text("cause", "困难原因", "原因", "致困原因"),
    ]),
    ("shuili", "drinking_water", "饮水不安全", "因安全饮水", "listed", "monthly", [
        *_person(has_id=False), _day("found_on", "发现日期", "停水日期", "日期"),
        _text("situation", "饮水情况", "情况", "原因"),
    ]),
    ("shuili", "water_area", "饮水不保障区域", "因安全饮水", "names_areas", "on_event", _area(
        _day("happened_on", "停水日期", "发生日期", "日期", required=True),
        _column("situation", "情况", "text", ["停水原因", "原因", "说明"], required=True),
    )),
    ("canlian", "new_certificate", "新办残疾证", "因残", "new_disability_certificate", "monthly_20th", CERTIFICATE),
    ("yingji", "disaster", "受灾农户", "因自然灾害", "listed", "on_event", [
        *_person(has_id=False), _day("happened_on", "受灾日期", "灾害日期", "日期"),
        _text("disaster", "灾害种类", "灾种"), _text("harm", "受灾情况", "损失情况", "倒损房屋"),
    ]),
    ("yingji", "disaster_area", "受灾区域", "因自然灾害", "names_areas", "on_event", _area(
        _day("happened_on", "受灾日期", "灾害日期", "发生日期", "日期", required=True),
        _column("disaster", "灾种", "text", ["灾害种类"], required=True),
        _column("situation", "情况", "text", ["受灾情况", "说明"], required=True),
    )),
    ("fupin", "income_below_line", "人均收入低于标准且未享受低保", "", "computed", "monthly", []),
    ("fupin", "income_fall", "收入骤减", "", "computed", "monthly", []),
    ("fupin", "expense_rise", "支出骤增", "", "computed", "monthly", []),
)  # fmt: skip
PARAMETERS = {
    "inpatient": ("inpatient_self_paid", "single_stay"),  # 附件1-1 单次住院
    "school_cost": ("school_own_cost", ""),  # 附件1-3 自费过高: the county says from what amount
}


def plant(apps) -> None:
    """Add the kinds that are missing; what a county has changed stays as it is."""
    departments = apps.get_model("accounts", "Department").objects.in_bulk()
    kinds = apps.get_model("screening", "LeadKind").objects
    missing = []
    for department, key, label, risk, rule, cadence, columns in KINDS:
        if department not in departments:
            continue
        parameter, basis = PARAMETERS.get(key, ("", ""))
        missing.append(
            kinds.model(
                department_id=department, key=key, label=label, risk=risk, rule=rule,
                parameter=parameter, basis=basis, cadence=cadence, columns=columns,
                clause=departments[department].clause,
            )
        )  # fmt: skip
    kinds.bulk_create(missing, ignore_conflicts=True)
