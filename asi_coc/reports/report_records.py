from odoo import api, fields, models

from ..formatting import format_moment, format_number


class ReportRecords(models.AbstractModel):
    _name = "report.asi_coc.report_records_pages"
    _description = "Records Register as Printed"

    @api.model
    def _get_report_values(self, docids, data=None):
        scopes = self.env["asi.coc.scope"].browse(docids)
        return {"docs": scopes, "pages": [self._get_page(scope) for scope in scopes]}

    @api.model
    def _get_page(self, scope):
        """Return what the register of ``scope`` prints, as text (1.6)."""
        classes = scope._get_record_classes()
        archived = scope.with_context(active_test=False)._get_record_classes() - classes
        still = archived.filtered("record_count").with_context(active_test=True)
        without = scope._get_criteria_without_records()
        numbers = {one: number for number, one in enumerate(classes + still, 1)}
        return {
            "id": scope.id,
            "name": scope.name,
            "entity": scope.company_id.name,
            "standard": self.env._("ASI Chain of Custody Standard V2, criterion 1.6"),
            "rule": self.env._(
                "Records are kept for five years at least, from the day given; as long "
                "as a record is in force, its retention has not begun. The application "
                "refuses to delete records kept in Odoo before that, for everybody."
            ),
            "classes": [self._get_class(*row) for row in numbers.items()],
            "criteria": self._get_criteria(scope, numbers),
            "without": ", ".join(without.mapped("code")),
            "printed": format_moment(self.env, fields.Datetime.now()),
        }

    def _get_class(self, one, number):
        years = sorted({day.year for day in (one.oldest, one.newest) if day})
        return {
            "number": str(number),
            "name": one.name
            if one.active
            else self.env._("%(title)s (archived)", title=one.name),
            "description": one.description or "",
            "criteria": ", ".join(one.criterion_ids.mapped("code")),
            "where": one.where_text or "–",
            "years": self.env._("%(years)s years", years=one.retention),
            "dates": one.dates_text or "–",
            "owner": one.owner_id.name or "–",
            "count": format_number(self.env, one.record_count, 0),
            "days": " – ".join(map(str, years)),
        }

    def _get_criteria(self, scope, numbers):
        """Return the sections with ``(criterion, its records)`` of the scope."""
        criteria = scope._get_criteria().sorted("sequence")
        labels = dict(criteria._fields["section"]._description_selection(self.env))
        return [
            {
                "title": labels[section],
                "rows": [
                    (
                        criterion.display_name,
                        ", ".join(
                            f"{numbers[one]} {one.name}"
                            for one in numbers
                            if one.active and criterion in one.criterion_ids
                        ),
                    )
                    for criterion in own
                ],
            }
            for section, own in criteria.grouped("section").items()
        ]
