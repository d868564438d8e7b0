"""A database that lived with an earlier release goes on with this one."""

import datetime
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tooling import odoo, paths

HERE = Path(__file__).parent
RELEASES = HERE / "releases"
PLANT = (HERE / "scripts/plant.py").read_text()

LIVED = """
if "supplementary_information" in scope._fields:
    scope.supplementary_information = "Certified to ISO14001."
else:
    env["asi.coc.supplementary.statement"].create({
        "name": "Management system",
        "text": "Certified to ISO14001.",
        "scope_id": scope.id,
        "evidence_ids": [Command.create({"name": "ISO14001.txt", "raw": b"14001"})],
    })
env["asi.coc.certificate"].create({
    "number": "C00059",
    "partner_id": env["res.partner"].create({"name": "Rollers United"}).id,
    "date_start": "2024-01-01",
    "date_end": "2026-12-31",
    "status": "suspended",
    "status_date": "2025-06-01",
})
if "coc_due_diligence_until" in env["res.partner"]._fields:
    env["res.partner"].create({
        "name": "Metal Traders", "is_company": True,
        "coc_is_trader": True, "coc_due_diligence_until": "2099-12-31",
    })
hall = env["stock.location"].create({"name": "Finishers", "usage": "internal"})
finishers = env["res.partner"].create({"name": "Finishers", "is_company": True})
if "asi.coc.contractor" in env:
    env["asi.coc.contractor"].create(
        {"scope_id": scope.id, "partner_id": finishers.id})
else:
    env["asi.coc.facility"].create({
        "name": "Finishing",
        "scope_id": scope.id,
        "activity_id": env.ref("asi_coc.activity_casthouse").id,
        "location_id": hall.id,
        "contractor_id": finishers.id,
    })
arrived = receipt(100, 2, 60)
validate(arrived)
verify(arrived)
validate(delivery(50, 30))
if hasattr(env["asi.coc.document"], "_ensure_pdf"):
    # A scheduled job prints since then.
    env["asi.coc.document"].search([("direction", "=", "issued")])._ensure_pdf()
billet = env["product.product"].create({
    "name": "Billet",
    "is_storable": True,
    "coc_material": "aluminium",
    "coc_net_mass": 2.5,
})
slab = billet
validate(transfer("in", SUPPLIERS, warehouse.lot_stock_id, 8))
if "asi.coc.readiness" in env:
    env["asi.coc.readiness"]._refresh(scope)
env.cr.commit()
"""
#: What the account says, told by any release.
ACCOUNT = """
import json
entries = env["asi.coc.entry"].search([], order="id")
balance = env["asi.coc.balance"].search([])
print(json.dumps({
    "entries": [
        [entry.flow, entry.status, entry.mass, entry.content_hash]
        for entry in entries
    ],
    "balance": [balance.coc_input, balance.total_outflow, balance.available],
    "documents": env["asi.coc.document"].search([]).mapped("name"),
    "differences": env["asi.coc.total"]._find_differences(),
}))
"""


@pytest.fixture(params=sorted(RELEASES.glob("*.tar.gz")), ids=lambda path: path.name)
def lived(request, database, ready, tmp_path):
    """A database in which an earlier release was used, and what it said."""
    shutil.unpack_archive(request.param, tmp_path)
    config = tmp_path / "odoo.conf"
    config.write_text(
        odoo.CONFIG.read_text().replace(f",{paths.ROOT}\n", f",{tmp_path}\n")
    )
    name = database(bare=True)

    def run(*arguments, script=None):
        done = subprocess.run(
            ready.command(*arguments, "-c", str(config), "-d", name, "--no-http"),
            input=script,
            capture_output=True,
            text=True,
            env={**ready.environment, "ODOO_RC": str(config)},
        )
        assert done.returncode == 0, done.stderr[-5000:]
        return done.stdout

    run("-i", "asi_coc", "--stop-after-init")
    run("shell", "--log-level=warn", script=PLANT + LIVED)
    before = json.loads(run("shell", "--log-level=warn", script=ACCOUNT))
    return name, before, request.param.name


