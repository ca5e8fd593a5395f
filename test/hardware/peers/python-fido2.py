#!/usr/bin/python3
"""Debian's python3-fido2 (0.9.1) drives a key that speaks 64-byte CTAPHID reports on a socket.
  python-fido2.py unix:PATH|tcp:127.0.0.1:PORT SCENARIO
Prints a line a step, "ok NAME" or "failed NAME: WHY", and ends with 0 only where every step was ok."""
import hashlib, os, sys, threading, time
from fido2.attestation import Attestation
from fido2.ctap1 import APDU, ApduError, Ctap1
from fido2.ctap2 import ClientPin, Config, CredentialManagement, Ctap2, FPBioEnrollment, LargeBlobs
from fido2.ctap2.bio import CaptureError
from fido2.ctap2.extensions import HmacSecretExtension
from fido2.ctap2.pin import PinProtocolV1, PinProtocolV2
from fido2.hid import CtapHidDevice
from fido2.hid.base import HidDescriptor
from steps import Reports, finish, refused, same, step


P = ClientPin.PERMISSION
RP = {"id": "example.com", "name": "Example"}
PIN = "1234-4711"
ES256 = {"type": "public-key", "alg": -7}
EDDSA = {"type": "public-key", "alg": -8}

where, scenario = sys.argv[1], sys.argv[2]
device = CtapHidDevice(HidDescriptor(where, 0, 0, 64, 64), Reports(where))
ctap = Ctap2(device, strict_cbor=True) if scenario != "u2f" else None
client_data_hash = os.urandom(32)


class WithPin:
    """A PIN in use, over one of the protocols."""

    def __init__(self, protocol):
        self.protocol = protocol
        self.client = ClientPin(ctap, protocol)

    def token(self, permissions, rp_id=None):
        return self.client.get_pin_token(PIN, permissions, rp_id)

    def auth(self, permissions, rp_id=RP["id"]):
        token = self.token(permissions, rp_id)
        return {
            "pin_uv_param": self.protocol.authenticate(token, client_data_hash),
            "pin_uv_protocol": self.protocol.VERSION,
        }


def register(pin, user=b"u1", rp=RP, params=(ES256,), **more):
    person = {"id": user, "name": "%s@example.com" % user.decode(), "displayName": "Person"}
    auth = pin.auth(P.MAKE_CREDENTIAL, rp["id"]) if pin else {}
    made = ctap.make_credential(client_data_hash, rp, person, list(params), **dict(more, **auth))
    Attestation.for_type(made.fmt)().verify(made.att_statement, made.auth_data, client_data_hash)
    return made


def ceremonies(version):
    pin = WithPin(PinProtocolV1() if version == 1 else PinProtocolV2())
    kept = {}

    @step("set a PIN")
    def _():
        pin.client.set_pin("0000-4711")
        same(pin.client.get_pin_retries()[0], 8)

    @step("a wrong PIN costs a try")
    def _():
        refused(0x31, lambda: pin.client.get_pin_token("9999-0000", P.GET_ASSERTION, RP["id"]))
        same(pin.client.get_pin_retries()[0], 7)

    @step("change the PIN")
    def _():
        pin.client.change_pin("0000-4711", PIN)
        same(pin.client.get_pin_retries()[0], 8)

    @step("register a discoverable ES256 credential")
    def _():
        kept["es256"] = register(pin, options={"rk": True})
        same(kept["es256"].auth_data.flags, 0x45)

    @step("register a discoverable EdDSA credential")
    def _():
        kept["eddsa"] = register(pin, b"u2", params=[EDDSA], options={"rk": True})
        same(kept["eddsa"].auth_data.credential_data.public_key[3], -8)

    @step("sign in, both accounts named and verified")
    def _():
        found = ctap.get_assertions(RP["id"], client_data_hash, **pin.auth(P.GET_ASSERTION))
        same([one.user["id"] for one in found], [b"u2", b"u1"])
        same(found[0].user["name"], "u2@example.com")
        for one, made in zip(found, (kept["eddsa"], kept["es256"])):
            one.verify(client_data_hash, made.auth_data.credential_data.public_key)

    @step("a silent look finds a listed credential without a touch")
    def _():
        listed = {"type": "public-key", "id": kept["es256"].auth_data.credential_data.credential_id}
        found = ctap.get_assertion(RP["id"], client_data_hash, [listed], options={"up": False})
        same(found.auth_data.flags, 0x00)

    @step("a credential in the exclude list is not made again")
    def _():
        listed = {"type": "public-key", "id": kept["es256"].auth_data.credential_data.credential_id}
        refused(0x19, lambda: register(pin, b"u3", exclude_list=[listed]))

    @step("a token of another relying party is refused")
    def _():
        auth = pin.auth(P.GET_ASSERTION, "other.example")
        refused(0x33, lambda: ctap.get_assertion(RP["id"], client_data_hash, **auth))

    @step("a token is spent by one sign-in")
    def _():
        auth = pin.auth(P.GET_ASSERTION)
        ctap.get_assertion(RP["id"], client_data_hash, **auth)
        refused(0x33, lambda: ctap.get_assertion(RP["id"], client_data_hash, **auth))


