import json
from ast import literal_eval

from odoo import fields, models
from odoo.exceptions import AccessError

from ..core.pack_files import MANIFEST, list_files
from ..core.pack_index import write_html
from ..formatting import format_day, format_moment
from .audit_pack_registers import BY_MODEL, LEDGER_MODEL

#: Records that the index names of each kind; registers have them all.
SHOWN = 100
README = """\
Audit pack of a CoC Certification Scope, to be read without a network and without Odoo.

index.html          begins here: the criteria of the standard, what shows that they are
                    met, and every file of the pack
index.json          the same, for a program
registers/          every register as a table (CSV, UTF-8): decimal point, days as
                    2025-12-31, moments in UTC, [field] as in the application; a cell
                    that begins with ' was guarded against being taken for a formula
statements/         the statement of each closed Material Accounting Period
documents/          CoC Documents as issued and as received, with their twins (JSON)
records-register.pdf  which records are kept for each criterion
reports-to-asi/     reports to ASI as they were submitted
audits/             reports of audits
evidence/           files that records rest on, by kind of record and record
ledger/             every entry of the ledger, its hash chain, and how to verify it
manifest.sha256     SHA-256 of every file of the pack

Verify the ledger with Python 3.9 or newer, on any machine:

    python3 -I ledger/verify_ledger.py ledger

Verify that no file was changed:

    sha256sum -c manifest.sha256

Folders that had nothing to hold are not there.
"""


