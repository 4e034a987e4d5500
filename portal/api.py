"""REST for what lies below accounts: areas (read) and one's own jobs with their files."""

from django.db import transaction
from django.db.models import Q
from django.http import FileResponse, Http404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from accounts import access
from accounts.permissions import Permission as P
from areas.models import Area
from audit.events import EventKind
from audit.record import record
from jobs.models import Job, State

SEES_AREAS = (P.REGISTER_VIEW, P.CASE_VIEW, P.SUPERVISION_VIEW, P.AREA_MANAGE, P.LEAD_SETTLE)


class AreaSerializer(serializers.ModelSerializer):
    class Meta:
        model = Area
        fields = ("code", "name", "short_name", "level", "parent", "is_community", "is_active")


class AreaFilter(filters.FilterSet):
    inside = filters.CharFilter(field_name="code", lookup_expr="startswith", max_length=12)

    class Meta:
        model = Area
        fields = ("level", "parent", "is_active", "inside")


class AreaViewSet(ReadOnlyModelViewSet):
    """The divisions inside the caller's own areas."""

    queryset = Area.objects.none()
    serializer_class = AreaSerializer
    filterset_class = AreaFilter
    permission_classes = [access.Requires]
    required_permission = SEES_AREAS

    def get_queryset(self):
        inside = Q(pk__in=[])
        for permission in SEES_AREAS:
            inside |= access.scope(self.request.user, permission, field="code")
        return Area.objects.filter(inside).order_by("code")


class JobSerializer(serializers.ModelSerializer):
    state_label = serializers.CharField(source="get_state_display", read_only=True)
    percent = serializers.IntegerField(read_only=True, allow_null=True)
    has_file = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = (
            "id", "kind", "title", "state", "state_label", "done", "total", "percent", "message",
            "result", "has_file", "file_name", "created_at", "started_at", "finished_at",
        )  # fmt: skip

    def get_has_file(self, job) -> bool:
        return bool(job.file) and job.state == State.DONE


class JobViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """The caller's own background jobs."""

    queryset = Job.objects.none()
    serializer_class = JobSerializer
    filterset_fields = ("state", "kind")
    permission_classes = [IsAuthenticated]
    access = access.SIGNED_IN

    def get_queryset(self):
        return Job.objects.visible_to(self.request.user)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    @transaction.atomic
    def file(self, request, pk=None):
        """The file that the job made; each download is on record."""
        job = self.get_object()
        if not job.file or job.state != State.DONE:
            raise Http404("这个任务没有文件")
        record(EventKind.JOB_FILE_DOWNLOADED, by=request.user, obj=job, detail={"title": job.title})
        return FileResponse(job.file.open("rb"), as_attachment=True, filename=job.file_name)


router_entries = [("areas", AreaViewSet, "api_area"), ("jobs", JobViewSet, "api_job")]
