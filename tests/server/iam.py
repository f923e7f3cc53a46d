"""iam: what IAM would say of a request. moto's own IAM knows actions alone; this judges
resources and conditions as well, and says no in the service's words.

    asked(request)          the (action, resource) pairs that a request needs, and its context.
                            Source: the Service Authorization Reference
    allows(documents, …)    do these policies allow them? Effect, Action, Resource with * and ?,
                            Condition with StringEquals, also ForAnyValue: nothing else is
                            understood, and what is not is an error
    judge(request, kind)    judges one that moto has in hand
    install(log)            makes moto judge so; each judgement of a user but "tests" is a line
                            of the log: {"user","pairs","context","allowed"}

    iam.py POLICY <LOG      is all that was allowed allowed by POLICY, and would nothing of it
                            be next door: a name like it, another account, another region?
"""
import base64
import json
import re
import sys
import urllib.parse

LETTERS = "-AbCdEf" # what Secrets Manager puts behind a secret's name

# Those that need another action where they come with tags.
TAGGING = {"kinesis:CreateStream": "kinesis:AddTagsToStream",
           "dynamodb:CreateTable": "dynamodb:TagResource",
           "secretsmanager:CreateSecret": "secretsmanager:TagResource",
           "sns:CreateTopic": "sns:TagResource",
           "firehose:CreateDeliveryStream": "firehose:TagDeliveryStream",
           "cloudwatch:PutMetricAlarm": "cloudwatch:TagResource",
           "iam:CreateRole": "iam:TagRole",
           "iam:CreatePolicy": "iam:TagPolicy",
           "s3:CreateBucket": "s3:TagResource"}

# What S3's methods and sub-resources are as actions.
S3 = {("GET", "uploads"): "ListBucketMultipartUploads", ("PUT", ""): "CreateBucket", ("DELETE", ""): "DeleteBucket", ("HEAD", ""): "ListBucket",
      ("GET", ""): "ListBucket", ("GET", "location"): "GetBucketLocation",
      ("GET", "tagging"): "GetBucketTagging", ("PUT", "tagging"): "PutBucketTagging",
      ("DELETE", "tagging"): "PutBucketTagging",
      ("GET", "publicAccessBlock"): "GetBucketPublicAccessBlock",
      ("PUT", "publicAccessBlock"): "PutBucketPublicAccessBlock",
      ("GET", "lifecycle"): "GetLifecycleConfiguration",
      ("PUT", "lifecycle"): "PutLifecycleConfiguration",
      ("DELETE", "lifecycle"): "PutLifecycleConfiguration"}
# And of objects; a sub-resource is a part of an upload in several parts.
OBJECTS = {("GET", ""): "GetObject", ("HEAD", ""): "GetObject", ("PUT", ""): "PutObject",
           ("POST", "uploads"): "PutObject", ("PUT", "uploadId"): "PutObject",
           ("POST", "uploadId"): "PutObject", ("DELETE", "uploadId"): "AbortMultipartUpload",
           ("GET", "uploadId"): "ListMultipartUploadParts"}


class Request:
    """What of a request matters here."""

    def __init__(self, service, method, path, target, body, region, account):
        self.service, self.method, self.region, self.account = service, method, region, account
        url = urllib.parse.urlsplit(path)
        self.path, self.query = url.path, urllib.parse.parse_qs(url.query, keep_blank_values=True)
        self.body = body.decode("utf-8", "replace") if isinstance(body, bytes) else body or ""
        self.action = target.rpartition(".")[2] if target else None
        self.words = {}
        if self.action:
            self.words = json.loads(self.body or "{}")
        elif service != "s3":
            form = urllib.parse.parse_qs(self.body) or self.query
            self.words = {name: values[0] for name, values in form.items()}
            self.action = self.words["Action"]

    def arn(self, service, rest, regional=True, owned=True):
        return "arn:aws:%s:%s:%s:%s" % (
            service, self.region if regional else "", self.account if owned else "", rest)


def of_kinesis(request):
    words = request.words
    name = words.get("StreamName")
    if "ConsumerARN" in words:
        return [words["ConsumerARN"]]
    if request.action == "DescribeStreamConsumer":
        return ["%s/consumer/%s:1" % (words["StreamARN"], words["ConsumerName"])]
    if "StreamARN" in words:
        return [words["StreamARN"]]
    if "ShardIterator" in words:
        name = base64.b64decode(words["ShardIterator"]).decode().split(":")[0]
    return [request.arn("kinesis", "stream/" + name)]


