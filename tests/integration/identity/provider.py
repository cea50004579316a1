"""A small OpenID Connect provider on loopback: discovery, authorize, token with PKCE, userinfo, keys. It can be made to lie."""

import base64
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "probanza", "a client's secret"
KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


@dataclass
class IdentityProvider:
    """`person`: the claims of whoever signs in there. `lies`: what it does wrong."""

    port: int = 0
    person: dict[str, Any] = field(
        default_factory=lambda: {"sub": "u-1", "email": "ana@banco.example", "email_verified": True, "name": "Ana"}
    )
    lies: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def authorize(self, address: str) -> str:
        """What the person's browser does there: they agree, and go back to the address this returns."""
        wished = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.issuer}/authorize?")
        assert (wished["client_id"], wished["response_type"], wished["code_challenge_method"]) == (CLIENT, "code", "S256")
        code = f"code-{len(self.codes)}"
        self.codes[code] = wished
        back = urlsplit(wished["redirect_uri"])
        return f"{back.path}?code={code}&state={wished['state']}"

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.lies.get("issuer", self.issuer),
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def token(self, given: dict[str, str]) -> tuple[int, Any]:
        wished = self.codes.pop(given["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        right = wished and wished["code_challenge"] == challenge.decode() and wished["redirect_uri"] == given["redirect_uri"]
        if not right or given.get("client_secret") != SECRET:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": wished["nonce"], "sub": self.person["sub"],
            **self.lies.get("claims", {}),
        }  # fmt: skip
        key, algorithm = self.lies.get("key", KEY), self.lies.get("algorithm", "RS256")
        signed = jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "k1"})
        return 200, {
            self.lies.get("named", "access_token"): "at",
            "token_type": "Bearer",
            "id_token": self.lies.get("id_token", signed),
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [{**public, "kid": "k1", "use": "sig", "alg": "RS256"}]}

    def start(self) -> ThreadingHTTPServer:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.port = server.server_port
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return server


def _handler(provider: IdentityProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            pages = {
                "/.well-known/openid-configuration": provider.discovery,
                "/keys": provider.keys,
                "/userinfo": lambda: {**provider.person, **provider.lies.get("userinfo", {})},
            }
            self._say(200, pages[self.path]()) if self.path in pages else self._say(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(*provider.token({name: values[0] for name, values in parse_qs(body).items()}))

        def _say(self, status: int, told: Any) -> None:
            content = provider.lies.get("raw") or json.dumps(told).encode()
            self.send_response(provider.lies.get("status", status))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
