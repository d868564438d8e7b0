from odoo import api, models


class AsiCocReadinessRules(models.AbstractModel):
    """Criterion 1.6, records."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    @api.model
    def _rule_1_6(self, scope):
        classes = scope._get_record_classes()
        without = scope._get_criteria_without_records()
        orphans = classes.filtered(
            lambda one: not one.owner_id.active or not one.retention
        )
        return self._judge(
            [
                self._find(
                    self.env._("Record classes"),
                    classes._name,
                    [("id", "in", classes.ids)],
                )
            ],
            missing=[
                without
                and self.env._(
                    "No record class says which records are kept for: %(criteria)s.",
                    criteria=", ".join(without.mapped("code")),
                ),
                orphans
                and self.env._(
                    "Record classes without an owner who can log in, or without a "
                    "retention: %(titles)s. Enter them on the record class.",
                    titles=", ".join(orphans.mapped("name")),
                ),
            ],
            in_order=self.env._(
                "Which records are kept for each criterion, where, how long and by "
                "whom is in the register; nothing under retention can be deleted."
            ),
        )
