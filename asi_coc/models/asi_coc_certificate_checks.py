from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..formatting import format_day
from .certificate_query import check_query, suppliers_query

#: Who supplies or is the entity itself is reminded so many days before the end.
EXPIRES_WITHIN = timedelta(days=30)
CHECK_TYPE = "asi_coc.mail_activity_certificate_check"
EXPIRY_TYPE = "asi_coc.mail_activity_certificate_expiry"


class AsiCocCertificate(models.Model):
    """Suppliers' certificates are looked up, and again in time (10.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.certificate"
    _coc_protected_fields = frozenset({"check_ids", "expiry_told_for"})

    check_ids = fields.One2many(
        "asi.coc.certificate.check",
        "certificate_id",
        string="Checks",
        readonly=True,
        help="When and by whom the certificate was looked up (10.3).",
    )
    last_checked_on = fields.Date(
        compute="_compute_last_check",
        store=True,
        help="Day of the latest check (10.3).",
    )
    last_checked_by_id = fields.Many2one(
        "res.users",
        string="Last Checked By",
        compute="_compute_last_check",
        store=True,
        help="Who checked last (10.3).",
    )
    check_due_reason = fields.Char(
        string="Check Due",
        compute="_compute_check_due",
        help="Why a supplier's certificate is to be checked now (10.3).",
    )
    is_check_due = fields.Boolean(
        compute="_compute_check_due",
        search="_search_is_check_due",
        help="The holder supplies CoC Material, and the certificate is to be checked "
        "now (10.3).",
    )
    expiry_told_for = fields.Date(
        readonly=True,
        copy=False,
        help="End of the certification period that somebody was reminded of.",
    )

    @api.depends("check_ids.checked_on", "check_ids.checked_by_id")
    def _compute_last_check(self):
        for certificate in self:
            last = certificate._get_last_check()
            certificate.last_checked_on = last.checked_on
            certificate.last_checked_by_id = last.checked_by_id

    @api.depends_context("allowed_company_ids", "lang")
    @api.depends("last_checked_on")
    def _compute_check_due(self):
        due = self._get_due_of_companies()
        for certificate in self:
            reason = due.get(certificate.id, False)
            certificate.check_due_reason = reason
            certificate.is_check_due = bool(reason)

    def _search_is_check_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        due = Domain("id", "in", list(self._get_due_of_companies()))
        domain = Domain.FALSE
        if True in value:
            domain |= due
        if False in value:
            domain |= ~due
        return domain

    @api.model
    def _get_due_of_companies(self):
        """Return ``{certificate id: why}`` of suppliers' certificates to check now."""
        due = {}
        for scope in self.env["asi.coc.scope"]._get_active(self.env.companies):
            day = scope._get_today()
            reasons = self._get_of_suppliers(scope, day)._get_due_checks(scope, day)
            due.update({key: reason for key, reason in reasons.items() if reason})
        return due

    @api.model
    def _get_of_suppliers(self, scope, day):
        """Return the certificates of who supplies ``scope`` with CoC Material."""
        self.env.flush_all()
        rows = self.env.execute_query(suppliers_query(scope, day))
        return self.browse(row[0] for row in rows)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_checked(self):
        for certificate in self._coc_within_retention().filtered("check_ids"):
            raise UserError(
                self.env._(
                    "Certificate %(certificate)s stays on file: it was checked, last "
                    "on %(day)s (10.3, 1.6). Record its withdrawal, or correct it.",
                    certificate=certificate.display_name,
                    day=certificate.last_checked_on,
                )
            )

    # -- what is due -----------------------------------------------------------
    def _get_due_check(self, scope, day):
        """Return why a check of the certificate is due on ``day``, or False (10.3).

        The scope says after how many days, and after how many shipments.
        """
        self.ensure_one()
        return self._get_due_checks(scope, day)[self.id]

    def _get_due_checks(self, scope, day):
        """Return ``{certificate id: why a check is due on day, or False}`` (10.3).

        One query tells of all certificates.
        """
        if not self:
            return {}
        self.env.flush_all()
        rows = {
            row[0]: row[1:]
            for row in self.env.execute_query(check_query(scope, day, self))
        }
        # sudo: users are only named; read together
        users = self.env["res.users"].sudo()
        users = users.browse({row[1] for row in rows.values() if row[1]})
        return {
            # sudo: whoever receives is told; contacts are only named
            certificate.id: certificate._explain_check(
                scope.sudo(), day, users, *rows[certificate.id]
            )
            for certificate in self.sudo()
        }

    def _explain_check(self, scope, day, users, checked_on, user_id, result, shipments):
        values = {"certificate": self.display_name}
        if not checked_on:
            return self.env._(
                "Certificate %(certificate)s has never been checked (10.3).", **values
            )
        interval = scope.certificate_check_days
        since = fields.Date.add(checked_on, days=interval)
        values |= {
            "day": format_day(self.env, checked_on),
            "person": users.filtered(lambda user: user.id == user_id).name,
        }
        if result == "not_found":
            return self.env._(
                "Certificate %(certificate)s was not found when last checked, on "
                "%(day)s by %(person)s (10.3). Record its withdrawal, or check again.",
                **values,
            )
        if day >= since:
            return self.env._(
                "Certificate %(certificate)s was last checked on %(day)s by "
                "%(person)s; a check is due since %(since)s, every %(interval)s days "
                "(10.3).",
                **values,
                since=format_day(self.env, since),
                interval=interval,
            )
        limit = scope.certificate_check_shipments
        if limit and shipments >= limit:
            return self.env._(
                "Certificate %(certificate)s was last checked on %(day)s by "
                "%(person)s; %(shipments)s shipments came since, and a check is due "
                "after %(limit)s (10.3).",
                **values,
                shipments=shipments,
                limit=limit,
            )
        return False

    def _get_last_check(self):
        return self.check_ids.sorted(lambda check: (check.checked_on, check.id))[-1:]

    # -- checking ---------------------------------------------------------------
    def action_record_check(self):
        """Record that the certificates were found unchanged, today, by this user."""
        self.env["asi.coc.certificate.check"].create(
            [{"certificate_id": certificate.id} for certificate in self]
        )
        return True

    def action_record_check_details(self):
        """Ask for the result of a check, its day, source and a note."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record Check"),
            "res_model": "asi.coc.certificate.check",
            "view_mode": "form",
            "target": "new",
            "context": {"default_certificate_id": self.id},
        }

    def action_renew(self):
        """Open a new certificate for the period after this one."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "view_mode": "form",
            "context": {
                "default_number": self.number,
                "default_partner_id": self.partner_id.id,
                "default_standard": self.standard,
                "default_supply_chain_activity_ids": self.supply_chain_activity_ids.ids,
                "default_scope_description": self.scope_description,
                "default_date_start": fields.Date.add(self.date_end, days=1),
                "default_company_id": self.company_id.id,
            },
        }

    # -- reminding ----------------------------------------------------------------
    @api.model
    def _cron_follow(self):
        """Let statuses take effect, and remind of checks and of expiry (10.3)."""
        self._refresh_status()
        told = self.browse()
        for scope in self.env["asi.coc.scope"].search([("state", "=", "active")]):
            day = scope._get_today()
            suppliers = self._get_of_suppliers(scope, day)
            for key, reason in suppliers._get_due_checks(scope, day).items():
                if reason:
                    self.browse(key)._remind(scope, CHECK_TYPE, day, reason)
            own = scope.certificate_id | scope.facility_ids.certificate_id
            told |= (suppliers | own)._remind_of_expiry(scope, day)
        # Only after all scopes: two may have the same certificate.
        for certificate in told:
            certificate.expiry_told_for = certificate.date_end

    def _remind(self, scope, kind, deadline, note):
        """Give the scope's responsible something to do, once until it is done."""
        self.ensure_one()
        user = self._get_reminded(scope)
        if user and not self.activity_search([kind], user_id=user.id):
            self.activity_schedule(
                kind, user_id=user.id, date_deadline=deadline, note=note
            )

    def _get_reminded(self, scope):
        """Return the first of the scope's people who may read the certificate."""
        for user in scope.responsible_id | scope.representative_ids:
            own = self.with_user(user).with_context(
                allowed_company_ids=user.company_ids.ids
            )
            if own.has_access("read"):
                return user
        return self.env["res.users"]

    def _remind_of_expiry(self, scope, day):
        """Remind of what ends soon and is not renewed, once; return what that is."""
        ending = self.filtered(
            lambda certificate: day <= certificate.date_end <= day + EXPIRES_WITHIN
            and certificate.expiry_told_for != certificate.date_end
        )
        ending -= ending._get_renewed()
        for certificate in ending:
            certificate._remind(
                scope,
                EXPIRY_TYPE,
                certificate.date_end,
                self.env._(
                    "Certificate %(certificate)s ends on %(day)s. Record the renewal "
                    "once ASI publishes it.",
                    certificate=certificate.display_name,
                    day=format_day(self.env, certificate.date_end),
                ),
            )
        return ending

    def _get_renewed(self):
        """Return those of whose holder a certificate goes on after their end."""
        groups = defaultdict(list)
        later = self.search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("date_end", ">", min(self.mapped("date_end"), default=False)),
            ]
        )
        for one in later:
            groups[one.partner_id, one.standard].append(one)
        return self.filtered(
            lambda certificate: any(
                other.date_start <= fields.Date.add(certificate.date_end, days=1)
                and other.date_end > certificate.date_end
                for other in groups[certificate.partner_id, certificate.standard]
            )
        )

    def _settle_check(self):
        """What somebody had to look up is looked up."""
        # sudo: the reminder may be another person's
        found = self.sudo().filtered(
            lambda certificate: certificate._get_last_check().result != "not_found"
        )
        found.activity_feedback([CHECK_TYPE])

    def _settle_expiry(self):
        """Reminders end with the renewal, or with a later end."""
        # sudo: the reminder may be another person's
        ending = self.sudo().search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("activity_ids.activity_type_id", "=", self.env.ref(EXPIRY_TYPE).id),
            ]
        )
        moved = ending.filtered(lambda one: one.expiry_told_for != one.date_end)
        (ending._get_renewed() | moved).activity_feedback([EXPIRY_TYPE])
