import hashlib
import json
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_audit_pack import PDF, AuditPackCase
from .common_complaints import ComplaintCase

ACCESS = "odoo.addons.base.models.ir_model"


class AuditPackSecurityCase(AuditPackCase):
    def strange(self, group="asi_coc.group_representative"):
        """Return a user of another company, with the group."""
        other = self.env["res.company"].create({"name": "Other Melters"})
        user = self.user("stranger", group)
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        return user.with_user(user).with_context(allowed_company_ids=other.ids)

    def rpc(self, model, method, *args, **kwargs):
        """Call over HTTP as the user who is signed in; return result or error name."""
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(
                {
                    "params": {
                        "model": model,
                        "method": method,
                        "args": args,
                        "kwargs": kwargs,
                    }
                }
            ),
            headers={"Content-Type": "application/json"},
        ).json()
        if "error" in response:
            return response["error"]["data"]["name"]
        return response["result"]


@tagged("post_install", "-at_install")
class TestAuditPackSecurity(AuditPackSecurityCase):
    """Officers and auditors have packs made of what they read; nobody changes one."""

    def test_who_asks(self):
        for user in (self.auditor, self.officer, self.representative):
            self.assertEqual(self.request_pack(user).requested_by_id, user)
        for user in (self.coc_storekeeper, self.salesperson):
            with self.refused(AccessError, "Melt & Roll"):
                self.request_pack(user)
        with self.assertRaises(AccessError):
            self.request_pack(self.storekeeper)
        stranger = self.strange().env.user
        with self.assertRaises(AccessError):
            self.request_pack(stranger)
        packs = self.env["asi.coc.audit.pack"].with_user(stranger)
        with self.assertRaises(AccessError):
            packs._request(
                self.scope.with_user(stranger), date(2025, 1, 1), date(2025, 2, 1)
            )

    def test_scrap_suppliers_are_those_of_the_entity(self):
        """Contacts are shared by entities; who is behind them is not."""
        principal = {"name": "Managing Director", "document": "register"}
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"{name} Yard",
                    "coc_registered_name": f"={name}",
                    "coc_is_named_scrap_supplier": name == "Our",
                    "coc_principal_ids": [
                        Command.create(
                            {
                                **principal,
                                "evidence_ids": [
                                    Command.create({"name": f"{name}.pdf", "raw": PDF})
                                ],
                            }
                        )
                    ],
                }
                for name in ("Our", "Their")
            ]
        )
        folder = self.unpack(self.make_pack())
        (supplier,) = self.read_register(folder, "scrap-suppliers")
        self.assertEqual(supplier["id"], str(partners[0].id))
        self.assertEqual(supplier["name"], "Our Yard")
        self.assertEqual(supplier["coc_registered_name"], "'=Our")
        (principal,) = self.read_register(folder, "scrap-supplier-principals")
        self.assertEqual(principal["partner_id"], "Our Yard")
        files = self.list_folder(folder / "evidence/asi.coc.supplier.principal")
        self.assertEqual([path.rpartition("/")[2] for path in files], ["Our.pdf"])

    def test_rights_are_those_of_when_it_is_made(self):
        pack = self.request_pack()
        self.auditor.group_ids -= self.env.ref("asi_coc.group_auditor")
        self.run_job("cron_make_audit_pack")
        self.assertEqual(pack.sudo().state, "failed")
        self.assertIn("CoC Certification Scope", pack.sudo().reason)
        self.assertFalse(pack._get_parts())

    def test_who_left_gets_none(self):
        pack = self.request_pack()
        self.auditor.active = False
        self.run_job("cron_make_audit_pack")
        self.assertEqual(pack.sudo().state, "failed")
        self.assertIn("is archived", pack.sudo().reason)

    @mute_logger("odoo.http", ACCESS)
    def test_nobody_changes_a_pack_by_rpc(self):
        pack = self.make_pack()
        before = pack.sudo().read(["state", "sha256", "plan", "requested_by_id"])
        parts = pack._get_parts()
        denied = "odoo.exceptions.AccessError"
        for user in (self.auditor, self.officer, self.representative):
            self.authenticate(user.login, user.login)
            for method, args in (
                ("write", [pack.ids, {"state": "failed"}]),
                ("write", [pack.ids, {"requested_by_id": user.id}]),
                ("write", [pack.ids, {"plan": [["archive", ""]]}]),
                ("web_save", [pack.ids, {"sha256": "0"}]),
                ("unlink", [pack.ids]),
                ("copy", [pack.ids]),
                ("create", [{"scope_id": self.scope.id}]),
            ):
                kwargs = {"specification": {}} if method == "web_save" else {}
                self.assertEqual(self.rpc(pack._name, method, *args, **kwargs), denied)
            for method, args in (
                ("write", [parts.ids, {"raw": "x"}]),
                ("write", [parts.ids, {"res_id": 0}]),
                ("unlink", [parts.ids]),
                (
                    "create",
                    [{"name": "x", "res_model": pack._name, "res_id": pack.id}],
                ),
            ):
                self.assertEqual(self.rpc("ir.attachment", method, *args), denied)
            for method in ("_cron_make", "_fail", "_advance", "_request", "_begin"):
                self.assertEqual(self.rpc(pack._name, method, []), denied)
        self.env.invalidate_all()
        self.assertEqual(
            pack.sudo().read(["state", "sha256", "plan", "requested_by_id"]), before
        )
        self.assertEqual(pack._get_parts(), parts)

    @mute_logger("odoo.http", ACCESS, "odoo.addons.base.models.ir_rule")
    def test_download(self):
        self.live_a_year()
        pack = self.make_pack()
        path = f"/asi_coc/audit_pack/{pack.id}.zip"
        self.assertEqual(pack.action_download()["url"], path)
        for user in (self.auditor, self.officer):
            self.authenticate(user.login, user.login)
            response = self.url_open(path)
            self.assertEqual(response.status_code, 200)
            self.assertEqual(hashlib.sha256(response.content).hexdigest(), pack.sha256)
            self.assertEqual(response.headers["Content-Type"], "application/zip")
            self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
            self.assertIn(
                "Audit%20Pack%20Melt", response.headers["Content-Disposition"]
            )
        stranger = self.strange().env.user
        part = pack._get_parts()[0]
        for user in (self.coc_storekeeper, self.storekeeper, stranger):
            self.authenticate(user.login, user.login)
            self.assertEqual(self.url_open(path).status_code, 403)
            self.assertNotEqual(
                self.url_open(f"/web/content/{part.id}").content, part.raw
            )
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(path).url)
        self.authenticate(self.auditor.login, self.auditor.login)
        self.assertEqual(
            self.url_open("/asi_coc/audit_pack/999999999.zip").status_code, 404
        )
        waiting = self.request_pack(start=date(2025, 1, 1), end=date(2025, 1, 2))
        response = self.url_open(f"/asi_coc/audit_pack/{waiting.id}.zip")
        self.assertNotEqual(response.status_code, 200)

    def test_wizard_is_no_way_around(self):
        wizards = self.env["asi.coc.audit.pack.request"]
        with self.assertRaises(AccessError):
            wizards.with_user(self.coc_storekeeper).create({"scope_id": self.scope.id})
        stranger = self.strange().env.user
        with self.assertRaises(UserError):
            wizards.with_user(stranger).create(
                {
                    "scope_id": self.scope.id,
                    "date_start": "2025-01-01",
                    "date_end": "2025-01-02",
                }
            ).action_request()

    def test_nothing_of_other_companies(self):
        self.live_a_year()
        # An officer of both entities packs one of them.
        self.officer.company_ids += self.live_elsewhere()
        folder = self.unpack(self.make_pack(self.officer))
        told = b"".join(
            (folder / path).read_bytes() + path.encode()
            for path in self.list_folder(folder)
        )
        for secret in ("Other Melters", "Other Scope", "Hidden", "C99999", "Secret"):
            self.assertNotIn(secret.encode(), told)

    def live_elsewhere(self):
        """Record something of another entity; return its company."""
        other = self.env["res.company"].create({"name": "Other Melters"})
        partner = self.env["res.partner"].create(
            {"name": "Secret Supplier", "company_id": other.id}
        )
        env = self.env(context={"allowed_company_ids": other.ids})
        env["asi.coc.certificate"].create(
            {
                "number": "C99999",
                "partner_id": partner.id,
                "date_start": "2024-01-01",
                "date_end": "2026-12-31",
                "company_id": other.id,
            }
        )
        scope = env["asi.coc.scope"].create(
            {"name": "Other Scope", "company_id": other.id, "tz": "UTC"}
        )
        env["asi.coc.error"].create({"found": "Hidden error", "scope_id": scope.id})
        env["asi.coc.supplementary.statement"].create(
            {
                "name": "Hidden",
                "text": "Hidden",
                "scope_id": scope.id,
                "evidence_ids": [Command.create({"name": "h.pdf", "raw": PDF})],
            }
        )
        return other