def of_dynamodb(request):
    words = request.words
    if request.action == "ListStreams": # on all streams of the table
        return [request.arn("dynamodb", "table/%s/stream/*" % words["TableName"])]
    if "ShardIterator" in words:
        return [words["ShardIterator"].split("|")[0]]
    if "StreamArn" in words:
        return [words["StreamArn"]]
    names = list(words.get("RequestItems", {})) or [words.get("TableName") or words["ResourceArn"]]
    return [name if name.startswith("arn:") else request.arn("dynamodb", "table/" + name)
            for name in names]


def of_secretsmanager(request):
    name = request.words.get("SecretId") or request.words["Name"]
    return [name if name.startswith("arn:") else
            request.arn("secretsmanager", "secret:" + name + LETTERS)]


def of_sns(request):
    words = request.words
    if request.action == "PublishBatch":
        request.action = "Publish"
    if request.action in ("GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe"):
        return ["*"]
    return [words.get("TopicArn") or words.get("ResourceArn") or request.arn("sns", words["Name"])]


def of_firehose(request):
    return [request.arn("firehose", "deliverystream/" + request.words["DeliveryStreamName"])]


def of_monitoring(request):
    words = request.words
    if "ResourceARN" in words:
        return [words["ResourceARN"]]
    return [request.arn("cloudwatch", "alarm:" + name)
            for name in words.get("AlarmNames") or [words["AlarmName"]]]


def of_iam(request):
    words = request.words
    if "RoleName" in words:
        return [request.arn("iam", "role/" + words["RoleName"], regional=False)]
    return [words.get("PolicyArn") or
            request.arn("iam", "policy/" + words["PolicyName"], regional=False)]


def of_s3(request):
    bucket, _, key = request.path.lstrip("/").partition("/")
    actions = OBJECTS if key else S3
    kinds = [kind for _, kind in actions if kind and kind in request.query]
    request.action = actions[request.method, kinds[0] if kinds else ""]
    rest = bucket + "/" + urllib.parse.unquote(key) if key else bucket
    return [request.arn("s3", rest, regional=False, owned=False)]


RESOURCES = {"kinesis": of_kinesis, "dynamodb": of_dynamodb, "secretsmanager": of_secretsmanager,
             "sns": of_sns, "firehose": of_firehose, "monitoring": of_monitoring, "iam": of_iam,
             "s3": of_s3}


def asked(request):
    if request.action == "PutMetricData":
        return [("cloudwatch:" + request.action, "*")], \
            {"cloudwatch:namespace": request.words["Namespace"]}
    resources = RESOURCES[request.service](request)
    service = "cloudwatch" if request.service == "monitoring" else request.service
    action = "%s:%s" % (service, request.action)
    pairs = [(action, resource) for resource in resources]
    tagged = "Tags" in request.words or any(word.startswith("Tags.") for word in request.words) \
        or "<Tags>" in request.body
    if action in TAGGING and tagged:
        pairs += [(TAGGING[action], resource) for resource in resources]
    roles = {part["RoleARN"] for part in request.words.values()
             if isinstance(part, dict) and "RoleARN" in part}
    pairs += [("iam:PassRole", role) for role in roles]
    return pairs, {"iam:PassedToService": request.service + ".amazonaws.com"} if roles else {}


def matches(patterns, text, flags=0):
    patterns = [patterns] if isinstance(patterns, str) else patterns
    for pattern in patterns:
        shape = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
        if re.fullmatch(shape, text, flags | re.DOTALL):
            return True
    return False


def holds(conditions, context):
    for operator, keys in conditions.items():
        if operator not in ("StringEquals", "ForAnyValue:StringEquals"):
            raise ValueError("a condition that is not known: " + operator)
        for key, values in keys.items():
            values = [values] if isinstance(values, str) else values
            given = context.get(key)
            given = [given] if isinstance(given, str) else given or []
            if not set(given) & set(values):
                return False
    return True


def concerns(statement, action, resource, context):
    unknown = set(statement) - {"Sid", "Effect", "Action", "Resource", "Condition"}
    if unknown:
        raise ValueError("a statement with what is not known: %s" % unknown)
    return matches(statement["Action"], action, re.IGNORECASE) \
        and matches(statement["Resource"], resource) \
        and holds(statement.get("Condition", {}), context)


def allows(documents, action, resource, context):
    effects = [statement["Effect"] for document in documents
               for statement in document["Statement"]
               if concerns(statement, action, resource, context)]
    return "Allow" in effects and "Deny" not in effects


def read(policy):
    if hasattr(policy, "versions"):
        policy = next(version for version in policy.versions if version.is_default).document
    return json.loads(policy if isinstance(policy, str) else policy["policy_document"])


def without_resources(document):
    """The same for moto's own IAM, to which every resource is "*"."""
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": statement["Effect"], "Action": statement["Action"], "Resource": "*"}
        for statement in document["Statement"]]})


