from odoo import api, fields, models
from odoo.tools import SQL


class AsiCocTrainingNeed(models.Model):
    """Who needs which training for their role, and until when they have it (1.5)."""

    _name = "asi.coc.training.need"
    _description = "Training Needed for a Role"
    _auto = False
    _rec_name = "user_id"
    _order = "valid_until NULLS FIRST, user_id, topic_id"
    _depends = {
        "asi.coc.scope": ["active", "company_id", "state"],
        "asi.coc.training": [
            "attendee_ids",
            "date",
            "scope_id",
            "state",
            "topic_id",
            "valid_until",
        ],
        "asi.coc.training.topic": ["active", "company_id", "group_ids"],
        "res.groups": ["implied_ids"],
        "res.users": ["active", "company_ids", "group_ids", "partner_id"],
    }

    user_id = fields.Many2one(
        "res.users", readonly=True, help="User whose role needs the training."
    )
    topic_id = fields.Many2one(
        "asi.coc.training.topic", readonly=True, help="What the role needs."
    )
    scope_id = fields.Many2one(
        "asi.coc.scope", readonly=True, help="CoC Certification Scope."
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, help="Entity the user works for."
    )
    trained_on = fields.Date(
        readonly=True, help="Day of the session that counts longest."
    )
    valid_until = fields.Date(
        readonly=True, help="Last day on which the training counts; empty: never held."
    )
    state = fields.Selection(
        [
            ("missing", "Missing"),
            ("expired", "Expired"),
            ("expiring", "Expires within 60 Days"),
            ("valid", "Valid"),
        ],
        compute="_compute_state",
        search="_search_state",
        help="Whether the user has the training today.",
    )

    @property
    def _table_query(self):
        # sudo: who needs what does not depend on who looks; Odoo keeps the groups that
        # a user was given, and those that imply a role have it too
        topics = (
            self.env["asi.coc.training.topic"].sudo().search([("active", "=", True)])
        )
        needed = [
            (topic.id, group.id)
            for topic in topics
            for group in topic.group_ids.all_implied_by_ids
        ]
        return SQL(
            """
            WITH needed AS (
                SELECT * FROM unnest(%(topics)s::int[], %(groups)s::int[])
                    AS needed (topic_id, gid)
            ),
            held AS (
                SELECT DISTINCT ON (
                           training.scope_id, training.topic_id, attendee.partner_id)
                       training.scope_id, training.topic_id, training.date,
                       training.valid_until, attendee.partner_id
                  FROM asi_coc_training training
                  JOIN asi_coc_training_attendee_rel attendee
                    ON attendee.training_id = training.id
                 WHERE training.state = 'held'
              ORDER BY training.scope_id, training.topic_id, attendee.partner_id,
                       training.valid_until DESC NULLS LAST, training.date DESC
            )
            SELECT row_number() OVER (ORDER BY scope.id, topic.id, usr.id) AS id,
                   usr.id AS user_id, topic.id AS topic_id, scope.id AS scope_id,
                   scope.company_id, held.date AS trained_on, held.valid_until
              FROM asi_coc_scope scope
              JOIN asi_coc_training_topic topic
                ON topic.active
               AND (topic.company_id IS NULL OR topic.company_id = scope.company_id)
              JOIN res_company_users_rel works ON works.cid = scope.company_id
              JOIN res_users usr ON usr.id = works.user_id AND usr.active
         LEFT JOIN held
                ON held.scope_id = scope.id AND held.topic_id = topic.id
               AND held.partner_id = usr.partner_id
             WHERE scope.active AND scope.state != 'draft'
               AND EXISTS (
                   SELECT FROM needed
                     JOIN res_groups_users_rel given ON given.gid = needed.gid
                    WHERE needed.topic_id = topic.id AND given.uid = usr.id)
            """,
            topics=[topic_id for topic_id, _group_id in needed],
            groups=[group_id for _topic_id, group_id in needed],
        )

    @api.depends("valid_until")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        soon = fields.Date.add(today, days=60)
        for need in self:
            until = need.valid_until
            if not until:
                need.state = "missing"
            elif until < today:
                need.state = "expired"
            else:
                need.state = "expiring" if until <= soon else "valid"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        soon = fields.Date.add(today, days=60)
        domains = {
            "missing": [("valid_until", "=", False)],
            "expired": [("valid_until", "<", today)],
            "expiring": [("valid_until", ">=", today), ("valid_until", "<=", soon)],
            "valid": [("valid_until", ">", soon)],
        }
        return fields.Domain.OR(domains[state] for state in value if state in domains)
