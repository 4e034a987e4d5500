"""REST: households with their members. Same scope as the pages; ID numbers are masked."""

import django_filters
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import Requires
from accounts.permissions import Permission
from households import actions, presenters
from households.models import Household, Person
from households.refusals import TooMany
from households.views.lists import MOST_LISTED


class Throttled(APIException):
    """Too many searches in an hour."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "too_many"


class Pages(LimitOffsetPagination):
    """Counts no further than the pages list."""

    default_limit = 50
    max_limit = 200

    def get_count(self, queryset) -> int:
        return queryset[: MOST_LISTED + 1].count()


class PersonSerializer(serializers.ModelSerializer):
    id_number = serializers.SerializerMethodField(help_text="已掩码的证件号码")

    class Meta:
        model = Person
        fields = [
            "id", "household", "name", "relation", "id_number", "birth_on", "sex", "ethnicity",
            "education", "student_state", "health", "skill", "low_income_kind",
            "disability_category", "disability_grade", "is_active", "left_on", "left_reason",
        ]  # fmt: skip

    def get_id_number(self, person) -> str:
        return presenters.masked_id(person)


class HouseholdSerializer(serializers.ModelSerializer):
    class Meta:
        model = Household
        fields = [
            "id", "number", "village", "kind", "head_name", "member_count", "natural_village",
            "per_capita_income", "income_year", "low_income_kind", "has_no_labour", "state",
            "removed_on", "version", "updated_at",
        ]  # fmt: skip


class HouseholdDetailSerializer(HouseholdSerializer):
    members = PersonSerializer(many=True, read_only=True)

    class Meta(HouseholdSerializer.Meta):
        fields = [*HouseholdSerializer.Meta.fields, "address", "members"]


class FoundPersonSerializer(serializers.ModelSerializer):
    id_number = serializers.SerializerMethodField(help_text="已掩码的证件号码")
    head_name = serializers.CharField(source="household.head_name", read_only=True)
    village = serializers.CharField(source="household.village_id", read_only=True)

    class Meta:
        model = Person
        fields = ["id", "household", "name", "relation", "id_number", "head_name", "village"]

    def get_id_number(self, person) -> str:
        return presenters.masked_id(person)


class FoundSerializer(serializers.Serializer):
    """What a search found."""

    has_more = serializers.BooleanField()
    persons = FoundPersonSerializer(many=True)


class HouseholdFilter(django_filters.FilterSet):
    area = django_filters.CharFilter(method="in_area", max_length=12)

    class Meta:
        model = Household
        fields = ["kind", "low_income_kind", "state"]

    def in_area(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.in_area(value)


class HouseholdViewSet(ReadOnlyModelViewSet):
    """Households of the caller's areas."""

    permission_classes = [Requires]
    required_permission = Permission.REGISTER_VIEW
    pagination_class = Pages
    filterset_class = HouseholdFilter
    filter_backends = [django_filters.rest_framework.DjangoFilterBackend]
    lookup_value_regex = r"\d{1,18}"
    queryset = Household.objects.none()

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return Household.objects.visible_to(self.request.user).order_by("number")

    def get_serializer_class(self):
        return HouseholdDetailSerializer if self.action == "retrieve" else HouseholdSerializer

    def retrieve(self, request, *args, **kwargs):
        """One household with its members, the departed too; leaves a trace as the page does."""
        household = self.get_object()
        actions.view_household(household=household, by=request.user)
        members = Prefetch("members", Person.objects.in_family_order())
        household = Household.objects.prefetch_related(members).get(pk=household.pk)
        return Response(self.get_serializer(household).data)

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "q", str, required=True, description="姓名、首字母、证件号尾数、户编号（或前几位）"
            )
        ],
        responses=FoundSerializer,
    )
    @action(detail=False, filterset_class=None, pagination_class=None)
    def search(self, request):
        """At most 50 active persons by part of a name, initials, or digits of the ID number."""
        try:
            answer = actions.look_up(text=request.query_params.get("q", ""), by=request.user)
        except TooMany as refusal:
            raise Throttled(str(refusal)) from refusal
        return Response(FoundSerializer(answer).data)


router_entries = [("households", HouseholdViewSet, "api_household")]
