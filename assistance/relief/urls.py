from django.urls import path

from assistance.relief import views

urlpatterns = [
    path("insured/", views.cover_list, name="cover_list"),
    path("insured/enrol/", views.enrol, name="enrol"),
    path("claims/", views.claim_list, name="claim_list"),
    path("households/<int:pk>/claims/new/", views.claim_new, name="claim_new"),
    path("claims/<int:pk>/", views.claim_detail, name="claim_detail"),
    path("claims/<int:pk>/proofs/", views.claim_prove, name="claim_prove"),
    path("claims/<int:pk>/proofs/<int:file>/", views.claim_proof, name="claim_proof"),
    path("claims/<int:pk>/<slug:step>/", views.claim_step, name="claim_step"),
    path("relief/", views.relief_list, name="relief_list"),
    path("relief/ahead/", views.ahead_list, name="ahead_list"),
    path("households/<int:pk>/relief/new/", views.relief_new, name="relief_new"),
    path("relief/<int:pk>/", views.relief_detail, name="relief_detail"),
    path("relief/<int:pk>/proofs/", views.relief_prove, name="relief_prove"),
    path("relief/<int:pk>/proofs/<int:file>/", views.relief_proof, name="relief_proof"),
    path("relief/<int:pk>/<slug:step>/", views.relief_step, name="relief_step"),
]
