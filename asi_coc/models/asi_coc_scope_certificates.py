from odoo import fields, models


class AsiCocScope(models.Model):
    """Says how often the certificates of suppliers are looked up (10.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scope"

    certificate_check_days = fields.Integer(
        string="Check by Time",
        required=True,
        default=90,
        help="A supplier's certificate is looked up at the first shipment, and again "
        "after so many days (10.3).",
    )
    certificate_check_shipments = fields.Integer(
        string="Check by Shipments",
        required=True,
        default=10,
        help="A supplier's certificate is looked up again after so many shipments of "
        "CoC Material, if that is sooner; 0: by time only (10.3).",
    )

    _certificate_check_days_positive = models.Constraint(
        "CHECK (certificate_check_days > 0)",
        "Certificates are checked every so many days, at least every day (10.3).",
    )
    _certificate_check_shipments_positive = models.Constraint(
        "CHECK (certificate_check_shipments >= 0)",
        "The number of shipments between two checks cannot be negative (10.3).",
    )
