import io
import re
import zipfile

from lxml import html

from odoo.tests import HttpCase

from .common import UserCase

CONCERN = "Dust from the dross heap blows over the village."


def make_office(*names, **entries):
    """Return an office file with entries of those names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


class ComplaintCase(UserCase, HttpCase):
    """Complaints, and those who make them over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scope.representative_ids = cls.representative
        cls.register = cls.env["asi.coc.complaint"]

    def path(self):
        return f"/coc/complaint/{self.scope.id}"

    def read_page(self, response):
        """Return the text of the page that a person sees, with single spaces."""
        main = html.fromstring(response.content).xpath("//main")[0]
        texts = [text.strip() for text in main.itertext()]
        return " ".join(" ".join(filter(None, texts)).split())

    def hidden(self, response, name):
        return re.search(rf'name="{name}" value="([^"]+)"', response.text)[1]

    def open_form(self, path=None, seconds=60):
        """Open the form as a visitor does, and take some time to fill it in."""
        response = self.url_open(path or self.path())
        self.assertEqual(response.status_code, 200)
        self.clock.tick(seconds)
        numbers = re.search(r"What is\s+(\d)\s+plus\s+(\d)", self.read_page(response))
        return {
            "csrf_token": self.hidden(response, "csrf_token"),
            "stamp": self.hidden(response, "stamp"),
            "sum": str(sum(map(int, numbers.groups()))),
            "concern": CONCERN,
        }

    def send(self, values, files=(), path=None, **options):
        return self.url_open(
            path or self.path(),
            data=values,
            files=[("files", file) for file in files] or [("files", ("", b""))],
            **options,
        )

    def complain(self, files=(), **values):
        """Complain by the form; return the complaint and the path to follow it."""
        response = self.send({**self.open_form(), **values}, files)
        self.assertEqual(response.status_code, 200, response.text)
        self.assertIn("/coc/complaint/follow/", response.url, self.read_page(response))
        path = response.url[response.url.index("/coc/complaint/follow/") :]
        token = path.rpartition("/")[2]
        return self.register._find_by_token(token).with_env(self.env), path

    def own(self):
        """Return the complaints of the scope."""
        return self.register.search([("scope_id", "=", self.scope.id)])

    def advance(self, complaint, state):
        """Take a complaint through its stages, as an officer does."""
        own = complaint.with_user(self.officer)
        steps = (
            ("received", lambda: own.action_acknowledge()),
            ("acknowledged", lambda: own.action_admit()),
            ("admissible", lambda: own.action_investigate()),
            ("investigating", lambda: self.decide(own)),
            ("decided", lambda: self.answer(own)),
            ("answered", lambda: own.action_close()),
        )
        for before, step in steps:
            if complaint.state == before != state:
                step()
        self.assertEqual(complaint.state, state)

    def decide(self, own):
        own.log_ids = [(0, 0, {"kind": "visit", "what": "The heap is not covered."})]
        own.write(
            {
                "outcome": "substantiated",
                "decision": "The heap has to be covered.",
                "remedy": "A roof is built.",
            }
        )
        own.action_decide()

    def answer(self, own):
        own.answer = "You are right; a roof is built by May."
        own.action_answer()
