"""Custom Data: the values that each contact brings from the contact file."""

from dataclasses import dataclass
from typing import Literal

DataType = Literal["TEXT", "NUMBER", "DATE"]


@dataclass(frozen=True, slots=True)
class DataColumn:
    """One Custom Data step of a chatbot: the header that the contact file needs, and the type of its cells."""

    id: str
    data_type: DataType
