"""A key pair made for a test, the DNS record that publishes it, and mails that it signs."""

import base64
import random

import dkim


class Signer:
    """Signs as a domain under the selector `sel`; the same seed gives the same key."""

    def __init__(self, seed=1):
        dice, exponent = random.Random(seed), 65537
        p, q = _prime(dice, exponent), _prime(dice, exponent)
        private = pow(exponent, -1, (p - 1) * (q - 1))
        numbers = [0, p * q, exponent, private, p, q, private % (p - 1), private % (q - 1), pow(q, -1, p)]
        pem = base64.encodebytes(_sequence(numbers)).decode()
        self._private = f"-----BEGIN RSA PRIVATE KEY-----\n{pem}-----END RSA PRIVATE KEY-----\n".encode()
        self.record = f"v=DKIM1; k=rsa; p={base64.b64encode(_sequence([p * q, exponent])).decode()}"

    def sign(self, mail, domain="amazon.de", **more):
        """The mail with a signature field on top."""
        signed = [b"from", b"subject"]
        return dkim.sign(mail, b"sel", domain.encode(), self._private, include_headers=signed, **more) + mail


def _prime(dice, exponent, bits=512):
    while True:
        number = dice.getrandbits(bits) | 1 | (3 << (bits - 2))
        if number % exponent != 1 and all(number % small for small in (3, 5, 7, 11, 13)) and _is_prime(number, dice):
            return number


def _is_prime(number, dice):
    """Miller and Rabin's test, twelve times."""
    odd, halvings = number - 1, 0
    while odd % 2 == 0:
        odd, halvings = odd // 2, halvings + 1
    for _ in range(12):
        power = pow(dice.randrange(2, number - 1), odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(halvings - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


def _sequence(numbers):
    """DER of a sequence of whole numbers."""
    inside = b"".join(b"\x02" + _length(data) + data for data in map(_bytes, numbers))
    return b"\x30" + _length(inside) + inside


def _bytes(number):
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _length(data):
    if len(data) < 128:
        return bytes([len(data)])
    size = len(data).to_bytes((len(data).bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(size)]) + size