def extensions():
    pin = WithPin(PinProtocolV2())
    pin.client.set_pin(PIN)
    kept = {}

    @step("register with hmac-secret, credProtect, credBlob, largeBlobKey")
    def _():
        asked = {"hmac-secret": True, "credProtect": 2, "credBlob": b"blob", "largeBlobKey": True}
        made = kept["made"] = register(pin, options={"rk": True}, extensions=asked)
        same(made.auth_data.extensions, {"hmac-secret": True, "credProtect": 2, "credBlob": True})
        same(len(made.large_blob_key), 32)

    def secrets(salts, auth):
        extension = HmacSecretExtension(ctap, PinProtocolV2())
        asked = extension.process_get_input({"hmacGetSecret": salts})
        found = ctap.get_assertion(RP["id"], client_data_hash, extensions={"hmac-secret": asked}, **auth)
        return extension.process_get_output(found.auth_data)["hmacGetSecret"]

    @step("hmac-secret is the same for the same salt, two salts at once too")
    def _():
        one = secrets({"salt1": b"\1" * 32}, pin.auth(P.GET_ASSERTION))["output1"]
        both = secrets({"salt1": b"\1" * 32, "salt2": b"\2" * 32}, pin.auth(P.GET_ASSERTION))
        same(both["output1"], one)
        assert both["output2"] != one

    @step("credBlob comes back")
    def _():
        found = ctap.get_assertion(RP["id"], client_data_hash, extensions={"credBlob": True}, **pin.auth(P.GET_ASSERTION))
        same(found.auth_data.extensions, {"credBlob": b"blob"})

    @step("what credProtect 2 protects is found by its id alone without verification")
    def _():
        refused(0x2E, lambda: ctap.get_assertion(RP["id"], client_data_hash))
        listed = {"type": "public-key", "id": kept["made"].auth_data.credential_data.credential_id}
        ctap.get_assertion(RP["id"], client_data_hash, [listed])

    @step("a large blob is written, read and removed")
    def _():
        # One fragment: with more, this version sends each fragment's length where the array's belongs.
        data = os.urandom(500)
        key = ctap.get_assertion(RP["id"], client_data_hash, extensions={"largeBlobKey": True}, **pin.auth(P.GET_ASSERTION)).large_blob_key
        same(key, kept["made"].large_blob_key)
        blobs = LargeBlobs(ctap, PinProtocolV2(), pin.token(P.LARGE_BLOB_WRITE))
        blobs.put_blob(key, data)
        same(blobs.get_blob(key), data)
        blobs.delete_blob(key)
        same(blobs.get_blob(key), None)


