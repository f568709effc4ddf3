"""Values that external systems want and nobody else may see."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from smartchat.db import Base, UtcDateTime

from .people import User


class Secret(Base):
    """A secret by its name, encrypted with a key made from SECRET_KEY; no page or export shows its value.

    `hosts`, with blanks between, are the only ones that it is given to; of older ones without any, nobody gets it.
    """

    __tablename__ = "secrets"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)
    hosts: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
