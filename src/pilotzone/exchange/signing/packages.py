"""The platform's own signature over what it hands out: a customs message in canonical form, signed as it stands.

The platform signs with its own key, never with a firm's. A zone brings key and certificate
(PILOTZONE_SIGN_FILE, one PEM with both); a zone that brings none makes them at the first use, self-signed.
"""

from __future__ import annotations

import base64
import os
import secrets
from functools import lru_cache
from pathlib import Path

from pilotzone.exchange.signing import certificates, element, issuance
from pilotzone.exchange.signing.algorithms import DS, SUITES
from pilotzone.exchange.signing.certificates import Certificate
from pilotzone.exchange.signing.signers import PemSigner, Signer, natural_algorithm, signing_key
from pilotzone.kernel import clock
from pilotzone.kernel.home import secret_file

CEB = "http://www.chinaport.gov.cn/ceb"
_SPACES = f'<ds:SignedInfo xmlns="{CEB}" xmlns:ds="{DS}">'


def opening(message: str, guid: str) -> str:
    """The start tag of a message as live customs writes it: default name space, canonical order."""
    return f'<{message} xmlns="{CEB}" guid="{guid}" version="1.0">'


def sign_value(package: bytes, signer: Signer) -> bytes:
    """The signature over a canonical message without Signature, whose root declares the default name space alone."""
    return signer.sign(_signed_info(package, signer.algorithm)[1].encode())


def signed(package: bytes, value: bytes, certificate: Certificate) -> bytes:
    """The message with its Signature as last child; `value` is what `sign_value` gave, `certificate` its signer's."""
    inside, _ = _signed_info(package, natural_algorithm(certificate))
    written = element.written(
        inside,
        value=base64.b64encode(value).decode(),
        key_name=certificate.serial,
        certificate=base64.b64encode(certificate.encoded).decode(),
    )
    end = package.rindex(b"</")
    return package[:end] + written + package[end:]


def _signed_info(package: bytes, algorithm: str) -> tuple[str, str]:
    suite = SUITES[algorithm]
    inside = element.signed_info_inside(suite, base64.b64encode(suite.digest(package)).decode())
    return inside, f"{_SPACES}{inside}</ds:SignedInfo>"


@lru_cache(maxsize=1)
def own_signer() -> PemSigner:
    """The platform's signer of this zone."""
    named = os.environ.get("PILOTZONE_SIGN_FILE")
    text = Path(named).read_bytes() if named else _kept()
    return PemSigner(text, text)


def _kept() -> bytes:
    """Key and certificate in one file of the secrets, made where it is missing; two processes at once agree on one."""
    path = secret_file("receipts.pem")
    if not path.exists():
        draft = path.with_name(f"receipts.{secrets.token_hex(6)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(_made())
        try:
            os.link(draft, path)  # fails where the other process was first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


def _made() -> bytes:
    made = issuance.new_key("rsa")
    name = issuance.name("PilotZone receipts", "PILOTZONE")
    _, sign = signing_key(made.private_pem, None, "sha256")
    encoded = issuance.certificate(made.public_info, subject=name, issuer=name, sign=sign, kind="rsa", at=clock.wall())
    return made.private_pem + certificates.to_pem(certificates.from_der(encoded))
