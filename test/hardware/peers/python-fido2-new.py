"""python-fido2 2.x drives a key that speaks 64-byte CTAPHID reports on a socket, through its WebAuthn client where it has one.
  python-fido2-new.py unix:PATH|tcp:127.0.0.1:PORT SCENARIO
Prints a line a step, "ok NAME" or "failed NAME: WHY", and ends with 0 only where every step was ok."""
import os, sys, threading
from fido2.client import DefaultClientDataCollector, Fido2Client, PinRequiredError, UserInteraction
from fido2.ctap2 import ClientPin, Config, CredentialManagement, Ctap2, FPBioEnrollment, LargeBlobs
from fido2.ctap2.bio import CaptureError
from fido2.ctap2.extensions import (
    CredBlobExtension,
    CredPropsExtension,
    CredProtectExtension,
    HmacSecretExtension,
    LargeBlobExtension,
    MinPinLengthExtension,
)
from fido2.ctap2.pin import PinProtocolV2
from fido2.hid import CtapHidDevice
from fido2.hid.base import HidDescriptor
from fido2.server import Fido2Server
from fido2.webauthn import ResidentKeyRequirement, UserVerificationRequirement
from steps import Reports, finish, refused, same, step

P = ClientPin.PERMISSION
RP = {"id": "example.com", "name": "Example"}
PIN = "1234-4711"
REQUIRED = UserVerificationRequirement.REQUIRED

where, scenario = sys.argv[1], sys.argv[2]
device = CtapHidDevice(HidDescriptor(where, 0, 0, 64, 64, "key", None), Reports(where))
ctap = Ctap2(device)
protocol = PinProtocolV2()
pins = ClientPin(ctap, protocol)


class Person(UserInteraction):
    def __init__(self):
        self.pin, self.asked = PIN, []

    def request_pin(self, permissions, rp_id):
        self.asked.append(int(permissions))
        return self.pin

    def request_uv(self, permissions, rp_id):
        return False


person = Person()
client = Fido2Client(
    device,
    DefaultClientDataCollector("https://example.com"),
    person,
    [
        HmacSecretExtension(allow_hmac_secret=True),
        CredBlobExtension(),
        CredProtectExtension(),
        LargeBlobExtension(),
        MinPinLengthExtension(),
        CredPropsExtension(),
    ],
)
server = Fido2Server(RP, attestation="direct")


def token(permissions, rp_id=None):
    return pins.get_pin_token(PIN, permissions, rp_id)


def register(user=b"u1", resident=True, verified=True, extensions=None, known=()):
    """The credential, as the same library's relying party found it right, and what the extensions answered."""
    person_of_rp = {"id": user, "name": "%s@example.com" % user.decode(), "displayName": "Person"}
    options, state = server.register_begin(
        person_of_rp,
        known,
        ResidentKeyRequirement.REQUIRED if resident else ResidentKeyRequirement.DISCOURAGED,
        REQUIRED if verified else UserVerificationRequirement.DISCOURAGED,
        extensions=extensions,
    )
    made = client.make_credential(options.public_key)
    return server.register_complete(state, made), made.client_extension_results


def sign_in(credentials, listed=(), extensions=None, at=0):
    options, state = server.authenticate_begin(listed, REQUIRED, extensions=extensions)
    selection = client.get_assertion(options.public_key)
    answer = selection.get_response(at)
    server.authenticate_complete(state, credentials, answer)
    return answer, len(selection.get_assertions())


