from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..core.quantity import ZERO, to_mass
from ..core.sustainability import AluminiumInput, recycled_content
from ..formatting import format_day, format_number


class AsiCocPeriod(models.Model):
    """Works out the recycled content of a period from its ledger (9.3c)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.period"

    def _get_recycled_content(self):
        """Return the recycled content of what came into the scope so far (9.3c).

        A :class:`~..core.sustainability.RecycledContent`; its truth value says
        whether there is any. A scope without scrap from outside costs one query
        on the running totals.
        """
        self.ensure_one()
        taken_in = self._get_aluminium_received()
        if not taken_in.get("scrap"):
            return recycled_content(AluminiumInput())
        scrap = self._get_scrap_received()
        return recycled_content(
            AluminiumInput(
                pre_consumer=scrap.get("pre_consumer", ZERO),
                post_consumer=scrap.get("post_consumer", ZERO),
                dross=scrap.get("dross", ZERO),
                unknown_scrap=scrap.get(None, ZERO),
                aluminium=taken_in.get("aluminium", ZERO),
                primary=self._get_aluminium_in(taken_in.get("alumina", ZERO)),
            )
        )

    def _get_aluminium_received(self):
        """Return ``{material: tonnes}`` of what carries aluminium into the scope.

        Scrap and aluminium from outside, and the alumina that its smelters take
        in, own alumina too. Scrap that stays inside the scope is no input.
        """
        self.env["asi.coc.total"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT total.material, sum(total.mass)::text
                  FROM asi_coc_total total
                  JOIN asi_coc_activity activity ON activity.id = total.activity_id
                 WHERE total.period_id = %s
                   AND (total.flow = 'input'
                        AND total.material IN ('aluminium', 'scrap')
                        OR total.flow IN ('input', 'intra_entity_in')
                        AND total.material = 'alumina'
                        AND activity.code = 'smelting')
              GROUP BY total.material
                """,
                self.id,
            )
        )
        return {material: Decimal(mass) for material, mass in rows}

    def _get_scrap_received(self):
        """Return ``{kind of scrap, or None: tonnes}`` from outside.

        As it was assessed (4.2), else by its form.
        """
        self.env["asi.coc.form"].flush_model(["scrap_kind"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(entry.scrap_kind, form.scrap_kind),
                       sum(entry.mass)::text
                  FROM asi_coc_entry entry
             LEFT JOIN asi_coc_form form ON form.id = entry.form_id
                 WHERE entry.period_id = %s
                   AND entry.flow = 'input'
                   AND entry.material = 'scrap'
                   AND entry.status != 'unclassified'
              GROUP BY 1
                """,
                self.id,
            )
        )
        return {kind: Decimal(mass) for kind, mass in rows}

    def _get_aluminium_in(self, alumina):
        """Return the aluminium that smelting makes of ``alumina`` tonnes (8.4)."""
        if not alumina:
            return ZERO
        smelting = self._get_figures()["smelting"]
        return to_mass(alumina * Decimal(str(smelting["conversion_yield"])))

    def _describe_recycled_content(self):
        """Return what a CoC Document prints of 9.3c, or ``""`` where nothing is.

        Both shares, the days they are of, and how they were worked out, in the
        language of the context.
        """
        content = self._get_recycled_content()
        if not content:
            return ""
        return self.env._(
            "Pre-consumer %(pre)s %%, post-consumer %(post)s %% of all aluminium "
            "received from %(start)s to %(end)s.\n"
            "Method: material accounting; scrap received, by aluminium content, over "
            "all aluminium received (scrap, aluminium, aluminium in alumina). Dross "
            "counts as pre-consumer, bought aluminium as not recycled; own scrap is "
            "left out.",
            pre=format_number(self.env, content.pre_consumer.percentage, 2),
            post=format_number(self.env, content.post_consumer.percentage, 2),
            start=format_day(self.env, self.date_start),
            end=format_day(self.env, min(self.date_end, self.scope_id._get_today())),
        )
