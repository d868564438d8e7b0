import base64
import io

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage


def draw_qr_code(text):
    """Return a QR code of ``text`` as the data URI of an SVG, with its quiet zone.

    One path: Debian's wkhtmltopdf prints it as it is, in any size.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    file = io.BytesIO()
    code.make_image(image_factory=SvgPathImage).save(file)
    return f"data:image/svg+xml;base64,{base64.b64encode(file.getvalue()).decode()}"
