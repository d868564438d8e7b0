from . import (
    annual_report,
    complaint,
    contractor,
    document,
    policy,
    portal,
    questionnaire,
    statement,
    verification,
)
