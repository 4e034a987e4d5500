"""首次引导: a home page shown round once, in at most five stops; who saw it is kept on the server."""

from dataclasses import dataclass

from accounts import access
from accounts.permissions import Permission
from portal.models import TourSeen


@dataclass(frozen=True)
class Stop:
    """One thing on the page: which element, and two sentences about it."""

    target: str  # CSS selector; a stop whose element is not there is passed over
    title: str
    text: str


MENU = Stop("#menu", "左边的菜单", "要查户、看名单、下台账，从这里进去；手机上点左上角“菜单”。")
HELP = Stop(".help-link", "每页都有帮助", "每一页右上角的“帮助”，说明这一页怎么用。")
SEARCH = Stop(".top-search", "找户找人", "输入姓名、姓名首字母或者证件号后四位，就能找到户。")
NEXT = Stop(".next-box", "现在该办的事", "最该办的一件事总在这里，点蓝色按钮直接去办。")
TOURS = {
    "village": (
        NEXT,
        Stop(".task-list", "本月的事", "按先后排列，写着期限和办到哪一步；办完的自动变灰。"),
        SEARCH,
        MENU,
        HELP,
    ),
    "township": (
        NEXT,
        Stop(".task-list", "本乡镇的事", "复核、核查、上报和认领线索，逐条点进去办。"),
        Stop(".table-responsive", "各村进度", "没交的村排在前面，红字是逾期。"),
        SEARCH,
        HELP,
    ),
    "county": (
        NEXT,
        Stop(".task-list", "全县的事", "收名单、分线索、汇总审定、落实措施，逐条点进去办。"),
        Stop(".figures", "本月数字", "每个数字都能点开，看到是哪些户。"),
        MENU,
        HELP,
    ),
    "department": (
        NEXT,
        Stop(".task-list", "本部门的事", "报送名单、填报措施，写着期限和办到哪一步。"),
        MENU,
        HELP,
    ),
}
SESSION_KEY = "tour"
WHOSE = (
    ("village", Permission.CASE_SCREEN),
    ("township", Permission.CASE_RECHECK),
    ("county", Permission.CASE_COMPILE),
    ("county", Permission.CASE_DETERMINE),
    ("department", Permission.LEADFILE_UPLOAD),
)


def tour_for(request) -> str:
    """The tour this person has not seen; empty = none. The session saves asking at every visit."""
    if SESSION_KEY not in request.session:
        request.session[SESSION_KEY] = _unseen(request.user)
    return request.session[SESSION_KEY]


def mark_seen(request, name: str) -> None:
    """Remember on the server that this person was shown round, or said no."""
    TourSeen.objects.get_or_create(user=request.user, tour=name)
    request.session.pop(SESSION_KEY, None)


def _unseen(user) -> str:
    name = next((name for name, permission in WHOSE if access.holds(user, permission)), "")
    is_seen = name and TourSeen.objects.filter(user=user, tour=name).exists()
    return "" if is_seen else name
