"""How reports write numbers and days: exact, in the reader's language."""

from decimal import ROUND_HALF_UP, Context, Decimal

from odoo.tools.misc import format_date, format_datetime, get_lang

# Sums of many masses have more digits than Python's default of 28.
EXACT = Context(prec=60)


def format_number(env, value, digits=6, at_least=0):
    """Return ``value`` with separators and no more decimals than it has.

    At most ``digits`` decimals and at least ``at_least`` of them: tonnes are
    written 100,000 or 2.5 and a gram 0.000001; a share 80.00.
    """
    exponent = Decimal(1).scaleb(-digits)
    number = Decimal(str(value)).quantize(exponent, ROUND_HALF_UP, EXACT)
    whole, _point, decimals = f"{abs(number):f}".partition(".")
    decimals = decimals.rstrip("0").ljust(at_least, "0")
    lang = env["res.lang"].browse(get_lang(env).id)
    text = lang.format("%d", int(whole), grouping=True)
    if decimals:
        text += get_lang(env).decimal_point + decimals
    return f"-{text}" if number < 0 else text


def format_day(env, day):
    """Return a day nobody reads as another one: July 11, 2020."""
    return format_date(env, day, date_format="long")


def format_moment(env, moment):
    """Return a moment with the reader's time zone."""
    return format_datetime(env, moment, dt_format="long")
