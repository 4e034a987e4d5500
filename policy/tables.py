"""The entries that every code table begins with. Sources: 附件1, 附件2, 五, and the wording of
the national system; national tables use the Chinese text itself as the code."""

from dataclasses import dataclass, field

from policy.field_help import FIELD_HELP


@dataclass(frozen=True)
class Item:
    code: str
    label: str
    note: str = ""
    extra: dict = field(default_factory=dict)


def _texts(*texts: str) -> list[Item]:
    return [Item(text, text) for text in texts]


def _pairs(**labels: str) -> list[Item]:
    return [Item(code, label) for code, label in labels.items()]


def _relation(text: str, gb: str, sex: str = "") -> Item:
    """`gb` is GB/T 4761-2008; `sex` 男 or 女 where the word itself says it."""
    return Item(text, text, f"GB/T 4761 {gb}", {"gb": gb, "sex": sex})


def _risk(text: str, clause: str, needs_remark: bool = False) -> Item:
    return Item(text, text, clause, {"clause": clause, "needs_remark": needs_remark})


RISKS = [
    _risk("因病", "附件1-1"),
    _risk("因学", "附件1-3"),
    _risk("因残", "附件1-10"),
    _risk("因自然灾害", "附件1-11"),
    _risk("因意外事故", "附件1-7"),
    _risk("因产业失败", "附件1-4"),
    _risk("因务工就业不稳", "附件1-5"),
    _risk("缺劳动力", ""),
    _risk("因安全住房", "附件1-6"),
    _risk("因安全饮水", "附件1-9"),
    _risk("因疫", "附件1-2"),
    _risk("因突发事件", "附件1-7"),
    _risk("兜底保障", "附件1-8"),
    _risk("其他", "", needs_remark=True),
]

RELATIONS = [
    _relation("户主", "02"),
    _relation("配偶", "10"),
    _relation("之子", "20", "男"),
    _relation("之女", "30", "女"),
    _relation("之儿媳", "38", "女"),
    _relation("之女婿", "28", "男"),
    _relation("之孙子", "41", "男"),
    _relation("之孙女", "42", "女"),
    _relation("之外孙子", "43", "男"),
    _relation("之外孙女", "44", "女"),
    _relation("之父", "51", "男"),
    _relation("之母", "52", "女"),
    _relation("之公公", "53", "男"),
    _relation("之婆婆", "54", "女"),
    _relation("之岳父", "55", "男"),
    _relation("之岳母", "56", "女"),
    _relation("之祖父", "61", "男"),
    _relation("之祖母", "62", "女"),
    _relation("之外祖父", "63", "男"),
    _relation("之外祖母", "64", "女"),
    _relation("之曾孙子", "47", "男"),
    _relation("之曾孙女", "48", "女"),
    _relation("之兄弟姐妹", "70"),
    _relation("之兄弟媳妇", "74", "女"),
    _relation("之叔伯", "97", "男"),
    _relation("之侄儿", "93", "男"),
    _relation("之侄女", "94", "女"),
    _relation("其他", "99"),
]

# GB/T 3304, in its order: the place is the number
NATIONS = [
    "汉", "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依",
    "朝鲜", "满", "侗", "瑶", "白", "土家", "哈尼", "哈萨克", "傣",
    "黎", "傈僳", "佤", "畲", "高山", "拉祜", "水", "东乡", "纳西",
    "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗", "撒拉",
    "毛南", "仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克",
    "俄罗斯", "鄂温克", "德昂", "保安", "裕固", "京", "塔塔尔", "独龙",
    "鄂伦春", "赫哲", "门巴", "珞巴", "基诺",
]  # fmt: skip
ETHNICITIES = [
    Item(f"{nation}族", f"{nation}族", extra={"gb": f"{number:02d}"})
    for number, nation in enumerate(NATIONS, start=1)
]

# 五（四）, 五（二）, 五（三）
MEASURE_GROUPS = [
    Item("industry", "产业发展", "五（四）一", {"is_development": True}),
    Item("employment", "就业创业", "五（四）二", {"is_development": True}),
    Item("security", "综合保障", "五（四）三"),
    Item("aspiration", "扶志扶智", "五（四）四"),
    Item("society", "社会力量", "五（四）五"),
    Item("insurance", "防贫保", "五（二）"),
    Item("relief", "临时救助", "五（三）一"),
    Item("floor", "兜底救助", "五（三）二"),
]


