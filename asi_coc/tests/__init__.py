from . import (
    test_balance,
    test_closing,
    test_conventions,
    test_core,
    test_core_properties,
    test_demo,
    test_designation,
    test_ledger,
    test_ledger_properties,
    test_reports,
    test_security,
    test_statement,
)
