"""signature: is a request signed as the service wants it? Computed by botocore from the
bytes that arrived, and from nothing that the signer says of them.
"""
import re
from hashlib import sha256

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/,]+)/(\d{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})")
MUST = ("host", "x-amz-date")


class Wrong(Exception):
    """The signature is not good, and why; code: what the service calls it."""

    def __init__(self, words, code="InvalidSignatureException"):
        super().__init__(words)
        self.code = code


def verify(method, target, headers, body, secrets):
    """headers: pairs. secrets: by access key. The access key, or Wrong."""
    lower = {}
    for name, value in headers:
        lower.setdefault(name.lower(), []).append(value)
    for name in ("authorization", "host", "x-amz-date", "x-amz-target", "content-length"):
        if len(lower.get(name, [])) > 1:
            raise Wrong("%s comes twice" % name)
    match = AUTHORIZATION.fullmatch(lower.get("authorization", [""])[0])
    if not match:
        raise Wrong("Authorization is missing or malformed", "MissingAuthenticationTokenException")
    access_key, day, region, service, signed, signature = match.groups()
    date = lower.get("x-amz-date", [""])[0]
    if not re.fullmatch(r"\d{8}T\d{6}Z", date) or date[:8] != day:
        raise Wrong("X-Amz-Date %r, scope of %s" % (date, day))
    if access_key not in secrets:
        raise Wrong("nobody has the access key %s" % access_key, "UnrecognizedClientException")
    names = signed.split(";")
    needed = set(MUST) | {name for name in lower if name.startswith("x-amz-")}
    if body:
        needed.add("content-type")
    if names != sorted(names) or needed - set(names) or set(names) - set(lower):
        raise Wrong("signed headers %s, sent %s" % (signed, sorted(lower)))
    request = AWSRequest(method=method, url="http://%s%s" % (lower["host"][0], target), data=body)
    for name, value in headers:
        if name.lower() in names:
            request.headers.add_header(name, value)
    request.context["timestamp"] = date
    if service == "s3" and lower.get("x-amz-content-sha256") != [sha256(body).hexdigest()]:
        raise Wrong("X-Amz-Content-Sha256 is not the body's")
    signing = S3SigV4Auth if service == "s3" else SigV4Auth
    signer = signing(Credentials(access_key, secrets[access_key]), service, region)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    if signer.signature(text, request) != signature:
        raise Wrong("the signature does not match")
    return access_key
