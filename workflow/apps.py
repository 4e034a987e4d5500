from importlib import import_module

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "workflow"
    verbose_name = "监测流程"

    def ready(self):
        import_module("workflow.household_section")
        import_module("workflow.household_gone")
        import_module("workflow.doubt_source")
