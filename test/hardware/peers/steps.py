"""What the Python peers share: a key at the other end of a socket, and steps that are told line by line."""
import socket, sys, traceback
from fido2.ctap import CtapError
from fido2.hid.base import CtapHidConnection


class Reports(CtapHidConnection):
    """64-byte reports back to back, on unix:PATH or tcp:127.0.0.1:PORT."""

    def __init__(self, where):
        kind, rest = where.split(":", 1)
        if kind == "unix":
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(rest)
        else:
            host, port = rest.rsplit(":", 1)
            self.socket = socket.create_connection((host, int(port)))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(20)

    def read_packet(self):
        packet = b""
        while len(packet) < 64:
            part = self.socket.recv(64 - len(packet))
            if not part:
                raise OSError("closed")
            packet += part
        return packet

    def write_packet(self, data):
        self.socket.sendall(data)

    def close(self):
        self.socket.close()


failed = 0


def step(name):
    """Runs the function it decorates, and says how it went."""

    def run(function):
        global failed
        try:
            function()
            print("ok", name, flush=True)
        except Exception as error:
            failed += 1
            print("failed %s: %r" % (name, error), flush=True)
            traceback.print_exc()
        return function

    return run


def refused(status, function):
    try:
        function()
    except CtapError as error:
        assert error.code == status, "status 0x%02x, not 0x%02x" % (error.code, status)
        return
    raise AssertionError("accepted")


def same(actual, expected):
    assert actual == expected, "%r, not %r" % (actual, expected)


def finish():
    sys.exit(1 if failed else 0)
