"""REST: leads with their answers, departments' files with their rows. Same scope and actions as
the pages; ID numbers are masked."""

from datetime import date

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts import access
from accounts.access import Requires
from accounts.permissions import Permission
from screening import actions, presenters
from screening.actions.files import county_named
from screening.matter_api import MatterViewSet
from screening.models import Lead, LeadFile, LeadKind, LeadRow
from screening.refusals import LeadRefused
from workflow import months
from workflow.api import BIG_INT, Pages, Refused
from workflow.models import Case

READERS = (Permission.LEADFILE_UPLOAD, Permission.LEAD_SETTLE, Permission.SUPERVISION_VIEW)
MOST_ANSWERED = 500


class LeadSerializer(serializers.ModelSerializer):
    head_name = serializers.CharField(source="household.head_name", read_only=True)
    kind = serializers.CharField(source="kind.key", default=None, read_only=True)
    department = serializers.CharField(source="kind.department_id", default=None, read_only=True)

    class Meta:
        model = Lead
        fields = [
            "id", "source", "department", "kind", "household", "head_name", "village", "person",
            "case", "month", "risks", "explanation", "clause", "raised_on", "earlier", "answer",
            "answer_reason", "answer_note", "answered_at",
        ]  # fmt: skip


class LeadFilter(django_filters.FilterSet):
    area = django_filters.CharFilter(field_name="village__code", lookup_expr="startswith")
    unanswered = django_filters.BooleanFilter(method="open_only", help_text="只要待核实的")

    class Meta:
        model = Lead
        fields = ["month", "source", "answer", "case", "household"]

    def open_only(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.unanswered() if value else queryset


class AnswersSerializer(serializers.Serializer):
    leads = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        min_length=1,
        max_length=MOST_ANSWERED,
    )
    answer = serializers.ChoiceField(choices=Lead.Answer.choices)
    reason = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class LeadRefusalSerializer(serializers.Serializer):
    case = serializers.IntegerField()
    why = serializers.CharField()


class AnsweredSerializer(serializers.Serializer):
    done = serializers.ListField(child=serializers.IntegerField())
    refused = LeadRefusalSerializer(many=True)


class RecallSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=200, help_text="撤回原因，会反馈给部门")


class LeadViewSet(ReadOnlyModelViewSet):
    """Leads of the caller's area."""

    queryset = Lead.objects.none()
    serializer_class = LeadSerializer
    permission_classes = [Requires]
    required_permission = Permission.CASE_VIEW
    filterset_class = LeadFilter
    pagination_class = Pages
    lookup_value_regex = BIG_INT

    def get_queryset(self):
        leads = Lead.objects.visible_to(self.request.user)
        return leads.select_related("household", "kind").order_by("-raised_on", "-pk")

    @extend_schema(request=AnswersSerializer, responses=AnsweredSerializer)
    @action(detail=False, methods=["post"], required_permission=Permission.CASE_SCREEN)
    def answers(self, request):
        """One answer for many leads; 409 with the reason if answer and reason do not fit."""
        asked = AnswersSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = dict(asked.validated_data)
        leads = list(self.get_queryset().filter(pk__in=data.pop("leads"), case__isnull=False))
        cases = list(Case.objects.filter(pk__in=[lead.case_id for lead in leads]))
        try:
            outcome = actions.answer_leads(cases=cases, leads=leads, by=request.user, **data)
        except LeadRefused as refused:
            raise Refused(str(refused)) from refused
        answer = {
            "done": [lead.pk for lead in outcome.done],
            "refused": [{"case": case.pk, "why": why} for case, why in outcome.refused],
        }
        return Response(AnsweredSerializer(answer).data)

    @extend_schema(request=RecallSerializer, responses={204: None})
    @action(detail=True, methods=["post"], required_permission=Permission.LEAD_SETTLE)
    def recall(self, request, pk=None):
        """Take back a department's lead that nobody has begun with; 409 with the reason."""
        scope = access.scope(request.user, Permission.LEAD_SETTLE, field="village_id")
        lead = get_object_or_404(self.get_queryset().filter(scope), pk=pk)
        asked = RecallSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            actions.recall_lead(lead=lead, reason=asked.validated_data["reason"], by=request.user)
        except LeadRefused as refused:
            raise Refused(str(refused)) from refused
        return Response(status=status.HTTP_204_NO_CONTENT)


