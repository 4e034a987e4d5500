from django.urls import path

from screening.views import applications, files, leads, rows

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
]
