"""接入: how the settings become what each of the three Kafka clients wants to hear."""

import ssl
from typing import Any, Final

from faust import SASLCredentials, SSLCredentials
from faust.types.auth import CredentialsT

from streams.settings import Settings

_TLS: Final = frozenset({"SSL", "SASL_SSL"})
_SASL: Final = frozenset({"SASL_PLAINTEXT", "SASL_SSL"})


def kafka_python_options(settings: Settings) -> dict[str, Any]:
    """Give the options of kafka-python's producer, consumer and admin client."""
    return {
        "bootstrap_servers": brokers(settings),
        "ssl_context": _tls(settings),
        **_sasl(settings),
    }


def aiokafka_options(settings: Settings) -> dict[str, Any]:
    """Give the options of aiokafka's producer, consumer and admin client."""
    return kafka_python_options(settings)  # the two agree on every name


def faust_brokers(settings: Settings) -> list[str]:
    """Give the addresses as Faust writes them."""
    return [f"kafka://{address}" for address in brokers(settings)]


def faust_credentials(settings: Settings) -> CredentialsT | None:
    """Give Faust's credentials; None speaks plainly."""
    protocol, context = settings.kafka_security_protocol, _tls(settings)
    if protocol in _SASL:
        return SASLCredentials(
            username=settings.kafka_sasl_username,
            password=settings.kafka_sasl_password.get_secret_value(),
            mechanism=settings.kafka_sasl_mechanism,
            ssl_context=context,
        )
    return None if context is None else SSLCredentials(context)


def brokers(settings: Settings) -> list[str]:
    """Give the addresses one by one."""
    return [one.strip() for one in settings.kafka_bootstrap.split(",") if one.strip()]


def _sasl(settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {"security_protocol": settings.kafka_security_protocol}
    if settings.kafka_security_protocol in _SASL:
        options |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_sasl_username,
            "sasl_plain_password": settings.kafka_sasl_password.get_secret_value(),
        }
    return options


def _tls(settings: Settings) -> ssl.SSLContext | None:
    """Make a context that checks the broker's certificate and its name."""
    if settings.kafka_security_protocol not in _TLS:
        return None
    context = ssl.create_default_context(cafile=settings.kafka_ca_file or None)
    if settings.kafka_client_certificate:
        context.load_cert_chain(settings.kafka_client_certificate)
    return context
