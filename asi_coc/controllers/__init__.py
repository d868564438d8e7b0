from . import (
    annual_report,
    audit_pack,
    complaint,
    contractor,
    document,
    policy,
    portal,
    questionnaire,
    statement,
    verification,
)
