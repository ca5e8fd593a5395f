"""Writes test/fixtures/import: the same entries in every format that Latchkey reads, made by other hands than its own.

Ciphers and key derivations are pyca/cryptography's and libsodium's (PyNaCl), zip files 7-Zip's, KDBX and its CSV KeePassXC's and pykeepass's,
the serialised map Java's. Needs: pip install cryptography>=44 pynacl pykeepass; 7z, keepassxc-cli, java on the path.
Salts and nonces are random, so files differ from run to run; those that are committed stay as they are.
"""
import base64, csv, io, json, os, subprocess, sys, zipfile
from pathlib import Path
from urllib.parse import quote

from cryptography.hazmat.primitives import hashes, hmac, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from nacl import bindings as sodium
import pykeepass

HERE = Path(__file__).resolve().parent
OUT = HERE.parent.parent / "fixtures" / "import"
PASSWORD = "hunter2 \u00fc"
PW = PASSWORD.encode()

# kind, issuer, account, secret, algorithm, digits, period or counter
ENTRIES = [
    ("totp", "Example", "alice@example.com", b"Hello!\xde\xad\xbe\xef", "SHA1", 6, 30),
    ("totp", "\u00c5ngstr\u00f6m & S\u00f8n", "b\u00f8b", bytes(range(32)), "SHA256", 8, 60),
    ("hotp", "Bank", "carol", b"12345678901234567890", "SHA1", 6, 42),
    ("steam", "Steam", "gamer", b"steam secret of 20 b", "SHA1", 5, 30),
]
b32 = lambda secret: base64.b32encode(secret).decode().rstrip("=")
b64 = lambda data: base64.b64encode(data).decode()
signed = lambda data: [byte - 256 if byte > 127 else byte for byte in data]
compact = lambda value: json.dumps(value, ensure_ascii=False)


def write(name, data):
    (OUT / name).write_bytes(data.encode() if isinstance(data, str) else data)


def link(entry, extra=""):
    kind, issuer, account, secret, algorithm, digits, last = entry
    counter = "counter" if kind == "hotp" else "period"
    return (
        f"otpauth://{kind}/{quote(issuer, safe='')}:{quote(account, safe='')}?secret={b32(secret)}"
        f"&issuer={quote(issuer, safe='')}&algorithm={algorithm}&digits={digits}&{counter}={last}{extra}"
    )


def gcm(key, data, aad=None, nonce=None):
    nonce = nonce or os.urandom(12)
    return nonce, AESGCM(key).encrypt(nonce, data, aad)


def cbc(key, iv, data):
    pad = padding.PKCS7(128).padder()
    sealer = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return sealer.update(pad.update(data) + pad.finalize()) + sealer.finalize()


def pbkdf2(hash_, salt, rounds, length=32):
    return PBKDF2HMAC(hash_, length, salt, rounds).derive(PW)


def argon2(salt, passes, lanes, memory):
    return Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory).derive(PW)


# Lists of links, with lines that are none
lines = "\n".join(link(entry) for entry in ENTRIES)
write("links.txt", f"# made by hand\r\n{lines}\r\n\r\notpauth://totp/bad?secret=JBSW1DPE\r\nnot a link\r\n")
display = quote(compact({"pinned": True, "tags": ["Work"], "note": "a note"}))
write("ente-plain.txt", "\n".join(link(entry, f"&codeDisplay={display}") for entry in ENTRIES) + "\n")

# Ente
salt = os.urandom(16)
memory, passes = 64 * 1024 * 1024, 3
key = sodium.crypto_pwhash_alg(32, PW, salt, passes, memory, sodium.crypto_pwhash_ALG_ARGON2ID13)
state = sodium.crypto_secretstream_xchacha20poly1305_state()
header = sodium.crypto_secretstream_xchacha20poly1305_init_push(state, key)
final = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
sealed = sodium.crypto_secretstream_xchacha20poly1305_push(state, lines.encode(), None, final)
kdf = {"memLimit": memory, "opsLimit": passes, "salt": b64(salt)}
write("ente-encrypted.txt", compact({"version": 1, "kdfParams": kdf, "encryptedData": b64(sealed), "encryptionNonce": b64(header)}))

# Google Authenticator: two codes of one export; Steam's letters are not in it
def varint(number):
    out = bytearray()
    number &= 0xFFFFFFFFFFFFFFFF
    while True:
        out.append((number & 127) | (128 if number > 127 else 0))
        number >>= 7
        if not number:
            return bytes(out)