@tagged("post_install", "-at_install")
class TestAuditPackSecrets(ComplaintCase, AuditPackSecurityCase):
    """What auditors must not see is not in a pack, whoever made it."""

    def complain_in_confidence(self):
        """Complain with a name that comes up in every way; return the secrets too."""
        complaint, page = self.complain(
            contact_name="Ann Whistle",
            contact_email="ann@example.com",
            contact_phone="+49 171 555",
            consent="1",
        )
        self.advance(complaint, "investigating")
        complaint.with_user(self.officer).log_ids = [
            Command.create({"what": "Heap visited", "with_whom": "Ann Whistle"})
        ]
        self.env["ir.attachment"].create(
            {
                "name": "letter.eml",
                "raw": b"From: Ann Whistle",
                "res_model": complaint._name,
                "res_id": complaint.id,
            }
        )
        self.env["asi.coc.complaint.statement"]._add(
            complaint, "addition", "email", "Yours, Ann Whistle"
        )
        return complaint, [
            "Ann Whistle",
            "ann@example.com",
            "171 555",
            page.rpartition("/")[2],
            complaint.sudo().token_hash,
        ]

    def test_secrets_stay_out(self):
        self.live_a_year()
        complaint, secrets = self.complain_in_confidence()
        self.assertTrue(all(secrets))
        for user in (self.auditor, self.officer, self.representative):
            folder = self.unpack(self.make_pack(user))
            rows = self.read_register(folder, "complaints")
            self.assertIn(complaint.name, [row["name"] for row in rows])
            self.assertNotIn("contact_email", rows[0])
            log = self.read_register(folder, "complaint-log")
            self.assertIn("Heap visited", [row["what"] for row in log])
            for path in self.list_folder(folder):
                content = (folder / path).read_bytes() + path.encode()
                for secret in secrets:
                    self.assertNotIn(secret.encode(), content, path)

    def test_no_token_is_a_column(self):
        folder = self.unpack(self.make_pack(self.representative))
        for path in sorted((folder / "registers").glob("*.csv")):
            header = path.read_text(encoding="utf-8-sig").splitlines()[0]
            for word in ("token", "form_key", "contact_name", "contact_email"):
                self.assertNotIn(word, header, path.name)
