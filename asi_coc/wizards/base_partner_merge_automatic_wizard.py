from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        self._coc_check_certificates(src_partners | dst_partner)
        self._coc_check_entities(src_partners, dst_partner)
        self._coc_check_loops(src_partners | dst_partner)
        self._coc_update_entries(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _coc_check_certificates(self, partners):
        """Refuse to merge two certified entities into one (10.1).

        Raises UserError naming both certificates.
        """
        # sudo: certificates of any company; merging is not a matter of CoC rights
        certificates = self.env["asi.coc.certificate"].sudo()
        today = fields.Date.context_today(self)
        valid = certificates.search(
            [
                ("partner_id", "in", partners.ids),
                ("standard", "=", "chain_of_custody"),
                ("date_start", "<=", today),
                ("date_end", ">=", today),
            ]
        ).filtered(lambda found: found._is_valid_on(today))
        if len(set(valid.mapped("number"))) > 1:
            raise UserError(
                self.env._(
                    "These contacts cannot be merged: they hold different valid CoC "
                    "certificates, %(certificates)s, so they are different entities. "
                    "If one certificate is wrong, correct it first.",
                    certificates="; ".join(sorted(valid.mapped("display_name"))),
                )
            )

    @api.model
    def _coc_check_loops(self, partners):
        """Refuse to merge two accounts of closed loops into one (4.2a).

        Raises UserError naming the facilities.
        """
        # sudo: loops of any company, archived ones too
        loops = self.env["asi.coc.closed.loop"].sudo().with_context(active_test=False)
        loops = loops.search([("partner_id", "in", partners.ids)])
        if len(loops) > len(loops.company_id):
            raise UserError(
                self.env._(
                    "These contacts cannot be merged: each has a closed loop of its "
                    "own, %(loops)s, with CoC Material sent and scrap back (4.2a). "
                    "Delete the loop that nothing came back through, or keep both.",
                    loops=", ".join(sorted(loops.mapped("display_name"))),
                )
            )

    @api.model
    def _coc_check_entities(self, src_partners, dst_partner):
        """Refuse to merge a certified entity of this database into another contact.

        Nor may a contact's goods become the entity's own by a merge: owner decides
        what is accounted, and no entries would follow.
        """
        # sudo: scopes of any company, archived ones too
        scopes = self.env["asi.coc.scope"].sudo().with_context(active_test=False)
        scope = scopes.search(
            [("company_id.partner_id", "in", src_partners.ids)], limit=1
        )
        if scope:
            raise UserError(
                self.env._(
                    "%(entity)s cannot be merged into %(contact)s: it is the entity of "
                    "CoC Certification Scope %(scope)s. Choose it as the destination "
                    "contact.",
                    entity=scope.company_id.partner_id.display_name,
                    contact=dst_partner.display_name,
                    scope=scope.name,
                )
            )
        if not scopes.search_count(
            [("company_id.partner_id", "=", dst_partner.id)], limit=1
        ):
            return
        # sudo: goods of any company
        owned = (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [("owner_id", "in", src_partners.ids), ("state", "=", "done")], limit=1
            )
        )
        if owned:
            raise UserError(
                self.env._(
                    "%(owner)s cannot be merged into %(entity)s: goods of its own were "
                    "moved (%(transfer)s), and would become the entity's without a "
                    "trace in the ledger (8.1).",
                    owner=owned.owner_id.display_name,
                    entity=dst_partner.display_name,
                    transfer=owned.reference or owned.display_name,
                )
            )

    @api.model
    def _coc_update_entries(self, src_partners, dst_partner):
        """Let ledger entries, and their seals, name the contact that remains.

        It is the same real entity, and what an entry's hash proves is the name at the
        posting. The ledger is open for this only; core finds nothing left to do.
        """
        setting = self.env.execute_query(
            SQL("SELECT current_setting('asi_coc.migration', true)")
        )[0][0]
        self._coc_set_migration("on")
        for table in ("asi_coc_entry", "asi_coc_seal"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET partner_id = %s WHERE partner_id = ANY(%s)",
                    SQL.identifier(table),
                    dst_partner.id,
                    src_partners.ids,
                )
            )
        self._coc_set_migration(setting or "")
        self.env["asi.coc.entry"].invalidate_model(["partner_id"])
        self.env["asi.coc.seal"].invalidate_model(["partner_id"])

    def _coc_set_migration(self, value):
        # SET LOCAL: a rollback takes it back, also that of a savepoint.
        self.env.cr.execute(
            SQL("SELECT set_config('asi_coc.migration', %s, true)", value)
        )
