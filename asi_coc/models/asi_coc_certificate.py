from odoo import api, fields, models


class AsiCocCertificate(models.Model):
    _name = "asi.coc.certificate"
    _description = "ASI Certificate"
    _inherit = ["mail.thread"]
    _order = "date_end desc, id desc"
    _rec_name = "number"

    number = fields.Char(
        required=True,
        tracking=True,
        help="Certificate number as ASI publishes it; printed on CoC Documents "
        "(9.2c, 9.2d).",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Certified Entity",
        required=True,
        index=True,
        help="Entity that holds the certificate.",
    )
    standard = fields.Selection(
        [
            ("chain_of_custody", "Chain of Custody Standard"),
            ("performance", "Performance Standard"),
        ],
        required=True,
        default="chain_of_custody",
        help="ASI Standard the entity is certified against.",
    )
    scope_description = fields.Text(
        string="Certification Scope",
        help="Facilities, activities and materials that the certificate covers.",
    )
    date_start = fields.Date(
        string="Valid From",
        required=True,
        tracking=True,
        help="First day of the certification period.",
    )
    date_end = fields.Date(
        string="Valid Until",
        required=True,
        tracking=True,
        help="Last day of the certification period.",
    )
    status = fields.Selection(
        [
            ("certified", "Certified"),
            ("suspended", "Suspended"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="certified",
        tracking=True,
        help="Certification status as ASI publishes it (10.3).",
    )
    status_date = fields.Date(
        string="Status Effective On",
        tracking=True,
        help="Day from which a suspension or withdrawal takes effect: earlier "
        "shipments stay CoC Material, later ones are not (10.3).",
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Company that keeps this record; empty shares it.",
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_end >= date_start)",
        "A certificate cannot end before it starts.",
    )
    _status_dated = models.Constraint(
        "CHECK (status = 'certified' OR status_date IS NOT NULL)",
        "A suspended or withdrawn certificate needs the day it takes effect.",
    )

    @api.depends("number", "partner_id")
    def _compute_display_name(self):
        for certificate in self:
            certificate.display_name = self.env._(
                "%(number)s (%(entity)s)",
                number=certificate.number,
                entity=certificate.partner_id.display_name,
            )

    def _is_valid_on(self, day):
        """Tell whether the certificate holds on ``day``, its status counted (10.3)."""
        self.ensure_one()
        in_time = self.date_start <= day <= self.date_end
        lapsed = self.status != "certified" and day >= self.status_date
        return in_time and not lapsed

    @api.model
    def _find(self, partner, day, standard="chain_of_custody"):
        """Return the certificate of ``partner`` valid on ``day``, or an empty set."""
        certificates = self.search(
            [
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("standard", "=", standard),
                ("date_start", "<=", day),
                ("date_end", ">=", day),
            ]
        )
        return certificates.filtered(lambda found: found._is_valid_on(day))[:1]
