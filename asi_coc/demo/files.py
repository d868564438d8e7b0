"""Small files that people attach in the demo."""

import io

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from odoo import Command

LINE = 7 * mm


def write_pdf(title, lines):
    """Return one page with a title and lines, as PDF."""
    file = io.BytesIO()
    page = Canvas(file, pagesize=A4)
    height = A4[1] - 30 * mm
    page.setFont("Helvetica-Bold", 16)
    page.drawString(25 * mm, height, title)
    page.setFont("Helvetica", 11)
    for number, line in enumerate(lines, 2):
        page.drawString(25 * mm, height - number * LINE, line)
    page.save()
    return file.getvalue()


def attach(env, name, content):
    """Upload a file; the record it is linked to takes it over."""
    file = env["ir.attachment"].create({"name": name, "raw": content})
    return Command.link(file.id)


def attach_pdf(env, title, lines):
    """Upload a page with a title and lines."""
    return attach(env, f"{title}.pdf", write_pdf(title, lines))
