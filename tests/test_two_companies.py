"""A document from one company's Odoo to another's: two databases, real servers."""

import datetime
import http.cookiejar
import json
import re
import secrets
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from mail_sink import Mailbox

PLANT = (Path(__file__).parent / "scripts/plant.py").read_text()
YEAR = datetime.date.today().year
# The smelting company has 100 t, 60 t of it CoC, and is about to deliver 50 t.
ISSUER = """
env.company.partner_id.write({
    "name": "The 1886 Smelting Company",
    "street": "2 Hall-Heroult Avenue",
    "city": "Crystal Falls",
    "email": "coc@1886smelting.example",
})
env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
env["ir.mail_server"].create({
    "name": "Mailbox", "smtp_host": "127.0.0.1", "smtp_port": MAIL_PORT,
})
scope.send_automatically = True
arrived = receipt(100, 1, 60)
validate(arrived)
verify(arrived)
partner.write({
    "name": "Rollers United",
    "street": "Lot 1100, Metals Park",
    "city": "Dearborn",
    "email": "goods@rollers.example",
})
env["asi.coc.certificate"].search([("partner_id", "=", partner.id)]).number = "C00059"
shipment = delivery(50, 30)
env.cr.commit()
print(json.dumps({"delivery": shipment.id}))
"""
# Rollers United expects 50 t from the smelting company.
RECEIVER = """
env.company.partner_id.write({
    "name": "Rollers United", "street": "Lot 1100, Metals Park", "city": "Dearborn",
})
scope.certificate_id.number = "C00059"
partner.name = "The 1886 Smelting Company"
env["asi.coc.certificate"].search([("partner_id", "=", partner.id)]).number = "C00037"
expected = receipt(50, 1)
env.cr.commit()
print(json.dumps({"receipt": expected.id}))
"""
#: What the account of a database says.
ACCOUNT = """
import json
env.cr.execute(
    "SELECT flow || ' ' || status, sum(mass)::float FROM asi_coc_entry "
    "WHERE flow IN ('input', 'output') GROUP BY 1 HAVING sum(mass) != 0"
)
masses = dict(env.cr.fetchall())
print(json.dumps({
    "masses": masses, "differences": len(env["asi.coc.total"]._find_differences()),
}))
"""


class Visitor:
    """A browser's session: cookies and, once signed in, the token of its forms."""

    def __init__(self, server=None):
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(jar)
        )
        if server:
            self.server = server
            self.sign_in()

    def sign_in(self) -> None:
        login = {"db": self.server.db, "login": "admin", "password": "admin"}
        request = urllib.request.Request(
            f"{self.server.url}/web/session/authenticate",
            json.dumps({"params": login}).encode(),
            {"Content-Type": "application/json"},
        )
        answer = json.load(self.opener.open(request, timeout=60))
        assert answer["result"]["uid"], answer
        page = self.read(f"{self.server.url}/odoo")
        self.token = re.search(r'csrf_token: "([^"]+)"', page)[1]

    def read(self, address: str) -> str:
        with self.opener.open(address, timeout=120) as answer:
            return answer.read().decode()

    def drop(self, name: str, content: bytes, receipt: int) -> None:
        """Drop a file on a receipt, as the browser uploads it."""
        edge = secrets.token_hex(16)
        fields = {
            "csrf_token": self.token,
            "thread_id": receipt,
            "thread_model": "stock.picking",
        }
        parts = [
            f"--{edge}\r\n"
            f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        ]
        parts.append(
            f'--{edge}\r\nContent-Disposition: form-data; name="ufile"; '
            f'filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
        )
        data = "".join(parts).encode() + content + f"\r\n--{edge}--\r\n".encode()
        request = urllib.request.Request(
            f"{self.server.url}/mail/attachment/upload",
            data,
            {"Content-Type": f"multipart/form-data; boundary={edge}"},
        )
        answer = json.load(self.opener.open(request, timeout=120))
        assert "error" not in answer, answer


@pytest.fixture
def mailbox():
    with Mailbox() as box:
        yield box


@pytest.fixture
def issuer(database, shell, odoo_server, mailbox):
    name = database()
    script = f"import json\nMAIL_PORT = {mailbox.port}\n{PLANT}{ISSUER}"
    ids = shell(name, script)
    server = odoo_server(name)
    server.execute("ir.config_parameter", "set_param", "web.base.url", server.url)
    return server, ids


@pytest.fixture
def receiver(database, shell, odoo_server):
    name = database()
    ids = shell(name, f"import json\n{PLANT}{RECEIVER}")
    return odoo_server(name), ids


