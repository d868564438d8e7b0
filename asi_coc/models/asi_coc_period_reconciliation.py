from pytz import timezone, utc

from odoo import fields, models


class AsiCocPeriod(models.Model):
    """Reconciles the ledger of a period to the company's stock (8.1)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.period"

    reconciliation_ids = fields.One2many(
        "asi.coc.reconciliation",
        "period_id",
        string="Reconciliation",
        readonly=True,
        copy=False,
        help="Stock and ledger side by side per product and lot, as last reconciled.",
    )

    def _get_start_moment(self):
        """Return the first moment of the period, in UTC."""
        zone = timezone(self.scope_id.tz)
        midnight = fields.Datetime.to_datetime(self.date_start)
        return zone.localize(midnight).astimezone(utc).replace(tzinfo=None)

    def _reconcile(self):
        """Reconcile anew and return the rows beyond the scope's tolerance."""
        self.ensure_one()
        self.check_access("read")
        # sudo: rows are written by this method only
        return self.sudo().env["asi.coc.reconciliation"]._refresh(self.sudo())

    def action_reconcile(self):
        """Compare stock and ledger of the period now, and show the result."""
        self.ensure_one()
        self._reconcile()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "asi_coc.action_asi_coc_reconciliation"
        )
        return action | {
            "name": self.env._("Reconciliation of %(name)s", name=self.display_name),
            "domain": [("period_id", "=", self.id)],
        }
