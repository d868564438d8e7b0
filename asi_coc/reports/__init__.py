from . import (
    ir_actions_report,
    report_audit,
    report_document,
    report_records,
    report_statement,
)
