from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .ir_attachment_complaint import CONFIDENTIAL
from .record_kinds import KINDS


class AsiCocRecordClass(models.Model):
    """What is there of a class's records, counted live."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.record.class"

    record_count = fields.Integer(
        string="Number",
        compute="_compute_records",
        help="Number of records: in Odoo, or files of records kept elsewhere. Of "
        "complaints only who may read them learns it.",
    )
    oldest = fields.Date(
        compute="_compute_records", help="Day of the oldest record in Odoo."
    )
    newest = fields.Date(
        compute="_compute_records", help="Day of the newest record in Odoo."
    )
    where_text = fields.Char(
        string="Where", compute="_compute_texts", help="Where the records are kept."
    )
    dates_text = fields.Char(
        string="Retention Runs From",
        compute="_compute_texts",
        help="Retention runs from the latest of these days of a record; while it is in "
        "force, it has not begun.",
    )

    @api.depends_context("uid")
    def _compute_records(self):
        for one in self:
            one.record_count, one.oldest, one.newest = one._count_records()

    def _compute_texts(self):
        for one in self:
            if one.kept_in == "odoo" and one.model:
                one.where_text = self.env._(
                    "Odoo: %(kind)s", kind=self.env[one.model]._description
                )
            else:
                one.where_text = one.place
            one.dates_text = ", ".join(one._get_date_labels())

    def _get_date_labels(self):
        """Return the names of the days that retention runs from."""
        kind = self.kept_in == "odoo" and KINDS.get(self.model)
        labels = []
        for path in kind.dates if kind else ():
            *way, name = path.split(".")
            model = self.env[self.model]
            for step in way:
                model = model[step]
            labels.append(model._fields[name]._description_string(self.env))
        return labels

    def _count_records(self):
        """Return number, oldest and newest day of the records of the class (1.6)."""
        self.ensure_one()
        if self.kept_in != "odoo" or self.model not in self.env:
            return len(self.evidence_ids), False, False
        # Not even that a complaint came in, and when, is for all to know (7.3).
        if self.model in CONFIDENTIAL and not self.env[self.model].has_access("read"):
            return 0, False, False
        # sudo: only numbers and days are shown
        records = self.env[self.model].sudo().with_context(active_test=False)
        own = [path for path in KINDS[self.model].dates if "." not in path]
        name = own[0] if own else "create_date"
        [(count, oldest, newest)] = records._read_group(
            self._get_records_domain(),
            aggregates=["__count", f"{name}:min", f"{name}:max"],
        )
        return count, fields.Date.to_date(oldest), fields.Date.to_date(newest)

    def _get_records_domain(self):
        """Return the domain of the records in Odoo that belong to the class."""
        self.ensure_one()
        kind = KINDS[self.model]
        domain = Domain(kind.kept)
        if kind.scope and self.scope_id:
            domain &= Domain(kind.scope, "=", self.scope_id.id)
        elif kind.scope == "id":
            domain &= Domain("company_id", "=", self.company_id.id)
        elif kind.scope:
            domain &= Domain(f"{kind.scope}.company_id", "=", self.company_id.id)
        elif "company_id" in self.env[self.model]._fields:
            domain &= Domain("company_id", "in", [self.company_id.id, False])
        if self.model.startswith("account."):
            domain &= Domain(
                "partner_id.commercial_partner_id", "in", self._get_scrap()
            )
        return domain

    def _get_scrap(self):
        """Return the ids of the entity's suppliers of Recyclable Scrap (4.3)."""
        entity = self.company_id
        # sudo: as above
        partners = self.env["res.partner"].sudo().with_company(entity)
        partners = partners.with_context(active_test=False)
        return partners.search([("coc_is_scrap_supplier", "=", True)]).ids

    def action_open_records(self):
        """Open the records of the class that the user may read."""
        self.ensure_one()
        if self.kept_in != "odoo":
            raise UserError(
                self.env._(
                    "Records of “%(title)s” are kept elsewhere: %(place)s. Their files "
                    "are on this form.",
                    title=self.name,
                    place=self.place,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.model,
            "domain": list(self._get_records_domain()),
            "context": {"active_test": False, "create": False},
            "view_mode": "list,form",
        }
