"""Twilio Studio's flows, those of the linear kind, as chatbots: what can be carried over is, the rest is named."""

from smartchat.domain.builder.studio.conversion import Converter
from smartchat.domain.builder.studio.document import StudioFlow, is_flow, read_flow
from smartchat.domain.builder.studio.meanings import Meanings
from smartchat.domain.builder.studio.result import LeftOutWidget, StudioImport
from smartchat.domain.builder.studio.speech import language_of
from smartchat.domain.script.steps import Language
from smartchat.domain.script_file.problem import ScriptProblem
from smartchat.domain.script_file.reading import read_script

__all__ = ["LeftOutWidget", "StudioImport", "import_flow", "is_flow"]


def import_flow(document: object, language: Language | None = None) -> StudioImport:
    """A chatbot of the parsed JSON of a Studio flow: its definition, or what Studio's API answers around it.

    `language`: that of the chatbot; None takes the one that its messages are in. Never raises.
    """
    flow = read_flow(document)
    if not isinstance(flow, StudioFlow):
        return StudioImport(None, problems=(ScriptProblem(f"studio_{flow}"),))
    spoken = language or language_of(flow, "es")
    converter = Converter(Meanings(flow, spoken))
    steps = converter.steps()
    left = [*converter.made.left, *(LeftOutWidget(name, type_, "repeated") for name, type_ in flow.repeated)]
    named = converter.made.carried.keys() | {one.name for one in left}
    left += [
        LeftOutWidget(widget.name, widget.type, "unreached")
        for widget in flow.widgets.values()
        if widget.name not in named
    ]
    carried = tuple(name for name in flow.widgets if name in converter.made.carried)
    if not any("text" in step for step in steps):
        return StudioImport(None, carried, tuple(left), (ScriptProblem("studio_nothing"),))
    script = {"name": flow.name, "language": spoken, "steps": steps}
    _, problems = read_script(script)
    return StudioImport(script, carried, tuple(left), problems)
