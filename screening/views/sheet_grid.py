"""The monthly sheet as a grid on a wide screen; pasted blocks are compared before they are written."""

import json

from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require
from accounts.permissions import Permission
from screening.sheet import forms, presenters, preview, rows
from screening.views.sheet import own_village, round_or_404


@require(Permission.CASE_SCREEN)
@never_cache
@require_safe
def sheet_grid(request):
    """The page around the grid; `sheet_lines` reads its rows while the browser reads the scripts."""
    village, _ = own_village(request)
    round = round_or_404(village)
    context = {
        "village": village,
        "round": round,
        "has_rows": bool(rows.ids_of_village(round, village.pk)),
        "columns": presenters.grid_columns(),
    }
    return render(request, "screening/sheet_grid.html", context)


@require(Permission.CASE_SCREEN)
@never_cache
@gzip_page
@require_safe
def sheet_lines(request):
    """Every household of the village's month, a row each; saved cell by cell by `sheet_save`."""
    village, _ = own_village(request)
    found = rows.of_village(round_or_404(village), village.pk)
    lines = [presenters.grid_line(row) for row in found]
    return JsonResponse({"lines": lines}, json_dumps_params={"ensure_ascii": False})


@require(Permission.CASE_SCREEN)
@require_POST
def sheet_preview(request):
    """What a pasted block would change: {"village", "rows": {household: {key: text}}}."""
    village, _ = own_village(request)
    round = round_or_404(village)
    try:
        wanted = forms.block_of_json(json.loads(request.body))
    except forms.TooMuch as too_much:
        return JsonResponse({"detail": str(too_much)}, status=400)
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"detail": "内容不完整，请重新复制后再粘贴"}, status=400)
    own = {row.household.pk: row for row in rows.of_village(round, village.pk)}
    differences = preview.compare([own[pk] for pk in wanted if pk in own], wanted)
    return JsonResponse({"differences": [presenters.difference_json(d) for d in differences]})
