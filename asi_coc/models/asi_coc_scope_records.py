from odoo import api, fields, models
from odoo.fields import Domain

from .record_kinds import KINDS


class AsiCocScope(models.Model):
    """The records register of a scope (1.6)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scope"

    record_class_ids = fields.One2many(
        "asi.coc.record.class",
        "scope_id",
        string="Record Classes",
        help="Which records are kept for which criterion, where and how long (1.6).",
    )

    @api.model_create_multi
    def create(self, vals_list):
        scopes = super().create(vals_list)
        scopes._create_record_classes()
        return scopes

    def _create_record_classes(self):
        """Give scopes without a records register the complete one (1.6)."""
        # sudo: the register comes with the scope, whoever makes it
        classes = self.env["asi.coc.record.class"].sudo()
        every = classes.with_context(active_test=False)
        criteria = {
            one.code: one.id for one in self.env["asi.coc.criterion"].search([])
        }
        for scope in self:
            if every.search_count([("scope_id", "=", scope.id)], limit=1):
                continue
            owner = scope.representative_ids[:1] or scope.responsible_id
            classes.with_context(tracking_disable=True).create(
                [
                    {
                        "name": str(kind.title),
                        "sequence": 10 * number,
                        "scope_id": scope.id,
                        "company_id": scope.company_id.id,
                        "kept_in": "odoo",
                        "model": model,
                        "owner_id": owner.id,
                        "criterion_ids": [
                            fields.Command.set(
                                [criteria[code] for code in kind.criteria.split()]
                            )
                        ],
                    }
                    for number, (model, kind) in enumerate(KINDS.items(), 1)
                    if model in self.env
                ]
            )

    def _get_record_classes(self):
        """Return the record classes in use: the scope's own, and its entity's."""
        self.ensure_one()
        return self.env["asi.coc.record.class"].search(
            Domain("scope_id", "=", self.id)
            | (
                Domain("scope_id", "=", False)
                & Domain("company_id", "=", self.company_id.id)
            )
        )

    def _get_criteria(self):
        """Return the criteria that apply to the activities of the scope."""
        self.ensure_one()
        activities = self.supply_chain_activity_ids
        return self.env["asi.coc.criterion"].search(
            Domain("activity_id", "=", False)
            | Domain("activity_id", "in", activities.ids)
        )

    def _get_criteria_without_records(self):
        """Return the criteria that apply and have no record class (1.6)."""
        return self._get_criteria() - self._get_record_classes().criterion_ids

    def action_open_record_classes(self):
        """Open the records register of the scope."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "asi_coc.action_asi_coc_record_class"
        )
        return {**action, "domain": [("id", "in", self._get_record_classes().ids)]}
