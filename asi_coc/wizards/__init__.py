from . import (
    base_partner_merge_automatic_wizard,
    base_partner_merge_due_diligence,
    base_partner_merge_retention,
    asi_coc_document_upload,
    asi_coc_document_void,
    asi_coc_document_void_line,
    asi_coc_certificate_import,
    asi_coc_certificate_import_column,
    asi_coc_certificate_import_line,
    asi_coc_drift_decision,
    asi_coc_period_reopen,
    asi_coc_short_term_negative,
    asi_coc_policy_acknowledgement,
    asi_coc_policy_take_back,
    survey_invite,
    asi_coc_scrap_assess,
    asi_coc_scrap_assess_line,
)
from . import asi_coc_annual_report_withdraw
from . import asi_coc_audit_pack_request
