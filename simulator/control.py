"""What tests and auditors ask of the simulator: faults, the log, whether it lives."""

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from .faults import Faults, parse
from .messages import record
from .store import webhook_record
from .world import World


def blueprint(world: World) -> Blueprint:
    """The routes /faults, /log.json and /healthz."""
    control = Blueprint("control", __name__)

    @control.get("/faults")
    def faults() -> Response:
        return jsonify(world.mishaps.as_json())

    @control.post("/faults")
    def set_faults() -> ResponseReturnValue:
        wanted = parse(request.get_json(force=True, silent=True))
        if isinstance(wanted, str):
            return jsonify(message=wanted, status=400), 400
        return _put(wanted)

    @control.delete("/faults")
    def clear_faults() -> ResponseReturnValue:
        return _put(Faults())

    def _put(wanted: Faults) -> ResponseReturnValue:
        world.mishaps.set(wanted)
        if not wanted.hold_deliveries:
            world.delivery.release()
        return jsonify(world.mishaps.as_json())

    @control.get("/log.json")
    def log() -> Response:
        # Not under the lock: sending must not wait for a long log to be written down.
        messages = [record(message) for message in world.store.everything()]
        webhooks = [webhook_record(webhook) for webhook in list(world.store.webhooks)]
        return jsonify(now=world.clock.now().isoformat(), messages=messages, webhooks=webhooks)

    @control.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok", now=world.clock.now().isoformat(), messages=world.store.count())

    return control