class LeadFileSerializer(serializers.ModelSerializer):
    kind = serializers.CharField(source="kind.key", read_only=True)

    class Meta:
        model = LeadFile
        fields = [
            "id", "county", "department", "kind", "month", "name", "sha256", "state", "message",
            "warnings", "figures", "received_at", "dispatched_at",
        ]  # fmt: skip


class UploadSerializer(serializers.Serializer):
    department = serializers.SlugField(max_length=20)
    kind = serializers.SlugField(max_length=40)
    month = serializers.DateField(help_text="该月任意一天")
    file = serializers.FileField()


class LeadRowSerializer(serializers.ModelSerializer):
    id_number = serializers.SerializerMethodField(help_text="已掩码的证件号码")
    found = serializers.SerializerMethodField(help_text="查找结果")
    answer = serializers.SerializerMethodField(help_text="核实结果")
    answered_on = serializers.SerializerMethodField(help_text="核实日期，未核实为空")

    class Meta:
        model = LeadRow
        fields = ["sheet_row", "name", "id_number", "verdict", "reason", "note", "match", "found",
                  "answer", "answered_on"]  # fmt: skip

    def get_id_number(self, row) -> str:
        return presenters.id_shown(row)

    def get_found(self, row) -> str:
        return presenters.match_words(row)

    def get_answer(self, row) -> str:
        return presenters.row_answer(row)

    def get_answered_on(self, row) -> date | None:
        return presenters.answered_on(row)


class LeadFileViewSet(ReadOnlyModelViewSet):
    """Departments' files; a department sees its own only."""

    queryset = LeadFile.objects.none()
    serializer_class = LeadFileSerializer
    permission_classes = [Requires]
    required_permission = READERS
    filterset_fields = ["department", "month", "state"]
    pagination_class = Pages
    lookup_value_regex = BIG_INT

    def get_queryset(self):
        files = LeadFile.objects.visible_to(self.request.user)
        return files.select_related("kind").order_by("-pk")

    @extend_schema(request=UploadSerializer, responses=LeadFileSerializer)
    @action(
        detail=False, methods=["post"], required_permission=Permission.LEADFILE_UPLOAD,
        parser_classes=[MultiPartParser, FormParser, JSONParser],
    )  # fmt: skip
    def upload(self, request):
        """Hand in a list; it is checked in the background. 409 for a repeat, with the reason."""
        asked = UploadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        kind = (
            LeadKind.objects.uploadable_by(request.user)
            .filter(department=data["department"], key=data["kind"])
            .select_related("department")
            .first()
        )
        if kind is None:
            raise serializers.ValidationError({"kind": "没有这种名单，或您的岗位不能报送。"})
        try:
            counties = actions.counties_of(request.user, kind.department)
            file = actions.receive_file(
                file=data["file"], department=kind.department, kind=kind,
                month=months.first_day(data["month"]),
                county=county_named(counties[0] if counties else ""), by=request.user,
            )  # fmt: skip
        except LeadRefused as refused:
            raise Refused(str(refused)) from refused
        file.refresh_from_db()
        return Response(LeadFileSerializer(file).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        responses=LeadRowSerializer(many=True),
        filters=False,
        parameters=[
            OpenApiParameter("verdict", enum=LeadRow.Verdict.values, description="只要这种结果的行")
        ],
    )
    @action(detail=True)
    def rows(self, request, pk=None):
        """Every row with its sheet row number, verdict and what became of it."""
        rows = LeadRow.objects.visible_to(request.user).filter(file=self.get_object())
        if verdict := request.query_params.get("verdict"):
            if verdict not in LeadRow.Verdict.values:
                raise serializers.ValidationError({"verdict": "应为 ok、below 或 bad。"})
            rows = rows.filter(verdict=verdict)
        page = self.paginate_queryset(
            rows.select_related("lead").prefetch_related("matters").order_by("sheet_row")
        )
        return self.get_paginated_response(LeadRowSerializer(page, many=True).data)


router_entries = [
    ("leads", LeadViewSet, "api_lead"),
    ("lead-files", LeadFileViewSet, "api_lead_file"),
    ("matters", MatterViewSet, "api_matter"),
]
