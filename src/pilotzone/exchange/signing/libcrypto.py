"""SM2 by the system's libcrypto 3 through ctypes: sign, verify, make a key.

`load()` answers None where no fitting library exists. Contexts live for one call; key handles are
read-only, so threads may share them (OpenSSL documents EVP_PKEY as safe for that); the error queue is
per thread and is emptied after every failure. ctypes gives up the interpreter lock meanwhile.
"""

from __future__ import annotations

import ctypes
import functools
import weakref
from collections.abc import Callable
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_ulong, c_void_p, create_string_buffer

from pilotzone.exchange.signing import sm2_keys
from pilotzone.exchange.signing.sm2_keys import Sm2Private

NAMES = ("libcrypto.so.3", "libcrypto.so.4", "libcrypto.so", "libcrypto.3.dylib")
USER_ID = b"1234567812345678"  # the default signer id, GB/T 35276 §10

_CALLS: dict[str, tuple[object, tuple[object, ...]]] = {
    "OpenSSL_version_num": (c_ulong, ()),
    "EVP_sm3": (c_void_p, ()),
    "ERR_get_error": (c_ulong, ()),
    "ERR_error_string_n": (None, (c_ulong, c_char_p, c_size_t)),
    "ERR_clear_error": (None, ()),
    "d2i_PUBKEY": (c_void_p, (c_void_p, POINTER(c_char_p), ctypes.c_long)),
    "d2i_AutoPrivateKey": (c_void_p, (c_void_p, POINTER(c_char_p), ctypes.c_long)),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_PKEY2PKCS8": (c_void_p, (c_void_p,)),
    "i2d_PKCS8_PRIV_KEY_INFO": (c_int, (c_void_p, POINTER(c_char_p))),
    "PKCS8_PRIV_KEY_INFO_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_new": (c_void_p, (c_void_p, c_void_p)),
    "EVP_PKEY_CTX_new_from_name": (c_void_p, (c_void_p, c_char_p, c_char_p)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_set1_id": (c_int, (c_void_p, c_char_p, c_size_t)),
    "EVP_PKEY_keygen_init": (c_int, (c_void_p,)),
    "EVP_PKEY_keygen": (c_int, (c_void_p, POINTER(c_void_p))),
    "EVP_MD_CTX_new": (c_void_p, ()),
    "EVP_MD_CTX_free": (None, (c_void_p,)),
    "EVP_MD_CTX_set_pkey_ctx": (None, (c_void_p, c_void_p)),
    "EVP_DigestSignInit": (c_int, (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)),
    "EVP_DigestSign": (c_int, (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_DigestVerifyInit": (c_int, (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)),
    "EVP_DigestVerify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
}


class _Handle:
    """A key of the library, freed with this object."""

    def __init__(self, address: int, free: Callable[[int], None]) -> None:
        self.address = address
        weakref.finalize(self, free, address)


class Libcrypto:
    """SM2 through one loaded library; every failure is a ValueError with the library's own words."""

    name = "libcrypto"

    def __init__(self, library: ctypes.CDLL) -> None:
        for name, (result, arguments) in _CALLS.items():
            call = getattr(library, name)
            call.restype, call.argtypes = result, arguments
        self._lib = library
        self._sm3 = library.EVP_sm3()

    def generate(self) -> Sm2Private:
        lib = self._lib
        context = lib.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
        try:
            address = c_void_p()
            if not (context and lib.EVP_PKEY_keygen_init(context) == 1):
                raise self._failure("key")
            if lib.EVP_PKEY_keygen(context, byref(address)) != 1:
                raise self._failure("key")
            key = _Handle(address.value or 0, lib.EVP_PKEY_free)
        finally:
            lib.EVP_PKEY_CTX_free(context)
        made = sm2_keys.private_of(sm2_keys.pem("PRIVATE KEY", self._pkcs8(key)))
        if made is None:
            raise ValueError("SM2: the library made another kind of key")
        return made

    def signer(self, key: Sm2Private) -> Callable[[bytes], bytes]:
        """A function from message to DER signature."""
        handle = self._decoded("d2i_AutoPrivateKey", sm2_keys.private_info(key))
        return functools.partial(self._sign, handle)

    def verifier(self, point: bytes) -> Callable[[bytes, bytes], bool]:
        """A function from (signature, message) to whether the signature holds."""
        handle = self._decoded("d2i_PUBKEY", sm2_keys.public_info(point))
        return functools.partial(self._verify, handle)

    def _sign(self, key: _Handle, message: bytes) -> bytes:
        lib = self._lib
        size, out = c_size_t(128), create_string_buffer(128)
        digest, context = self._contexts(key)
        try:
            if lib.EVP_DigestSignInit(digest, None, self._sm3, None, key.address) != 1:
                raise self._failure("sign")
            if lib.EVP_DigestSign(digest, out, byref(size), message, len(message)) != 1:
                raise self._failure("sign")
        finally:
            lib.EVP_MD_CTX_free(digest)
            lib.EVP_PKEY_CTX_free(context)
        return out.raw[: size.value]

    def _verify(self, key: _Handle, signature: bytes, message: bytes) -> bool:
        lib = self._lib
        digest, context = self._contexts(key)
        try:
            if lib.EVP_DigestVerifyInit(digest, None, self._sm3, None, key.address) != 1:
                raise self._failure("verify")
            holds = lib.EVP_DigestVerify(digest, signature, len(signature), message, len(message)) == 1
            if not holds:
                lib.ERR_clear_error()
            return bool(holds)
        finally:
            lib.EVP_MD_CTX_free(digest)
            lib.EVP_PKEY_CTX_free(context)

    def _contexts(self, key: _Handle) -> tuple[int, int]:
        """A digest context bound to a key context with the default id; the caller frees both."""
        lib = self._lib
        digest, context = lib.EVP_MD_CTX_new(), lib.EVP_PKEY_CTX_new(key.address, None)
        if digest and context and lib.EVP_PKEY_CTX_set1_id(context, USER_ID, len(USER_ID)) == 1:
            lib.EVP_MD_CTX_set_pkey_ctx(digest, context)
            return digest, context
        lib.EVP_MD_CTX_free(digest)
        lib.EVP_PKEY_CTX_free(context)
        raise self._failure("context")

    def _decoded(self, decoder: str, encoded: bytes) -> _Handle:
        start = c_char_p(encoded)
        address = getattr(self._lib, decoder)(None, byref(start), len(encoded))
        if not address:
            raise self._failure("key")
        return _Handle(address, self._lib.EVP_PKEY_free)

    def _pkcs8(self, key: _Handle) -> bytes:
        lib = self._lib
        info = lib.EVP_PKEY2PKCS8(key.address)
        if not info:
            raise self._failure("key")
        try:
            out = create_string_buffer(lib.i2d_PKCS8_PRIV_KEY_INFO(info, None))
            start = ctypes.cast(out, c_char_p)
            lib.i2d_PKCS8_PRIV_KEY_INFO(info, byref(start))
            return out.raw
        finally:
            lib.PKCS8_PRIV_KEY_INFO_free(info)

    def _failure(self, step: str) -> ValueError:
        text = create_string_buffer(256)
        self._lib.ERR_error_string_n(self._lib.ERR_get_error(), text, len(text))
        self._lib.ERR_clear_error()
        return ValueError(f"SM2 {step}: {text.value.decode(errors='replace')}")


def load(names: tuple[str, ...] = NAMES) -> Libcrypto | None:
    """The first library of `names` that is OpenSSL 3 or later and knows SM2, else None."""
    for name in names:
        try:
            library = ctypes.CDLL(name)
            found = Libcrypto(library)
        except (OSError, AttributeError):
            continue
        context = library.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
        library.EVP_PKEY_CTX_free(context)
        library.ERR_clear_error()
        if context and library.OpenSSL_version_num() >= 0x30000000:
            return found
    return None