def management():
    pin = WithPin(PinProtocolV2())
    pin.client.set_pin(PIN)
    for user, rp in ((b"a", RP), (b"b", RP), (b"c", {"id": "other.example", "name": "Other"})):
        register(pin, user, rp, options={"rk": True})
    R = CredentialManagement.RESULT

    def credentials():
        manager = CredentialManagement(ctap, PinProtocolV2(), pin.token(P.CREDENTIAL_MGMT))
        return manager, [(rp[R.RP]["id"], c) for rp in manager.enumerate_rps() for c in manager.enumerate_creds(rp[R.RP_ID_HASH])]

    @step("count, list of relying parties, list of their credentials")
    def _():
        manager, found = credentials()
        same(manager.get_metadata(), {1: 3, 2: 22})
        same(sorted((rp, c[R.USER]["id"]) for rp, c in found), [("example.com", b"a"), ("example.com", b"b"), ("other.example", b"c")])

    @step("rename a passkey")
    def _():
        manager, found = credentials()
        one = next(c for rp, c in found if c[R.USER]["id"] == b"a")
        manager.update_user_info(one[R.CREDENTIAL_ID], {"id": b"a", "name": "new", "displayName": "New"})
        _, after = credentials()
        same([c[R.USER] for _, c in after if c[R.USER]["id"] == b"a"], [{"id": b"a", "name": "new", "displayName": "New"}])

    @step("delete a passkey")
    def _():
        manager, found = credentials()
        manager.delete_cred(next(c for rp, c in found if rp == "other.example")[R.CREDENTIAL_ID])
        same(manager.get_metadata(), {1: 2, 2: 23})


def config():
    pin = WithPin(PinProtocolV2())
    pin.client.set_pin(PIN)

    def configure():
        return Config(ctap, PinProtocolV2(), pin.token(P.AUTHENTICATOR_CFG))

    @step("enterprise attestation")
    def _():
        configure()._call(Config.CMD.ENABLE_ENTERPRISE_ATT)
        same(ctap.get_info().options["ep"], True)
        # This version of the library has no parameter for it.
        auth = pin.auth(P.MAKE_CREDENTIAL)
        made = ctap.send_cbor(
            Ctap2.CMD.MAKE_CREDENTIAL,
            {1: client_data_hash, 2: RP, 3: {"id": b"e"}, 4: [ES256], 8: auth["pin_uv_param"], 9: 2, 10: 2},
        )
        same(made[4], True)

    @step("always verify")
    def _():
        configure().toggle_always_uv()
        same(ctap.get_info().options["alwaysUv"], True)
        same("U2F_V2" in ctap.get_info().versions, False)
        refused(0x36, lambda: register(None))
        configure().toggle_always_uv()
        same(ctap.get_info().options["alwaysUv"], False)

    @step("minimum PIN length, told to a listed relying party")
    def _():
        configure().set_min_pin_length(min_pin_length=6, rp_ids=[RP["id"]])
        same(ctap.get_info().min_pin_length, 6)
        made = register(pin, b"m", options={"rk": True}, extensions={"minPinLength": True})
        same(made.auth_data.extensions, {"minPinLength": 6})
        refused(0x37, lambda: configure().set_min_pin_length(min_pin_length=5))
        refused(0x37, lambda: pin.client.change_pin(PIN, "12345"))

    @step("a forced change of the PIN")
    def _():
        configure().set_min_pin_length(force_change_pin=True)
        same(ctap.get_info().force_pin_change, True)
        refused(0x37, lambda: pin.token(P.CREDENTIAL_MGMT))
        refused(0x37, lambda: pin.client.change_pin(PIN, PIN))
        pin.client.change_pin(PIN, PIN + "!")
        same(ctap.get_info().force_pin_change, False)


