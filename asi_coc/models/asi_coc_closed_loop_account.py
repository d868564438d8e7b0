from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, ormcache

from ..core.quantity import ZERO, Ratio, to_mass
from ..formatting import format_day, format_number
from .closed_loop_query import figures_query, touch_query


class AsiCocClosedLoop(models.Model):
    """Keeps the account of a loop: never more scrap back than was sent (4.2a)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.closed.loop"

    def _lock(self):
        """Make whoever uses these loops at the same moment wait and look again."""
        if self:
            self.flush_recordset()
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE asi_coc_closed_loop
                       SET use_count = COALESCE(use_count, 0) + 1
                     WHERE id IN (
                        SELECT id FROM asi_coc_closed_loop
                         WHERE id = ANY(%s) ORDER BY id FOR UPDATE)
                    """,
                    self.ids,
                )
            )
            self.invalidate_recordset(["use_count"])

    def _get_figures(self, day=None, without_moves=()):
        """Return ``{loop id: (sent, back)}`` in tonnes, as Decimal (4.2a)."""
        if not self.ids:
            return {}
        self.env.flush_all()
        self.env.cr.execute(figures_query(self, day, without_moves))
        return {
            loop_id: (Decimal(sent), Decimal(back))
            for loop_id, sent, back in self.env.cr.fetchall()
        }

    def _get_available(self, day, without_moves=()):
        """Return what may come back on ``day``, in tonnes: never more than was sent.

        Neither by that day, nor with all that is on record. What came back with
        ``without_moves`` is free again.
        """
        self.ensure_one()
        left = [
            sent - back
            for figures in (
                self._get_figures(day, without_moves),
                self._get_figures(None, without_moves),
            )
            for sent, back in figures.values()
        ]
        return max(min(left), ZERO)

    def _allocate(self, move, received, wanted, fitting, allocated):
        """Return what of a receipt comes through the loop, as a float (tonnes).

        ``received`` tells who brought it and when (``Received``), ``fitting`` is the
        load's pre-consumer part. ``allocated`` keeps what is left
        per loop and day, the moves of the batch left out, and per loop what the
        batch took.
        """
        self.ensure_one()
        self._check_usable(move, received)
        day = received.day
        if (self, day) not in allocated:
            allocated[self, day] = self._get_available(day, allocated["moves"])
        left = max(allocated[self, day] - allocated.get(self, ZERO), ZERO)
        wanted = min(left, fitting) if wanted is None else min(to_mass(wanted), fitting)
        if wanted > left or wanted < 0:
            raise UserError(
                self.env._(
                    "%(wanted)s t of %(receipt)s cannot come back through closed loop "
                    "%(loop)s: %(left)s t of the CoC Material sent until %(day)s are "
                    "left, and never more eligible scrap comes back than was sent "
                    "(4.2a). Enter at most %(left)s t; the rest is Non-CoC.",
                    wanted=format_number(self.env, wanted),
                    receipt=move.reference or move.display_name,
                    loop=self.display_name,
                    left=format_number(self.env, left),
                    day=format_day(self.env, day),
                )
            )
        allocated[self] = allocated.get(self, ZERO) + wanted
        return float(wanted)

    def _check_usable(self, move, received):
        day, partner = received.day, received.partner
        names = {
            "loop": self.display_name,
            "receipt": move.reference or move.display_name,
        }
        if partner.commercial_partner_id != self.partner_id:
            raise UserError(
                self.env._(
                    "%(receipt)s came from %(partner)s, which is not the facility of "
                    "closed loop %(loop)s (4.2a). Choose the loop of the supplier.",
                    partner=partner.display_name or self.env._("nobody"),
                    **names,
                )
            )
        if self.company_id != move.company_id or not self.active:
            raise UserError(
                self.env._(
                    "Closed loop %(loop)s is archived or another entity's; nothing of "
                    "%(receipt)s comes back through it (4.2a). Leave the loop empty.",
                    **names,
                )
            )
        if not self.partner_id._coc_has_due_diligence(day, self.company_id):
            raise UserError(
                self.env._(
                    "The due diligence on %(loop)s was not accepted on %(day)s, so "
                    "pre-consumer scrap of %(receipt)s is not eligible through the "
                    "closed loop (4.2a, 7.2). Assess it without the loop; it is "
                    "Non-CoC.",
                    day=format_day(self.env, day),
                    **names,
                )
            )
        self._check_uncertified(day)

    @api.model
    @ormcache()
    def _has_any(self):
        """Tell whether there are closed loops at all, archived ones too."""
        # sudo: the same for everybody
        loops = self.sudo().with_context(active_test=False)
        return bool(loops.search_count([], limit=1))

    @api.model
    def _settle(self, moves):
        """Take back what came back beyond what is still sent (4.2a).

        CoC Material that the facility returns, or that is designated no more,
        has not been sent: the eligible scrap that came last is Non-CoC again.
        Only the posting calls this, after each posting of ``moves``.
        """
        if not self._has_any():
            return
        self.flush_model()
        self.env.cr.execute(touch_query(moves))
        # sudo: whoever delivers or receives, the account follows
        loops = self.sudo().browse(id_ for (id_,) in self.env.cr.fetchall())
        loops.invalidate_recordset(["use_count"])
        for loop_id, (sent, back) in loops._get_figures().items():
            excess = back - max(sent, ZERO)
            if excess > 0:
                loops.browse(loop_id)._take_back(excess)

    def _take_back(self, excess):
        """Make ``excess`` tonnes of eligible scrap Non-CoC, what came last first."""
        assessments = self.env["asi.coc.scrap.assessment"].search(
            [("closed_loop_id", "=", self.id), ("state", "=", "valid")],
            order="date desc, id desc",
        )
        contributions = assessments._get_loop_contributions()
        changed = {}
        for one in assessments:
            mass = contributions.get(one.id, ZERO)
            cut = min(mass, excess)
            if cut <= 0:
                continue
            changed[one] = Ratio(mass - cut, mass).of(to_mass(one.loop_mass))
            excess -= cut
            if not excess:
                break
        for one, kept in changed.items():
            one._replace_loop_mass(
                float(kept),
                self.env._(
                    "CoC Material sent to %(loop)s came back or is designated no more: "
                    "never more eligible scrap comes back than was sent (4.2a).",
                    loop=self.display_name,
                ),
            )
        if changed:
            assessments._post(assessments.union(*changed).move_id)
