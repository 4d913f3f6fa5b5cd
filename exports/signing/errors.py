"""Why a document could not be signed: what is wrong, and what cures it."""

from domain.errors import Malformed, Unavailable


class CertificateUnreadable(Malformed):
    """The file is no PKCS#12 and no PEM with a certificate, or of a kind that cannot sign here."""


class PassphraseMissing(Malformed):
    """The private key is locked, and nobody said what opens it."""


class PassphraseWrong(Malformed):
    """The passphrase does not open the private key."""


class PrivateKeyMissing(Malformed):
    """There is a certificate but not the private key that belongs to it."""


class CertificateUnfit(Malformed):
    """The certificate is not valid today, or not meant for signing."""


class CertificateUntrusted(Malformed):
    """The certificate does not lead to a root that the school trusts, or was revoked."""


class NoPdf(Malformed):
    """The file is not a PDF that can be signed."""


class SigningForbidden(Malformed):
    """Somebody certified the document against any change, a signature included."""


class TimeStamperUnreachable(Unavailable):
    """The time stamper did not answer, or refused."""


class RevocationUnknown(Unavailable):
    """Whether a certificate was revoked could not be found out; without it a signature does not last."""
