"""Bytes as a mainframe writes them, made by hand: the independent writer of the tests' samples.
Numbers are given as their digits without a point: 12.34 of S9(3)V99 is 1234."""

import fractions

POSITIVE, NEGATIVE, UNSIGNED = 0xC, 0xD, 0xF


def text(value, length, page="cp037"):
    return value.ljust(length).encode(page)


def packed(value, digits, sign=None):
    """COMP-3; an even number of digits has a zero in front."""
    sign = sign if sign is not None else NEGATIVE if value < 0 else POSITIVE
    nibbles = f"{abs(value):0{digits}d}{sign:X}"
    return bytes.fromhex(nibbles if len(nibbles) % 2 == 0 else "0" + nibbles)


def zoned(value, digits, signed=True, leading=False, zone=None):
    """DISPLAY in EBCDIC, with the sign in the zone of the last digit, or of the first."""
    out = bytearray(0xF0 + int(digit) for digit in f"{abs(value):0{digits}d}")
    if signed:
        at = 0 if leading else -1
        zone = zone if zone is not None else NEGATIVE if value < 0 else POSITIVE
        out[at] = zone << 4 | out[at] & 15
    return bytes(out)


def zoned_ascii(value, digits, letters=True, leading=False):
    """The same in ASCII: {, A to I and }, J to R; or 0 to 9 and p to y."""
    out = list(f"{abs(value):0{digits}d}")
    at = 0 if leading else -1
    signs = ("}JKLMNOPQR" if value < 0 else "{ABCDEFGHI") if letters else (
        "pqrstuvwxy" if value < 0 else "0123456789")
    out[at] = signs[int(out[at])]
    return "".join(out).encode("ascii")


def separate(value, digits, leading=False, page="cp037"):
    sign, number = "-" if value < 0 else "+", f"{abs(value):0{digits}d}"
    return (sign + number if leading else number + sign).encode(page)


def binary(value, size, order="big", signed=True):
    return value.to_bytes(size, order, signed=signed and value < 0)


def ibm_float(value, size):
    """COMP-1 (4 bytes) and COMP-2 (8): a sign, a power of 16 and a fraction of 6 or 14 hexadecimal
    digits, of which the first is not 0. The value must be exact."""
    value, exponent = fractions.Fraction(value), 64
    sign, value = (0x80, -value) if value < 0 else (0, value)
    while value >= 1:
        value, exponent = value / 16, exponent + 1
    while value and value < fractions.Fraction(1, 16):
        value, exponent = value * 16, exponent - 1
    digits = value * 16 ** (2 * (size - 1))
    assert digits.denominator == 1, "the value has more digits than the float"
    return bytes([sign | (exponent if value else 0)]) + int(digits).to_bytes(size - 1, "big")


def rdw(record, includes=4, order="big", segment=0):
    """A record of format V; segment: 1 the first of a spanned one, 3 one between, 2 the last."""
    length = (len(record) + includes).to_bytes(2, order)
    rest = bytes([segment, 0])
    return (length + rest if order == "big" else rest + length) + record


def block(records, order="big"):
    """A block of format VB: its own four bytes around records that have theirs."""
    return rdw(b"".join(records), 4, order)
