from ast import literal_eval
from datetime import date, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

#: So many records are named in an explanation; the evidence opens all.
NAMED = 5
#: A due day this close needs attention.
SOON = timedelta(days=30)


class Evidence(NamedTuple):
    """Records that show something: what they are, and how to open them."""

    label: str
    res_model: str
    domain: str
    count: int


class Readiness(NamedTuple):
    """How a scope stands on a criterion.

    ``state`` is missing, attention, in_order or not_applicable; ``explanation`` says
    why and what is to be done; ``evidence`` is a list of :class:`Evidence`.
    """

    state: str
    explanation: str
    evidence: list

    def to_values(self):
        return {"state": self.state, "explanation": self.explanation}


class AsiCocReadinessRules(models.AbstractModel):
    """The rule of each criterion: applicable or not, and how the scope stands.

    The rule of criterion 4.2a is the method ``_rule_4_2a``; one file holds those of a
    section. A rule returns a :class:`Readiness`, mostly from :meth:`_judge`.
    """

    _name = "asi.coc.readiness.rules"
    _description = "Rules of the Readiness for an Audit"

    @api.model
    def _assess(self, scope, criterion):
        """Return the :class:`Readiness` of ``scope`` on ``criterion``."""
        rules = self._for_scope(scope)
        scope, criterion = scope.with_env(rules.env), criterion.with_env(rules.env)
        activity = criterion.activity_id
        if activity and activity not in rules._get_activities(scope):
            return rules._not_applicable(
                self.env._(
                    "No facility of the scope does %(activity)s.",
                    activity=activity.name,
                )
            )
        rule = getattr(rules, f"_rule_{criterion.code.replace('.', '_')}")
        return rule(scope)

    def _for_scope(self, scope):
        """Return the rules as they see what is on file, whoever looks.

        They run as superuser, and in the scope's company only: no other company is
        active, archived records are left out, files are not loaded.
        """
        # sudo: rows are the same for every reader; evidence opens with their rights
        # pylint: disable-next=context-overridden
        return self.sudo().with_context(
            {
                "lang": self.env.context.get("lang"),
                "tz": scope.sudo().tz,
                "allowed_company_ids": scope.sudo().company_id.ids,
                "bin_size": True,
            }
        )

    def _get_activities(self, scope):
        """Return what facilities do here, and elsewhere under a legal interest."""
        return scope.supply_chain_activity_ids | self._get_interests(scope).activity_id

    def _get_interests(self, scope):
        """Return the legal interests in force today (3.1a to 6.1a)."""
        today = scope._get_today()
        return self.env["asi.coc.legal.interest"].search(
            Domain("scope_id", "=", scope.id)
            & Domain("state", "=", "active")
            & Domain("date_start", "<=", today)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", today))
        )

    def _judge(self, evidence, missing=(), attention=(), in_order=""):
        """Return the :class:`Readiness` that follows from what was found.

        ``missing`` and ``attention`` are explanations, the empty ones among them left
        out: what is missing weighs most, ``in_order`` is said where there is neither.
        """
        missing = [line for line in missing if line]
        attention = [line for line in attention if line]
        if missing:
            return Readiness("missing", "\n".join([*missing, *attention]), evidence)
        if attention:
            return Readiness("attention", "\n".join(attention), evidence)
        return Readiness("in_order", in_order, evidence)

    def _not_applicable(self, explanation):
        return Readiness("not_applicable", explanation, [])

    def _find(self, label, model, domain):
        """Return the :class:`Evidence` of ``model``'s records of ``domain``.

        Days in the domain may be dates; they are kept as text.
        """
        domain = [_to_text(term) for term in domain]
        return self._note(label, model, domain, self.env[model].search_count(domain))

    def _note(self, label, model, domain, count):
        """Return the :class:`Evidence` of records that were counted already."""
        return Evidence(label, model, repr(domain), count)

    def _find_own(self, model, label, scope, domain=()):
        """Return the :class:`Evidence` of the scope's own records of ``model``."""
        return self._find(label, model, [("scope_id", "=", scope.id), *domain])

    def _find_these(self, label, records):
        """Return the :class:`Evidence` of just these records."""
        return self._find(label, records._name, [("id", "in", records.ids)])

    def _list_names(self, records):
        """Name the first of ``records``, and say how many more there are."""
        return self._enumerate(records[:NAMED].mapped("display_name"), len(records))

    def _list_found(self, evidence):
        """Name the first records that were found, and say how many more there are."""
        records = self.env[evidence.res_model].search(
            literal_eval(evidence.domain), limit=NAMED
        )
        return self._enumerate(records.mapped("display_name"), evidence.count)

    def _enumerate(self, names, count=None):
        """List the first of ``names``, and say how many more there are.

        ``count`` is how many there are where ``names`` are the first ones only.
        """
        count = len(names) if count is None else count
        names = names[:NAMED]
        listed = ", ".join(names)
        if count <= len(names):
            return listed
        return self.env._(
            "%(listed)s and %(count)s more", listed=listed, count=count - len(names)
        )

    def _say_not_followed(self, scope):
        """Say why registers of a scope that is not active are empty, else nothing."""
        return scope.state != "active" and self.env._(
            "Scope %(scope)s is not active, so suppliers and receipts are not followed "
            "yet. Activate it.",
            scope=scope.name,
        )


def _to_text(term):
    """Return the term of a domain with days as text."""
    if isinstance(term, tuple) and isinstance(term[2], date):
        return (*term[:2], fields.Date.to_string(term[2]))
    return term
