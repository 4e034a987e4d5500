from django.urls import path

from households.views import changes, detail, doubts, edits, facts, imports, lists

urlpatterns = [
    path("households/", lists.household_list, name="household_list"),
    path("households/new/", edits.household_new, name="household_new"),
    path("households/<int:pk>/", detail.household_detail, name="household_detail"),
    path("households/<int:pk>/more/", detail.household_more, name="household_more"),
    path("households/<int:pk>/edit/", edits.household_edit, name="household_edit"),
    path("households/<int:pk>/members/new/", edits.person_new, name="person_new"),
    path("households/<int:pk>/incomes/new/", facts.income_new, name="income_new"),
    path("households/<int:pk>/safeguards/new/", facts.safeguard_new, name="safeguard_new"),
    path(
        "households/<int:pk>/changes/<slug:what>/new/",
        changes.natural_change_new,
        name="natural_change_new",
    ),
    path("households/<int:pk>/doubts/", doubts.household_doubts, name="household_doubts"),
    path("households/<int:pk>/doubts/accept/", doubts.doubt_accept, name="doubt_accept"),
    path("data-health/", doubts.data_health, name="data_health"),
    path("persons/<int:pk>/edit/", edits.person_edit, name="person_edit"),
    path("persons/<int:pk>/reveal/", detail.person_reveal, name="person_reveal"),
    path("natural-changes/", changes.natural_change_list, name="natural_change_list"),
    path("natural-changes/sheet/", changes.natural_change_sheet, name="natural_change_sheet"),
    path("natural-changes/mark/", changes.natural_change_mark, name="natural_change_mark"),
    path("register-imports/", imports.register_import_list, name="register_import_list"),
    path("register-imports/new/", imports.register_import_new, name="register_import_new"),
    path(
        "register-imports/<int:pk>/", imports.register_import_detail, name="register_import_detail"
    ),
    path(
        "register-imports/<int:pk>/apply/",
        imports.register_import_apply,
        name="register_import_apply",
    ),
    path(
        "register-imports/<int:pk>/rejected/",
        imports.register_import_rejected,
        name="register_import_rejected",
    ),
]
