from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .ledger_guard import describe_value

#: Criteria of the ASI Performance Standard that a policy must cover (7.1a to d).
AREAS = {
    "anti_corruption": "1.2",
    "responsible_sourcing": "2.4",
    "human_rights": "9.1",
    "high_risk_areas": "9.8",
}
#: What an adopted version says; suppliers were told so.
FROZEN_FIELDS = {"scope_id", "version", "date_start", "text", "evidence_ids", *AREAS}


class AsiCocSourcingPolicy(models.Model):
    """A version of the entity's Responsible Sourcing Policy (7.1)."""

    _name = "asi.coc.sourcing.policy"
    _description = "Responsible Sourcing Policy"
    _inherit = [
        "asi.coc.protected",
        "asi.coc.evidence",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_start desc, id desc"
    _rec_name = "version"
    _check_company_auto = True
    _coc_evidence_criteria = "7.1, 1.6"
    _coc_protected_fields = frozenset({"state", "adopted_on", "adopted_by_id"})

    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["asi.coc.scope"]._get_default(),
        help="CoC Certification Scope whose suppliers are told of the policy (7.1).",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id",
        store=True,
        precompute=True,
        help="Entity of the scope.",
    )
    version = fields.Char(
        required=True,
        copy=False,
        tracking=True,
        help="Number of the version, as printed on it.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("adopted", "Adopted"),
            ("superseded", "Superseded"),
        ],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        help="An adopted version does not change any more; the next one supersedes it "
        "on the day it comes into force.",
    )
    date_start = fields.Date(
        string="In Force From",
        copy=False,
        tracking=True,
        help="First day on which the version is in force; today, unless entered.",
    )
    date_end = fields.Date(
        string="In Force Until",
        compute="_compute_date_end",
        help="Last day before the next version.",
    )
    anti_corruption = fields.Text(
        help="What the policy says on corruption, bribery and extortion (7.1a, "
        "Performance Standard 1.2)."
    )
    responsible_sourcing = fields.Text(
        help="What the policy says on environmental, social and governance demands on "
        "suppliers (7.1b, Performance Standard 2.4)."
    )
    human_rights = fields.Text(
        string="Human Rights Due Diligence",
        help="What the policy says on respect for human rights and due diligence on "
        "them (7.1c, Performance Standard 9.1).",
    )
    high_risk_areas = fields.Text(
        string="Conflict-Affected and High-Risk Areas",
        help="What the policy says on material from conflict-affected and high-risk "
        "areas (7.1d, Performance Standard 9.8).",
    )
    text = fields.Html(
        string="Introduction",
        help="What else suppliers read: for whom and which material the policy holds, "
        "other commitments, whom to ask.",
    )
    evidence_ids = fields.Many2many(
        string="Policy as Adopted",
        help="File of the policy as it was adopted, in one or several languages; "
        "suppliers get it by e-mail and download it.",
    )
    adopted_on = fields.Datetime(
        readonly=True, copy=False, help="When the version was adopted here."
    )
    adopted_by_id = fields.Many2one(
        "res.users",
        string="Adopted By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Management Representative who adopted the version.",
    )
    communication_ids = fields.One2many(
        "asi.coc.policy.communication",
        "policy_id",
        string="Communication",
        help="Which supplier was told of this version, when, and who acknowledged it.",
    )

    _version_unique = models.Constraint(
        "UNIQUE (scope_id, version)",
        "This scope has a Responsible Sourcing Policy of that version already.",
    )
    _one_in_force = models.UniqueIndex(
        "(scope_id, date_start) WHERE state != 'draft'",
        "Another version of the policy comes into force on that day; one is in force "
        "on a day (7.1).",
    )

    @api.depends("version", "scope_id")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = self.env._(
                "Responsible Sourcing Policy %(version)s", version=policy.version or ""
            )

    @api.depends("date_start", "state", "scope_id")
    def _compute_date_end(self):
        versions = self.search(
            [("scope_id", "in", self.scope_id.ids), ("state", "!=", "draft")],
            order="date_start desc",
        )
        for policy in self:
            later = versions.filtered(
                lambda one, own=policy: one.scope_id == own.scope_id
                and own.state != "draft"
                and one.date_start > own.date_start
            )
            start = later[-1:].date_start
            policy.date_end = start and fields.Date.subtract(start, days=1)

    @api.constrains("state", "date_start", "evidence_ids", *AREAS)
    def _check_complete(self):
        for policy in self.filtered(lambda one: one.state != "draft"):
            missing = policy._get_missing()
            if missing:
                raise ValidationError(
                    self.env._(
                        "%(policy)s cannot be adopted yet (7.1). Missing: %(missing)s.",
                        policy=policy.display_name,
                        missing=", ".join(missing),
                    )
                )

    def write(self, vals):
        frozen = FROZEN_FIELDS & vals.keys()
        for policy in self.filtered(lambda one: frozen and one.state != "draft"):
            raise UserError(
                self.env._(
                    "%(policy)s is %(state)s; %(fields)s cannot change any more, for "
                    "suppliers were told so (7.1). Make a new version.",
                    policy=policy.display_name,
                    state=describe_value(self.env, self._fields["state"], policy.state),
                    fields=", ".join(map(self._get_label, sorted(frozen))),
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_adopted(self):
        kept = self._coc_within_retention()
        for policy in kept.filtered(lambda one: one.state != "draft"):
            raise UserError(
                self.env._(
                    "%(policy)s stays on file: it was adopted on %(day)s (7.1, 1.6). "
                    "Only a draft can be deleted.",
                    policy=policy.display_name,
                    day=policy.scope_id._get_day(policy.adopted_on),
                )
            )

    def _filter_evidence_kept(self):
        return self.filtered(lambda one: one.state != "draft")

    def _get_label(self, name):
        return self._fields[name]._description_string(self.env)

    def _get_missing(self):
        """Return the labels of what adopting still needs (7.1a to d)."""
        self.ensure_one()
        missing = [
            self.env._(
                "%(area)s (Performance Standard %(criterion)s)",
                area=self._get_label(name),
                criterion=criterion,
            )
            for name, criterion in AREAS.items()
            if not (self[name] or "").strip()
        ]
        if not self.evidence_ids:
            missing.append(self._get_label("evidence_ids"))
        return missing

    # -- steps ----------------------------------------------------------------
    def action_adopt(self):
        """Adopt drafts: they come into force on their day, today if none is entered.

        Raises UserError naming what is missing, or the version that comes later;
        only a Management Representative adopts (1.4).
        """
        for policy in self:
            policy._check_adoptable()
            policy.date_start = policy.date_start or policy.scope_id._get_today()
            # sudo: who adopted, and when, is written by this step only
            policy.sudo().write(
                {
                    "state": "adopted",
                    "adopted_on": fields.Datetime.now(),
                    "adopted_by_id": self.env.uid,
                }
            )
        self._refresh_states()
        return True

    def _check_representative(self):
        self.check_access("write")
        if not self.env.user.has_group("asi_coc.group_representative"):
            raise UserError(
                self.env._(
                    "Only a Management Representative adopts %(policy)s, or takes the "
                    "adoption back (1.4, 7.1).",
                    policy=self.display_name,
                )
            )

    def _check_adoptable(self):
        self._check_representative()
        if self.state != "draft":
            raise UserError(
                self.env._(
                    "%(policy)s was adopted already, on %(day)s by %(person)s.",
                    policy=self.display_name,
                    day=self.scope_id._get_day(self.adopted_on),
                    person=self.adopted_by_id.name,
                )
            )
        start = self.date_start or self.scope_id._get_today()
        later = self._search_adopted(self.scope_id, [("date_start", ">=", start)])
        if later:
            raise UserError(
                self.env._(
                    "%(policy)s cannot be in force from %(start)s: %(other)s comes "
                    "into force on %(day)s, and versions follow one another (7.1). "
                    "Enter a later day.",
                    policy=self.display_name,
                    start=start,
                    other=later.display_name,
                    day=later.date_start,
                )
            )

    def action_draft(self):
        """Ask for the reason to take an adoption back (7.1)."""
        self.ensure_one()
        self._check_not_told()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Back to Draft"),
            "res_model": "asi.coc.policy.take.back",
            "view_mode": "form",
            "target": "new",
            "context": {"default_policy_id": self.id},
        }

    def _take_back(self, reason):
        """Make a draft of an adopted version again; the one before is in force.

        Raises UserError for anybody but a Management Representative, without a
        reason, and naming who was told (1.4, 7.1).
        """
        self._check_not_told()
        if not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Write why the adoption of %(policy)s is taken back (7.1).",
                    policy=self.display_name,
                )
            )
        self.communication_ids.unlink()
        # sudo: written by these steps only
        policy = self.sudo()
        policy.write({"state": "draft", "adopted_on": False, "adopted_by_id": False})
        policy._search_adopted(policy.scope_id).state = "adopted"
        policy.message_post(
            body=self.env._("Adoption taken back (7.1): %(reason)s", reason=reason)
        )

    def _check_not_told(self):
        self._check_representative()
        told = self.communication_ids.filtered(lambda one: one.state != "to_send")
        if self.state == "adopted" and not told:
            return
        raise UserError(
            self.env._(
                "%(policy)s cannot become a draft again: %(suppliers)s were told of it "
                "(7.1). Make a new version.",
                policy=self.display_name,
                suppliers=", ".join(told.partner_id.mapped("name")),
            )
            if told
            else self.env._(
                "%(policy)s is %(state)s; only an adopted version becomes a draft "
                "again (7.1). Make a new version.",
                policy=self.display_name,
                state=describe_value(self.env, self._fields["state"], self.state),
            )
        )

    def action_new_version(self):
        """Draft the next version from this one, and open it."""
        self.ensure_one()
        number = self.search_count([("scope_id", "=", self.scope_id.id)]) + 1
        draft = self.copy({"version": f"{self.version}-{number}"})
        return draft.get_formview_action()

    # -- what others ask ------------------------------------------------------
    @api.model
    def _search_adopted(self, scope, domain=()):
        """Return the latest version of ``scope`` ever adopted, if any."""
        return self.search(
            [("scope_id", "=", scope.id), ("state", "!=", "draft"), *domain],
            order="date_start desc",
            limit=1,
        )

    @api.model
    def _get_in_force(self, scope, day=None):
        """Return the version in force on ``day``, today where none is given (7.1)."""
        day = day or scope._get_today()
        return self._search_adopted(scope, [("date_start", "<=", day)])

    def _is_in_force(self):
        """Tell whether the version is the one in force today."""
        self.ensure_one()
        return self == self._get_in_force(self.scope_id)

    @api.model
    def _refresh_states(self):
        """Let versions take effect whose day has come, and tell suppliers of them.

        Whoever is to know the policy is told again when a new version supersedes
        the one before (7.1).
        """
        # sudo: the day has come, whoever is the first to notice
        adopted = self.sudo().search([("state", "=", "adopted")])
        for scope in adopted.scope_id:
            current = self.sudo()._get_in_force(scope)
            superseded = current and self.sudo().search(
                [
                    ("scope_id", "=", scope.id),
                    ("state", "=", "adopted"),
                    ("date_start", "<", current.date_start),
                ]
            )
            if superseded:
                superseded.state = "superseded"
                superseded._withdraw_unsent()
                self.env["asi.coc.policy.supplier"].sudo()._queue_untold(scope)

    def _withdraw_unsent(self):
        """Nobody is told of a version any more that is superseded."""
        unsent = self.communication_ids.filtered(lambda one: one.state == "to_send")
        unsent.unlink()
