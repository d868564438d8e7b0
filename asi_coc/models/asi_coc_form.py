from odoo import api, fields, models
from odoo.exceptions import UserError

from .asi_coc_activity import MATERIALS
from .ledger_guard import ALL_ENTRIES, INTRA_ENTITY_ENTRIES, get_changes

#: What entries of products in this form are classed by (4.1).
LEDGERED_FIELDS = {"material", "liquid"}


SCRAP_KINDS = [
    ("pre_consumer", "Pre-Consumer"),
    ("post_consumer", "Post-Consumer"),
    ("dross", "Dross"),
]


class AsiCocForm(models.Model):
    _name = "asi.coc.form"
    _description = "Form of CoC Material"
    _order = "material, name"

    name = fields.Char(
        required=True,
        translate=True,
        help="Form of the material as CoC Documents name it: slab, billet, liquid "
        "metal …",
    )
    material = fields.Selection(
        MATERIALS, required=True, help="Material that comes in this form."
    )
    liquid = fields.Boolean(
        help="Molten metal. Re-melting/Refining puts out liquid aluminium only; what "
        "is cast from it comes from a casthouse (4.1)."
    )
    also_called = fields.Text(
        help="Other names that suppliers' CoC Documents give this form, one per line, "
        "in any language (10.2)."
    )
    scrap_kind = fields.Selection(
        SCRAP_KINDS,
        help="What the recycled content counts scrap in this form as (9.3c). Dross "
        "and other aluminium-bearing waste of making and working aluminium is told "
        "with pre-consumer scrap (4.2). Left empty, it counts as neither.",
    )
    active = fields.Boolean(
        default=True, help="Archive a form that is no longer traded."
    )

    _liquid_aluminium = models.Constraint(
        "CHECK (liquid IS NOT TRUE OR material = 'aluminium')",
        "Only aluminium comes in liquid form.",
    )

    _kind_of_scrap = models.Constraint(
        "CHECK (scrap_kind IS NULL OR material = 'scrap')",
        "Only scrap is pre-consumer, post-consumer or dross.",
    )

    @api.onchange("material")
    def _onchange_material(self):
        if self.material != "scrap":
            self.scrap_kind = False

    def _get_names(self):
        """Return all names of the form, in every language it is translated to."""
        self.ensure_one()
        languages = self.env["res.lang"].get_installed()
        return {
            *(self.with_context(lang=code).name for code, _name in languages),
            *(self.also_called or "").splitlines(),
        }

    def write(self, vals):
        if LEDGERED_FIELDS & vals.keys():
            self.filtered(
                lambda form: get_changes(form, vals, LEDGERED_FIELDS)
            )._check_ledgered()
        if "scrap_kind" in vals:
            # The scope's own dross is eligible scrap where it is re-melted (4.2c).
            self.filtered(
                lambda form: "dross" in (form.scrap_kind, vals["scrap_kind"])
                and get_changes(form, vals, {"scrap_kind"})
            )._check_ledgered(INTRA_ENTITY_ENTRIES)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ledgered(self):
        self._check_ledgered()

    def _check_ledgered(self, condition=ALL_ENTRIES):
        """Refuse to change or delete a form that classed entries rest on (4.1)."""
        # sudo: products and entries of any company
        templates = self.env["product.template"].sudo()
        templates = templates.with_context(active_test=False).search(
            [("coc_form_id", "in", self.ids)]
        )
        counts = templates._coc_count_in_force(condition)
        for template in templates.filtered(lambda one: one.id in counts):
            raise UserError(
                self.env._(
                    "Form %(form)s can be neither changed nor deleted: %(product)s has "
                    "it, with ledger entries (%(count)s) that are classed by its "
                    "material, by whether it is liquid (4.1) and by whether it is "
                    "dross (4.2). Make a new form, or archive this one.",
                    form=template.coc_form_id.name,
                    product=template.display_name,
                    count=counts[template.id],
                )
            )
