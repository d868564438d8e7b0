from odoo import api, fields, models
from odoo.exceptions import UserError


class AsiCocRiskArea(models.Model):
    """Area in which the risk of a supplier is assessed (7.1, 7.2)."""

    _name = "asi.coc.risk.area"
    _description = "Risk Area"
    _order = "sequence, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="Name of the risk area, as in the Responsible Sourcing Policy (7.1).",
    )
    criterion = fields.Char(
        help="Criterion of the ASI Performance Standard behind it (7.1).",
    )
    sequence = fields.Integer(default=10, help="Order in lists.")
    active = fields.Boolean(
        default=True, help="Archive an area that is not assessed any more."
    )
    is_required = fields.Boolean(
        string="In Every Assessment",
        help="Every new assessment has this area. The four areas of the Performance "
        "Standard that the policy covers at least are assessed always (7.1 a to d).",
    )
    low_from = fields.Float(
        string="Low Risk from (%)",
        default=80,
        help="Share of the possible score of a questionnaire, in %, from which a low "
        "risk is proposed.",
    )
    medium_from = fields.Float(
        string="Medium Risk from (%)",
        default=50,
        help="Share of the possible score of a questionnaire, in %, from which a "
        "medium risk is proposed; below, a high one.",
    )
    tools = fields.Text(
        string="Assessment Tools",
        translate=True,
        help="Where the risk can be looked up, for example by country.",
    )

    _thresholds = models.Constraint(
        "CHECK (medium_from >= 0 AND medium_from <= low_from AND low_from <= 100)",
        "The shares from which a medium and a low risk are proposed lie between 0 and "
        "100 %, the one for a low risk above the other (7.2).",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: assessments of any company rest on the area
        used = self.env["asi.coc.supplier.risk"].sudo()
        for area in self:
            if used.search_count([("area_id", "=", area.id)], limit=1):
                raise UserError(
                    self.env._(
                        "Suppliers were assessed for risk area %(area)s, which stays "
                        "on file (7.2). Archive it instead.",
                        area=area.name,
                    )
                )

    def _propose(self, share):
        """Return the result to propose for a share in % of the possible score."""
        self.ensure_one()
        if share >= self.low_from:
            return "low"
        return "medium" if share >= self.medium_from else "high"
