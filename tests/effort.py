"""How hard the tests try: `dev` shows that a rule holds, `ci` searches for where it does not.

`make test` is `dev`; `make check` runs the properties and the rounds again as `ci` (`--hypothesis-profile=ci`).
"""

from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code: nothing here goes by the clock.
_PATIENT = {"deadline": None, "suppress_health_check": (HealthCheck.too_slow,)}
settings.register_profile("dev", max_examples=30, **_PATIENT)
settings.register_profile("ci", max_examples=150, print_blob=True, **_PATIENT)
settings.load_profile("dev")  # whatever the environment suggests: who wants `ci` says so


def examples(most: int) -> settings:
    """For a property that asks for a number of its own: all of it in `ci`, a third otherwise."""
    return settings(max_examples=most if is_thorough() else max(most // 3, 10))


def rounds(few: int, many: int) -> int:
    """How often a race is run: the shortest that shows it, or as often as finds a rare one."""
    return many if is_thorough() else few


def is_thorough() -> bool:
    """Whether this session searches."""
    return settings.get_current_profile_name() == "ci"
