"""How fast python-fido2 asks a key on a socket: python-fido2.py WHERE COUNT WARM_UP. One JSON object: of each call,
milliseconds of time and of this process's CPU, after as many calls as WARM_UP says."""
import json, os, sys, time
from fido2.ctap2 import Ctap2
from fido2.hid import CtapHidDevice
from fido2.hid.base import HidDescriptor

sys.path.insert(0, "test/hardware/peers")
from steps import Reports

where, count, warm_up = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
ctap = Ctap2(CtapHidDevice(HidDescriptor(where, 0, 0, 64, 64), Reports(where)), strict_cbor=True)
client_data_hash = os.urandom(32)
rp = {"id": "example.com", "name": "Example"}
user = {"id": b"user 1", "name": "ada", "displayName": "Ada"}
es256 = [{"type": "public-key", "alg": -7}]


def measured(call):
    for _ in range(warm_up):
        call()
    began, cpu = time.perf_counter(), time.process_time()
    for _ in range(count):
        call()
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    return {"ms": took * 1000 / count, "cpuMs": spent * 1000 / count}


def make():
    return ctap.make_credential(client_data_hash, rp, user, es256)


listed = [{"type": "public-key", "id": make().auth_data.credential_data.credential_id}]
print(
    json.dumps(
        {
            "getInfo": measured(ctap.get_info),
            "makeCredential": measured(make),
            "getAssertion": measured(lambda: ctap.get_assertion(rp["id"], client_data_hash, listed)),
        }
    )
)
