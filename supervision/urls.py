from django.urls import path

from supervision import views

urlpatterns = [
    path("board/", views.board, name="board"),
    path("board/data/", views.board_data, name="board_data"),
    path("board/leads-by-cause/", views.board_leads, name="board_leads"),
    path("board/<slug:key>/", views.board_rows, name="board_rows"),
]