field = lambda number, data: varint(number * 8 + 2) + varint(len(data)) + data
count = lambda number, value: varint(number * 8) + varint(value)
HASHES = {"SHA1": 1, "SHA256": 2, "SHA512": 3}


def google(entries, index, of, batch=-123456):
    message = b""
    for kind, issuer, account, secret, algorithm, digits, last in entries:
        one = field(1, secret) + field(2, f"{issuer}:{account}".encode()) + field(3, issuer.encode())
        one += count(4, HASHES[algorithm]) + count(5, {6: 1, 8: 2}[digits]) + count(6, 1 if kind == "hotp" else 2)
        message += field(1, one + (count(7, last) if kind == "hotp" else b""))
    message += count(2, 1) + count(3, of) + (count(4, index) if index else b"") + count(5, batch)
    return "otpauth-migration://offline?data=" + quote(b64(message), safe="")


write("google-1-of-2.txt", google(ENTRIES[:1], 0, 2))
write("google-whole.txt", google(ENTRIES[2:3], 1, 2) + "\n" + google(ENTRIES[:1], 0, 2) + "\n")

# Aegis
groups = [{"uuid": "6b1d9d0a-0000-4000-8000-000000000001", "name": "Work"}]


def aegis_entry(entry, number):
    kind, issuer, account, secret, algorithm, digits, last = entry
    info = {"secret": b32(secret), "algo": algorithm, "digits": digits, "counter" if kind == "hotp" else "period": last}
    uuid = f"00000000-0000-4000-8000-{number:012d}"
    rest = {"note": "a note", "favorite": number == 0, "icon": None, "groups": [groups[0]["uuid"]]}
    return {"type": kind, "uuid": uuid, "name": account, "issuer": issuer, **rest, "info": info}


motp = aegis_entry(("motp", "Moto", "dave", b"abcdefgh", "MD5", 6, 10), 98)
bad = aegis_entry(ENTRIES[0], 99)
bad["info"]["secret"] = "JBSW1DPE"
db = {"version": 3, "entries": [aegis_entry(entry, at) for at, entry in enumerate(ENTRIES)], "groups": groups}
refused = {**db, "entries": [*db["entries"], motp, bad]}
write("aegis-plain.json", json.dumps({"version": 1, "header": {"slots": None, "params": None}, "db": refused}, indent=4))
master, salt = os.urandom(32), os.urandom(32)
nonce, wrapped = gcm(Scrypt(salt, 32, 2**15, 8, 1).derive(PW), master)
parameters = lambda nonce, sealed: {"nonce": nonce.hex(), "tag": sealed[-16:].hex()}
slot = {"type": 1, "uuid": "s", "key": wrapped[:-16].hex(), "key_params": parameters(nonce, wrapped), "n": 2**15, "r": 8, "p": 1, "salt": salt.hex()}
nonce, body = gcm(master, compact(db).encode())
encrypted = {"slots": [{"type": 2, "uuid": "b", "key": "", "key_params": {}}, slot], "params": parameters(nonce, body)}
write("aegis-encrypted.json", json.dumps({"version": 1, "header": encrypted, "db": b64(body[:-16])}))

# 2FAS
def two_fas(entry, schema):
    kind, issuer, account, secret, algorithm, digits, last = entry
    otp = {"account": account, "issuer": issuer, "digits": digits, "algorithm": algorithm, "tokenType": kind.upper()}
    otp["counter" if kind == "hotp" else "period"] = last
    return {"name": issuer, "secret": b32(secret), "updatedAt": 1700000000000, "otp": otp, "groupId": "g1"}


for schema in (3, 4):
    services = [two_fas(entry, schema) for entry in ENTRIES]
    file = {"services": services, "groups": [{"id": "g1", "name": "Work"}], "schemaVersion": schema}
    write(f"2fas-plain-v{schema}.2fas", compact(file))
salt = os.urandom(256)
key = pbkdf2(hashes.SHA256(), salt, 10000)
triple = lambda data: ":".join(b64(part) for part in (lambda n, c: (c, salt, n))(*gcm(key, data)))
sealed = {"servicesEncrypted": triple(compact(services).encode()), "reference": triple(b"tRViSsLKzd86Hprh4ceC2OP7xazn4rrt")}
write("2fas-encrypted-v4.2fas", compact({**file, "services": [], **sealed}))

