from django.urls import path

from assistance import views
from assistance.relief.urls import urlpatterns as relief_urls

urlpatterns = [
    path("cases/<int:pk>/plan/", views.plan_detail, name="plan_detail"),
    path("cases/<int:pk>/plan/edit/", views.plan_edit, name="plan_edit"),
    path("cases/<int:pk>/attention/", views.attention_set, name="attention_set"),
    path("plans/", views.plan_list, name="plan_list"),
    path("plans/<int:pk>/check/", views.plan_check, name="plan_check"),
    path("plans/<int:pk>/return/", views.plan_return, name="plan_return"),
    path("helpers/", views.helper_list, name="helper_list"),
    path("helpers/<int:pk>/", views.helper_detail, name="helper_detail"),
    path("helpers/<int:pk>/edit/", views.helper_edit, name="helper_edit"),
    path("measures/batch/", views.measure_batch, name="measure_batch"),
    path("measure-sheets/", views.measure_sheet_list, name="measure_sheet_list"),
    path("measure-sheets/download/", views.measure_sheet_download, name="measure_sheet_download"),
    path("measure-sheets/<int:pk>/", views.measure_sheet_detail, name="measure_sheet_detail"),
    path("measure-sheets/<int:pk>/apply/", views.measure_sheet_apply, name="measure_sheet_apply"),
    path("visits-due/", views.visit_due_list, name="visit_due_list"),
    path("plans/<int:pk>/approve/", views.plan_approve, name="plan_approve"),
    path("cases/<int:pk>/helper/", views.helper_assign, name="helper_assign"),
    path("cases/<int:pk>/measures/new/", views.measure_new, name="measure_new"),
    path("measures/", views.measure_list, name="measure_list"),
    path("measures/<int:pk>/edit/", views.measure_edit, name="measure_edit"),
    path("measures/<int:pk>/proofs/<int:file>/", views.measure_proof, name="measure_proof"),
    path("measures/<int:pk>/withdraw/", views.measure_withdraw, name="measure_withdraw"),
    path("cases/<int:pk>/risks/ended/", views.risk_ended, name="risk_ended"),
    path("cases/<int:pk>/clearing/", views.clearing_check, name="clearing_check"),
    path("assistance-gaps/", views.gap_list, name="gap_list"),
    *relief_urls,
]