def ceremonies():
    kept = {}

    @step("set a PIN, spend a try, change it")
    def _():
        pins.set_pin("0000-4711")
        refused(0x31, lambda: pins.get_pin_token("9999-0000", P.GET_ASSERTION, RP["id"]))
        same(pins.get_pin_retries()[0], 7)
        pins.change_pin("0000-4711", PIN)
        same(pins.get_pin_retries()[0], 8)

    @step("register with every extension of the WebAuthn client")
    def _():
        asked = {
            "prf": {},
            "hmacCreateSecret": True,
            "credProps": True,
            "credBlob": b"blob",
            "credentialProtectionPolicy": "userVerificationOptional",
            "largeBlob": {"support": "required"},
            "minPinLength": True,
        }
        auth_data, results = register(extensions=asked)
        kept["first"] = auth_data.credential_data
        same(auth_data.flags, 0xC5)
        same(auth_data.extensions["credBlob"], True)
        same(auth_data.extensions["credProtect"], 1)
        same(results.prf.enabled, True)
        same(results["credProps"]["rk"], True)
        same(results["largeBlob"]["supported"], True)

    @step("a second account, and both sign in")
    def _():
        kept["second"] = register(b"u2")[0].credential_data
        credentials = [kept["first"], kept["second"]]
        answers = [sign_in(credentials, at=at) for at in (0, 1)]
        same([count for _, count in answers], [2, 2])
        same([answer.response.user_handle for answer, _ in answers], [b"u2", b"u1"])

    @step("prf and hmac-secret give the same secret each time")
    def _():
        listed = [kept["first"]]

        def secrets(extension):
            return sign_in(listed, listed, extension)[0].client_extension_results

        one = secrets({"prf": {"eval": {"first": b"a", "second": b"b"}}}).prf.results
        same(secrets({"prf": {"eval": {"first": b"a"}}}).prf.results.first, one.first)
        assert one.first != one.second
        both = secrets({"hmacGetSecret": {"salt1": b"\1" * 32, "salt2": b"\2" * 32}}).hmac_get_secret
        same(secrets({"hmacGetSecret": {"salt1": b"\2" * 32}}).hmac_get_secret.output1, both.output2)

    @step("credBlob and a large blob of several fragments come back")
    def _():
        listed = [kept["first"]]
        answer, _ = sign_in(listed, listed, {"getCredBlob": True})
        same(answer.response.authenticator_data.extensions["credBlob"], b"blob")
        data = os.urandom(2500)
        answer, _ = sign_in(listed, listed, {"largeBlob": {"write": data}})
        same(answer.client_extension_results["largeBlob"]["written"], True)
        answer, _ = sign_in(listed, listed, {"largeBlob": {"read": True}})
        same(answer.client_extension_results.large_blob.blob, data)

    @step("an excluded credential is not made again")
    def _():
        try:
            register(known=[kept["first"]])
        except Exception as error:
            same(error.code, error.ERR.DEVICE_INELIGIBLE)
            return
        raise AssertionError("accepted")

    @step("without a PIN given nothing is signed")
    def _():
        person.pin = None
        try:
            sign_in([kept["first"]])
        except PinRequiredError:
            return
        finally:
            person.pin = PIN
        raise AssertionError("accepted")


def management():
    pins.set_pin(PIN)
    for user in (b"a", b"b", b"c"):
        register(user)
    R = CredentialManagement.RESULT
    manager = CredentialManagement(ctap, protocol, token(P.CREDENTIAL_MGMT))

    def credentials():
        return [one for rp in manager.enumerate_rps() for one in manager.enumerate_creds(rp[R.RP_ID_HASH])]

    @step("count and list")
    def _():
        same(manager.get_metadata(), {1: 3, 2: 22})
        same([rp[R.RP]["id"] for rp in manager.enumerate_rps()], [RP["id"]])
        same(sorted(one[R.USER]["id"] for one in credentials()), [b"a", b"b", b"c"])

    @step("a listed passkey says its protection and its key")
    def _():
        one = credentials()[0]
        same(one[R.CRED_PROTECT], 1)
        same(one[R.PUBLIC_KEY][3], -7)

    @step("rename")
    def _():
        one = next(one for one in credentials() if one[R.USER]["id"] == b"a")
        manager.update_user_info(one[R.CREDENTIAL_ID], {"id": b"a", "name": "new", "displayName": "New"})
        same([one[R.USER]["name"] for one in credentials() if one[R.USER]["id"] == b"a"], ["new"])

    @step("delete")
    def _():
        manager.delete_cred(credentials()[0][R.CREDENTIAL_ID])
        same(manager.get_metadata(), {1: 2, 2: 23})
        same(ctap.get_info().remaining_disc_creds, 23)


