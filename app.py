"""WSGI entry: `gunicorn app:app`, and the commands: `flask --app app …`."""

from smartchat import create_app

app = create_app()
