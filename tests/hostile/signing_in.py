"""A one-time link, as a browser uses it."""

from flask.testing import FlaskClient


def through_link(client: FlaskClient, token: str) -> None:
    """Opens the link and, where its page asks for it, presses the button."""
    path = f"/login/{token}"
    answer = client.post(path)
    if answer.status_code == 405:
        answer = client.get(path)
    assert answer.status_code == 303