def config():
    pins.set_pin(PIN)

    def configure():
        return Config(ctap, protocol, token(P.AUTHENTICATOR_CFG))

    @step("enterprise attestation")
    def _():
        configure().enable_enterprise_attestation()
        same(ctap.get_info().options["ep"], True)

    @step("always verify")
    def _():
        configure().toggle_always_uv()
        same(ctap.get_info().options["alwaysUv"], True)
        register(verified=False, resident=False)
        same(len(person.asked), 1)
        configure().toggle_always_uv()
        same(ctap.get_info().options["alwaysUv"], False)

    @step("minimum PIN length, told to a listed relying party")
    def _():
        configure().set_min_pin_length(min_pin_length=6, rp_ids=[RP["id"]])
        same(ctap.get_info().min_pin_length, 6)
        auth_data, _ = register(extensions={"minPinLength": True})
        same(auth_data.extensions, {"minPinLength": 6})
        refused(0x37, lambda: configure().set_min_pin_length(min_pin_length=5))

    @step("a forced change of the PIN")
    def _():
        configure().set_min_pin_length(force_change_pin=True)
        same(ctap.get_info().force_pin_change, True)
        refused(0x37, lambda: token(P.CREDENTIAL_MGMT))
        pins.change_pin(PIN, PIN + "!")
        same(ctap.get_info().force_pin_change, False)


def fingerprints():
    """The key's person gives one sample that is too fast, then good ones only."""
    pins.set_pin(PIN)

    def bio():
        return FPBioEnrollment(ctap, protocol, token(P.BIO_ENROLL))

    kept = {}

    @step("enroll, with a sample that fails on the way")
    def _():
        enrolling, statuses = bio().enroll(), []
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
        same(dict(bio().enumerate_enrollments()), {kept["id"]: "Left thumb"})

    @step("a token by fingerprint")
    def _():
        same(ctap.get_info().options["uv"], True)
        assert len(pins.get_uv_token(P.MAKE_CREDENTIAL, RP["id"])) == 32

    @step("remove")
    def _():
        bio().remove_enrollment(kept["id"])
        same(ctap.get_info().options["bioEnroll"], False)


def blobs():
    pins.set_pin(PIN)

    def store():
        return LargeBlobs(ctap, protocol, token(P.LARGE_BLOB_WRITE))

    key, other = os.urandom(32), os.urandom(32)

    @step("blobs of two keys stand beside each other")
    def _():
        store().put_blob(key, b"one" * 400)
        store().put_blob(other, b"two")
        same((store().get_blob(key), store().get_blob(other)), (b"one" * 400, b"two"))

    @step("more than there is room for is refused, and nothing is lost")
    def _():
        refused(0x18, lambda: store().put_blob(other, os.urandom(5000)))
        same((store().get_blob(key), store().get_blob(other)), (b"one" * 400, b"two"))

    @step("removal")
    def _():
        store().delete_blob(key)
        same((store().get_blob(key), store().get_blob(other)), (None, b"two"))


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

    @step("cancel ends a selection that waits for a touch")
    def _():
        event = threading.Event()
        refused(0x2D, lambda: ctap.selection(event=event, on_keepalive=lambda _: event.set()))
        same(ctap.get_info().versions[1], "FIDO_2_0")


def reset():
    pins.set_pin(PIN)
    register()

    @step("reset clears PIN and credentials")
    def _():
        ctap.reset()
        same(ctap.get_info().options["clientPin"], False)
        refused(0x2E, lambda: ctap.get_assertion(RP["id"], bytes(32)))


{
    "client": ceremonies,
    "management": management,
    "config": config,
    "fingerprints": fingerprints,
    "blobs": blobs,
    "wire": wire,
    "absent": absent,
    "reset": reset,
}[scenario]()
finish()
