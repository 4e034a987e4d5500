from django.urls import path

from ledgers import views

urlpatterns = [
    path("ledgers/", views.ledger_list, name="ledger_list"),
    path("ledgers/archive/new/", views.archive_new, name="archive_new"),
    path("ledgers/kept/<int:pk>/file/", views.monthly_export_file, name="monthly_export_file"),
    path("ledgers/<slug:key>/", views.ledger_show, name="ledger_show"),
    path("ledgers/<slug:key>/export/", views.ledger_export, name="ledger_export"),
    path("meetings/<int:pk>/papers/<slug:paper>/", views.meeting_paper, name="meeting_paper"),
    path("cases/<int:pk>/booklet/", views.booklet_show, name="booklet_show"),
    path("cases/<int:pk>/booklet/pdf/", views.booklet_pdf, name="booklet_pdf"),
]
