from odoo.exceptions import AccessError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class AuditorPortal(CustomerPortal):
    """Reading an order opens no page to auditors on which it is changed."""

    def _document_check_access(self, model_name, document_id, access_token=None):
        records = request.env[model_name]
        if hasattr(records, "_coc_is_closed") and records._coc_is_closed():
            raise AccessError(request.env._("Auditors read orders in the application."))
        return super()._document_check_access(model_name, document_id, access_token)