# andOTP
def andotp(entry):
    kind, issuer, account, secret, algorithm, digits, last = entry
    rest = {"thumbnail": "Default", "last_used": 1700000000000, "used_frequency": 3, "tags": ["Work"]}
    names = {"secret": b32(secret), "issuer": issuer, "label": account, "digits": digits, "type": kind.upper()}
    return {**names, "algorithm": algorithm, **rest, "counter" if kind == "hotp" else "period": last}


plain = compact([andotp(entry) for entry in ENTRIES]).encode()
write("andotp.json", plain)
salt, rounds = os.urandom(12), 150000
nonce, body = gcm(pbkdf2(hashes.SHA1(), salt, rounds), plain)
write("andotp.json.aes", rounds.to_bytes(4, "big") + salt + nonce + body)
digest = hashes.Hash(hashes.SHA256())
digest.update(PW)
nonce, body = gcm(digest.finalize(), plain)
write("andotp-old.json.aes", nonce + body)

# FreeOTP and FreeOTP+ have no kind for Steam; FreeOTP+ makes Steam's letters for that issuer
def freeotp(entry, with_secret=True):
    kind, issuer, account, secret, algorithm, digits, last = entry
    token = {"algo": algorithm, "counter": last if kind == "hotp" else 0, "digits": digits, "issuerExt": issuer, "label": account}
    token.update({"period": 30 if kind == "hotp" else last, "type": "HOTP" if kind == "hotp" else "TOTP"})
    return {**token, "secret": signed(secret)} if with_secret else token


escape = lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
strings = "".join(f'    <string name="{escape(entry[1])}:{escape(entry[2])}">{escape(compact(freeotp(entry)))}</string>\n' for entry in ENTRIES[:3])
order = escape(compact([f"{entry[1]}:{entry[2]}" for entry in ENTRIES[:3]]))
head = "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n"
write("freeotp.xml", f'{head}<map>\n{strings}    <string name="tokenOrder">{order}</string>\n</map>\n')
write("freeotp-plus.json", compact({"tokenOrder": [], "tokens": [freeotp(entry) for entry in ENTRIES]}))


def freeotp_seal(key, data, token):
    nonce, body = gcm(key, data, token.encode())
    der = b"\x30\x11\x04\x0c" + nonce + b"\x02\x01\x10"
    return {"mCipher": "AES/GCM/NoPadding", "mCipherText": signed(body), "mParameters": signed(der), "mToken": token}


salt, master, rounds = os.urandom(32), os.urandom(32), 100000
wrapping = pbkdf2(hashes.SHA512(), salt, rounds)
master_key = {"mAlgorithm": "PBKDF2withHmacSHA512", "mEncryptedKey": freeotp_seal(wrapping, master, "AES"), "mIterations": rounds, "mSalt": signed(salt)}
pairs = ["masterKey", compact(master_key)]
for at, entry in enumerate(ENTRIES[:3]):
    sealed = compact({"key": compact(freeotp_seal(master, entry[3], "HmacSHA1"))})
    pairs += [f"id-{at}", sealed, f"id-{at}-token", compact(freeotp(entry, False))]
subprocess.run(["java", str(HERE / "WriteMap.java"), str(OUT / "freeotp-2.xml")], input="\n".join(pairs).encode(), check=True)

# Stratum
KINDS, ALGORITHMS = {"hotp": 1, "totp": 2, "steam": 4}, {"SHA1": 0, "SHA256": 1, "SHA512": 2}


def stratum(entry):
    kind, issuer, account, secret, algorithm, digits, last = entry
    names = {"Type": KINDS[kind], "Icon": "google", "Issuer": issuer, "Username": account, "Secret": b32(secret), "Pin": None}
    rest = {"Period": 30 if kind == "hotp" else last, "Counter": last if kind == "hotp" else 0, "CopyCount": 3, "Ranking": 0}
    return {**names, "Algorithm": ALGORITHMS[algorithm], "Digits": digits, **rest}


ties = [{"CategoryId": "a8323a2a", "AuthenticatorSecret": b32(entry[3]), "Ranking": 0} for entry in ENTRIES]
categories = [{"Id": "a8323a2a", "Name": "Work", "Ranking": 0}]
plain = compact({"Authenticators": [stratum(e) for e in ENTRIES], "Categories": categories, "AuthenticatorCategories": ties, "CustomIcons": []}).encode()
write("stratum.json", plain)
salt = os.urandom(16)
nonce, body = gcm(argon2(salt, 3, 4, 65536), plain)
write("stratum-encrypted.stratum", b"AUTHENTICATORPRO" + salt + nonce + body)
salt, iv = os.urandom(20), os.urandom(16)
write("stratum-legacy.authpro", b"AuthenticatorPro" + salt + iv + cbc(pbkdf2(hashes.SHA1(), salt, 64000), iv, plain))

