"""The menu of the person looking: a context processor over one list of pages.

A page appears when the person's posts give one of its permissions (accounts.access); nothing
here grants anything, the views decide for themselves.
"""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from accounts import access
from accounts.permissions import Permission as P
from audit import clock
from policy import parameters
from portal.help_texts import help_key
from portal.views.text_size import TEXT_SIZE_COOKIE
from supervision.models import Reminder


@dataclass(frozen=True)
class Page:
    label: str
    url_name: str
    needs: tuple[P, ...] = ()
    also: tuple[str, ...] = ()  # url names that count as being on this page


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_here: bool


POSTS_SHOWN = 2
GROUPS = (
    (
        "本月工作",
        (
            Page("本月任务", "home"),
            Page(
                "本月排查",
                "sheet",
                (P.CASE_SCREEN,),
                ("sheet_household", "sheet_hand_in", "sheet_add", "sheet_history"),
            ),
            Page("线索核实", "lead_list", (P.CASE_VIEW,), ("lead_answer",)),
            Page("受理农户申请", "application_new", (P.CASE_SCREEN,)),
            Page("监测办理", "case_list", (P.CASE_VIEW,), ("case_detail", "case_step")),
            Page("评议与会议", "meeting_list", (P.CASE_VIEW,), ("meeting_new", "meeting_detail")),
            Page("上报名单", "reported_list", (P.CASE_VIEW,), ("reported_list_detail",)),
            Page("月度进度", "round_list", (P.CASE_VIEW,), ("round_detail",)),
        ),
    ),
    (
        "部门数据",
        (
            Page(
                "部门名单",
                "lead_file_list",
                (P.LEADFILE_UPLOAD, P.LEAD_SETTLE),
                ("lead_file_new", "lead_file_many", "lead_file_dispatch_all", "lead_file_detail"),
            ),
            Page(
                "部门事项",
                "matter_list",
                (P.LEADFILE_UPLOAD, P.CASE_VIEW),
                ("matter_new", "matter_detail", "matter_upload"),
            ),
            Page(
                "履职台账",
                "duty_report_list",
                (P.LEADFILE_UPLOAD, P.LEAD_SETTLE, P.SUPERVISION_VIEW),
                ("duty_report_edit", "duty_report_detail"),
            ),
            Page(
                "名单到齐情况",
                "lead_arrival_list",
                (P.LEADFILE_UPLOAD, P.LEAD_SETTLE, P.SUPERVISION_VIEW),
            ),
            Page(
                "疑似与待认领", "lead_pool", (P.LEAD_SETTLE, P.CASE_RECHECK), ("lead_row_settle",)
            ),
        ),
    ),
    (
        "帮扶",
        (
            Page("帮扶走访", "visit_due_list", (P.CASE_VIEW,)),
            Page("帮扶责任人", "helper_list", (P.CASE_VIEW,), ("helper_detail", "helper_edit")),
            Page("帮扶计划", "plan_list", (P.CASE_VIEW,), ("plan_detail", "plan_edit")),
            Page(
                "帮扶措施",
                "measure_list",
                (P.ASSISTANCE_EDIT, P.MEASURE_SET, P.LEADFILE_UPLOAD),
                ("measure_new", "measure_edit", "measure_sheet_list", "measure_sheet_detail"),
            ),
            Page("帮扶缺项", "gap_list", (P.CASE_VIEW,)),
            Page(
                "防贫保理赔",
                "claim_list",
                (P.CASE_VIEW, P.LEADFILE_UPLOAD),
                ("claim_detail", "claim_new", "claim_step", "cover_list", "enrol"),
            ),
            Page(
                "临时救助和兜底",
                "relief_list",
                (P.CASE_VIEW, P.LEADFILE_UPLOAD),
                ("relief_detail", "relief_new", "relief_step"),
            ),
            Page("先行帮扶", "ahead_list", (P.CASE_VIEW,)),
        ),
    ),
    (
        "农户档案",
        (
            Page("查户查人", "household_list", (P.REGISTER_VIEW,), ("household_detail",)),
            Page("自然增减", "natural_change_list", (P.REGISTER_VIEW,), ("natural_change_new",)),
            Page("数据体检", "data_health", (P.REGISTER_VIEW,), ("household_doubts",)),
            Page(
                "档案导入",
                "register_import_list",
                (P.REGISTER_IMPORT,),
                ("register_import_new", "register_import_detail"),
            ),
        ),
    ),
    (
        "台账与督导",
        (
            Page("台账", "ledger_list", (P.LEDGER_EXPORT, P.LEADFILE_UPLOAD), ("ledger_show",)),
            Page("归档资料", "archive_new", (P.LEDGER_EXPORT,)),
            Page("监测看板", "board", (P.SUPERVISION_VIEW,), ("board_rows", "board_leads")),
            Page("后台任务", "job_list", (), ("job_detail",)),
        ),
    ),
    (
        "系统管理",
        (
            Page("行政区划", "area_list", (P.AREA_MANAGE,), ("area_new", "area_form")),
            Page("用户", "user_list", (P.USER_MANAGE, P.POST_MANAGE), ("user_form", "post_form")),
            Page("部门", "department_list", (P.USER_MANAGE, P.POST_MANAGE)),
            Page("政策参数", "parameter_list", (P.POLICY_MANAGE,), ("parameter_form",)),
            Page(
                "线索类型",
                "lead_kind_list",
                (P.POLICY_MANAGE,),
                ("lead_kind_new", "lead_kind_form", "lead_kind_trial"),
            ),
            Page("代码表", "code_list", (P.POLICY_MANAGE,), ("code_form",)),
            Page("名单来源", "source_list", (P.SCHEDULE_MANAGE,), ("source_new", "source_form")),
            Page("定时任务", "schedule_list", (P.SCHEDULE_MANAGE,)),
            Page("审计日志", "audit_log", (P.AUDIT_VIEW,)),
        ),
    ),
)
PERSONAL = (
    Page("我的提醒", "inbox"),
    Page("使用帮助", "help_index", (), ("help_page",)),
    Page("修改密码", "password_change"),
    Page("动态口令", "second_factor"),
)
BOTTOM = ("home", "lead_list", "case_list", "household_list", "board", "job_list")
BOTTOM_SIZE = 3
UNREAD = "unread"  # in the session: the number beside the viewer's name


