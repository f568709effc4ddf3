"""Values that are not there: what a calculation or a condition is for want of."""

from collections.abc import Iterable, Mapping

from smartchat.domain.script.evaluation import Known
from smartchat.domain.script.formulas import FormulaFault, Node, names, parse_expression
from smartchat.domain.script.steps import Simple


def unknown(node: Node, known: Mapping[str, Known]) -> tuple[str, ...]:
    """The IDs in a formula that have no value, in its order, each once."""
    return _without(known, (name.id for name in names(node)))


def missing_values(condition: Simple | str, known: Mapping[str, Known]) -> tuple[str, ...]:
    """The IDs that a condition asks for and that have no value; () for one that cannot be read."""
    if isinstance(condition, Simple):
        return _without(known, (condition.step,))
    expression = parse_expression(condition)
    return () if isinstance(expression, FormulaFault) else unknown(expression, known)


def _without(known: Mapping[str, Known], wanted: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id_ for id_ in wanted if known.get(id_) is None))
