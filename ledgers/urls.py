from django.urls import path

from ledgers.views import households, ledgers

urlpatterns = [
    path("ledgers/", ledgers.ledger_list, name="ledger_list"),
    path("ledgers/archive/new/", ledgers.archive_new, name="archive_new"),
    path("ledgers/kept/<int:pk>/file/", ledgers.monthly_export_file, name="monthly_export_file"),
    path("ledgers/<slug:key>/", ledgers.ledger_show, name="ledger_show"),
    path("ledgers/<slug:key>/export/", ledgers.ledger_export, name="ledger_export"),
    path("meetings/<int:pk>/papers/<slug:paper>/", ledgers.meeting_paper, name="meeting_paper"),
    path("cases/<int:pk>/booklet/", households.booklet_show, name="booklet_show"),
    path("cases/<int:pk>/booklet/preview/", households.booklet_preview, name="booklet_preview"),
    path("cases/<int:pk>/booklet/pdf/", households.booklet_pdf, name="booklet_pdf"),
    path("cases/<int:pk>/booklet/docx/", households.booklet_docx, name="booklet_docx"),
    path("cases/<int:pk>/card/", households.card_pdf, name="card_pdf"),
]
