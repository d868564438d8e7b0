from . import ir_actions_report, report_document, report_statement
