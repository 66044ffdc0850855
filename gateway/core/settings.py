"""What an adapter is told: settings that refuse what they do not know, and faults told alike for each of them."""

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from gateway.core.errors import ConfigurationError


class AdapterSettings(BaseModel):
    """The settings of one adapter; `what` names it in a message, as in "the SFTP server"."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    what: ClassVar[str]

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> Self:
        """Return the settings; raise ConfigurationError that names each wrong one and what it must be."""
        try:
            return cls.model_validate(settings)
        except ValidationError as error:
            raise ConfigurationError(f"The settings of {cls.what} are wrong. {faults_of(error)}.") from None


def faults_of(error: ValidationError) -> str:
    """Return each wrong setting and how it is wrong, without its value: it may be a secret."""
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
