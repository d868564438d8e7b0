from odoo import models

from .asi_coc_balance import _mass


class AsiCocBalance(models.Model):
    """Own dross that Re-melting/Refining had, and dross that is not own (4.2c)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.balance"

    own_dross = _mass(
        "Own Dross",
        "Dross of the scope itself that other activities sent to be re-melted: wholly "
        "eligible (4.2c). Negative where sending was taken back that an earlier period "
        "counts.",
    )
    other_dross_brought = _mass(
        "Dross Not Own, Brought Forward",
        "Dross that other activities had bought, or had from Re-melting/Refining, in "
        "the periods before, and that was not sent to be re-melted since (4.2c).",
    )
    other_dross_carried = _mass(
        "Dross Not Own, Carried Over",
        "Of dross that other activities bought, or had from Re-melting/Refining, what "
        "was not sent to be re-melted. As much of what is sent next is Non-CoC (4.2c).",
    )

    def action_open_dross(self):
        """Open the entries that tell which dross is own, of earlier periods too."""
        self.ensure_one()
        return self.env["asi.coc.entry"]._action_open(
            [
                ("scope_id", "=", self.scope_id.id),
                ("product_id.coc_form_id.scrap_kind", "=", "dross"),
                ("material", "=", "scrap"),
                ("flow", "in", ("input", "intra_entity_in", "intra_entity_out")),
                "|",
                ("period_id", "=", False),
                ("period_id.date_start", "<=", self.period_id.date_start),
            ],
            self.env._("Dross of %(scope)s", scope=self.scope_id.name),
        )
