"""What a formula may say; checked when it is made."""

from ._coerce import datetime, json_path
from ._json import loads
from ._repr import f64


def check_formula(formula):
    """Refuse a formula that could never be evaluated."""
    _check(formula._formula)
    for name in loads(formula._defaults) if formula._defaults is not None else ():
        _variable(name)


def _fail(text):
    raise ValueError("failed to parse formula: Validation failed: " + text)


def _check(expression):
    kind = type(expression).__name__
    if kind == "Variable":
        _variable(expression.var)
    elif kind == "Datetime":
        _time(expression.date_time)
    elif kind in ("Max", "Min") and not expression._exprs:
        _fail("`%s` needs at least one operand" % kind.lower())
    elif kind == "Decay":
        _decay(expression)
    for operand in _operands(expression, kind):
        if operand is not None:
            _check(operand)


def _operands(expression, kind):
    if kind in ("Mult", "Sum", "Max", "Min"):
        return expression._exprs
    if kind in ("Neg", "Sqrt", "Exp", "Log10", "Ln", "Acosh", "Abs"):
        return (expression._expr,)
    if kind == "Div":
        return (expression._left, expression._right)
    if kind == "Pow":
        return (expression._base, expression._exponent)
    if kind == "Decay":
        return (expression._x, expression._target)
    return ()


def _variable(name):
    try:
        if not name.startswith("$"):
            json_path(name)
            return
    except ValueError:
        _fail("failed to parse variable ID %s: Invalid payload variable: %s" % (name, name))
    if name == "$score" or name.startswith("$score[") and name.endswith("]") and name[7:-1].isdecimal():
        return
    what = "variable" if name.startswith("$score") else "word"
    _fail("failed to parse variable ID %s: Invalid reserved %s: %s" % (name, what, name))


def _time(text):
    try:
        datetime(text)
    except ValueError as e:
        _fail(str(e).replace("failed to parse date-time", "failed to parse date-time %s" % text, 1))


def _decay(decay):
    midpoint, scale = decay.midpoint, decay.scale
    linear = decay.kind is type(decay.kind).Lin
    if midpoint is not None and not (0 <= midpoint <= 1 if linear else 0 < midpoint < 1):
        _fail("%s midpoint should be in the range %s, got %s."
              % (("Linear decay", "[0.0, 1.0]") + (f64(midpoint),) if linear else ("Decay", "(0.0, 1.0)", f64(midpoint))))
    if scale is not None and not scale > 0:
        _fail("Decay scale should be non-zero positive, got %s." % f64(scale))
