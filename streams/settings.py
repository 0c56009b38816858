"""设置: what an installation may choose, read by the composition roots only."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """设置, each from the variable `BIHUAN_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="BIHUAN_", extra="ignore", frozen=True)

    data: Annotated[Path, Field(description="directory of the database file and the keys")] = Path(
        "data"
    )
    database_url: Annotated[
        str, Field(description="PostgreSQL address; empty: the SQLite file in the data directory")
    ] = ""
    master_key: Annotated[
        SecretStr,
        Field(description="32 bytes in URL-safe base64; empty: the file master.key, made once"),
    ] = SecretStr("")
    area_code: Annotated[
        str, Field(description="city code without its 0, for local numbers written without one")
    ] = ""
    auto_assign: Annotated[
        bool, Field(description="assign without a person where the catalogue is sure")
    ] = True
    pool_size: Annotated[int, Field(ge=1, le=100, description="database connections kept open")] = 8
    inbox_days: Annotated[
        int, Field(ge=1, description="days that a message id is remembered (our default)")
    ] = 400
    clamav: Annotated[
        str,
        Field(description="ClamAV daemon for evidence files, host:port or socket; empty: none"),
    ] = ""
    text_signature: Annotated[str, Field(description="signature of every text, inside 【】")] = (
        "12345热线"
    )
    public_url: Annotated[
        str, Field(description="address of the citizens' pages, as texts name it; empty: none")
    ] = ""
    twilio_account_sid: Annotated[
        str, Field(description="Twilio account; empty: the simulated sender, which texts nobody")
    ] = ""
    twilio_auth_token: Annotated[SecretStr, Field(description="Twilio token")] = SecretStr("")
    twilio_messaging_service_sid: Annotated[
        str, Field(description="Twilio Messaging Service that the texts leave through")
    ] = ""
    twilio_status_callback: Annotated[
        str, Field(description="address that Twilio reports delivery to; empty: none")
    ] = ""
