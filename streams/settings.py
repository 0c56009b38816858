"""设置: what an installation may choose, read by the composition roots only."""

from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

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
    text_catalogues: Annotated[
        Path | None,
        Field(description="directory of further languages and changed texts; empty: none"),
    ] = None
    texts_a_day: Annotated[
        int, Field(ge=1, description="texts to one citizen on one day (our default)")
    ] = 10
    text_price: Annotated[
        Decimal, Field(ge=0, description="estimated price of one segment in CNY (our default)")
    ] = Decimal("0.05")
    quiet_begins: Annotated[time, Field(description="no texts from then (our default)")] = time(21)
    quiet_ends: Annotated[time, Field(description="texts again from then (our default)")] = time(8)
    public_url: Annotated[
        str, Field(description="address of the citizens' pages, as texts name it; empty: none")
    ] = ""
    report_url: Annotated[
        str, Field(description="address of the upper platform for ratings; empty: none")
    ] = ""
    report_target: Annotated[str, Field(description="name of that platform in our reports")] = (
        "province"
    )
    report_mapping: Annotated[
        Path | None, Field(description="its field names and codes; empty: the built-in ones")
    ] = None
    report_app_mark: Annotated[str, Field(description="our mark on that platform")] = ""
    report_secret: Annotated[SecretStr, Field(description="our secret on that platform")] = (
        SecretStr("")
    )
    report_signer: Annotated[
        str, Field(description="signature: hmac-sha256, or a plug-in module:factory (SM2)")
    ] = "hmac-sha256"
    trusted_proxies: Annotated[
        str,
        Field(
            description="addresses of our own proxies, with commas, who name the client's address "
            "in `X-Forwarded-For`; empty: nobody is believed"
        ),
    ] = ""
    twilio_account_sid: Annotated[
        str, Field(description="Twilio account; empty: the simulated sender, which texts nobody")
    ] = ""
    twilio_auth_token: Annotated[SecretStr, Field(description="Twilio token")] = SecretStr("")
    twilio_messaging_service_sid: Annotated[
        str, Field(description="Twilio Messaging Service that the texts leave through")
    ] = ""
    twilio_api_url: Annotated[
        str, Field(description="address of a gateway in front of Twilio; empty: Twilio's own")
    ] = ""
    twilio_status_callback: Annotated[
        str,
        Field(description="where Twilio reports delivery; empty: below the public address"),
    ] = ""
    start_seconds_max: Annotated[
        float,
        Field(
            ge=0,
            description="how long a start waits for database and Kafka; 0: not at all "
            "(our default: a day)",
        ),
    ] = 86_400.0
    voice_opens: Annotated[
        time, Field(description="calls are taken from then; equal to the end: day and night")
    ] = time(0)
    voice_closes: Annotated[time, Field(description="calls are taken until then")] = time(0)
    voice_waiting_max: Annotated[
        int, Field(ge=1, description="callers that may wait at once (our default)")
    ] = 30
    voice_wait_seconds_max: Annotated[
        int, Field(ge=10, description="seconds after which a caller is called back (our default)")
    ] = 300
    voice_recording: Annotated[
        bool, Field(description="record calls, and tell so at the beginning of each")
    ] = True
    recording_days: Annotated[
        int, Field(ge=1, description="days that a recording is kept (our default: two years)")
    ] = 730
    voice_operator_line: Annotated[
        str,
        Field(
            description="telephone of an operator, as `sip:{person}@example.sip.twilio.com` or "
            "`client:{person}`; empty: the duty number, or else `client:{person}`"
        ),
    ] = ""
    voice_hold_music: Annotated[
        str, Field(description="address of a sound that waiting callers hear; empty: silence")
    ] = ""
    voice_name_zh: Annotated[str, Field(description="Twilio voice that speaks Chinese")] = (
        "Polly.Zhiyu"
    )
    voice_name_en: Annotated[str, Field(description="Twilio voice that speaks English")] = (
        "Polly.Joanna"
    )
    kafka_bootstrap: Annotated[
        str,
        Field(description="Kafka brokers, host:port by comma; empty: everything in one process"),
    ] = ""
    kafka_replicas: Annotated[
        int,
        Field(ge=1, le=9, description="copies of each topic; one fewer must take each message"),
    ] = 3
    kafka_security_protocol: Annotated[
        Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"],
        Field(description="how to speak to the brokers: `SASL_SSL` wherever data is real"),
    ] = "PLAINTEXT"
    kafka_sasl_mechanism: Annotated[
        Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"],
        Field(description="how the user is proved, with `SASL_…`"),
    ] = "SCRAM-SHA-512"
    kafka_sasl_username: Annotated[str, Field(description="user at the brokers, with `SASL_…`")] = (
        ""
    )
    kafka_sasl_password: Annotated[
        SecretStr, Field(description="password at the brokers, with `SASL_…`")
    ] = SecretStr("")
    kafka_ca_file: Annotated[
        str, Field(description="certificates in PEM that the brokers are known by; empty: system's")
    ] = ""
    kafka_client_certificate: Annotated[
        str, Field(description="our certificate and key in one PEM file; empty: none is shown")
    ] = ""
    kafka_group: Annotated[
        str, Field(description="consumer group of the workers; a new name reads all intake again")
    ] = "bihuan"
    kafka_session_seconds: Annotated[
        float,
        Field(ge=6, le=300, description="silence after which a worker's partitions go to others"),
    ] = 30.0
    kafka_ack_seconds: Annotated[
        float,
        Field(gt=0, le=30, description="wait for Kafka before intake is stored without it"),
    ] = 2.0
    intake_answer_seconds: Annotated[
        float,
        Field(ge=0, le=30, description="wait for a number before a link to the answer is given"),
    ] = 2.0
    intake_pause_seconds: Annotated[
        float,
        Field(ge=0, le=600, description="Kafka is left alone so long after it did not answer"),
    ] = 10.0
    intake_bytes_max: Annotated[
        int,
        Field(ge=1024, le=1_000_000, description="bytes of an intake message, more is refused"),
    ] = 262_144
    intake_clock_skew_seconds_max: Annotated[
        int, Field(ge=0, description="how far a sender's clock may be ahead")
    ] = 300
    intake_sources: Annotated[
        str,
        Field(
            pattern=r"^$|^[^=,]+=[^=,]+(,[^=,]+=[^=,]+)*$",
            description="systems that may send, as `/source=system` by comma, each with the name "
            "of its key; empty: whoever may write to the topics",
        ),
    ] = ""
    worker_host: Annotated[
        str, Field(description="address of a worker's metrics and health (our default: loopback)")
    ] = "127.0.0.1"
    worker_port: Annotated[
        int, Field(ge=0, le=65535, description="port of a worker's metrics and health; 0: none")
    ] = 8013
