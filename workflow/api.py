"""REST: cases with their steps and visits, months. Same scope and same actions as the pages."""

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import Requires
from accounts.permissions import Permission
from workflow import actions
from workflow.actions.steps import BATCH_LIMIT, obstacles
from workflow.models import Case, MonthlyRound, StatusChange, Visit
from workflow.outcomes import StepRefused
from workflow.presenters import status_label
from workflow.states import Category, Status
from workflow.transitions import ACTING, KEYS

BIG_INT = r"\d{1,18}"


class Refused(APIException):
    """The rule says no, in a sentence for the person."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "refused"


class Pages(LimitOffsetPagination):
    max_limit = 500


class CaseSerializer(serializers.ModelSerializer):
    status_label = serializers.SerializerMethodField()
    head_name = serializers.CharField(source="household.head_name", read_only=True)
    holder = serializers.CharField(read_only=True, allow_null=True)
    is_waiting_for_list = serializers.BooleanField(read_only=True)

    class Meta:
        model = Case
        fields = [
            "id", "household", "head_name", "village", "round", "status", "status_label", "holder",
            "is_waiting_for_list", "category", "risks", "sources", "remark", "due_on", "is_urgent",
            "per_capita_income", "identified_on", "cleared_on", "clearing_kind",
            "not_admitted_reason", "closed_reason", "in_national_system_on", "clearing_marked_on",
            "previous_case", "version", "opened_at",
        ]  # fmt: skip

    def get_status_label(self, case) -> str:
        return status_label(case)


class CaseFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(choices=Status.choices)
    area = django_filters.CharFilter(method="in_area", max_length=12)
    awaiting = django_filters.BooleanFilter(method="waiting", help_text="只要等我办理的")
    overdue = django_filters.BooleanFilter(method="late", help_text="只要逾期的")

    class Meta:
        model = Case
        fields = ["status", "round"]

    def in_area(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.in_area(value)

    def waiting(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.awaiting(self.request.user) if value else queryset

    def late(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.overdue() if value else queryset


class OfferSerializer(serializers.Serializer):
    step = serializers.CharField(source="key")
    label = serializers.CharField()
    target = serializers.CharField()
    comment_required = serializers.BooleanField()
    reason_table = serializers.CharField()
    facts = serializers.ListField(child=serializers.CharField())
    obstacle = serializers.SerializerMethodField(help_text="为什么还不能办；空为可以办")

    def get_obstacle(self, step) -> str:
        return obstacles(self.context["case"], [step], self.context["user"])[step.key]


class WordsSerializer(serializers.Serializer):
    step = serializers.ChoiceField(choices=KEYS)
    comment = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    reason = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")


class StepSerializer(WordsSerializer):
    version = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    category = serializers.ChoiceField(choices=Category.choices, required=False)
    risks = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, max_length=20
    )
    per_capita_income = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, required=False
    )
    remark = serializers.CharField(max_length=200, required=False, allow_blank=True)
    is_urgent = serializers.BooleanField(required=False)
    clearing_kind = serializers.CharField(max_length=20, required=False)


class BatchSerializer(WordsSerializer):
    cases = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        min_length=1,
        max_length=BATCH_LIMIT,
    )


class RefusalSerializer(serializers.Serializer):
    case = serializers.IntegerField()
    why = serializers.CharField()


class OutcomeSerializer(serializers.Serializer):
    done = serializers.ListField(child=serializers.IntegerField())
    refused = RefusalSerializer(many=True)


class ChangeSerializer(serializers.ModelSerializer):
    class Meta:
        model = StatusChange
        fields = ["id", "case", "step", "source", "target", "level", "at", "comment", "reason",
                  "is_late"]  # fmt: skip


class VisitSerializer(serializers.ModelSerializer):
    people = serializers.CharField(source="visitors", max_length=200)
    findings = serializers.DictField(required=False, default=dict)
    form_key = serializers.UUIDField(required=False, write_only=True)

    class Meta:
        model = Visit
        fields = ["id", "case", "level", "kind", "purpose", "visited_on", "people", "contacted", "findings",
                  "opinion", "recorded_at", "form_key"]  # fmt: skip
        read_only_fields = ["id", "case", "level", "recorded_at"]
        extra_kwargs = {"purpose": {"required": False}}


class RoundSerializer(serializers.ModelSerializer):
    class Meta:
        model = MonthlyRound
        fields = ["id", "county", "month", "screening_on", "review_on", "recheck_on",
                  "determination_on", "state"]  # fmt: skip


class CaseViewSet(ReadOnlyModelViewSet):
    """Cases of the caller's area."""

    queryset = Case.objects.none()
    serializer_class = CaseSerializer
    permission_classes = [Requires]
    required_permission = Permission.CASE_VIEW
    filterset_class = CaseFilter
    pagination_class = Pages
    lookup_value_regex = BIG_INT

    def get_queryset(self):
        cases = Case.objects.visible_to(self.request.user)
        return cases.select_related("household").order_by("pk")

    @extend_schema(responses=OfferSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def steps(self, request, pk=None):
        """What the caller may do with the case now, and what stands in the way."""
        for_whom = {"case": self.get_object(), "user": request.user}
        offers = actions.steps_for(**for_whom)
        return Response(OfferSerializer(offers, many=True, context=for_whom).data)

    @extend_schema(request=StepSerializer, responses=ChangeSerializer)
    @steps.mapping.post
    def take_step(self, request, pk=None):
        """Take one step; 409 with the reason if the rule says no."""
        case = self.get_object()
        asked = StepSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = dict(asked.validated_data)
        words = {key: facts.pop(key) for key in ("step", "comment", "reason")}
        try:
            change = actions.take(
                case=case, by=request.user, version=facts.pop("version", None), facts=facts, **words
            )
        except StepRefused as refused:
            raise Refused(str(refused)) from refused
        return Response(ChangeSerializer(change).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=BatchSerializer, responses=OutcomeSerializer, operation_id="cases_steps_many"
    )
    @action(detail=False, methods=["post"], url_path="steps", required_permission=ACTING)
    def take_many(self, request):
        """One step for many cases; each is done or refused on its own merits."""
        asked = BatchSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = dict(asked.validated_data)
        cases = list(self.get_queryset().filter(pk__in=data.pop("cases")))
        outcome = actions.take_many(cases=cases, by=request.user, **data)
        answer = {
            "done": [change.case_id for change in outcome.done],
            "refused": [{"case": case.pk, "why": why} for case, why in outcome.refused],
        }
        return Response(OutcomeSerializer(answer).data)

    @extend_schema(responses=VisitSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def visits(self, request, pk=None):
        """Every visit on record, the latest first."""
        return Response(VisitSerializer(self.get_object().visits.all(), many=True).data)

    @extend_schema(request=VisitSerializer, responses=VisitSerializer)
    @visits.mapping.post
    def record_visit(self, request, pk=None):
        """Record a visit in the name of the caller's level."""
        case = self.get_object()
        asked = VisitSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = dict(asked.validated_data)
        try:
            visit = actions.record_visit(
                case=case, by=request.user, people=data.pop("visitors"), **data
            )
        except StepRefused as refused:
            raise Refused(str(refused)) from refused
        return Response(VisitSerializer(visit).data, status=status.HTTP_201_CREATED)


class RoundViewSet(ReadOnlyModelViewSet):
    """The months of the caller's county."""

    queryset = MonthlyRound.objects.none()
    serializer_class = RoundSerializer
    permission_classes = [Requires]
    required_permission = Permission.CASE_VIEW
    filterset_fields = ["county", "month", "state"]
    pagination_class = Pages
    lookup_value_regex = BIG_INT

    def get_queryset(self):
        return MonthlyRound.objects.visible_to(self.request.user).order_by("-month", "county")


router_entries = [("cases", CaseViewSet, "api_case"), ("rounds", RoundViewSet, "api_round")]