def _measure(code: str, label: str, group: str, is_development: bool = False) -> Item:
    """Development means work, skill or production; hand-outs and mere shares do not count."""
    return Item(code, label, extra={"group": group, "is_development": is_development})


MEASURE_KINDS = [
    _measure("production_training", "生产经营技能培训", "industry", True),
    _measure("production_support", "产业奖补、物资扶持", "industry", True),
    _measure("cooperative_lead", "合作社、龙头企业带动", "industry", True),
    _measure("share_dividend", "入股分红", "industry"),
    _measure("small_loan", "小额扶贫信贷", "industry", True),
    _measure("consumption_support", "消费帮扶", "industry", True),
    _measure("labour_training", "劳动技能培训", "employment", True),
    _measure("labour_export", "劳务输出", "employment", True),
    _measure("nearby_work", "就近就业、扶贫车间", "employment", True),
    _measure("public_post", "公益岗位", "employment", True),
    _measure("start_up", "创业补贴、担保贷款及贴息", "employment", True),
    _measure("subsistence", "农村低保", "security"),
    _measure("extreme_hardship", "特困人员救助", "security"),
    _measure("pension", "农村养老保险", "security"),
    _measure("medical_aid", "医疗保障与救助", "security"),
    _measure("compulsory_education", "义务教育控辍保学", "security"),
    _measure("student_aid", "教育资助（雨露计划、助学金、助学贷款）", "security"),
    _measure("housing", "住房安全保障", "security"),
    _measure("water", "饮水安全保障", "security"),
    _measure("disability_benefit", "残疾人补贴", "security"),
    _measure("motivation", "典型引导、乡风文明", "aspiration"),
    _measure("volunteering", "志愿服务", "society"),
    _measure("donation", "公益慈善捐赠", "society"),
    _measure("poverty_insurance", "防贫保险", "insurance"),
    _measure("temporary_relief", "临时救助", "relief"),
    _measure("floor_protection", "纳入低保、特困兜底", "floor"),
    _measure("other", "其他", ""),
]


def _proposal(cause: str, label: str, *kinds: str) -> Item:
    """缺什么、扶什么 (二（二）): the kinds of measures proposed against a risk or a safeguard gap."""
    return Item(cause, label, "", {"kinds": list(kinds)})


MEASURE_PROPOSALS = [
    _proposal("因病", "因病", "medical_aid", "public_post"),
    _proposal("因学", "因学", "student_aid", "labour_training"),
    _proposal("因残", "因残", "disability_benefit", "public_post"),
    _proposal("因自然灾害", "因自然灾害", "temporary_relief", "production_support"),
    _proposal("因意外事故", "因意外事故", "temporary_relief", "medical_aid"),
    _proposal("因产业失败", "因产业失败", "production_training", "small_loan"),
    _proposal("因务工就业不稳", "因务工就业不稳", "labour_training", "nearby_work"),
    _proposal("缺劳动力", "缺劳动力", "subsistence", "share_dividend"),
    _proposal("因安全住房", "因安全住房", "housing"),
    _proposal("因安全饮水", "因安全饮水", "water"),
    _proposal("因疫", "因疫", "temporary_relief", "nearby_work"),
    _proposal("因突发事件", "因突发事件", "temporary_relief"),
    _proposal("兜底保障", "兜底保障", "floor_protection"),
    _proposal("其他", "其他"),
    # Keys equal the fields of households.Safeguard (三).
    _proposal("housing_problem", "住房有安全问题", "housing"),
    _proposal("education_problem", "义务教育有失学辍学", "compulsory_education"),
    _proposal("medical_problem", "有成员未参加基本医疗保险", "medical_aid"),
    _proposal("water_problem", "饮水有安全问题", "water"),
]


def _cause(code: str, label: str, *risks: str) -> Item:
    """What a payout for this cause answers (四（六）)."""
    return Item(code, label, "五（二）", {"risks": list(risks)})


