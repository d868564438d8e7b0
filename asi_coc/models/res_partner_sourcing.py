from odoo import models


class ResPartner(models.Model):
    """Says what a trader of CoC Material lacks (3.1c to 6.1c ii)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    def _coc_find_trade_obstacles(self, issuer, has_due_diligence):
        """Return why CoC Material that this entity delivers cannot count.

        A list of texts, empty where it is a trader with due diligence who delivers
        for the certified ``issuer``; the entity itself where none is named.
        ``has_due_diligence`` tells whether it is accepted for the day (7.2).
        """
        self.ensure_one()
        reasons = []
        if self == issuer:
            reasons.append(
                self.env._(
                    "%(trader)s is a trader, and no certified source is named (3.1c to "
                    "6.1c ii). Name the certified entity whose CoC Document comes with "
                    "the goods.",
                    trader=self.display_name,
                )
            )
        elif not self.coc_is_trader:
            reasons.append(
                self.env._(
                    "%(trader)s delivers what %(issuer)s issues the CoC Document for. "
                    "Mark the contact as a trader, or correct the issuing entity.",
                    trader=self.display_name,
                    issuer=issuer.display_name,
                )
            )
        if not has_due_diligence:
            reasons.append(
                self.env._(
                    "The due diligence on trader %(trader)s is missing or out of date "
                    "(7.2). Have it done and accepted first.",
                    trader=self.display_name,
                )
            )
        return reasons
