#!/usr/bin/env python3
"""Writes decimal.csv beside this file: operation,a,b,c,result as Python's decimal module computes them (34 digits,
half-even, exponents as in IEEE 754 decimal128). It is an implementation independent of ours; the file is committed so that
the tests need no Python. "null" where the result is no finite number. Deterministic."""

import decimal
import pathlib
import random
from decimal import Decimal

CONTEXT = decimal.Context(prec=34, rounding=decimal.ROUND_HALF_EVEN, Emin=-6143, Emax=6144,
                          traps=[decimal.Overflow, decimal.DivisionByZero, decimal.InvalidOperation])
WIDE = decimal.Context(prec=120, rounding=decimal.ROUND_HALF_EVEN, Emin=-999999, Emax=999999,
                       traps=[decimal.Overflow, decimal.DivisionByZero, decimal.InvalidOperation])
EXACT = decimal.Context(prec=30000, rounding=decimal.ROUND_FLOOR, Emin=-999999, Emax=999999)
ROUNDINGS = {"half_even": decimal.ROUND_HALF_EVEN, "half_up": decimal.ROUND_HALF_UP, "half_down": decimal.ROUND_HALF_DOWN,
             "up": decimal.ROUND_UP, "down": decimal.ROUND_DOWN, "floor": decimal.ROUND_FLOOR,
             "ceiling": decimal.ROUND_CEILING}
random.seed(20260302)


def canonical(value):
    """The house's canonical text, written down a second time."""
    if value is None:
        return "null"
    if value == 0:
        return "0"
    sign, digits, exponent = value.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    stripped = text.rstrip("0")
    exponent += len(text) - len(stripped)
    text = stripped
    if exponent >= 0:
        plain = text + "0" * exponent
    elif len(text) + exponent > 0:
        plain = text[:exponent] + "." + text[exponent:]
    else:
        plain = "0." + "0" * -(len(text) + exponent) + text
    if len(plain) > 40:
        adjusted = exponent + len(text) - 1
        plain = text[0] + ("." + text[1:] if len(text) > 1 else "") + "E%+d" % adjusted
    return ("-" if sign else "") + plain


def number(kind):
    digits = {"small": random.randint(1, 6), "amount": random.randint(1, 15), "word": random.randint(15, 20),
              "long": random.randint(20, 34), "full": 34, "any": random.randint(1, 34), "huge": random.randint(1, 34)}[kind]
    coefficient = random.choice([random.randrange(10 ** digits), 10 ** digits - 1, 10 ** (digits - 1),
                                 random.randrange(10 ** digits), random.randrange(10 ** digits)])
    exponent = {"small": random.randint(-3, 3), "amount": random.randint(-6, 2), "word": random.randint(-12, 4),
                "long": random.randint(-34, 10), "full": random.randint(-40, 10), "any": random.randint(-60, 60),
                "huge": random.choice([random.randint(-6176, 6111), random.randint(-6176, -6100),
                                       random.randint(6050, 6111)])}[kind]
    return CONTEXT.create_decimal(Decimal((random.randint(0, 1), tuple(map(int, str(coefficient))), exponent)))


def attempt(function):
    try:
        result = function()
    except decimal.DecimalException:
        return None
    return result if result.is_finite() else None


def floored_modulo(a, b):
    if b == 0:
        return None
    if a.adjusted() - b.adjusted() > 7000 or b.adjusted() - a.adjusted() > 7000:
        return "skip"
    remainder = EXACT.remainder(a, b)  # exact, with the sign of a
    if remainder != 0 and (remainder < 0) != (b < 0):
        return CONTEXT.add(remainder, b)
    return CONTEXT.plus(remainder)


def rounded(wide):
    return CONTEXT.plus(wide)


def power(a, b):
    if b == 0:
        return Decimal(1)
    if a == 0:
        return None if b < 0 else Decimal(0)
    if a < 0 and b != b.to_integral_value():
        return None
    return attempt(lambda: rounded(WIDE.power(a, b)))


def main():
    rows = []

    def put(operation, a, b, c, result):
        if result == "skip":
            return
        rows.append(",".join([operation, str(a), str(b), str(c), canonical(result)]))

    kinds = ["small", "amount", "word", "long", "full", "any", "huge"]
    for _ in range(1400):
        first, second = random.choice(kinds), random.choice(kinds)
        a, b = number(first), number(second)
        put("add", a, b, "", attempt(lambda: CONTEXT.add(a, b)))
        put("subtract", a, b, "", attempt(lambda: CONTEXT.subtract(a, b)))
        put("multiply", a, b, "", attempt(lambda: CONTEXT.multiply(a, b)))
        put("divide", a, b, "", attempt(lambda: CONTEXT.divide(a, b)) if b != 0 else None)
        put("modulo", a, b, "", floored_modulo(a, b))
        rows.append(",".join(["compare", str(a), str(b), "", str(int(a.compare(b)))]))
        mode = random.choice(list(ROUNDINGS))
        scale = random.randint(-4, 12) if first != "huge" else random.randint(-60, 60)
        if a == 0 or a.as_tuple().exponent >= -scale:
            result = a
        else:
            result = attempt(lambda: a.quantize(Decimal((0, (1,), -scale)), rounding=ROUNDINGS[mode], context=WIDE))
            if result is None:
                continue
        put("round", a, scale, mode, result)
    for _ in range(250):
        a = number(random.choice(["small", "amount", "long", "any", "huge"]))
        put("square_root", a, "", "", attempt(lambda: CONTEXT.sqrt(a)) if a >= 0 else None)
        put("natural_logarithm", a, "", "", attempt(lambda: CONTEXT.ln(a)) if a > 0 else None)
        e = number(random.choice(["small", "amount", "any"]))
        if abs(e) < 20000:
            put("exponential", e, "", "", attempt(lambda: CONTEXT.exp(e)))
        base = number(random.choice(["small", "amount"]))
        exponent = Decimal(random.randint(-40, 60)) if random.random() < 0.6 else Decimal(random.randint(-400, 400)) / 8
        put("power", base, exponent, "", power(base, exponent))
    for _ in range(300):
        digits = "".join(random.choice("0123456789") for _ in range(random.randint(1, 60)))
        point = random.randint(0, len(digits))
        text = random.choice(["", "-", "+"]) + digits[:point] + random.choice([".", ""]) + digits[point:]
        if random.random() < 0.4:
            text += random.choice("eE") + random.choice(["", "-", "+"]) + str(random.choice([0, 3, 40, 6100, 6144, 6150, 6176, 6190]))
        put("parse", text, "", "", attempt(lambda: CONTEXT.create_decimal(text)))
    target = pathlib.Path(__file__).with_name("decimal.csv")
    target.write_text("operation,a,b,c,result\n" + "\n".join(rows) + "\n", encoding="utf-8")
    print(len(rows), "cases")


main()