class Navigation:
    """Built lazily: a page or fragment that draws no menu costs no query."""

    def __init__(self, request):
        self.request = request
        self.user = request.user
        match = request.resolver_match
        self.here = match.url_name if match else ""

    @cached_property
    def _pages(self) -> list[tuple[str, list[Page]]]:
        held = {p for p in P if access.holds(self.user, p)} if self.user.is_authenticated else set()
        return [
            (
                label,
                [p for p in pages if not p.needs or held.intersection(p.needs)],
            )
            for label, pages in GROUPS
            if self.user.is_authenticated
        ]

    def _link(self, page: Page) -> Link:
        is_here = self.here == page.url_name or self.here in page.also
        return Link(page.label, reverse(page.url_name), is_here)

    @cached_property
    def groups(self) -> list[dict]:
        return [
            {"label": label, "items": [self._link(p) for p in pages]}
            for label, pages in self._pages
            if pages
        ]

    @cached_property
    def personal(self) -> list[Link]:
        return [self._link(page) for page in PERSONAL]

    @cached_property
    def bottom(self) -> list[Link]:
        shown = {p.url_name: p for _, pages in self._pages for p in pages}
        return [self._link(shown[name]) for name in BOTTOM if name in shown][:BOTTOM_SIZE]

    @cached_property
    def search_url(self) -> str:
        if self.user.is_authenticated and access.holds(self.user, P.REGISTER_VIEW):
            return reverse("household_list")
        return ""

    @cached_property
    def viewer(self) -> dict | None:
        if not self.user.is_authenticated:
            return None
        return {"name": str(self.user), "post": _posts_shown(self.user)}

    @cached_property
    def help_url(self) -> str:
        """The help of the screen one is on; empty where there is none."""
        key = help_key(self.here)
        return reverse("help_page", args=[key]) if key else ""

    @cached_property
    def unread(self) -> int:
        """Counted anew once a minute, when the session's row is written anyway."""
        session = self.request.session
        if UNREAD not in session or session.modified:
            session[UNREAD] = Reminder.objects.visible_to(self.user).unread().count()
        return session[UNREAD]


def navigation(request):
    """Adds `navigation`, `system_name`, `large_text`, `today` to every page."""
    return {
        "navigation": Navigation(request) if hasattr(request, "user") else None,
        "system_name": f"{parameters.value('county_name')}防贫预警监测系统",
        "large_text": request.COOKIES.get(TEXT_SIZE_COOKIE) == "large",
        "today": clock.today(),
    }


def _posts_shown(user) -> str:
    """The first posts in words; who acts for many departments has too many for the bar."""
    posts = access.posts(user)
    if len(posts) <= POSTS_SHOWN:
        return access.describe(user)
    return "、".join(str(post) for post in posts[:POSTS_SHOWN]) + f" 等 {len(posts)} 个岗位"
