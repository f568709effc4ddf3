"""Hands on the builder: a keyboard, and what it made."""

from typing import Any

from playwright.sync_api import Page, expect


def steps_of(page: Page, chatbot: str) -> list[dict[str, Any]]:
    """The saved script's steps, without what every question has by itself."""
    script = page.request.get(f"{chatbot}/script.json").json()
    return [
        {key: value for key, value in step.items() if not key.startswith("retr")} for step in script["steps"]
    ]


class Keyboard:
    """Hands on the keyboard: nothing is clicked, and nothing is focused but by Tab."""

    def __init__(self, page: Page) -> None:
        self.page, self.press, self.type = page, page.keyboard.press, page.keyboard.type

    def tab_to(self, selector: str) -> None:
        for _ in range(60):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.press("Tab")
        raise AssertionError(f"{selector} was not reached by Tab")

    def add(self, step_type: str) -> None:
        """From the open menu of steps to the first field of a new step."""
        self.tab_to(f'button[value^="add {step_type}"]')
        self.press("Enter")
        expect(
            self.page.locator(f".step-{step_type.replace('_', '-')} #step-form [autofocus]")
        ).to_be_focused()
        self.press("Control+A")

    def write(self, text: str) -> None:
        """Into the field that has the focus, in place of what is there; of a select, the option."""
        name = self.page.evaluate("document.activeElement.tagName")
        if name == "SELECT":
            self.choose(text)
            return
        self.press("Control+A")
        for at, line in enumerate(text.split("\n")):
            if at:
                self.press("Enter")
            self.type(line)

    def choose(self, value: str) -> None:
        """An option of the select that has the focus, by its value; the arrows go there."""
        for _ in range(20):
            if self.page.evaluate("document.activeElement.value") == value:
                return
            self.press("ArrowDown")
        raise AssertionError(f"there is no option {value}")

    def call_it(self, step_id: str) -> None:
        """Gives the step that is being edited its ID."""
        self.tab_to("#step-form #id")
        self.write(step_id)

    def done(self, step_id: str, inside: bool = False) -> None:
        """Ends the form; the focus is where the next step is added: after it, or inside a flow."""
        self.press("Control+Enter")
        place = ".inside > .gap" if inside else ".gap"
        expect(self.page.locator(f"#step-{step_id} > {place} .add")).to_be_focused()

    def next(self) -> None:
        self.press("Enter")
        expect(self.page.locator(".add-menu button").first).to_be_focused()
