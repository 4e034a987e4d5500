from django.urls import path

from portal.views import areas, audit_log, help, home, inbox, jobs, policy, schedules, text_size

urlpatterns = [
    path("", home.home, name="home"),
    path("text-size/", text_size.text_size, name="text_size"),
    path("help/", help.help_index, name="help_index"),
    path("help/<slug:key>/", help.help_page, name="help_page"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("areas/", areas.area_list, name="area_list"),
    path("areas/new/", areas.area_new, name="area_new"),
    path("areas/load/", areas.area_load, name="area_load"),
    path("areas/<code>/edit/", areas.area_form, name="area_form"),
    path("parameters/", policy.parameter_list, name="parameter_list"),
    path("parameters/<slug:key>/", policy.parameter_form, name="parameter_form"),
    path("codes/", policy.code_list, name="code_list"),
    path("codes/<slug:table>/new/", policy.code_form, name="code_new"),
    path("codes/<slug:table>/<str:code>/edit/", policy.code_form, name="code_form"),
    path("schedules/", schedules.schedule_list, name="schedule_list"),
    path("schedules/<int:pk>/switch/", schedules.schedule_switch, name="schedule_switch"),
    path("schedules/<int:pk>/run/", schedules.schedule_run, name="schedule_run"),
    path("jobs/", jobs.job_list, name="job_list"),
    path("jobs/<uuid:pk>/", jobs.job_detail, name="job_detail"),
    path("jobs/<uuid:pk>/progress/", jobs.job_progress, name="job_progress"),
    path("jobs/<uuid:pk>/file/", jobs.job_file, name="job_file"),
    path("jobs/<uuid:pk>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("audit/", audit_log.audit_log, name="audit_log"),
]
