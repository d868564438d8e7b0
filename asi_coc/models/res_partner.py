from odoo import api, fields, models
from odoo.exceptions import AccessError

from .ledger_guard import get_changes

#: Only officers decide on these.
OFFICER_FIELDS = frozenset({"coc_is_trader"})
COC_GROUPS = "asi_coc.group_user,asi_coc.group_auditor"


class ResPartner(models.Model):
    _inherit = "res.partner"

    coc_certificate_ids = fields.One2many(
        "asi.coc.certificate",
        "partner_id",
        string="ASI Certificates",
        groups=COC_GROUPS,
        help="ASI certificates that the entity holds or held.",
    )
    coc_certificate_count = fields.Integer(
        compute="_compute_coc_certificate_state",
        groups=COC_GROUPS,
        help="Number of its ASI certificates.",
    )
    coc_certificate_state = fields.Selection(
        [
            ("certified", "CoC Certified"),
            ("suspended", "Suspended"),
            ("withdrawn", "Withdrawn"),
            ("expired", "Expired"),
            ("none", "Not Certified"),
        ],
        string="CoC Certification",
        compute="_compute_coc_certificate_state",
        groups=COC_GROUPS,
        help="Whether the entity holds a certificate to the Chain of Custody Standard "
        "that is valid today (10.3).",
    )
    coc_batch_documents = fields.Boolean(
        string="Batch CoC Documents",
        help="Deliveries to this customer get no CoC Document each; one is made for "
        "several of them, from the list of deliveries (9.1).",
    )
    coc_is_trader = fields.Boolean(
        string="Trader of CoC Material",
        copy=False,
        help="Buys and sells CoC Material without being certified: its source must be "
        "identified and its due diligence accepted (3.1c to 6.1c, 7).",
    )

    @api.depends(
        "coc_certificate_ids.status",
        "coc_certificate_ids.date_start",
        "coc_certificate_ids.date_end",
    )
    @api.depends_context("allowed_company_ids")
    def _compute_coc_certificate_state(self):
        entities = self.commercial_partner_id
        certificates = self.env["asi.coc.certificate"].search(
            [("partner_id", "in", entities.ids)]
        )
        groups = certificates.grouped("partner_id")
        today = fields.Date.context_today(self)
        for partner in self:
            # of a contact that is being entered, the entity saved already
            entity = partner.commercial_partner_id._origin
            held = groups.get(entity, certificates.browse())
            partner.coc_certificate_count = len(held)
            partner.coc_certificate_state = _get_state(
                held.filtered(lambda one: one.standard == "chain_of_custody"), today
            )

    # -- who decides -------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # What is empty decides nothing.
            self._coc_check_officer({name for name in OFFICER_FIELDS if vals.get(name)})
        return super().create(vals_list)

    def write(self, vals):
        if OFFICER_FIELDS & vals.keys():
            # What stays as it is decides nothing; a merge of contacts writes it all.
            for partner in self:
                self._coc_check_officer(
                    get_changes(partner, vals, OFFICER_FIELDS).keys()
                )
        return super().write(vals)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if not self._coc_may_decide():
            # Defaults of the context and of the user are as untrusted as values.
            for name in OFFICER_FIELDS & values.keys():
                del values[name]
        return values

    @api.model
    def _coc_may_decide(self):
        return self.env.su or self.env.user.has_group("asi_coc.group_officer")

    def _coc_check_officer(self, refused):
        if refused and not self._coc_may_decide():
            raise AccessError(
                self.env._(
                    "Only a Compliance Officer decides on %(fields)s of %(contact)s "
                    "(7.2).",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(refused)
                    ),
                    contact=", ".join(self.mapped("display_name"))
                    or self.env._("a new contact"),
                )
            )

    def action_coc_open_certificates(self):
        """Open the entity's certificates."""
        self.ensure_one()
        entity = self.commercial_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("ASI Certificates"),
            "res_model": "asi.coc.certificate",
            "view_mode": "list,kanban,form",
            "domain": [("partner_id", "=", entity.id)],
            "context": {"default_partner_id": entity.id},
        }


def _get_state(certificates, day):
    """Return the best that one of ``certificates`` says of ``day``."""
    current = [one for one in certificates if one.date_start <= day <= one.date_end]
    statuses = {one._get_status_row(day).status or "certified" for one in current}
    for status in ("certified", "suspended", "withdrawn"):
        if status in statuses:
            return status
    ended = any(one.date_end < day for one in certificates)
    return "expired" if ended else "none"
