"""Files that become chatbots: our own script files, and flows of Twilio Studio."""

from dataclasses import dataclass
from datetime import datetime

from smartchat.domain.builder import studio
from smartchat.domain.builder.studio import LeftOutWidget

from . import chatbots


@dataclass(frozen=True)
class ImportedFile:
    """The chatbot of a file, or its problems. Of a Studio flow also what came along and what was left out, by name."""

    chatbot: chatbots.ImportedChatbot
    is_flow: bool = False
    carried: tuple[str, ...] = ()
    left_out: tuple[LeftOutWidget, ...] = ()


def import_file(data: object, author_id: int | None, now: datetime) -> ImportedFile:
    """Saves the parsed JSON of a file as a new chatbot; refuses one that has errors, with all of them."""
    if not studio.is_flow(data):
        return ImportedFile(chatbots.import_script(data, author_id, now))
    found = studio.import_flow(data)
    if found.script_json is None:
        imported = chatbots.ImportedChatbot(None, "", found.problems)
    else:
        imported = chatbots.import_script(found.script_json, author_id, now)
    return ImportedFile(imported, True, found.carried, found.left_out)