def fingerprints():
    """The key's person gives one sample that is too fast, then good ones only."""
    pin = WithPin(PinProtocolV2())
    pin.client.set_pin(PIN)

    def bio():
        return FPBioEnrollment(ctap, PinProtocolV2(), pin.token(P.BIO_ENROLL))

    kept = {}

    @step("sensor information without a PIN")
    def _():
        info = FPBioEnrollment(ctap, None, None).get_fingerprint_sensor_info()
        same((info[FPBioEnrollment.RESULT.FINGERPRINT_KIND], info[FPBioEnrollment.RESULT.MAX_SAMPLES_REQUIRED]), (1, 4))

    @step("enroll, with a sample that fails on the way")
    def _():
        enrolling = bio().enroll()
        statuses = []
        while True:
            try:
                template = enrolling.capture()
                statuses.append(0)
                if template is not None:
                    break
            except CaptureError as error:
                statuses.append(int(error.code))
        same(statuses, [0x05, 0, 0, 0, 0])
        kept["id"] = template

    @step("name and list")
    def _():
        bio().set_name(kept["id"], "Left thumb")
        same(bio().enumerate_enrollments(), {kept["id"]: "Left thumb"})

    @step("a token and a registration by fingerprint alone")
    def _():
        same(ctap.get_info().options["uv"], True)
        same(pin.client.get_uv_retries()[0], 5)
        protocol = PinProtocolV2()
        token = ClientPin(ctap, protocol).get_uv_token(P.MAKE_CREDENTIAL, RP["id"])
        made = ctap.make_credential(client_data_hash, RP, {"id": b"f", "name": "f"}, [ES256], pin_uv_param=protocol.authenticate(token, client_data_hash), pin_uv_protocol=2)
        same(made.auth_data.flags, 0x45)

    @step("remove")
    def _():
        bio().remove_enrollment(kept["id"])
        same(ctap.get_info().options["bioEnroll"], False)


def wire():
    @step("ping of every length that matters")
    def _():
        for length in (0, 1, 57, 58, 116, 117, 1024, 7609):
            data = os.urandom(length)
            same(device.ping(data), data)

    @step("wink and lock")
    def _():
        device.wink()
        device.lock(1)
        device.lock(0)

    @step("selection by touch")
    def _():
        ctap.selection()


def absent():
    """The key's person never comes."""

    @step("cancel ends a registration that waits for a touch")
    def _():
        event, seen = threading.Event(), []

        def on_keepalive(status):
            seen.append(int(status))
            event.set()

        refused(0x2D, lambda: ctap.make_credential(client_data_hash, RP, {"id": b"x", "name": "x"}, [ES256], event=event, on_keepalive=on_keepalive))
        assert 2 in seen, seen
        same(ctap.get_info().versions[1], "FIDO_2_0")


def u2f():
    ctap1, app, challenge = Ctap1(device), hashlib.sha256(b"https://example.com").digest(), os.urandom(32)
    kept = {}

    @step("version")
    def _():
        same(ctap1.get_version(), "U2F_V2")

    def polled(function):
        for _ in range(50):
            try:
                return function()
            except ApduError as error:
                if error.code != APDU.USE_NOT_SATISFIED:
                    raise
                time.sleep(0.1)
        raise AssertionError("never touched")

    @step("register, attestation verified")
    def _():
        kept["made"] = polled(lambda: ctap1.register(challenge, app))
        kept["made"].verify(app, challenge)

    @step("authenticate, signature verified")
    def _():
        answer = polled(lambda: ctap1.authenticate(challenge, app, kept["made"].key_handle))
        answer.verify(app, challenge, kept["made"].public_key)

    @step("check only: known and unknown handles")
    def _():
        for handle, word in ((kept["made"].key_handle, APDU.USE_NOT_SATISFIED), (b"x" * 66, APDU.WRONG_DATA)):
            try:
                ctap1.authenticate(challenge, app, handle, check_only=True)
                raise AssertionError("accepted")
            except ApduError as error:
                same(error.code, word)


def reset():
    pin = WithPin(PinProtocolV2())
    pin.client.set_pin(PIN)
    register(pin, options={"rk": True})

    @step("reset clears PIN and credentials")
    def _():
        ctap.reset()
        same(ctap.get_info().options["clientPin"], False)
        refused(0x2E, lambda: ctap.get_assertion(RP["id"], client_data_hash))


{
    "ceremonies-1": lambda: ceremonies(1),
    "ceremonies-2": lambda: ceremonies(2),
    "extensions": extensions,
    "management": management,
    "config": config,
    "fingerprints": fingerprints,
    "wire": wire,
    "absent": absent,
    "u2f": u2f,
    "reset": reset,
}[scenario]()
finish()
