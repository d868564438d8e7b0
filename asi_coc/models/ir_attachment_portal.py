from odoo import models
from odoo.fields import Domain

#: Records whose files users of the portal get from our own routes only.
CLOSED = ("asi.coc.document", "asi.coc.document.line")


class IrAttachment(models.Model):
    """Keeps files on CoC Documents from customers who may read the document.

    Odoo gives whoever reads a record all that is attached to it: here also notes
    and evidence of the issuing entity. The PDF is sent by the portal's page.
    """

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "ir.attachment"

    def _inaccessible_comodel_records(self, model_and_ids, operation):
        yield from super()._inaccessible_comodel_records(model_and_ids, operation)
        if not self.env.su and self.env.user._is_portal():
            for model in CLOSED:
                yield from ((model, res_id) for res_id in model_and_ids.get(model, ()))

    def _search(self, domain, *args, bypass_access=False, **options):
        if not self.env.su and not bypass_access and self.env.user._is_portal():
            # A search must not tell what reading does not.
            domain = Domain(domain) & (
                Domain("res_model", "not in", CLOSED) | Domain("res_model", "=", False)
            )
        return super()._search(domain, *args, bypass_access=bypass_access, **options)