# Bitwarden
def bitwarden(entry):
    login = {"username": entry[2], "password": "not for us", "totp": f"steam://{b32(entry[3])}" if entry[0] == "steam" else link(entry)}
    return {"id": "i", "type": 1, "name": entry[1], "notes": "a note", "favorite": True, "folderId": "f", "login": login}


bare = {"id": "i", "type": 1, "name": "Bare", "login": {"username": "erin", "totp": "jbsw y3dp ehpk 3pxp"}}
items = [bitwarden(entry) for entry in ENTRIES] + [bare, {"id": "n", "type": 2, "name": "A note"}]
vault = compact({"encrypted": False, "folders": [{"id": "f", "name": "Work"}], "items": items}).encode()
write("bitwarden.json", vault)
write("bitwarden-account-key.json", compact({"encrypted": True, "encKeyValidation_DO_NOT_EDIT": "2.a|b|c", "items": []}))


def enc_string(key, data):
    iv = os.urandom(16)
    body = cbc(HKDFExpand(hashes.SHA256(), 32, b"enc").derive(key), iv, data)
    mac = hmac.HMAC(HKDFExpand(hashes.SHA256(), 32, b"mac").derive(key), hashes.SHA256())
    mac.update(iv + body)
    return "2." + "|".join(map(b64, (iv, body, mac.finalize())))


salt = b64(os.urandom(16))
hashed = hashes.Hash(hashes.SHA256())
hashed.update(salt.encode())
for name, key, kdf in (
    ("pbkdf2", pbkdf2(hashes.SHA256(), salt.encode(), 600000), {"kdfType": 0, "kdfIterations": 600000}),
    ("argon2", argon2(hashed.finalize(), 3, 4, 64 * 1024), {"kdfType": 1, "kdfIterations": 3, "kdfMemory": 64, "kdfParallelism": 4}),
):
    sealed = {"encKeyValidation_DO_NOT_EDIT": enc_string(key, b"0b6b5ffc"), "data": enc_string(key, vault)}
    write(f"bitwarden-{name}.json", compact({"encrypted": True, "passwordProtected": True, "salt": salt, **kdf, **sealed}))
out = io.StringIO()
rows = csv.writer(out)
rows.writerow("folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp".split(","))
for entry in ENTRIES:
    rows.writerow(["Work", "1", "login", entry[1], 'two\nlines, "quoted"', "", "0", "", entry[2], "not for us", link(entry)])
rows.writerow(["", "", "login", "No code", "", "", "0", "", "x", "y", ""])
write("bitwarden.csv", out.getvalue())

# Proton Authenticator knows no counters
proton = [
    {"id": str(at), "content": {"uri": f"steam://{b32(e[3])}" if e[0] == "steam" else link(e), "entry_type": e[0].title(), "name": e[2]}, "note": "a note"}
    for at, e in enumerate(ENTRIES)
    if e[0] != "hotp"
]
plain = compact({"version": 1, "entries": proton})
write("proton.json", plain)
salt = os.urandom(16)
nonce, body = gcm(argon2(salt, 2, 1, 19 * 1024), plain.encode(), b"proton.authenticator.export.v1")
write("proton-encrypted.json", compact({"version": 1, "salt": b64(salt), "content": b64(nonce + body)}))

# Raivo: all values are texts; no Steam
def raivo(entry):
    kind, issuer, account, secret, algorithm, digits, last = entry
    names = {"issuer": issuer, "account": account, "secret": b32(secret), "kind": kind.upper(), "algorithm": algorithm, "digits": str(digits)}
    return {**names, "timer": str(30 if kind == "hotp" else last), "counter": str(last if kind == "hotp" else 0), "pinned": "true", "iconType": "", "iconValue": ""}


plain = compact([raivo(entry) for entry in ENTRIES[:3]])
write("raivo.json", plain)
write("raivo-otp-export.json", plain)
for name, options in (("raivo-aes.zip", ["-mem=AES256", "-phunter2"]), ("raivo-plain.zip", [])):
    (OUT / name).unlink(missing_ok=True)
    subprocess.run(["7z", "a", "-tzip", *options, name, "raivo-otp-export.json"], cwd=OUT, check=True, stdout=subprocess.DEVNULL)
(OUT / "raivo-otp-export.json").unlink()

