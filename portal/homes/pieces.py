"""What a home page is made of: tasks, figures, sections. Values only, no queries."""

from dataclasses import dataclass, field
from datetime import date

from audit import clock

WAIT, LATE, DONE, PLAIN = "wait", "late", "done", "plain"


@dataclass(frozen=True)
class Task:
    """One line of 本月任务: what, by when, how far; `action` is the word on its button."""

    name: str
    url: str
    state_label: str
    tone: str = PLAIN
    hint: str = ""
    due_on: date | None = None
    action: str = "去办理"
    is_now: bool = False  # may be done at this moment

    @property
    def is_done(self) -> bool:
        return self.tone == DONE

    @property
    def is_late(self) -> bool:
        return self.tone == LATE


@dataclass(frozen=True)
class Figure:
    number: int | str
    label: str
    url: str = ""

    @property
    def is_word(self) -> bool:
        return isinstance(self.number, str)


@dataclass
class Section:
    """The work of one post on the home page."""

    title: str
    tasks: list[Task] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    table: str = ""  # template that draws `rows`
    rows: list = field(default_factory=list)
    round: object = None


def waiting(
    count: int, unit: str, name: str, url: str, *, due_on=None, hint="", action="去办理"
) -> Task:
    """A task that is a count: nothing waiting is done, past its gate it is late."""
    if not count:
        return Task(name, url, "没有待办", DONE)
    is_late = due_on is not None and clock.today() > due_on
    return Task(
        name, url, f"{count} {unit}", LATE if is_late else WAIT, hint, due_on, action, is_now=True
    )


def next_of(sections: list[Section]) -> Task | None:
    """The one thing to do now: the first late task, else the first that can be done."""
    ready = [task for section in sections for task in section.tasks if task.is_now]
    return next((task for task in ready if task.is_late), ready[0] if ready else None)
