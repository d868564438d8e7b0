import json
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL


class AsiCocClosing(models.Model):
    """What is sealed of a closing, and of its reopening."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.closing"

    @api.model
    def _close(self, period):
        closing = super()._close(period)
        # sudo: the chain is written by the system only
        self.env["asi.coc.seal"].sudo()._seal_at_close(period.scope_id)
        return closing

    def _reopen(self, reason):
        result = super()._reopen(reason)
        # sudo: the chain is written by the system only
        self.env["asi.coc.seal"].sudo()._seal_at_close(self.period_id.scope_id)
        return result

    def _get_sealed_content(self, kind, names=None):
        """Return the figures, who, when and why, as a dict for JSON.

        ``names`` are those of an earlier call, where they may have changed since.
        """
        self.ensure_one()
        period = self.period_id
        present = {
            "scope": period.scope_id.name,
            "entity": period.company_id.name,
            "by": self[self._get_sealed_users(kind)[0]].name,
        }
        if kind == "closing":
            present["explained_by"] = self.explained_by_id.name or ""
        content = {
            name: value if names is None else names.get(name, "")
            for name, value in present.items()
        }
        content |= {
            "kind": kind,
            "period": f"{period.date_start}/{period.date_end}",
            "version": self.version,
        }
        if kind == "reopening":
            return content | {
                "state": self.state,
                "on": fields.Datetime.to_string(self.reopened_on) or "",
                "reason": self.reopen_reason or "",
            }
        # Whoever verifies may find anything here.
        codes = list(self.figures) if isinstance(self.figures, dict) else []
        activities = self.env["asi.coc.activity"].search([("code", "in", codes)])
        return content | {
            "on": fields.Datetime.to_string(self.closed_on),
            "explanation": self.explanation or "",
            "figures": self.figures,
            "materials": {
                activity.code: [activity.input_material, activity.output_material]
                for activity in activities
            },
        }

    def _get_present_content(self, kind, sealed):
        """Return the content as it is now, with the names of ``sealed`` JSON.

        An empty dict when the closing is gone, or the JSON is none.
        """
        names = self._read_sealed(sealed)
        if not self.exists() or not names:
            return {}
        return self._get_sealed_content(kind, names=names)

    @api.model
    def _read_sealed(self, content):
        """Return what a seal keeps of a closing; an empty dict when it is spoiled."""
        try:
            sealed = json.loads(content or "")
        except (ValueError, RecursionError):
            return {}
        return sealed if isinstance(sealed, dict) else {}

    def _get_sealed_ids(self, kind):
        """Return the ids of the records a closing refers to, as its seal keeps them."""
        users = (self[name].id or 0 for name in self._get_sealed_users(kind))
        return ",".join(map(str, (self.period_id.id, *users)))

    @api.model
    def _get_sealed_users(self, kind):
        if kind == "reopening":
            return ("reopened_by_id",)
        return ("closed_by_id", "explained_by_id")

    def _get_not_taken_back(self):
        """Return what these reopened closings carried and did not take back.

        A list of closing, activity code, flow and mass in tonnes, as text (8.9).
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT entry.closing_id, activity.code, entry.flow,
                       sum(entry.mass)::text
                  FROM asi_coc_entry entry
                  JOIN asi_coc_activity activity ON activity.id = entry.activity_id
                 WHERE entry.closing_id = ANY(%s)
              GROUP BY 1, 2, 3
                HAVING sum(entry.mass) != 0
              ORDER BY 1, 2, 3
                """,
                self.ids,
            )
        )
        return [(self.browse(row[0]), *row[1:]) for row in self.env.cr.fetchall()]

    def _get_ledger_masses(self):
        """Return ``{period id: masses}`` of the closed periods' entries.

        ``masses`` maps activity, flow, material and status to tonnes.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT entry.period_id, activity.code, entry.flow, entry.material,
                       entry.status, sum(entry.mass)::text
                  FROM asi_coc_entry entry
                  JOIN asi_coc_activity activity ON activity.id = entry.activity_id
                 WHERE entry.period_id = ANY(%s)
              GROUP BY 1, 2, 3, 4, 5
                """,
                self.period_id.ids,
            )
        )
        masses = {}
        for period, *key, mass in self.env.cr.fetchall():
            masses.setdefault(period, {})[tuple(key)] = Decimal(mass)
        return masses
