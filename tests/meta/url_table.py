"""Who may call which address: URL name -> methods and roles, written down apart from the views.

A new URL needs one line here (and one in nouns.py when it is about a new kind of thing). The
sweep in test_every_url.py compares this with the marks on the views and calls every address.
"""

from dataclasses import dataclass

PUBLIC = frozenset({"public"})
SIGNED_IN = frozenset({"signed_in"})

VILLAGE = frozenset({"village_cadre"})
TOWNSHIP = frozenset({"township_office"})
OFFICE = frozenset({"county_office"})
LEADING_GROUP = frozenset({"leading_group_office"})
CLERK = frozenset({"department_clerk"})
SUPERVISOR = frozenset({"supervisor"})
SYSTEM = frozenset({"system_admin"})
SECURITY = frozenset({"security_admin"})
AUDIT = frozenset({"audit_admin"})

COUNTY = OFFICE | LEADING_GROUP
HANDLERS = VILLAGE | TOWNSHIP | COUNTY
READERS = HANDLERS | SUPERVISOR
FIELD = VILLAGE | TOWNSHIP | OFFICE  # who fill in the register and assistance
WATCHERS = TOWNSHIP | COUNTY | SUPERVISOR


@dataclass(frozen=True)
class Row:
    methods: frozenset[str]
    who: frozenset[str]
    # The view itself refuses some of these people: another level holds the case, not their turn.
    is_narrower: bool = False


def get(who, **more) -> Row:
    return Row(frozenset({"GET"}), who, **more)


def post(who, **more) -> Row:
    return Row(frozenset({"POST"}), who, **more)


def form(who, **more) -> Row:
    return Row(frozenset({"GET", "POST"}), who, **more)


