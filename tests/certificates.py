"""A certificate authority for one test session, and what it has signed."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from streams.cluster.brokers import Secured

AUTHORITY: Final = "authority.pem"
CLIENT: Final = "client.pem"
USERS: Final = {"bihuan": "correct-horse", "stranger": "battery-staple"}


def make(folder: Path) -> Secured:
    """Make an authority, a broker on loopback and a client, each in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("authority of a test")
    authority = _signed(name, key.public_key(), name, key, authority=True)
    (folder / AUTHORITY).write_bytes(_pem(authority))
    for file, common_name in (("broker.pem", "broker"), (CLIENT, "client")):
        own = ec.generate_private_key(ec.SECP256R1())
        certificate = _signed(_name(common_name), own.public_key(), name, key, authority=False)
        private = own.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (folder / file).write_bytes(private + _pem(certificate))
    return Secured(certificate=folder / "broker.pem", authority=folder / AUTHORITY, users=USERS)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _signed(
    subject: x509.Name,
    public: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    *,
    authority: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
