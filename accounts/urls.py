from django.urls import path

from accounts.views import departments, people, posts, sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("password/", sign_in.password_change, name="password_change"),
    path("second-factor/", sign_in.second_factor, name="second_factor"),
    path("second-factor/qr.svg", sign_in.second_factor_qr, name="second_factor_qr"),
    path("users/", people.user_list, name="user_list"),
    path("users/new/", people.user_new, name="user_new"),
    path("users/<int:pk>/", people.user_detail, name="user_detail"),
    path("users/<int:pk>/edit/", people.user_form, name="user_form"),
    path("users/<int:pk>/switch/", people.user_switch, name="user_switch"),
    path("users/<int:pk>/reset/", people.user_reset, name="user_reset"),
    path("users/<int:pk>/second-factor/", people.user_second_factor, name="user_second_factor"),
    path("users/<int:pk>/posts/new/", posts.post_form, name="post_form"),
    path("posts/<int:pk>/end/", posts.post_end, name="post_end"),
    path("departments/", departments.department_list, name="department_list"),
    path("departments/<slug:key>/edit/", departments.department_form, name="department_form"),
]