TABLE = {
    # the system itself
    "healthz": get(PUBLIC),
    "api_schema": get(PUBLIC),
    # coming in
    "sign_in": form(PUBLIC),
    "sign_out": post(PUBLIC),
    "api_token": post(PUBLIC),
    "password_change": form(SIGNED_IN),
    "second_factor": form(SIGNED_IN),
    "second_factor_qr": get(SIGNED_IN),
    # everyone's pages
    "home": get(SIGNED_IN),
    "text_size": post(PUBLIC),
    "help_index": get(SIGNED_IN),
    "help_page": get(SIGNED_IN),
    "tour_seen": post(SIGNED_IN),
    "inbox": form(SIGNED_IN),
    "job_list": get(SIGNED_IN),
    "job_detail": get(SIGNED_IN),
    "job_progress": get(SIGNED_IN),
    "job_file": get(SIGNED_IN, is_narrower=True),
    "job_cancel": post(SIGNED_IN),
    "api_job-list": get(SIGNED_IN),
    "api_job-detail": get(SIGNED_IN),
    "api_job-file": get(SIGNED_IN, is_narrower=True),
    # administration
    "user_list": get(SYSTEM | SECURITY),
    "user_detail": get(SYSTEM | SECURITY),
    "user_new": form(SYSTEM),
    "user_form": form(SYSTEM),
    "user_switch": post(SYSTEM),
    "user_reset": post(SYSTEM),
    "user_second_factor": post(SYSTEM),
    "post_form": form(SECURITY),
    "post_end": form(SECURITY),
    "department_list": get(SYSTEM | SECURITY),
    "department_form": form(SYSTEM),
    "area_list": get(SYSTEM),
    "area_new": form(SYSTEM),
    "area_load": form(SYSTEM),
    "area_form": form(SYSTEM),
    "api_area-list": get(READERS | SYSTEM),
    "api_area-detail": get(READERS | SYSTEM),
    "parameter_list": get(SYSTEM),
    "parameter_form": form(SYSTEM),
    "code_list": get(SYSTEM),
    "code_new": form(SYSTEM),
    "code_form": form(SYSTEM),
    "schedule_list": get(SYSTEM),
    "schedule_switch": post(SYSTEM),
    "schedule_run": post(SYSTEM),
    "schedule_time": form(SYSTEM),
    "audit_log": get(AUDIT),
    # the register
    "household_list": get(READERS),
    "household_new": form(FIELD),
    "household_detail": get(READERS),
    "household_more": get(READERS),
    "household_edit": form(FIELD),
    "person_new": form(FIELD),
    "person_edit": form(FIELD),
    "person_reveal": form(HANDLERS),
    "income_new": form(FIELD),
    "safeguard_new": form(FIELD),
    "natural_change_list": get(READERS),
    "natural_change_mark": post(FIELD),
    "natural_change_new": form(FIELD),
    "natural_change_sheet": get(READERS),
    "household_doubts": get(READERS),
    "doubt_accept": post(FIELD),
    "data_health": get(READERS),
    "register_import_list": get(OFFICE),
    "register_import_new": form(OFFICE),
    "register_import_detail": get(OFFICE),
    "register_import_apply": post(OFFICE),
    "register_import_rejected": get(OFFICE, is_narrower=True),
    "api_household-list": get(READERS),
    "api_household-detail": get(READERS),
    "api_household-search": get(READERS),
    # the month: cases, visits, meetings, lists
    "case_list": get(READERS),
    "case_detail": get(READERS),
    "case_new": post(VILLAGE),
    "case_step": form(HANDLERS, is_narrower=True),
    "case_batch": form(HANDLERS, is_narrower=True),
    "national_mark": post(TOWNSHIP | COUNTY, is_narrower=True),
    "visit_new": form(HANDLERS, is_narrower=True),
    "attachment_file": get(SIGNED_IN, is_narrower=True),
    "meeting_list": get(READERS),
    "meeting_new": form(FIELD, is_narrower=True),
    "meeting_detail": form(READERS, is_narrower=True),
    "meeting_edit": form(HANDLERS, is_narrower=True),
    "meeting_discard": post(HANDLERS, is_narrower=True),
    "meeting_prepare": post(OFFICE, is_narrower=True),
    "meeting_conclude": form(HANDLERS, is_narrower=True),
    "meeting_scan": post(HANDLERS, is_narrower=True),
    "meeting_notice": form(VILLAGE, is_narrower=True),
    "case_authorisation": post(VILLAGE),
    "reported_list": get(READERS),
    "reported_list_detail": get(READERS),
    "round_list": get(READERS),
    "round_detail": get(READERS),
    "list_report": form(HANDLERS, is_narrower=True),
    "round_reopen": form(COUNTY, is_narrower=True),
    "round_close": post(COUNTY, is_narrower=True),
    "api_case-list": get(READERS),
    "api_case-detail": get(READERS),
    "api_case-steps": form(READERS, is_narrower=True),
    "api_case-take-many": post(HANDLERS, is_narrower=True),
    "api_case-visits": form(READERS, is_narrower=True),
    "api_round-list": get(READERS),
    "api_round-detail": get(READERS),
    # assistance
    "plan_detail": get(READERS),
    "plan_edit": form(FIELD),
    "plan_list": get(READERS),
    "plan_check": post(TOWNSHIP),
    "plan_return": post(TOWNSHIP | COUNTY),
    "plan_approve": post(COUNTY),
    "attention_set": post(COUNTY),
    "helper_list": get(READERS),
    "helper_detail": form(READERS),
    "helper_edit": form(FIELD),
    "helper_assign": form(FIELD),
    "measure_new": form(FIELD | LEADING_GROUP),
    "measure_list": get(FIELD | LEADING_GROUP | CLERK),
    "measure_edit": form(FIELD | LEADING_GROUP | CLERK),
    "measure_proof": get(READERS | CLERK),
    "api_measure-list": get(READERS | CLERK),
    "api_measure-detail": get(READERS | CLERK),
    "api_measure-answer": post(FIELD | LEADING_GROUP | CLERK),
    "api_measure-refuse": post(OFFICE | CLERK, is_narrower=True),
    "measure_batch": post(FIELD | LEADING_GROUP | CLERK),
    "measure_withdraw": post(FIELD | LEADING_GROUP | CLERK),
    # the county office may open these, but is no department: it finds nothing there
    "measure_sheet_list": form(OFFICE | CLERK),
    "measure_sheet_download": post(OFFICE | CLERK),
    "measure_sheet_detail": get(OFFICE | CLERK, is_narrower=True),
    "measure_sheet_apply": post(OFFICE | CLERK, is_narrower=True),
    "visit_due_list": get(READERS),
    "clearing_check": get(READERS),
    "risk_ended": form(FIELD),
    "gap_list": get(READERS),
    # insurance and relief
    "cover_list": get(READERS | CLERK),
    "enrol": form(COUNTY),
    "claim_list": get(READERS | CLERK),
    "claim_new": form(FIELD),
    "claim_detail": get(READERS | CLERK, is_narrower=True),
    "claim_prove": post(FIELD | COUNTY | CLERK, is_narrower=True),
    "claim_proof": get(READERS | CLERK, is_narrower=True),
    "claim_step": form(COUNTY | CLERK, is_narrower=True),
    "relief_list": get(READERS | CLERK),
    "relief_new": form(FIELD),
    "relief_detail": get(READERS | CLERK, is_narrower=True),
    "relief_prove": post(FIELD | COUNTY | CLERK, is_narrower=True),
    "relief_proof": get(READERS | CLERK, is_narrower=True),
    "relief_step": form(TOWNSHIP | COUNTY | CLERK, is_narrower=True),
    "ahead_list": get(READERS),
    # papers
    "ledger_list": get(READERS | CLERK),
    "ledger_show": get(READERS | CLERK, is_narrower=True),
    "ledger_export": post(READERS | CLERK, is_narrower=True),
    "archive_new": form(READERS),
    "monthly_export_file": get(READERS),
    "meeting_paper": post(READERS),
    "booklet_show": get(READERS),
    "booklet_preview": get(READERS),
    "booklet_pdf": post(READERS),
    "booklet_docx": post(READERS),
    "card_pdf": post(READERS),
    "api_ledgers-list": get(READERS),
    "api_ledgers-detail": get(READERS),
    "api_exports-list": post(READERS),
    # supervision
    "board": get(WATCHERS),
    "board_data": get(WATCHERS),
    "board_leads": get(WATCHERS),
    "board_rows": get(WATCHERS),
    # leads
    "lead_list": get(READERS),
    "lead_answer": form(READERS, is_narrower=True),
    "lead_answer_many": post(VILLAGE),
    "lead_recall": form(OFFICE),
    "application_new": form(VILLAGE),
    # the village's monthly sheet
    "sheet": get(VILLAGE),
    "sheet_confirm": post(VILLAGE, is_narrower=True),
    "sheet_add": form(VILLAGE, is_narrower=True),
    "sheet_hand_in": form(VILLAGE, is_narrower=True),
    "sheet_save": post(VILLAGE),
    "sheet_grid": get(VILLAGE, is_narrower=True),
    "sheet_lines": get(VILLAGE, is_narrower=True),
    "sheet_preview": post(VILLAGE, is_narrower=True),
    "sheet_workbook": get(VILLAGE, is_narrower=True),
    "sheet_upload": form(VILLAGE, is_narrower=True),
    "sheet_apply": post(VILLAGE, is_narrower=True),
    "sheet_household": form(VILLAGE),
    "sheet_doubts": form(VILLAGE),
    "sheet_photos": post(VILLAGE),
    "sheet_history": get(VILLAGE),
    "sheet_print": get(VILLAGE),
    "sheet_print_all": get(VILLAGE, is_narrower=True),
    "sheet_restore": post(VILLAGE),
    "lead_file_list": get(OFFICE | CLERK | WATCHERS),
    "lead_file_new": form(OFFICE | CLERK),
    "lead_file_many": form(OFFICE | CLERK),
    "lead_file_dispatch_all": form(OFFICE),
    "lead_file_detail": get(OFFICE | CLERK | WATCHERS, is_narrower=True),
    "lead_file_dispatch": post(OFFICE),
    "lead_file_confirm": post(OFFICE),
    "lead_file_discard": post(OFFICE | CLERK),
    "lead_arrival_list": get(OFFICE | CLERK | WATCHERS),
    "lead_pull": post(OFFICE | CLERK),
    "lead_kind_list": get(SYSTEM | OFFICE),
    "lead_kind_new": form(SYSTEM),
    "lead_kind_form": form(SYSTEM),
    "lead_kind_trial": get(SYSTEM | OFFICE),
    "source_list": get(SYSTEM),
    "source_new": form(SYSTEM),
    "source_form": form(SYSTEM),
    "source_try": post(SYSTEM),
    "lead_file_recall": post(OFFICE),
    "lead_file_columns": form(OFFICE | CLERK, is_narrower=True),
    "lead_file_returned": get(OFFICE | CLERK | WATCHERS, is_narrower=True),
    "lead_pool": get(OFFICE | TOWNSHIP),
    "lead_row_settle": form(OFFICE | TOWNSHIP),
    "lead_row_correct": form(OFFICE | CLERK),
    # what departments do beside lists
    "matter_list": get(READERS | CLERK),
    "matter_detail": form(READERS | CLERK, is_narrower=True),
    "matter_file": get(READERS | CLERK, is_narrower=True),
    "matter_new": form(VILLAGE | OFFICE | CLERK, is_narrower=True),
    "matter_answer_many": post(FIELD | CLERK, is_narrower=True),
    "matter_list_make": post(OFFICE | CLERK, is_narrower=True),
    "matter_list_export": post(OFFICE | CLERK, is_narrower=True),
    "matter_upload": form(OFFICE | CLERK, is_narrower=True),
    "duty_report_list": get(OFFICE | CLERK | WATCHERS),
    "duty_report_detail": get(OFFICE | CLERK | WATCHERS, is_narrower=True),
    "duty_report_file": get(OFFICE | CLERK | WATCHERS, is_narrower=True),
    "duty_report_edit": form(OFFICE | CLERK, is_narrower=True),
    "duty_report_send_back": post(OFFICE),
    "api_matter-list": get(READERS | CLERK),
    "api_matter-detail": get(READERS | CLERK, is_narrower=True),
    "api_matter-enter": post(VILLAGE | OFFICE | CLERK),
    "api_matter-steps": form(READERS | CLERK, is_narrower=True),
    "api_matter-answers": post(OFFICE | CLERK),
    "api_lead-list": get(READERS),
    "api_lead-detail": get(READERS),
    "api_lead-answers": post(VILLAGE),
    "api_lead-recall": post(OFFICE),
    "api_lead_file-list": get(OFFICE | CLERK | WATCHERS),
    "api_lead_file-detail": get(OFFICE | CLERK | WATCHERS, is_narrower=True),
    "api_lead_file-rows": get(OFFICE | CLERK | WATCHERS, is_narrower=True),
    "api_lead_file-upload": post(OFFICE | CLERK),
}
