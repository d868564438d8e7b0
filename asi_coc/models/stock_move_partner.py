from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL


class StockMove(models.Model):
    """Whose goods came, and to whom they went, stays as the ledger has it (8.1)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "stock.move"

    def write(self, vals):
        if {"partner_id", "picking_id"} & vals.keys():
            self._coc_check_partner_kept(vals)
        return super().write(vals)

    def _coc_get_named_partners(self):
        """Return ``{move: partner}`` whom the ledger named first, where it did."""
        self.env.cr.execute(
            SQL(
                """
                SELECT DISTINCT ON (move_id) move_id, partner_id
                  FROM asi_coc_entry
                 WHERE move_id = ANY(%s) AND partner_id IS NOT NULL
              ORDER BY move_id, id
                """,
                self.ids,
            )
        )
        return {
            self.browse(move_id): self.env["res.partner"].browse(partner_id)
            for move_id, partner_id in self.env.cr.fetchall()
        }

    def _coc_check_partner_kept(self, vals):
        """Refuse to give what is in the ledger to another entity.

        Due diligence, closed loops, CoC Documents and legal interests of that other
        one would count for it. Naming somebody where nobody was named is no change.
        Raises UserError naming the transfer, both entities and the way out.
        """
        done = self.filtered(lambda move: move.state == "done")
        if not done:
            return
        # sudo: only compared and named
        done = done.sudo()
        transfer = done.env["stock.picking"].browse(vals.get("picking_id"))
        given = done.env["res.partner"].browse(vals.get("partner_id"))
        entity = (transfer.partner_id or given).commercial_partner_id
        for move, partner in done._coc_get_named_partners().items():
            if partner.commercial_partner_id != entity:
                raise UserError(
                    self.env._(
                        "%(product)s of %(picking)s is in the ledger as %(old)s's and "
                        "cannot become %(new)s's: due diligence, closed loops and CoC "
                        "Documents count for whom the goods came from or went to "
                        "(4.2, 8.1, 10.2). Return the goods, and have them come or go "
                        "again with the right contact.",
                        product=move.product_id.display_name,
                        picking=move.reference or move.display_name,
                        old=partner.commercial_partner_id.display_name,
                        new=entity.display_name or self.env._("nobody"),
                    )
                )
