from datetime import date, datetime
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..formatting import format_day
from .record_kinds import KINDS, PARTS, WATCHED

#: Records are kept so many years at least.
LEAST_YEARS = 5


class Retention(NamedTuple):
    """Until when a record is kept, and why: ``holder`` is the record, or what the
    record is a part of; ``until`` is the day it becomes deletable, None while it is in
    force.
    """

    holder: models.BaseModel
    title: str
    years: int
    until: date | None


class AsiCocRetention(models.AbstractModel):
    """What is kept and until when (1.6): asked before anything is deleted.

    As superuser: whoever deletes, the same is kept.
    """

    _name = "asi.coc.retention"
    _description = "Retention of Records"

    # -- what is under retention ------------------------------------------------
    @api.model
    def _find(self, records):
        """Return ``{id: Retention}`` of those of ``records`` under retention."""
        return {
            record_id: kept
            for record_id, kept in self._find_kept(records).items()
            if not kept.until or kept.until > self._get_day(kept.holder)
        }

    @api.model
    def _find_files(self, records):
        """Return ``{id: Retention}`` of those of ``records`` whose files stay, too."""
        kind = KINDS.get(records._name)
        return {} if kind and kind.has_living_files else self._find(records)

    @api.model
    def _find_past(self, records):
        """Return those of ``records`` whose retention is over."""
        past = [
            record_id
            for record_id, kept in self._find_kept(records).items()
            if kept.until and kept.until <= self._get_day(kept.holder)
        ]
        return records.browse(past)

    @api.model
    def _find_kept(self, records):
        """Return ``{id: Retention}`` of what counts as records, whatever their age."""
        model = records._name
        if not records.ids or model not in WATCHED:
            return {}
        if part := PARTS.get(model):
            return self._find_kept_parts(records, part)
        if kind := KINDS.get(model):
            return self._find_kept_of_kind(records, kind)
        return {}

    def _find_kept_parts(self, records, part):
        parts = self._search(records, part.kept)
        kept = self._find_kept(parts[part.path])
        return {
            one.id: kept[one[part.path].id]
            for one in parts
            if one[part.path].id in kept
        }

    def _find_kept_of_kind(self, records, kind):
        found = self._narrow(self._search(records, kind.kept))
        running = self._search(found, kind.running) if kind.running else found.browse()
        classes = self._get_classes(records._name) if found else None
        kept = {}
        for record in found:
            title, years = self._choose_class(record, kind, classes)
            until = None
            if record not in running:
                until = self._get_start(record, kind) + relativedelta(years=years)
            kept[record.id] = Retention(record, title, years, until)
        return kept

    def _search(self, records, domain):
        """Return those of ``records`` that ``domain`` holds for, archived ones too."""
        # sudo: whoever deletes, the same is kept
        every = records.sudo().with_context(active_test=False)
        return every.search(Domain("id", "in", records.ids) & Domain(domain))

    def _narrow(self, records):
        """Leave out records of Odoo's that no chain of custody rests on."""
        if not records or records._name.startswith("asi.coc."):
            return records
        scopes = self.env["asi.coc.scope"].sudo().with_context(active_test=False)
        entities = scopes.search([("company_id", "in", records.company_id.ids)])
        records = records.filtered(lambda one: one.company_id in entities.company_id)
        if records and records._name.startswith("account."):
            pairs = records.partner_id._coc_get_scrap_entities()
            records = records.filtered(
                lambda one: (
                    (
                        one.partner_id.commercial_partner_id.id,
                        one.company_id.root_id.id,
                    )
                    in pairs
                )
            )
        return records

    # -- for how long --------------------------------------------------------------
    def _get_classes(self, model):
        # sudo: archived classes of any company go on keeping what they are about
        classes = self.env["asi.coc.record.class"].sudo()
        return classes.with_context(active_test=False).search([("model", "=", model)])

    def _choose_class(self, record, kind, classes):
        """Return title and years of the class that keeps ``record`` longest."""
        scope = self._get_scope(record, kind)
        company = scope.company_id or (
            record.company_id if "company_id" in record else self.env["res.company"]
        )
        own = classes.filtered(
            lambda one: (
                (not company or one.company_id == company)
                and (not scope or not one.scope_id or one.scope_id == scope)
            )
        )
        best = own.sorted(lambda one: (-one.retention, not one.active, one.id))[:1]
        if not best:
            return str(kind.title), LEAST_YEARS
        return best.name, max(best.retention, LEAST_YEARS)

    def _get_scope(self, record, kind):
        if kind.scope == "id":
            return record
        if kind.scope:
            return record.mapped(kind.scope)
        return self.env["asi.coc.scope"].sudo()

    def _get_start(self, record, kind):
        """Return the day from which retention of ``record`` runs."""
        days = []
        for path in kind.dates:
            *way, name = path.split(".")
            holder = record.mapped(".".join(way)) if way else record
            days += [self._to_day(day) for day in holder.mapped(name) if day]
        return max(days, default=self._to_day(record.create_date))

    def _to_day(self, day):
        return day.date() if isinstance(day, datetime) else day

    def _get_day(self, holder):
        """Return today's date where the scope of ``holder`` is."""
        scope = self._get_scope(holder, KINDS[holder._name])
        return scope[:1]._get_today() if scope else fields.Date.today()

    # -- what would go along ---------------------------------------------------------
    @api.model
    def _find_along(self, records):
        """Return the Retention of a record that would be deleted with ``records``.

        The database deletes it without asking its model.
        """
        if not records.ids or records._name not in WATCHED:
            return None
        ways = self._get_ways_along(records._name)
        if not ways:
            return None
        self.env.flush_all()
        queries = [
            SQL(
                "SELECT %s, id FROM %s WHERE %s IN %s",
                model,
                SQL.identifier(self.env[model]._table),
                SQL.identifier(name),
                tuple(records.ids),
            )
            for model, name in ways
        ]
        found = {}
        for model, record_id in self.env.execute_query(
            SQL(" UNION ALL ").join(queries)
        ):
            found.setdefault(model, []).append(record_id)
        for model, ids in found.items():
            # sudo: as the docstring of the class has it
            along = self.env[model].sudo().browse(ids)
            kept = next(iter(self._find(along).values()), None)
            if kept := kept or self._find_along(along):
                return kept
        return None

    def _get_ways_along(self, model):
        """Return ``(model, field)`` of records that go with those of ``model``."""
        return [
            (name, field.name)
            for name in (*KINDS, *PARTS)
            if name in self.env
            for field in self.env[name]._fields.values()
            if field.type == "many2one"
            and field.store
            and field.comodel_name == model
            and field.ondelete == "cascade"
        ]

    # -- refusing --------------------------------------------------------------------
    @api.model
    def _check_deletable(self, records):
        """Refuse to delete ``records`` under retention, or what holds some (1.6).

        Raises UserError that says what the model's own rule is, the record class,
        its years, and the day from which deleting is allowed.
        """
        if not records.ids or records._name not in WATCHED:
            return
        kept = next(iter(self._find(records).values()), None)
        if kept := kept or self._find_along(records):
            reason = self._get_own_reason(records)
            raise UserError("\n".join(filter(None, [reason, self._describe(kept)])))

    @api.model
    def _check_still_kept(self, records, kept, names):
        """Refuse what took ``records`` out of retention without deleting them (1.6).

        ``kept`` is what :meth:`_find` told of them before ``names`` were written.
        """
        lost = kept and kept.keys() - self._find_kept(records).keys()
        if lost:
            fields_ = records._fields
            raise UserError(
                "\n".join(
                    [
                        self.env._(
                            "%(fields)s cannot change so that a record under retention "
                            "is none any more. Leave it, and enter another one.",
                            fields=", ".join(
                                fields_[name]._description_string(self.env)
                                for name in sorted(names)
                            ),
                        ),
                        self._describe(kept[min(lost)]),
                    ]
                )
            )

    def _get_own_reason(self, records):
        """Return what the model's own guards of deletion say, if they refuse."""
        try:
            for guard in records._ondelete_methods:
                guard(records)
        except UserError as error:
            return str(error)
        return ""

    def _describe(self, kept):
        """Return why, and until when, a record is kept."""
        # A name may tell who must not know: of a complaint, of a person.
        is_known = kept.holder.with_env(self.env(su=False)).has_access("read")
        values = {
            "record": kept.holder.display_name if is_known else self.env._("This"),
            "title": kept.title,
            "years": kept.years,
            "kind": kept.holder._description,
        }
        if not kept.until:
            return self.env._(
                "%(record)s (%(kind)s) is a record of “%(title)s” and in force: it is "
                "kept %(years)s years from the day it ends, and cannot be deleted "
                "before (1.6).",
                **values,
            )
        values["day"] = format_day(self.env, kept.until)
        if KINDS[kept.holder._name].is_permanent:
            return self.env._(
                "%(record)s (%(kind)s) is a record of “%(title)s”, kept for %(years)s "
                "years at least: it cannot be deleted before %(day)s, nor as long as "
                "the ledger or documents rest on it (1.6).",
                **values,
            )
        return self.env._(
            "%(record)s (%(kind)s) is a record of “%(title)s”, kept for %(years)s "
            "years: it can be deleted from %(day)s on (1.6).",
            **values,
        )
