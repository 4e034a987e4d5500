from django.urls import path

from screening.views import (
    applications,
    duty_reports,
    files,
    leads,
    matter_lists,
    matters,
    rows,
)

urlpatterns = [
    path("leads/", leads.lead_list, name="lead_list"),
    path("leads/answers/", leads.lead_answer_many, name="lead_answer_many"),
    path("cases/<int:pk>/leads/", leads.lead_answer, name="lead_answer"),
    path("applications/new/", applications.application_new, name="application_new"),
    path("lead-files/", files.lead_file_list, name="lead_file_list"),
    path("lead-files/new/", files.lead_file_new, name="lead_file_new"),
    path("lead-files/<int:pk>/", files.lead_file_detail, name="lead_file_detail"),
    path("lead-files/<int:pk>/dispatch/", files.lead_file_dispatch, name="lead_file_dispatch"),
    path("lead-files/<int:pk>/confirm/", files.lead_file_confirm, name="lead_file_confirm"),
    path("lead-files/<int:pk>/discard/", files.lead_file_discard, name="lead_file_discard"),
    path("lead-files/<int:pk>/columns/", files.lead_file_columns, name="lead_file_columns"),
    path("lead-files/<int:pk>/returned/", files.lead_file_returned, name="lead_file_returned"),
    path("lead-rows/", rows.lead_pool, name="lead_pool"),
    path("lead-rows/<int:pk>/settle/", rows.lead_row_settle, name="lead_row_settle"),
    path("lead-rows/<int:pk>/correct/", rows.lead_row_correct, name="lead_row_correct"),
    path("matters/", matters.matter_list, name="matter_list"),
    path("matters/<int:pk>/", matters.matter_detail, name="matter_detail"),
    path("matters/<int:pk>/files/<int:file>/", matters.matter_file, name="matter_file"),
    path("matter-kinds/<slug:kind>/new/", matters.matter_new, name="matter_new"),
    path(
        "matter-kinds/<slug:kind>/answers/", matters.matter_answer_many, name="matter_answer_many"
    ),
    path("matter-kinds/<slug:kind>/list/", matter_lists.matter_list_make, name="matter_list_make"),
    path(
        "matter-kinds/<slug:kind>/export/",
        matter_lists.matter_list_export,
        name="matter_list_export",
    ),
    path("matter-kinds/<slug:kind>/upload/", matter_lists.matter_upload, name="matter_upload"),
    path("duty-reports/", duty_reports.duty_report_list, name="duty_report_list"),
    path("duty-reports/<int:pk>/", duty_reports.duty_report_detail, name="duty_report_detail"),
    path(
        "duty-reports/<int:pk>/send-back/",
        duty_reports.duty_report_send_back,
        name="duty_report_send_back",
    ),
    path(
        "duty-reports/<int:pk>/files/<int:file>/",
        duty_reports.duty_report_file,
        name="duty_report_file",
    ),
    path(
        "duty-months/<slug:department>/<slug:month>/",
        duty_reports.duty_report_edit,
        name="duty_report_edit",
    ),
]
