"""An auditor reads everything of the scope and changes nothing."""

import inspect

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_everything import EverythingCase

#: Tables that are worked out anew whenever somebody looks, the same for everybody.
WORKED_OUT = {
    "asi_coc_close_step",
    "asi_coc_readiness",
    "asi_coc_readiness_evidence",
    "asi_coc_reconciliation",
    "asi_coc_reconciliation_move",
}
#: What an auditor may ask for: the ledger verified, and a pack to take away.
MAY_ASK = {
    "action_verify_ledger": {"asi_coc_ledger_verification"},
    "action_request_audit_pack": {"asi_coc_audit_pack"},
}
#: The dialogue that asks for a pack.
DIALOGUES = {"asi.coc.audit.pack.request"}
#: Odoo's tables that the module's methods write into.
OF_ODOO = (
    *("stock_picking", "stock_move", "stock_move_line", "stock_lot"),
    *("purchase_order", "purchase_order_line", "sale_order", "sale_order_line"),
    *("res_partner", "product_template", "product_product", "account_move"),
    *(
        "mail_activity",
        "mail_message",
        "mail_mail",
        "ir_attachment",
        "survey_user_input",
    ),
)


@tagged("post_install", "-at_install")
class TestAuditor(EverythingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = sorted(
            name
            for name, model in cls.env.registry.items()
            if name.startswith("asi.coc.") and not model._abstract
        )

    def for_auditor(self, records):
        return records.with_env(self.env(user=self.auditor.id, su=False)).with_context(
            allowed_company_ids=self.company.ids
        )

    def records_of(self, model):
        """Return the records that are there of a model."""
        return self.env[model].sudo().with_context(active_test=False).search([])

    def lasting(self):
        return [name for name in self.models if not self.env[name]._transient]

    def extended(self):
        """Return Odoo's models to which the module adds fields."""
        return [
            name
            for name, model in sorted(self.env.registry.items())
            if not name.startswith("asi.coc.")
            and not (model._abstract or model._transient)
            and model._auto
            # what users write of their own account is Odoo's
            and name != "res.users"
            and any(field.startswith("coc_") for field in model._fields)
        ]

    def files(self):
        return (
            self.env["ir.attachment"]
            .sudo()
            .with_context(skip_res_field_check=True)
            .search([("res_model", "=like", "asi.coc.%")])
        )

    # -- reading ------------------------------------------------------------
    def test_reads_every_record(self):
        """In forms, lists, groups, searches and exports."""
        empty = set()
        for name in self.lasting():
            with self.subTest(model=name):
                records = self.records_of(name)
                if not records:
                    empty.add(name)
                own = self.for_auditor(records)
                readable = own.search([("id", "in", records.ids)])
                if "company_id" in own._fields:
                    records = records.filtered(
                        lambda one: one.company_id in (self.company, one.company_id[:0])
                    )
                active = (
                    records.filtered("active") if "active" in own._fields else records
                )
                self.assertEqual(set(readable.ids), set(active.ids))
                values = self.for_auditor(records).read()
                self.assertEqual(len(values), len(records))
                self.check_groups(own)
                self.check_export(readable)
        self.assertEqual(empty, set())

    def check_groups(self, own):
        for field in own._fields.values():
            if field.store and field.type in ("selection", "many2one", "date"):
                granularity = ":month" if field.type == "date" else ""
                groups = own.formatted_read_group(
                    [], [f"{field.name}{granularity}"], ["__count"]
                )
                self.assertEqual(
                    sum(group["__count"] for group in groups), own.search_count([])
                )

    def check_export(self, records):
        names = [".id", "display_name"]
        rows = records.export_data(names)["datas"]
        self.assertEqual(len(rows), len(records))

    def test_reads_every_file(self):
        files = self.files()
        self.assertGreater(len(files), 10)
        for file in files:
            with self.subTest(file=file.name, model=file.res_model):
                self.assertEqual(self.for_auditor(file).raw, file.raw)

    def test_prints_every_report(self):
        reports = self.env["ir.actions.report"].search(
            [("report_name", "=like", "asi_coc.%")]
        )
        self.assertEqual(len(reports), 5)
        for report in reports:
            records = self.records_of(report.model)[:2]
            with self.subTest(report=report.report_name):
                self.assertTrue(records)
                html, _type = self.for_auditor(report)._render_qweb_html(
                    report.report_name, records.ids
                )
                self.assertIn(b"article", html)

    def test_opens_the_evidence_of_readiness(self):
        """As many records as the row says."""
        evidence = self.records_of("asi.coc.readiness.evidence").filtered("count")
        self.assertGreater(len(evidence), 60)
        for one in self.for_auditor(evidence):
            with self.subTest(criterion=one.readiness_id.display_name, kind=one.label):
                action = one.action_open()
                found = self.for_auditor(self.env[action["res_model"]]).search(
                    action["domain"]
                )
                self.assertEqual(len(found), one.count)
                found[:5].read(self.get_readable(found))

    def get_readable(self, records):
        """Return the fields to read: of Odoo's models those that are ours.

        Odoo keeps some of its own from everybody but administrators.
        """
        names = records.fields_get()
        if records._name.startswith("asi.coc."):
            return list(names)
        return [name for name in names if name.startswith("coc_")]

    # -- changing -----------------------------------------------------------
    def test_creates_writes_and_deletes_nothing(self):
        for name in set(self.models) - DIALOGUES:
            own = self.for_auditor(self.env[name])
            with self.subTest(model=name):
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(own.has_access(operation))
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    own.create({})
                record = self.for_auditor(self.records_of(name)[:1])
                if record:
                    self.check_refuses(record)

    def check_refuses(self, record):
        field = next(
            field
            for field in record._fields.values()
            if field.store and field.type != "one2many" and field.name != "id"
        )
        for change in (
            lambda: record.write({field.name: record[field.name]}),
            record.unlink,
            record.copy,
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()

    def test_no_public_method_changes_anything(self):
        """Buttons are refused, open something, or work out what is there anyway."""
        called = 0
        before = self.fingerprint()
        for name in self.models:
            records = self.records_of(name)
            for method in self.get_methods(name):
                # with and without records, as RPC can
                for one in (*records[:2], records.browse()):
                    with self.subTest(model=name, method=method, record=one):
                        called += 1
                        self.check_call(one, method, before)
        self.assertGreater(called, 300)

    def test_no_button_on_odoos_records_changes_anything(self):
        """What the module adds to transfers, orders, contacts and products."""
        before = self.fingerprint()
        called = 0
        for name in sorted(self.env.registry):
            model = self.env.registry[name]
            if name.startswith("asi.coc.") or model._abstract or model._transient:
                continue
            methods = [one for one in self.get_own_methods(model) if "coc" in one]
            records = self.records_of(name) if methods else ()
            for method in methods:
                for one in records[-3:]:
                    with self.subTest(model=name, method=method, record=one):
                        called += 1
                        self.check_call(one, method, before)
        self.assertGreater(called, 20)

    def test_says_nothing_on_records(self):
        """Neither messages nor activities come from an auditor."""
        said = 0
        for name in (*self.lasting(), *self.extended()):
            record = self.for_auditor(self.records_of(name)[:1])
            for method, values in (
                ("message_post", {"body": "Seen"}),
                (
                    "activity_schedule",
                    {"act_type_xmlid": "mail.mail_activity_data_todo"},
                ),
            ):
                if record and hasattr(record, method):
                    with self.subTest(model=name, method=method):
                        said += 1
                        with self.assertRaises(UserError), self.env.cr.savepoint():
                            getattr(record, method)(**values)
        self.assertGreater(said, 60)

    def test_attaches_nothing_to_records(self):
        """Nor does an auditor take away or change what is attached."""
        attached = 0
        for name in (*self.lasting(), *self.extended()):
            for record in self.records_of(name)[:1]:
                values = {"name": "x.txt", "res_model": name, "res_id": record.id}
                with self.subTest(model=name), self.assertRaises(AccessError):
                    self.for_auditor(self.env["ir.attachment"]).create(values)
                attached += 1
        self.assertGreater(attached, 90)
        for file in self.for_auditor(self.files()[:20]):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                file.unlink()
            with self.assertRaises(UserError), self.env.cr.savepoint():
                file.name = "y.txt"

    def test_writes_no_field_on_odoos_records(self):
        checked = 0
        for name in self.extended():
            self.assertFalse(self.for_auditor(self.env[name]).has_access("write"))
            names = [one for one in self.env[name]._fields if one.startswith("coc_")]
            record = self.env[name].sudo().search([], limit=1, order="id desc")
            for field in names if record else ():
                with self.subTest(field=f"{name}.{field}"):
                    checked += 1
                    # a rule of the field may speak before the rights do
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        self.for_auditor(record).write({field: False})
        self.assertGreater(checked, 60)

    # -- methods --------------------------------------------------------------
    def get_methods(self, name):
        """Return the public methods of a model that RPC reaches without arguments."""
        model = self.env.registry[name]
        actions = {one for one in dir(model) if one.startswith(("action_", "button_"))}
        return sorted(
            one
            for one in actions | self.get_own_methods(model)
            if callable(getattr(model, one))
            and one not in self.get_methods_with_arguments(model)
            and (model._active_name or not one.endswith("archive"))
        )

    def get_methods_with_arguments(self, model):
        """Return the actions that need to be told which figure or gap to open."""
        return {
            name
            for own in model.__mro__
            if own.__module__.startswith("odoo.addons.asi_coc.")
            for name, value in vars(own).items()
            if inspect.isfunction(value)
            and sum(
                one.default is one.empty
                for one in inspect.signature(value).parameters.values()
            )
            > 1
        }

    def get_own_methods(self, model):
        """Return the public methods that this module defines, without arguments."""
        return {
            name
            for own in model.__mro__
            if own.__module__.startswith("odoo.addons.asi_coc.")
            for name, value in vars(own).items()
            if inspect.isfunction(value)
            and not name.startswith("_")
            and name != "init"
            and len(inspect.signature(value).parameters) == 1
        }

    def check_call(self, record, method, before):
        """Expect that the auditor's call is refused, or leaves all as it was."""
        with mute_logger("odoo.sql_db"), self.env.cr.savepoint() as savepoint:
            try:
                getattr(self.for_auditor(record), method)()
                self.env.flush_all()
                after = self.fingerprint()
            except (UserError, ValidationError):
                after = before
            except ValueError as error:
                # of ensure_one, without a record
                self.assertIn("singleton", str(error))
                after = before
            savepoint.rollback()
            self.env.invalidate_all()
        changed = {table for table, was in before.items() if after[table] != was}
        self.assertEqual(changed - MAY_ASK.get(method, set()), set())

    # -- what is in the database ----------------------------------------------
    def fingerprint(self):
        """Return ``{table: hash of what its rows say}``."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^asi_coc_'"
        )
        tables = {row[0] for row in self.env.cr.fetchall()} - WORKED_OUT
        found = {}
        for table in sorted(tables | set(OF_ODOO)):
            self.env.cr.execute(
                f"SELECT md5(string_agg(said, '|' ORDER BY said)) FROM ("
                f"SELECT (to_jsonb(one) - ARRAY['id', 'write_date', 'write_uid', "
                f"'create_date', 'create_uid'])::text AS said FROM {table} one) AS rows"
            )
            found[table] = self.env.cr.fetchone()[0]
        return found
