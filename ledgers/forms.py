"""Which month and which area: the two questions every ledger asks."""

from datetime import date

from django import forms

from accounts import access
from accounts.permissions import Permission
from areas.containment import contains
from areas.models import Area
from audit import clock
from ledgers.sheets import Filters, full_name
from screening.duties import desks
from workflow import months
from workflow.models import MonthlyRound

MONTHS_SHOWN = 36


class FiltersForm(forms.Form):
    """Month and area within what the viewer may export; an area offers what lies one level below."""

    month = forms.ChoiceField(
        label="月份", error_messages={"invalid_choice": "没有这个月份，请重新选择。"}
    )
    area = forms.ChoiceField(
        label="区划", error_messages={"invalid_choice": "没有这个区划，请重新选择。"}
    )

    def __init__(self, data, *, user):
        self.user = user
        granted = access.codes(user, Permission.LEDGER_EXPORT)
        if not granted and desks.desks(user):  # a department's own papers, of its county
            granted = [desks.county_of(user)]
        asked = str((data or {}).get("area") or "").replace("\x00", "")
        is_ours = any(contains(code, asked) for code in granted)
        self.here = asked if is_ours else (granted[0] if granted else "")
        self.is_foreign = bool(asked) and not is_ours
        super().__init__({"area": self.here, **self._month(data)})
        self.areas = self._areas(granted)
        self.fields["area"].choices = [(a.pk, _indented(a, granted)) for a in self.areas]
        self.fields["month"].choices = self._months()

    def _month(self, data) -> dict:
        asked = (data or {}).get("month")
        return {"month": asked or f"{clock.today():%Y-%m}"}

    def _areas(self, granted) -> list[Area]:
        """The areas of the posts, the way down to the chosen one, and what lies below it."""
        way = {self.here[:length] for length in (2, 4, 6, 9, 12) if len(self.here) >= length}
        inside = [c for c in way if any(contains(code, c) for code in granted)]
        found = Area.objects.filter(pk__in=[*granted, *inside])
        if access.codes(self.user, Permission.LEDGER_EXPORT):
            found |= Area.objects.filter(parent=self.here)
        return list(found.active().select_related("parent").order_by("code"))

    def _months(self) -> list[tuple[str, str]]:
        this_month = months.first_day(clock.today())
        known = (
            MonthlyRound.objects.visible_to(self.user)
            .values_list("month", flat=True)
            .distinct()
            .order_by("-month")[:MONTHS_SHOWN]
        )
        return [(f"{m:%Y-%m}", months.label(m)) for m in sorted({*known, this_month}, reverse=True)]

    def filters(self) -> Filters:
        """The chosen month and area; only of a valid form."""
        area = next(a for a in self.areas if a.pk == self.cleaned_data["area"])
        return Filters(date.fromisoformat(f"{self.cleaned_data['month']}-01"), area)


def _indented(area: Area, granted) -> str:
    """Villages stand indented below their township, as far as the list shows both."""
    outer = min((len(code) for code in granted if contains(code, area.pk)), default=len(area.pk))
    depth = sum(1 for length in (2, 4, 6, 9, 12) if outer < length <= len(area.pk))
    name = full_name(area) if depth == 0 else area.short_name
    return "　" * depth + name
