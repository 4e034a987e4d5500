"""REST: measures of the caller's area or department, and the department's answer. Same scope and
same actions as the pages; a department sees what its task needs and nothing of the household else."""

import django_filters
from django.db import models
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import Requires
from accounts.permissions import Permission
from assistance import actions
from assistance.models import Measure
from assistance.refusals import AssistanceRefused
from workflow.api import BIG_INT, Pages, Refused

ANY_HAND = (Permission.ASSISTANCE_EDIT, Permission.MEASURE_SET, Permission.LEADFILE_UPLOAD)
State = Measure.State


class MeasureSerializer(serializers.ModelSerializer):
    head_name = serializers.CharField(source="case.household.head_name", read_only=True)
    village = serializers.CharField(source="case.village_id", read_only=True)
    person = serializers.CharField(source="person.name", default="", read_only=True)
    is_overdue = serializers.BooleanField(read_only=True)

    class Meta:
        model = Measure
        fields = [
            "id", "case", "head_name", "village", "person", "group", "kind", "is_development",
            "description", "department", "starts_on", "due_on", "done_on", "amount_planned",
            "amount_paid", "state", "is_overdue", "is_ahead_of_procedure", "effect",
            "withdrawn_reason", "version",
        ]  # fmt: skip


class MeasureFilter(django_filters.FilterSet):
    area = django_filters.CharFilter(field_name="case__village_id", lookup_expr="startswith")
    overdue = django_filters.BooleanFilter(method="late", help_text="只要已逾期的")
    unfinished = django_filters.BooleanFilter(method="open_only", help_text="只要未完成的")

    class Meta:
        model = Measure
        fields = ["state", "kind", "department", "case"]

    def late(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.overdue() if value else queryset

    def open_only(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.unfinished() if value else queryset


class AnswerSerializer(serializers.Serializer):
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    state = serializers.ChoiceField(
        choices=[(s.value, s.label) for s in (State.PLANNED, State.ACTIVE, State.DONE)],
        required=False,
    )
    done_on = serializers.DateField(required=False, allow_null=True)
    amount_paid = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, required=False, allow_null=True
    )
    effect = serializers.CharField(max_length=300, required=False, allow_blank=True)


class MeasureRefusalSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class MeasureViewSet(ReadOnlyModelViewSet):
    """Measures of the caller's area, or the tasks of the caller's own department."""

    queryset = Measure.objects.none()
    serializer_class = MeasureSerializer
    permission_classes = [Requires]
    required_permission = (Permission.CASE_VIEW, Permission.LEADFILE_UPLOAD)
    filterset_class = MeasureFilter
    pagination_class = Pages
    lookup_value_regex = BIG_INT

    def get_queryset(self) -> models.QuerySet:
        measures = Measure.objects.visible_to(self.request.user)
        return measures.select_related("case__household", "person").order_by("due_on", "pk")

    @extend_schema(request=AnswerSerializer, responses=MeasureSerializer)
    @action(detail=True, methods=["post"], required_permission=ANY_HAND)
    def answer(self, request, pk=None):
        """Report progress; 409 with the reason if the rule says no or somebody changed it since."""
        measure = self.get_object()
        asked = AnswerSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            actions.update_measure(measure=measure, by=request.user, **asked.validated_data)
        except AssistanceRefused as refused:
            raise Refused(str(refused)) from refused
        return Response(MeasureSerializer(measure).data)

    @extend_schema(request=MeasureRefusalSerializer, responses=MeasureSerializer)
    @action(detail=True, methods=["post"], required_permission=Permission.LEADFILE_UPLOAD)
    def refuse(self, request, pk=None):
        """不予办理, by the responsible department, with its reason."""
        measure = self.get_object()
        asked = MeasureRefusalSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            actions.refuse_measure(
                measure=measure, reason=asked.validated_data["reason"], by=request.user
            )
        except AssistanceRefused as refused:
            raise Refused(str(refused)) from refused
        return Response(MeasureSerializer(measure).data)


router_entries = [("measures", MeasureViewSet, "api_measure")]
