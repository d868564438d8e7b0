from . import ir_actions_report, report_document, report_statement
from . import ir_actions_report_annual, report_annual_report
