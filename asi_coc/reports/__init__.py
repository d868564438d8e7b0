from . import (
    ir_actions_report,
    ir_actions_report_annual,
    report_annual_report,
    report_audit,
    report_document,
    report_records,
    report_statement,
)