# 五（二）“因灾、因突发事故”
INSURANCE_CAUSES = [
    _cause("disaster", "自然灾害", "因自然灾害", "因产业失败"),
    _cause("traffic", "交通事故", "因意外事故", "因突发事件", "因残"),
    _cause("injury", "意外伤害", "因意外事故", "因突发事件", "因残"),
    _cause("fire", "火灾", "因意外事故", "因突发事件", "因安全住房"),
    _cause("illness", "突发疾病", "因病", "因突发事件"),
    _cause("other", "其他突发事故", "因意外事故", "因突发事件", "其他"),
]

TABLES: dict[str, list[Item]] = {
    "risk": RISKS,
    "disaster": _texts("洪涝", "地质", "旱灾", "生物", "气象", "地震", "其他"),
    "relation": RELATIONS,
    "ethnicity": ETHNICITIES,
    "education": _texts("文盲或半文盲", "小学", "初中", "高中", "大专", "本科及以上"),
    "student_state": _texts(
        "非在校生", "学前教育", "小学", "初中", "普通高中", "中职", "大专", "本科及以上", "失学辍学",
    ),
    "health": _texts("健康", "长期慢性病", "患有大病", "残疾"),
    "skill": _texts("普通劳动力", "技能劳动力", "弱劳动力或半劳动力", "丧失劳动力", "无劳动力"),
    "low_income_kind": _texts("低保", "特困"),
    "medical_insurance": _texts("居民医保", "职工医保", "未参加"),
    "pension_insurance": _texts("居民养老", "职工养老", "未参加"),
    "political_status": _texts("中共党员", "中共预备党员", "共青团员", "民主党派", "群众"),
    "disability_category": [
        Item(str(number), f"{text}残疾", "GB/T 26341")
        for number, text in enumerate(
            ("视力", "听力", "言语", "肢体", "智力", "精神", "多重"), start=1
        )
    ],
    "disability_grade": [
        Item(str(number), f"{text}级", "GB/T 26341")
        for number, text in enumerate("一二三四", start=1)
    ],
    "serious_illness": _texts(
        "儿童先心病", "儿童白血病", "胃癌", "食管癌", "结肠癌", "直肠癌", "终末期肾病", "肺癌",
        "肝癌", "乳腺癌", "宫颈癌", "急性心肌梗死", "白内障", "尘肺", "神经母细胞瘤", "儿童淋巴瘤",
        "骨肉瘤", "血友病", "地中海贫血", "唇腭裂", "尿道下裂", "耐多药结核病", "脑卒中",
        "慢阻肺气肿", "艾滋病机会感染", "膀胱癌", "卵巢癌", "肾癌", "重性精神疾病", "风湿性心脏病",
    ),  # 附件1-2
    "not_admitted_reason": _pairs(
        income_above_line="收入高于监测线且无突出困难",
        burden_resolved="支出负担已解决，能自行应对",
        already_protected="已落实保障，无返贫致贫风险",
        facts_untrue="情况不属实",
        not_of_village="不属本村户籍",
        moved_away="已迁出",
        deceased="已死亡",
        duplicate="重复线索",
        declined="农户自愿放弃",
        other="其他",
    ),
    "lead_answer_reason": _pairs(
        resolved="问题已解决，无返贫致贫风险",
        income_above_line="收入高于监测线且无突出困难",
        reimbursed="费用已报销或救助，自付不高",
        facts_wrong="部门数据有误",
        not_of_village="不属本村",
        moved_away="已迁出",
        deceased="已死亡",
        already_listed="已在册",
        duplicate="重复线索",
        other="其他",
    ),
    "closed_reason": _pairs(
        deceased="整户死亡",
        moved_away="整户迁出",
        household_merged="户籍合并",
        opened_in_error="登记错误",
        other="其他",
    ),
    "undo_reason": _pairs(
        facts_untrue="原消除不实", unstable="消除后收支不稳", other="其他",
    ),
    "clearing_kind": _pairs(assisted="帮扶消除", natural="自然消除"),
    "insurance_cause": INSURANCE_CAUSES,
    "measure_group": MEASURE_GROUPS,
    "measure_kind": MEASURE_KINDS,
    "measure_proposal": MEASURE_PROPOSALS,
    "field_help": [Item(key, label, words) for key, (label, words) in FIELD_HELP.items()],
}  # fmt: skip
