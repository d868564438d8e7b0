from . import (
    annual_report,
    audit_pack,
    auditor,
    complaint,
    contractor,
    document,
    policy,
    portal,
    questionnaire,
    statement,
    verification,
)