# Authy-style lists: no counters, no Steam
key = pbkdf2(hashes.SHA1(), b"saltsalt", 100000)
timed = [entry for entry in ENTRIES if entry[0] == "totp" and entry[4] == "SHA1"]
token = lambda e: {"account_type": "x", "digits": e[5], "issuer": None, "logo": "x", "name": f"{e[1]}: {e[2]}", "original_name": f"{e[1]}:{e[2]}", "unique_id": "1"}
sealed = [{**token(e), "encrypted_seed": b64(cbc(key, bytes(16), b32(e[3]).encode())), "salt": "saltsalt", "key_derivation_iterations": 100000, "unique_iv": None} for e in timed]
write("authy-encrypted.json", compact({"message": "success", "authenticator_tokens": sealed, "success": True}))
write("authy-decrypted.json", compact({"decrypted_authenticator_tokens": [{**token(e), "decrypted_seed": b32(e[3])} for e in timed]}))

# Steam
write("gamer.maFile", compact({"shared_secret": b64(ENTRIES[3][3]), "serial_number": "1", "account_name": "gamer", "Session": {}}))
write("locked.maFile", b64(os.urandom(64)))

# PSKC: plain, and the two encrypted figures of RFC 6030 as they stand there
NAMESPACES = 'xmlns="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" xmlns:xenc11="http://www.w3.org/2009/xmlenc11#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:pkcs5="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#"'
AES = '<xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'
cipher = lambda value: f"{AES}<xenc:CipherData><xenc:CipherValue>\n  {value}\n</xenc:CipherValue></xenc:CipherData>"
container = lambda body: f'<?xml version="1.0" encoding="UTF-8"?>\n<KeyContainer Version="1.0" {NAMESPACES}>\n{body}\n</KeyContainer>\n'


def package(serial, kind, length, data, suite="", issuer="Example"):
    parameters = f"<AlgorithmParameters>{suite}<ResponseFormat Length=\"{length}\" Encoding=\"DECIMAL\"/></AlgorithmParameters>"
    device = f"<DeviceInfo><Manufacturer>Acme</Manufacturer><SerialNo>{serial}</SerialNo></DeviceInfo>"
    key = f'<Key Id="{serial}" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:{kind}"><Issuer>{issuer}</Issuer>{parameters}<Data>{data}</Data></Key>'
    return f"<KeyPackage>{device}{key}</KeyPackage>"


plain_value = lambda name, value: f"<{name}><PlainValue>{value}</PlainValue></{name}>"
totp = package("1001", "totp", 8, plain_value("Secret", b64(ENTRIES[1][3])) + plain_value("TimeInterval", 60), "<Suite>HMAC-SHA256</Suite>")
hotp = package("1002", "hotp", 6, plain_value("Secret", b64(ENTRIES[2][3])) + plain_value("Counter", 42))
ocra = package("1003", "ocra", 6, plain_value("Secret", b64(b"x" * 20)))
write("pskc-plain.xml", container(totp + hotp + ocra))
MAC = lambda value: f'<MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"><MACKey>{cipher(value)}</MACKey></MACMethod>'
secret = lambda value, mac: f"<Secret><EncryptedValue>{cipher(value)}</EncryptedValue><ValueMAC>{mac}</ValueMAC></Secret>"
figure6 = package("987654321", "hotp", 8, secret("AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv", "Su+NvtQfmvfJzF6bmQiJqoLRExc=") + plain_value("Counter", 0))
write("pskc-rfc6030-figure-6.xml", container("<EncryptionKey><ds:KeyName>Pre-shared-key</ds:KeyName></EncryptionKey>" + MAC("ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX") + figure6))
derivation = '<xenc11:KeyDerivationMethod Algorithm="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2"><pkcs5:PBKDF2-params><Salt><Specified>Ej7/PEpyEpw=</Specified></Salt><IterationCount>1000</IterationCount><KeyLength>16</KeyLength><PRF/></pkcs5:PBKDF2-params></xenc11:KeyDerivationMethod>'
figure7 = package("987654321", "hotp", 8, secret("oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0RkiafpoDpnoZTjPYZu6V+A4aEn032yCr4f", "LP6xMvjtypbfT9PdkJhBZ+D6O4w="))
write("pskc-rfc6030-figure-7.xml", container(f"<EncryptionKey><xenc11:DerivedKey>{derivation}</xenc11:DerivedKey></EncryptionKey>" + MAC("2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dStyOwYZx") + figure7))

