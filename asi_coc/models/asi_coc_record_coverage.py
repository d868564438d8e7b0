from odoo import fields, models
from odoo.tools import SQL


class AsiCocRecordCoverage(models.Model):
    """Criteria that apply to a scope, and the record classes for each (1.6)."""

    _name = "asi.coc.record.coverage"
    _description = "Records by Criterion"
    _auto = False
    _order = "scope_id, sequence, id"
    _rec_name = "criterion_id"
    _depends = {
        "asi.coc.criterion": ["activity_id", "section", "sequence"],
        "asi.coc.facility": ["activity_id", "active", "scope_id"],
        "asi.coc.record.class": ["active", "company_id", "criterion_ids", "scope_id"],
        "asi.coc.scope": ["active", "company_id"],
    }

    scope_id = fields.Many2one(
        "asi.coc.scope", readonly=True, help="CoC Certification Scope."
    )
    company_id = fields.Many2one(
        "res.company", string="Entity", readonly=True, help="Entity of the scope."
    )
    criterion_id = fields.Many2one(
        "asi.coc.criterion", readonly=True, help="Criterion of the standard."
    )
    section = fields.Selection(
        related="criterion_id.section", help="Section of the standard."
    )
    sequence = fields.Integer(readonly=True, help="Position in the standard.")
    class_count = fields.Integer(
        string="Record Classes",
        readonly=True,
        help="Number of record classes for the criterion: at least one is needed.",
    )
    class_names = fields.Char(
        string="Records", readonly=True, help="Records that are kept for the criterion."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT scope.id::bigint * 65536 + criterion.id AS id,
                   scope.id AS scope_id,
                   scope.company_id,
                   criterion.id AS criterion_id,
                   criterion.sequence,
                   count(kept.id) AS class_count,
                   string_agg(kept.name, ', ' ORDER BY kept.sequence, kept.name)
                       AS class_names
              FROM asi_coc_scope scope
              JOIN asi_coc_criterion criterion
                ON criterion.activity_id IS NULL
                OR EXISTS (
                    SELECT FROM asi_coc_facility facility
                     WHERE facility.scope_id = scope.id
                       AND facility.active
                       AND facility.activity_id = criterion.activity_id
                   )
         LEFT JOIN (
                asi_coc_record_class_criterion_rel rel
                JOIN asi_coc_record_class kept ON kept.id = rel.class_id AND kept.active
              ) ON rel.criterion_id = criterion.id
               AND (kept.scope_id = scope.id
                    OR kept.scope_id IS NULL AND kept.company_id = scope.company_id)
             WHERE scope.active
          GROUP BY scope.id, scope.company_id, criterion.id, criterion.sequence
            """
        )
