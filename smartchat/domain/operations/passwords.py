"""What a password must be like, wherever one is set."""

from collections.abc import Callable

SHORTEST = 12
LONGEST = 1024  # a longer one only costs time
FEWEST_LETTERS = 5
ADVICE = "A phrase of four or five words is easy to remember and hard to guess; spaces are welcome."

Common = Callable[[str], bool]


def problem(password: str, email: str, is_common: Common) -> str | None:
    """What is wrong with a password, as a sentence with what to do; None where it may be used.

    `is_common` says of a word in small letters whether it is among the passwords that everybody tries first. What is
    made of one by repeating it, or by digits and signs around it, is no better.
    """
    if len(password) < SHORTEST:
        return f"The password has {len(password)} characters; it needs at least {SHORTEST}. {ADVICE}"
    if len(password) > LONGEST:
        return f"The password has {len(password)} characters; it may have up to {LONGEST}."
    small = password.strip().lower()
    if len(set(small)) < FEWEST_LETTERS:
        return f"The password is made of fewer than {FEWEST_LETTERS} different characters. {ADVICE}"
    if _is_the_address(small, email.strip().lower()):
        return f"The password is the e-mail address, which everybody knows. {ADVICE}"
    if any(is_common(word) for word in _cores(small)):
        return f"The password is among those that are tried first, or made of one. {ADVICE}"
    return None


def _cores(small: str) -> set[str]:
    """The password itself, what is left without digits and signs around it, and what these repeat."""
    words = {small, small.strip(_no_letters(small))}
    return {core for word in words if word for core in (word, _repeated(word))}


def _no_letters(text: str) -> str:
    """What of it is a digit or a sign."""
    return "".join({char for char in text if not char.isalpha()})


def _repeated(word: str) -> str:
    """`abc` for `abcabc`; the word itself where it repeats nothing."""
    return word[: (word + word).index(word, 1)]


def _is_the_address(small: str, email: str) -> bool:
    name = email.partition("@")[0]
    return small == email or small.rstrip(_no_letters(small)) in (email, name)