# OATH token files
write("oath-entra.csv", "upn,serial number,secret key,time interval,manufacturer,model\nalice@example.com,1001," + b32(ENTRIES[0][3]) + ",30,Acme,K1\n")
write("oath-bare.csv", f"1001, {ENTRIES[1][3].hex()}, totp-sha256, 8, 60\n1002, {ENTRIES[2][3].hex()}, hotp, 6, 42\n1003, {ENTRIES[2][3].hex()}\n")

# KDBX and its CSV, made by KeePassXC out of a KeePass document
PROTECT = ' ProtectInMemory="True"'
text = lambda key, value, protected=False: f"<String><Key>{key}</Key><Value{PROTECT if protected else ''}>{escape(value)}</Value></String>"
uuid = lambda number: b64(number.to_bytes(16, "big"))


def kdbx_entry(number, title, user, *fields):
    history = "<History/>"
    return f"<Entry><UUID>{uuid(number)}</UUID>{text('Title', title)}{text('UserName', user)}{text('Notes', 'a note')}{text('Password', 'pw', True)}{''.join(fields)}{history}</Entry>"


entries = [kdbx_entry(10 + at, e[1], e[2], text("otp", link(e, "&encoder=steam" if e[0] == "steam" else "").replace("://steam/", "://totp/"), True)) for at, e in enumerate(ENTRIES)]
e0, e1, e2 = ENTRIES[:3]
entries += [
    kdbx_entry(20, "Old", "seed", text("TOTP Seed", b32(e0[3]), True), text("TOTP Settings", "30;6")),
    kdbx_entry(21, "Old", "steam", text("TOTP Seed", b32(e0[3]), True), text("TOTP Settings", "30;S")),
    kdbx_entry(22, "KeeOTP", "x", text("otp", f"key={b32(e0[3])}&size=8&step=60", True)),
    kdbx_entry(23, "KeePass", "time", text("TimeOtp-Secret-Base32", b32(e1[3]), True), text("TimeOtp-Length", "8"), text("TimeOtp-Period", "60"), text("TimeOtp-Algorithm", "HMAC-SHA-256")),
    kdbx_entry(24, "KeePass", "counter", text("HmacOtp-Secret-Hex", e2[3].hex(), True), text("HmacOtp-Counter", "42")),
    kdbx_entry(25, "No code", "x"),
]
binned = kdbx_entry(30, "Thrown away", "x", text("otp", link(e0), True))
meta = f"<Meta><Generator>test</Generator><RecycleBinEnabled>True</RecycleBinEnabled><RecycleBinUUID>{uuid(3)}</RecycleBinUUID></Meta>"
tree = f"<Group><UUID>{uuid(1)}</UUID><Name>Root</Name><Group><UUID>{uuid(2)}</UUID><Name>Work</Name>{''.join(entries)}</Group><Group><UUID>{uuid(3)}</UUID><Name>Recycle Bin</Name>{binned}</Group></Group>"
environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}
# KeePassXC saves format 3.1 unless something needs 4, such as custom data of an entry.
custom = "<CustomData><Item><Key>k</Key><Value>v</Value></Item></CustomData></Entry>"
for version, body in ((3, tree), (4, tree.replace("</Entry>", custom, 1))):
    document = OUT / "document.xml"
    document.write_text(f'<?xml version="1.0" encoding="UTF-8"?><KeePassFile>{meta}<Root>{body}</Root></KeePassFile>')
    target = OUT / f"keepassxc-{version}.kdbx"
    target.unlink(missing_ok=True)
    subprocess.run(["keepassxc-cli", "import", "-q", "-p", "-t", "100", str(document), str(target)], input=(PASSWORD + "\n").encode() * 2, env=environment, check=True, capture_output=True)
    target.chmod(0o644)
exported = subprocess.run(["keepassxc-cli", "export", "-q", "-f", "csv", str(target)], input=(PASSWORD + "\n").encode(), env=environment, check=True, capture_output=True)
write("keepassxc.csv", exported.stdout)
document.unlink()

# Argon2d, ChaCha20: pykeepass's own template
target = OUT / "pykeepass-4-argon2.kdbx"
target.unlink(missing_ok=True)
database = pykeepass.create_database(str(target), password=PASSWORD)
group = database.add_group(database.root_group, "Work")
for entry in ENTRIES[:2]:
    added = database.add_entry(group, entry[1], entry[2], "pw", notes="a note")
    added.otp = link(entry)
database.save()
print(len(list(OUT.iterdir())), "files")
