"""TLS is checked for the name that was asked for, not for the address that was found."""

import datetime
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from governance.outbound import GuardedClient, OutboundError, Policy


def write_certificate(folder: Path, name: str) -> Path:
    """A self-signed certificate for `name` with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    day = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(day)
        .not_valid_after(day.replace(year=2090))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "server.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


class Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args: object) -> None:
        """Keep the test's output quiet."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A TLS server on loopback with a certificate for rag.test; its port and its certificate."""
    pem = write_certificate(tmp_path, "rag.test")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    served = ThreadingHTTPServer(("127.0.0.1", 0), Hello)
    served.daemon_threads = True
    served.socket = context.wrap_socket(served.socket, server_side=True)
    served.handle_error = lambda *_: None  # type: ignore[method-assign]  # refused handshakes are the point
    threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield served.server_port, pem
    served.shutdown()
    served.server_close()


def client(certificate: Path | None) -> GuardedClient:
    policy = Policy(allow_loopback=True, ca_file=str(certificate or ""), total_s=10)
    return GuardedClient(policy, lambda host, port: ["127.0.0.1"])


def test_a_certificate_for_the_asked_name_is_accepted(server: tuple[int, Path]) -> None:
    port, certificate = server
    assert client(certificate).get_json(f"https://rag.test:{port}/").json() == {}


def test_a_certificate_for_another_name_is_refused(server: tuple[int, Path]) -> None:
    port, certificate = server
    with pytest.raises(OutboundError, match="certificate") as caught:
        client(certificate).get_json(f"https://other.test:{port}/")
    assert caught.value.cause == "unreachable"


def test_a_certificate_nobody_vouches_for_is_refused(server: tuple[int, Path]) -> None:
    port, _ = server
    with pytest.raises(OutboundError, match="certificate"):
        client(None).get_json(f"https://rag.test:{port}/")
