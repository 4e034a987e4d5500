"""What a visit looks at: the five looks (五看) and the three safeguards with drinking water."""

# 入户核查“五看”: key, what is asked, help. Values are short texts in `Visit.findings`.
LOOKS = (
    ("basics", "一看基本情况", "人口、劳动力、健康有没有变化"),
    ("income", "二看收入", "务工、种养、补贴等收入有没有骤减"),
    ("expense", "三看刚性支出", "看病、上学、灾害、事故等支出有没有骤增"),
    ("safeguards", "四看保障", "住房、上学、看病、饮水有没有问题"),
    ("policies", "五看政策享受", "低保、救助、产业就业等政策是否落实"),
)
# 三、“两不愁三保障”: keys equal the fields of `households.Safeguard`; True = there is a problem.
PROBLEMS = (
    ("housing_problem", "住房有安全问题"),
    ("education_problem", "义务教育阶段有失学辍学"),
    ("medical_problem", "有成员未参加基本医疗保险"),
    ("water_problem", "饮水有安全问题"),
)
LOOK_LIMIT = 300


def cleaned(findings: dict) -> dict:
    """Known keys only: texts cut of outer blanks, problems as booleans where they were asked."""
    kept = {
        key: str(findings[key]).strip()[:LOOK_LIMIT] for key, _, _ in LOOKS if findings.get(key)
    }
    return kept | {key: bool(findings[key]) for key, _ in PROBLEMS if key in findings}


def problems(findings: dict) -> dict[str, bool]:
    """The safeguards that were looked at."""
    return {key: findings[key] for key, _ in PROBLEMS if key in findings}


def lines(findings: dict) -> list[tuple[str, str]]:
    """Label and text of everything found, in the order of the form."""
    looks = [(label, findings[key]) for key, label, _ in LOOKS if findings.get(key)]
    found = [label for key, label in PROBLEMS if findings.get(key)]
    if any(key in findings for key, _ in PROBLEMS):
        looks.append(("三保障和饮水", "、".join(found) or "均有保障"))
    return looks
