from typing import NamedTuple

from odoo import Command, api, models


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
        """Return the values of the row."""
        return {
            "state": self.state,
            "explanation": self.explanation,
            "evidence_ids": [
                Command.clear(),
                *(Command.create(one._asdict()) for one in self.evidence),
            ],
            "evidence_count": sum(one.count for one in self.evidence),
        }


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
        activity = criterion.activity_id
        if activity and activity not in scope.supply_chain_activity_ids:
            return Readiness(
                "not_applicable",
                self.env._(
                    "No facility of the scope does %(activity)s.",
                    activity=activity.name,
                ),
                [],
            )
        rule = getattr(self, f"_rule_{criterion.code.replace('.', '_')}")
        return rule(scope)

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
        """Return the :class:`Evidence` of ``model``'s records of ``domain``."""
        return Evidence(
            label, model, repr(list(domain)), self.env[model].search_count(domain)
        )

    def _find_own(self, model, label, scope, domain=()):
        """Return the :class:`Evidence` of the scope's own records of ``model``."""
        return self._find(label, model, [("scope_id", "=", scope.id), *domain])
