"""The survey on peers that are installed beside us. Neither keeps a state by itself: it is put in and taken out."""

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.engine_survey import Step

RIVESCRIPT = """
> begin
+ request
- {ok}
< begin
+ *
- ¿Nos ayuda con tres preguntas?{topic=uno}
> topic uno
+ *
- ¿Su nombre?{topic=dos}
< topic
> topic dos
+ *
- <set nombre=<star>>¿Su edad, <star>?{topic=tres}
< topic
> topic tres
+ [*] # [*]
- <set edad=<star>>¿Dónde compra?{topic=cuatro}
+ *
- <set edad=<star>>¿Dónde compra?{topic=cuatro}
< topic
> topic cuatro
+ *
- ¡Gracias, <get nombre>!{topic=random}
< topic
"""
AIML = """<?xml version="1.0" encoding="UTF-8"?><aiml version="1.0.1">
<category><pattern>INICIO</pattern><template><think><set name="topic">uno</set></think>Nos ayuda</template></category>
<topic name="UNO"><category><pattern>*</pattern><template><think><set name="topic">dos</set></think>Su nombre</template>
</category></topic>
<topic name="DOS"><category><pattern>*</pattern><template><think><set name="nombre"><star/></set>
<set name="topic">tres</set></think>Su edad <star/></template></category></topic>
<topic name="TRES"><category><pattern>*</pattern><template><think><set name="edad"><star/></set>
<set name="topic">cuatro</set></think>Donde compra</template></category></topic>
<topic name="CUATRO"><category><pattern>*</pattern><template>Gracias <get name="nombre"/></template></category></topic>
</aiml>"""


def rivescript() -> Step:
    from rivescript import RiveScript

    bot = RiveScript(utf8=True)
    bot.stream(RIVESCRIPT)
    bot.sort_replies()

    def turn(state: Any, answer: str | None) -> tuple[Any, str]:
        with suppress(KeyError):
            bot.clear_uservars("x")
        if state:
            bot.set_uservars("x", state)
        said = bot.reply("x", answer or "inicio")
        return bot.get_uservars("x"), said

    return turn


def aiml() -> Step:
    from aiml import Kernel

    with tempfile.NamedTemporaryFile("w", suffix=".aiml", encoding="utf-8", delete=False) as file:
        file.write(AIML)
    kernel = Kernel()
    kernel.verbose(False)
    kernel.learn(file.name)
    Path(file.name).unlink()

    def turn(state: Any, answer: str | None) -> tuple[Any, str]:
        kernel._sessions.pop("x", None)
        kernel._addSession("x")
        for name, value in state.items():
            kernel.setPredicate(name, value, "x")
        said = kernel.respond(answer or "inicio", "x")
        return dict(kernel.getSessionData("x")), said

    return turn