def print_and_send(server) -> None:
    """What the scheduled jobs do a moment after a document was issued."""
    for module, name in (
        ("asi_coc", "cron_document_pdf"),
        ("mail", "ir_cron_mail_scheduler_action"),
    ):
        (job,) = server.execute(
            "ir.model.data",
            "search_read",
            [("module", "=", module), ("name", "=", name)],
            ["res_id"],
        )
        server.execute("ir.cron", "method_direct_trigger", [job["res_id"]])


def find_issued(server, number: str) -> dict:
    (document,) = server.execute(
        "asi.coc.document", "search_read", [("name", "=", number)]
    )
    return document


def replace(server, document: dict, quantity: float) -> None:
    """Void a document and replace it with ``quantity`` t, in the wizard (9.6)."""
    wizard = server.execute(
        "asi.coc.document.void",
        "create",
        {
            "document_id": document["id"],
            "course": "replaced",
            "found": "The weighbridge shows less",
            "cause": "Wrong tare",
            "agreed_correction": "Replace the document",
            "agreed_with": "Matthew Johnson",
            "prevention": "Tare twice",
        },
    )
    (line,) = server.execute(
        "asi.coc.document.void.line", "search", [("wizard_id", "=", wizard)]
    )
    server.execute(
        "asi.coc.document.void.line", "write", [line], {"corrected_qty": quantity}
    )
    server.execute("asi.coc.document.void", "action_confirm", [wizard])


def read_receipt(server, receipt: int) -> tuple:
    (values,) = server.execute(
        "stock.picking",
        "read",
        [receipt],
        ["coc_claim_state", "coc_received_document_id"],
    )
    document = values["coc_received_document_id"]
    return values["coc_claim_state"], document and document[1]


def test_document_goes_from_one_to_the_other(issuer, receiver, mailbox, shell):
    """Delivered and e-mailed, dropped and verified; voided, replaced, corrected."""
    (seller, sold), (buyer, bought) = issuer, receiver
    first, second = f"COC/{YEAR}/00001", f"COC/{YEAR}/00002"
    name = "The 1886 Smelting Company"

    # A delivers, B receives; the mass is Non-CoC until there is a document.
    seller.execute("stock.picking", "button_validate", [sold["delivery"]])
    print_and_send(seller)
    buyer.execute("stock.picking", "button_validate", [bought["receipt"]])
    assert shell(buyer.db, ACCOUNT)["masses"] == {"input non_coc": 50}

    # B drops what came by e-mail on its receipt: read, checked, counted.
    files = mailbox.files(f"CoC Document {first} of {name}")
    (pdf,) = files.values()
    storekeeper = Visitor(buyer)
    storekeeper.drop("document.pdf", pdf, bought["receipt"])
    assert read_receipt(buyer, bought["receipt"]) == ("verified", first)
    assert shell(buyer.db, ACCOUNT) == {
        "masses": {"input coc": 30, "input non_coc": 20},
        "differences": 0,
    }

    # Anybody who holds it looks at A's page, without signing in.
    document = find_issued(seller, first)
    page = document["verification_url"]
    assert page.startswith(f"{seller.url}/coc/document/")
    assert first in Visitor().read(page)

    # A finds that only 20 t were CoC Material, voids and replaces.
    replace(seller, document, 20)
    print_and_send(seller)
    assert find_issued(seller, first)["state"] == "replaced"
    assert shell(seller.db, ACCOUNT) == {
        "masses": {
            "input coc": 60,
            "input non_coc": 40,
            "output coc": 20,
            "output non_coc": 30,
        },
        "differences": 0,
    }

    # B sees it on the page that its document names, and corrects.
    (held,) = buyer.execute(
        "asi.coc.document", "search_read", [("name", "=", first)], ["issuer_page"]
    )
    assert held["issuer_page"] == page
    assert second in Visitor().read(held["issuer_page"])
    files = mailbox.files(f"CoC Document {second} of {name}")
    (pdf,) = files.values()
    storekeeper.drop("document.pdf", pdf, bought["receipt"])
    assert read_receipt(buyer, bought["receipt"]) == ("verified", second)
    assert shell(buyer.db, ACCOUNT) == {
        "masses": {"input coc": 20, "input non_coc": 30},
        "differences": 0,
    }


def test_the_page_tells_nothing_without_its_token(issuer):
    seller, _sold = issuer
    with pytest.raises(urllib.error.HTTPError) as refused:
        Visitor().read(f"{seller.url}/coc/document/{'A' * 32}")
    assert refused.value.code == 404
