"""Ledgers over the API: the same declarations and scope as the pages, ID numbers masked; files
are ordered as jobs and fetched from there."""

from itertools import islice

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import Throttled
from rest_framework.response import Response

from accounts.access import Requires
from accounts.permissions import Permission
from jobs.actions import enqueue
from ledgers import exporting, exports, presenters, sheets
from ledgers.exporting import BadFilters
from ledgers.limits import over_limit
from ledgers.sheets import Kind

PAGE_BLOCKS = 100
DEEPEST_PAGE = 10_000
WHAT = {"ledger": "导出", "archive": "归档", "booklets": "一户一册"}


class AskSerializer(serializers.Serializer):
    """Month and area, and which page."""

    month = serializers.RegexField(r"^\d{4}-\d{2}$", help_text="2021-03")
    area = serializers.RegexField(r"^\d{2,12}$", help_text="区划代码")
    page = serializers.IntegerField(min_value=1, max_value=DEEPEST_PAGE, default=1)


class LedgerSerializer(serializers.Serializer):
    """A declared ledger."""

    key = serializers.CharField()
    name = serializers.CharField()
    clause = serializers.CharField()
    note = serializers.CharField()
    columns = serializers.SerializerMethodField()

    def get_columns(self, ledger) -> list[str]:
        return [column.label for column in ledger.columns]


class RowsSerializer(serializers.Serializer):
    """One page of a ledger: a list of lines, each with one value a column."""

    title = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField())
    has_next = serializers.BooleanField()


class OrderSerializer(AskSerializer):
    """A file to be made: a ledger in a form, an archive, or booklets."""

    what = serializers.ChoiceField(list(WHAT.items()), default="ledger")
    ledger = serializers.CharField(max_length=40, default="annex2")
    form = serializers.ChoiceField(
        [(f.key, f.label) for f in exports.FORMS.values()], default="signed"
    )


class OrderedSerializer(serializers.Serializer):
    """The job that makes the file."""

    job = serializers.UUIDField()


def _filters(user, asked: dict):
    """The filters, or 404 for an area that does not exist or lies outside the user's own."""
    try:
        filters = exporting.read_filters(asked["month"], asked["area"])
    except BadFilters as bad:
        raise serializers.ValidationError({"detail": str(bad)}) from bad
    if not exports.may_export(user, filters.area.pk):
        raise Http404
    return filters


def _ledger(key: str):
    try:
        return sheets.find(key)
    except KeyError:
        raise Http404 from None


class LedgerViewSet(viewsets.ViewSet):
    """Every ledger, and the lines of one for a month and area."""

    permission_classes = [Requires]
    required_permission = Permission.LEDGER_EXPORT
    lookup_field = "key"
    lookup_value_regex = "[a-z0-9_]+"

    @extend_schema(operation_id="ledgers_list", responses=LedgerSerializer(many=True))
    def list(self, request):
        return Response(LedgerSerializer(sheets.every(), many=True).data)

    @extend_schema(
        operation_id="ledgers_retrieve",
        parameters=[AskSerializer, OpenApiParameter("key", str, "path")],
        responses=RowsSerializer,
    )
    def retrieve(self, request, key):
        asked = AskSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        ledger, filters = _ledger(key), _filters(request.user, asked.validated_data)
        start = (asked.validated_data["page"] - 1) * PAGE_BLOCKS
        found = list(islice(ledger.blocks(filters, request.user), start, start + PAGE_BLOCKS + 1))
        return Response(
            {
                "title": ledger.title(filters),
                "columns": [column.label for column in ledger.columns],
                "rows": [_row(ledger, line) for block in found[:PAGE_BLOCKS] for line in block],
                "has_next": len(found) > PAGE_BLOCKS,
            }
        )


def _row(ledger, line) -> list:
    return [
        value if column.kind == Kind.INT else presenters.shown(column.kind, value)
        for column, value in zip(ledger.columns, line, strict=True)
    ]


class ExportViewSet(viewsets.ViewSet):
    """Files to be made: each order is a job, its file is fetched from the job."""

    permission_classes = [Requires]
    required_permission = Permission.LEDGER_EXPORT

    @extend_schema(request=OrderSerializer, responses={202: OrderedSerializer})
    def create(self, request):
        if why := over_limit(request.user):
            raise Throttled(detail=why)
        order = OrderSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        asked = order.validated_data
        filters, what = _filters(request.user, asked), asked["what"]
        kind, more = f"ledgers.export_{what}", {}
        title = f"{sheets.full_name(filters.area)}{filters.month:%Y年%m月}{WHAT[what]}"
        if what == "ledger":
            ledger, form = _ledger(asked["ledger"]), exports.FORMS[asked["form"]]
            if form not in exports.forms_of(ledger):
                raise serializers.ValidationError({"form": "这种台账没有这种样式，请改用 flat。"})
            more = {"ledger": ledger.key, "form": form.key}
            title = f"导出 {exports.file_name(ledger, filters, form)}"
        job = enqueue(kind, by=request.user, title=title, args=exporting.as_args(filters, **more))
        return Response({"job": str(job.pk)}, status=202)


router_entries = [
    ("ledgers", LedgerViewSet, "api_ledgers"),
    ("exports", ExportViewSet, "api_exports"),
]
