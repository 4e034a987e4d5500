from django.urls import path

from workflow.views import case_list, cases, lists, meeting_record, meetings, rounds, visits

urlpatterns = [
    path("cases/", case_list.case_list, name="case_list"),
    path("cases/batch/", case_list.case_batch, name="case_batch"),
    path("households/<int:pk>/cases/new/", cases.case_new, name="case_new"),
    path("cases/<int:pk>/", cases.case_detail, name="case_detail"),
    path("cases/<int:pk>/steps/<slug:step>/", cases.case_step, name="case_step"),
    path("cases/<int:pk>/national-mark/", cases.national_mark, name="national_mark"),
    path("cases/<int:pk>/visits/new/", visits.visit_new, name="visit_new"),
    path("attachments/<int:pk>/", visits.attachment_file, name="attachment_file"),
    path("meetings/", meetings.meeting_list, name="meeting_list"),
    path("meetings/new/", meetings.meeting_new, name="meeting_new"),
    path("meetings/<int:pk>/", meeting_record.meeting_detail, name="meeting_detail"),
    path("meetings/<int:pk>/edit/", meetings.meeting_edit, name="meeting_edit"),
    path("meetings/<int:pk>/discard/", meetings.meeting_discard, name="meeting_discard"),
    path("meetings/<int:pk>/prepare/", meeting_record.meeting_prepare, name="meeting_prepare"),
    path("meetings/<int:pk>/conclude/", meeting_record.meeting_conclude, name="meeting_conclude"),
    path("meetings/<int:pk>/notice/", meeting_record.meeting_notice, name="meeting_notice"),
    path("cases/<int:pk>/authorisation/", cases.case_authorisation, name="case_authorisation"),
    path("meetings/<int:pk>/scans/", meeting_record.meeting_scan, name="meeting_scan"),
    path("lists/", lists.reported_list, name="reported_list"),
    path("lists/<int:pk>/", lists.reported_list_detail, name="reported_list_detail"),
    path("rounds/", rounds.round_list, name="round_list"),
    path("rounds/<int:pk>/", rounds.round_detail, name="round_detail"),
    path("rounds/<int:pk>/report/", lists.list_report, name="list_report"),
    path("rounds/<int:pk>/reopen/", rounds.round_reopen, name="round_reopen"),
    path("rounds/<int:pk>/close/", rounds.round_close, name="round_close"),
]
