"""REST: what departments handle beside lists. Same scope and same actions as the pages."""

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts import access
from accounts.access import Requires
from accounts.permissions import Permission
from areas.models import Area
from households.models import Household
from screening import actions
from screening.duties import kinds
from screening.duties.presenting import MatterLine, outcome_words
from screening.models import Matter, MatterStep
from screening.refusals import LeadRefused
from workflow.api import BIG_INT, Pages, Refused

READERS = (Permission.LEADFILE_UPLOAD, Permission.CASE_VIEW, Permission.SUPERVISION_VIEW)
RAISERS = (Permission.LEADFILE_UPLOAD, Permission.CASE_SCREEN)
MOST_ANSWERED = 500


class MatterSerializer(serializers.ModelSerializer):
    holder_label = serializers.SerializerMethodField(help_text="现在由谁办理")
    answer = serializers.SerializerMethodField(help_text="结果和说明")

    class Meta:
        model = Matter
        fields = [
            "id", "kind", "department", "county", "village", "household", "period", "facts",
            "happened_on", "holder", "holder_label", "outcome", "words", "answer", "raised_at",
            "due_at", "closed_at",
        ]  # fmt: skip

    def get_holder_label(self, matter) -> str:
        return MatterLine(matter).holder

    def get_answer(self, matter) -> str:
        return outcome_words(matter)


class MatterStepSerializer(serializers.ModelSerializer):
    class Meta:
        model = MatterStep
        fields = ["holder", "to", "label", "outcome", "words", "taken_at"]


class MatterFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=kinds.choices)
    area = django_filters.CharFilter(field_name="village__code", lookup_expr="startswith")
    open = django_filters.BooleanFilter(method="unfinished", help_text="只要未办结的")
    awaiting = django_filters.BooleanFilter(method="waiting", help_text="只要等我办理的")

    class Meta:
        model = Matter
        fields = ["department", "household"]

    def unfinished(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.open() if value else queryset

    def waiting(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.awaiting(self.request.user) if value else queryset


class RaisedSerializer(serializers.Serializer):
    """A new matter; `areas` are division codes for a kind that names areas."""

    kind = serializers.ChoiceField(choices=kinds.choices())
    facts = serializers.DictField(child=serializers.CharField(max_length=500), default=dict)
    happened_on = serializers.DateField(required=False, allow_null=True, default=None)
    village = serializers.CharField(max_length=12, required=False, default="")
    household = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, required=False, allow_null=True, default=None
    )
    areas = serializers.ListField(
        child=serializers.CharField(max_length=12), max_length=600, required=False, default=list
    )


class TakenSerializer(serializers.Serializer):
    """What the holder says; `send_back` gives it to the hand before, with the reason."""

    words = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    outcome = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    households = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        max_length=2000, required=False, default=list,
    )  # fmt: skip
    send_back = serializers.BooleanField(default=False)


class MatterAnswerSerializer(serializers.Serializer):
    matter = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    outcome = serializers.CharField(max_length=20)
    words = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class MatterAnswersSerializer(serializers.Serializer):
    answers = MatterAnswerSerializer(many=True, allow_empty=False, max_length=MOST_ANSWERED)


class MatterRefusalSerializer(serializers.Serializer):
    matter = serializers.IntegerField()
    why = serializers.CharField()


class MattersAnsweredSerializer(serializers.Serializer):
    done = serializers.ListField(child=serializers.IntegerField())
    refused = MatterRefusalSerializer(many=True)


class MatterViewSet(ReadOnlyModelViewSet):
    """部门事项: water interruptions, red lights, loans, areas to be looked through."""

    queryset = Matter.objects.none()
    serializer_class = MatterSerializer
    permission_classes = [Requires]
    required_permission = READERS
    filterset_class = MatterFilter
    pagination_class = Pages
    lookup_value_regex = BIG_INT

    def get_queryset(self):
        matters = Matter.objects.visible_to(self.request.user)
        return matters.select_related("department", "village", "county").order_by("-pk")

    @extend_schema(request=RaisedSerializer, responses=MatterSerializer(many=True))
    @action(detail=False, methods=["post"], required_permission=RAISERS, url_path="raise")
    def enter(self, request):
        """Enter one matter, or one task a village of the named areas; 409 with the reason."""
        asked = RaisedSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = dict(asked.validated_data)
        kind, areas = kinds.KINDS[data.pop("kind")], data.pop("areas")
        told = {"kind": kind, "facts": data["facts"], "happened_on": data["happened_on"],
                "by": request.user}  # fmt: skip
        try:
            if kind.has_area:
                made = actions.raise_in_areas(
                    areas=list(Area.objects.active().filter(pk__in=areas)), **told
                )
            else:
                made = [actions.raise_matter(**told, **self._place(data))]
        except LeadRefused as refused:
            raise Refused(str(refused)) from refused
        shown = self.get_queryset().filter(pk__in=[matter.pk for matter in made])
        return Response(MatterSerializer(shown, many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=MatterStepSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def steps(self, request, pk=None):
        """Who had it when, and what was done."""
        return Response(MatterStepSerializer(self.get_object().steps.all(), many=True).data)

    @extend_schema(request=TakenSerializer, responses=MatterSerializer)
    @steps.mapping.post
    def take_step(self, request, pk=None):
        """Answer it on to the next hand, close it or send it back; 409 with the reason."""
        matter = self.get_object()
        asked = TakenSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = dict(asked.validated_data)
        try:
            if data["send_back"]:
                actions.send_back(matter=matter, by=request.user, words=data["words"])
            else:
                affected = Household.objects.active().filter(pk__in=data["households"])
                actions.take_step(
                    matter=matter, by=request.user, words=data["words"], outcome=data["outcome"],
                    households=list(affected) if matter.of_kind.has_area else (),
                )  # fmt: skip
        except LeadRefused as refused:
            raise Refused(str(refused)) from refused
        return Response(MatterSerializer(matter).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=MatterAnswersSerializer, responses=MattersAnsweredSerializer)
    @action(detail=False, methods=["post"], required_permission=Permission.LEADFILE_UPLOAD)
    def answers(self, request):
        """Many answers of one list at once; each is done or refused on its own merits."""
        asked = MatterAnswersSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        told = {a["matter"]: (a["outcome"], a["words"]) for a in asked.validated_data["answers"]}
        matters = list(self.get_queryset().filter(pk__in=told, is_listed=True))
        refused = actions.take_steps(matters=matters, by=request.user, answers=told)
        not_done = {matter.pk for matter, _ in refused}
        answer = {
            "done": [matter.pk for matter in matters if matter.pk not in not_done],
            "refused": [{"matter": matter.pk, "why": why} for matter, why in refused],
        }
        return Response(MattersAnsweredSerializer(answer).data)

    def _place(self, data) -> dict:
        """The village or household that is named, when the caller works there."""
        scope = access.scope(self.request.user, Permission.CASE_SCREEN, field="village_id")
        own = Household.objects.active().filter(scope).select_related("village")
        household = own.filter(pk=data["household"]).first() if data["household"] else None
        village = household.village if household else Area.objects.active().villages().filter(
            pk=data["village"]
        ).first()  # fmt: skip
        return {"household": household, "village": village}
