"""Reference and page numbers at the foot of each page of a PDF.

Debian's wkhtmltopdf knows no footers; a document one signs needs its pages
to belong together.
"""

import io

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from odoo.tools.pdf import PdfFileReader, PdfFileWriter

MARGIN = 15 * mm
BASELINE = 8 * mm


def number_pages(stream, reference, get_number_text):
    """Return a copy of the PDF ``stream`` with a line at the foot of each page.

    ``get_number_text`` makes the words of a page number and the page count.
    """
    writer = PdfFileWriter()
    writer.appendPagesFromReader(PdfFileReader(stream))
    pages = writer.getNumPages()
    for number in range(pages):
        page = writer.getPage(number)
        width = float(page.mediaBox.getWidth())
        text = get_number_text(number + 1, pages)
        page.mergePage(_foot(width, reference, text))
    result = io.BytesIO()
    writer.write(result)
    return result


def _foot(width, reference, text):
    foot = io.BytesIO()
    canvas = Canvas(foot, pagesize=(width, 2 * BASELINE))
    canvas.setFont("Helvetica", 7.5)
    canvas.setFillGray(0.35)
    # The PDF's own fonts know Latin letters only; the page itself has the rest.
    canvas.drawString(MARGIN, BASELINE, _latin(reference))
    canvas.drawRightString(width - MARGIN, BASELINE, _latin(text))
    canvas.save()
    return PdfFileReader(foot).getPage(0)


def _latin(text):
    return text.replace("–", "-").encode("latin-1", "ignore").decode("latin-1")