def test_upgrade_keeps_the_account(lived, shell, ready, pg):
    name, before, release = lived
    assert sorted(row[:3] for row in before["entries"]) == [
        ["input", "coc", 10],
        ["input", "coc", 50],
        ["input", "non_coc", -50],
        ["input", "non_coc", -10],
        ["input", "non_coc", 20],
        ["input", "non_coc", 50],
        ["input", "non_coc", 50],
        ["output", "coc", 30],
        ["output", "non_coc", 20],
    ]
    assert before["balance"][:2] == [60, 50]
    done = subprocess.run(
        ready.command("-d", name, "-u", "asi_coc", "--stop-after-init", "--no-http"),
        capture_output=True,
        text=True,
        env=ready.environment,
    )
    assert done.returncode == 0, done.stderr[-5000:]
    assert not [line for line in done.stderr.splitlines() if " ERROR " in line]
    assert shell(name, ACCOUNT) == before
    with pg(name).cursor() as cursor:
        cursor.execute("SELECT DISTINCT unit_mass FROM asi_coc_entry ORDER BY 1")
        assert [float(mass) for (mass,) in cursor.fetchall()] == [1e-06, 2.5]
        cursor.execute("SELECT count(*) FROM asi_coc_form WHERE liquid")
        assert cursor.fetchone() == (1,)
        cursor.execute(
            "SELECT latest_version FROM ir_module_module WHERE name = 'asi_coc'"
        )
        assert cursor.fetchone() == ("19.0.1.5.0",)

        check_documents(cursor)
        check_certificates(cursor)
        check_sourcing(cursor, release)
        check_management(cursor, release)

    # A mass that changes after the upgrade counts from then on.
    found = shell(
        name,
        """
import json
billet = env["product.product"].search([("name", "=", "Billet")])
billet.coc_net_mass = 2.6
line = env["stock.move.line"].search([("product_id", "=", billet.id)])
line.quantity = 6
entries = env["asi.coc.entry"].search([("product_id", "=", billet.id)], order="id")
print(json.dumps(entries.mapped("mass")))
""",
    )
    assert found == [20, -5]


def check_documents(cursor):
    """What was issued before has its frozen content, its page and its PDF."""
    cursor.execute(
        "SELECT payload::json->>'number', length(verification_token), "
        "payload::json->'lines'->0->>'coc_mass', pdf_sha256 IS NOT NULL, "
        "payload::json->>'verification_url' LIKE '%/coc/document/' || "
        "verification_token, issuer_name = payload::json->'issuer'->>'name' "
        "FROM asi_coc_document WHERE direction = 'issued'"
    )
    year = datetime.date.today().year
    assert cursor.fetchall() == [(f"COC/{year}/00001", 32, "30", True, True, True)]
    cursor.execute(
        "SELECT text->>'en_US', print_by_default FROM asi_coc_supplementary_statement"
    )
    assert cursor.fetchall() == [("Certified to ISO14001.", True)]
    cursor.execute("SELECT count(*) FROM asi_coc_form WHERE scrap_kind IS NOT NULL")
    assert cursor.fetchone() == (3,)


def check_certificates(cursor):
    """A suspension is the history's first row; our own covers what the scope does."""
    cursor.execute(
        "SELECT certificate.number, history.status, history.date::text "
        "FROM asi_coc_certificate_status history JOIN asi_coc_certificate certificate "
        "ON certificate.id = history.certificate_id"
    )
    assert cursor.fetchall() == [("C00059", "suspended", "2025-06-01")]
    cursor.execute(
        "SELECT covers_aluminium FROM asi_coc_certificate WHERE number = 'C00037'"
    )
    assert cursor.fetchall() == [(True,)]


def check_sourcing(cursor, release):
    """Facilities need certificates from tomorrow on; due diligence is an assessment."""
    is_new = "1.3.0" in release or "1.4.0" in release
    cursor.execute(
        "SELECT certification_since - (now() AT TIME ZONE tz)::date FROM asi_coc_scope"
    )
    assert cursor.fetchall() == [(None if is_new else 1,)]
    cursor.execute(
        "SELECT partner.name, assessment.state, assessment.valid_until::text "
        "FROM asi_coc_supplier_assessment assessment JOIN res_partner partner "
        "ON partner.id = assessment.partner_id"
    )
    taken = [("Metal Traders", "accepted", "2099-12-31")]
    # Earlier releases did not know whom due diligence was done on.
    assert cursor.fetchall() == (taken if "1.2.0" in release else [])
    cursor.execute(
        "SELECT partner.name, contractor.state FROM asi_coc_contractor contractor "
        "JOIN res_partner partner ON partner.id = contractor.partner_id"
    )
    assert cursor.fetchall() == [("Finishers", "draft" if is_new else "in_scope")]


def check_management(cursor, release):
    """Representatives were appointed when the scope was set up (1.4).

    Explanations of readiness are in English until it is looked at again.
    """
    cursor.execute(
        "SELECT count(*) FROM asi_coc_readiness WHERE explanation->>'en_US' LIKE '%.'"
    )
    assert cursor.fetchone() == (85 if "1.4.0" in release else 0,)
    cursor.execute(
        "SELECT appointment.date_start = (scope.create_date AT TIME ZONE 'UTC' "
        "AT TIME ZONE scope.tz)::date, appointment.date_end "
        "FROM asi_coc_appointment appointment JOIN asi_coc_scope scope "
        "ON scope.id = appointment.scope_id"
    )
    assert cursor.fetchall() == [(True, None)]
    cursor.execute("SELECT membership_standing, review_interval FROM asi_coc_scope")
    assert cursor.fetchall() == [("good", 12)]