class AsiCocAuditPack(models.Model):
    """Writes the index: the criteria, what is behind them, and every file."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.audit.pack"

    # -- what is behind the criteria ------------------------------------------
    def _write_readiness(self, _key):
        """Work out how the scope stands, and note the records that show it."""
        reader = self._as_reader()
        rows = reader.env["asi.coc.readiness"]
        rows._refresh(reader.scope_id)
        for row in rows.search([("scope_id", "=", self.scope_id.id)]):
            # As it is now, with its evidence: others may look before the index is.
            self._note(
                "criteria", state=row.state, explanation=row.explanation, id=row.id
            )
            for evidence in row.evidence_ids:
                self._note(
                    "evidence",
                    code=row.criterion_id.code,
                    label=evidence.label,
                    model=evidence.res_model,
                    count=evidence.count,
                    records=self._name_records(evidence),
                )

    def _name_records(self, evidence):
        """Return number and name of the first records; none that are not read.

        Entries of the ledger also with the number of their item on the chain.
        """
        try:
            records = evidence.env[evidence.res_model].search(
                literal_eval(evidence.domain), limit=SHOWN
            )
            return [
                {
                    "id": one.id,
                    "name": one.display_name,
                    "item": one.seal_number if one._name == LEDGER_MODEL else None,
                }
                for one in records
            ]
        except AccessError:
            return []

    # -- the index ------------------------------------------------------------
    def _write_index(self, _key):
        """Write the index as JSON and as a page, and what explains the pack."""
        folder = self._get_pack_folder()
        (folder / "README.txt").write_text(README, encoding="utf-8")
        index = self._get_index()
        (folder / "index.json").write_text(
            json.dumps(index, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        (folder / "index.html").unlink(missing_ok=True)
        files = [path for path in list_files(folder)] + ["index.html", MANIFEST]
        with open(folder / "index.html", "w", encoding="utf-8") as page:
            write_html(page, index, sorted(files), self._get_words())

    def _get_index(self):
        """Return the index, as ``index.json`` has it."""
        ledger = next(self._iter_notes("ledger"))
        return {
            "pack": self._get_facts(ledger),
            "registers": [
                {
                    "title": self._as_reader()._get_register_title(one["name"]),
                    "model": one["model"],
                    "file": f"registers/{one['name']}.csv",
                    "records": one["count"],
                }
                for one in self._iter_notes("registers")
            ],
            "criteria": self._get_criteria(ledger["folder"]),
            "missing_files": list(self._iter_notes("missing")),
        }

    def _get_facts(self, ledger):
        scope = self.scope_id
        return {
            "entity": self.company_id.name,
            "scope": scope.name,
            "certificate": scope.certificate_id.number or "",
            "audit": self.audit_id.display_name or "",
            "from": fields.Date.to_string(self.date_start),
            "to": fields.Date.to_string(self.date_end),
            "requested_by": self.requested_by_id.name,
            "requested_on": fields.Datetime.to_string(self.requested_on),
            "head": ledger["head"],
            "ledger": ledger["folder"],
            "ledger_findings": ledger["findings"],
            "ledger_finding_count": ledger["count"],
        }

    def _get_criteria(self, ledger):
        """Return one section per criterion, in the order of the standard."""
        reader = self._as_reader()
        labels = {
            name: dict(model._fields[field]._description_selection(reader.env))
            for name, model, field in (
                ("state", reader.env["asi.coc.readiness"], "state"),
                ("section", reader.env["asi.coc.criterion"], "section"),
            )
        }
        found = {one["id"]: one for one in self._iter_notes("criteria")}
        rows = reader.env["asi.coc.readiness"].browse(found)
        evidence = self._get_evidence(ledger)
        return [
            {
                "code": row.criterion_id.code,
                "name": row.criterion_id.name,
                "section": labels["section"][row.section],
                "state": found[row.id]["state"],
                "state_label": labels["state"][found[row.id]["state"]],
                "explanation": found[row.id]["explanation"] or "",
                "evidence": evidence.get(row.criterion_id.code, []),
            }
            for row in rows.sorted("sequence")
        ]

    def _get_evidence(self, ledger):
        """Return ``{code: kinds of records}``, with where each record is found."""
        wanted = {
            (one["model"], record["id"])
            for one in self._iter_notes("evidence")
            for record in one["records"]
        }
        rows = {(one["model"], one["id"]): one for one in self._iter_notes("rows")}
        files = {}
        for one in self._iter_notes("files"):
            if (one["model"], one["id"]) in wanted:
                files.setdefault((one["model"], one["id"]), []).append(one["path"])
        evidence = {}
        for one in self._iter_notes("evidence"):
            model = one["model"]
            evidence.setdefault(one["code"], []).append(
                {
                    "label": one["label"],
                    "model": model,
                    "count": one["count"],
                    "register": self._get_register_path(model, ledger),
                    "records": [
                        {
                            **record,
                            "row": rows.get((model, record["id"]), {}).get("row"),
                            "files": files.get((model, record["id"]), []),
                        }
                        for record in one["records"]
                    ],
                }
            )
        return evidence

    def _get_register_path(self, model, ledger):
        if model == LEDGER_MODEL:
            return f"{ledger}/entries.csv"
        register = BY_MODEL.get(model)
        return register and f"registers/{register.name}.csv"

    def _get_words(self):
        """Return the words of the page, in the language of who asked for it."""
        env = self._as_reader().env
        return {
            "lang": (env.lang or "en_US").replace("_", "-"),
            "title": env._("Audit Pack"),
            "facts": self._describe(env),
            "criteria": env._("Criteria"),
            "registers": env._("Registers"),
            "files": env._("Files"),
            "missing": env._("Files That Were Not Found"),
            "findings": env._("Findings in the Ledger"),
            "none": env._("No records."),
            "row": lambda number: env._("row %(number)s", number=number),
            "item": lambda number: env._("item %(number)s", number=number),
            "more": lambda count: env._(
                "and %(count)s more in the register", count=count
            ),
            "records": env._("Records"),
            "register": env._("register"),
            "how": env._(
                "Registers and ledger are whole; statements, CoC Documents and "
                "evidence files are of the days above. README.txt says how the pack "
                "and its ledger are verified."
            ),
        }

    def _describe(self, env):
        """Return ``(label, text)`` of the head of the page."""
        days = env._(
            "%(start)s to %(end)s",
            start=format_day(env, self.date_start),
            end=format_day(env, self.date_end),
        )
        made = env._(
            "%(user)s, %(moment)s",
            user=self.requested_by_id.name,
            moment=format_moment(env, self.requested_on),
        )
        verified = env._("In order")
        if self.finding_count:
            verified = env._("%(count)s findings", count=self.finding_count)
        return [
            (env._("Entity"), self.company_id.name),
            (env._("CoC Certification Scope"), self.scope_id.name),
            (env._("CoC certificate"), self.scope_id.certificate_id.number or "–"),
            (env._("Audit"), self.audit_id.display_name or "–"),
            (env._("Days"), days),
            (env._("Made for"), made),
            (env._("Head of the ledger"), self.head),
            (env._("Verification of the ledger"), verified),
        ]