def refuse(request, user, action, resource):
    words = "User: %s is not authorized to perform: %s on resource: %s because no " \
        "identity-based policy allows the %s action" % (user, action, resource, action)
    from moto.core.exceptions import AccessDeniedError
    from moto.s3.exceptions import S3AccessDeniedError

    error = S3AccessDeniedError() if request.service == "s3" else AccessDeniedError(user, action)
    error.message = words
    if request.service == "s3":
        error.description = words
    else:
        error.description = error.description.replace(
            "to perform: %s" % action, words[words.index("to perform"):])
    raise error


def judge(request, kind):
    """As moto does it, without a look at the signature."""
    kind(account_id=request.current_account, method=request.method, path=request.raw_path,
         data=request.data, body=request.raw_body, headers=request.headers,
         action=request._get_action()).check_action_permitted("*")


def install(log):
    from moto.iam import access_control

    own = access_control.IAMRequestBase.check_action_permitted

    def check(self, resource):
        user = self._access_key.arn
        if user.endswith(":user/tests"):
            own(self, resource)
            return
        request = Request(self._service, self._method, self._path,
                          self._headers.get("X-Amz-Target"), self._body or "", self._region,
                          self.account_id)
        if request.action == "GetCallerIdentity":
            return # needs no permission
        if not request.words and self._data and request.service != "s3":
            request.words = {name: value[0] if isinstance(value, list) else value
                             for name, value in self._data.items()}
        documents = [read(policy) for policy in self._access_key.collect_policies()]
        pairs, context = asked(request)
        refused = next((pair for pair in pairs if not allows(documents, *pair, context)), None)
        for action, _ in [] if refused else pairs:
            if not any(access_control.IAMPolicy(without_resources(document)).is_action_permitted(
                    action) == access_control.PermissionResult.PERMITTED for document in documents):
                raise AssertionError("moto's IAM says otherwise of " + action)
        log.write(json.dumps({"user": user.rpartition("/")[2], "pairs": pairs, "context": context,
                              "allowed": not refused}) + "\n")
        log.flush()
        if refused:
            refuse(request, user, *refused)

    access_control.IAMRequestBase.check_action_permitted = check


def next_door(resource, context):
    """What is not the same, but like it: (resource, context) pairs."""
    if resource == "*":
        return [(resource, {key: value + "2" for key, value in context.items()})] if context else []
    if resource.startswith("arn:aws:s3:::") and "/" in resource: # in other buckets
        bucket, _, key = resource.rpartition(":")[2].partition("/")
        return [("arn:aws:s3:::%s/%s" % (other, key), context)
                for other in (bucket + "2", "2" + bucket, bucket[:-1], bucket.swapcase())]
    if ":table/" in resource and "/stream/" in resource: # of other tables
        head, name, _, label = resource.split("/", 3)
        return [("%s/%s/stream/%s" % (head, other, label), context)
                for other in (name + "2", "2" + name, name[:-1], name.swapcase())]
    if "/consumer/" in resource: # other consumers of the stream, and those of other streams
        head, stream, _, last = resource.split("/")
        name, _, number = last.partition(":")
        return [("%s/%s/consumer/%s:%s" % (head, stream, other, number), context)
                for other in (name + "2", "2" + name, name[:-1], name.swapcase())] + [
                    ("%s/%s/consumer/%s" % (head, stream + "2", last), context)]
    head, _, name = resource.rpartition("/" if "/" in resource else ":")
    mark = resource[len(head)] if head else ""
    letters = LETTERS if name.endswith(LETTERS) else ""
    name = name[:len(name) - len(letters)]
    others = [head + mark + other + letters
              for other in (name + "2", "2" + name, name[:-1], name + LETTERS, name.swapcase())]
    parts = resource.split(":")
    for place, other in ((3, "eu-west-1"), (4, "210987654321")):
        if parts[place]:
            others.append(":".join(parts[:place] + [other] + parts[place + 1:]))
    return [(other, context) for other in others]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        policy = json.load(file)
    judged = [json.loads(line) for line in sys.stdin]
    pairs = {(action, resource, tuple(line["context"].items()))
             for line in judged if line["allowed"] for action, resource in line["pairs"]}
    if not pairs:
        sys.exit("nothing was asked")
    for action, resource, context in sorted(pairs):
        context = dict(context)
        if not allows([policy], action, resource, context):
            sys.exit("not allowed: %s on %s" % (action, resource))
        for other, there in next_door(resource, context):
            if allows([policy], action, other, there):
                sys.exit("allowed: %s on %s %s" % (action, other, there))


if __name__ == "__main__":
    main()
