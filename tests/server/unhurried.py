"""unhurried: what takes a service a while, takes one here: of streams, their consumers, tables, secrets and
delivery streams that were made with the tag made-by, as fxstack makes them; moto makes all others at once.

A stream or a table is not found at first, then CREATING; a change makes it UPDATING, and a
deletion DELETING; each for as many questions about its state as BUSY says. Until it is ACTIVE
again it takes no change. Shards are changed at most to double and to half, ten times a day;
the mode twice a day. A stream keeps the tags that it was made with. No secret is made while
one of its name is scheduled for deletion, and that one takes no new value.
"""
import functools

from moto.core.exceptions import JsonRESTError
from moto.dynamodb import models as dynamodb
from moto.firehose import models as firehose
from moto.kinesis import models as kinesis
from moto.kinesis import responses
from moto.secretsmanager import models as secrets
from moto.secretsmanager.exceptions import InvalidRequestException

MARK = "made-by"
BUSY = 2
DAILY = {"update_shard_count": 10, "update_stream_mode": 2}


def begin(thing, state):
    thing.state = state
    thing.left = BUSY


def is_busy(thing):
    return getattr(thing, "state", "ACTIVE") != "ACTIVE"


def asked(thing, not_found):
    """Its state, which a question brings on; calls not_found where there is none."""
    if not is_busy(thing):
        return "ACTIVE"
    state = thing.state
    if state == "CREATING" and not thing.known:
        thing.known = True
        not_found()
    if thing.left == 0:
        thing.state = state = "GONE" if state == "DELETING" else "ACTIVE"
    thing.left -= 1
    return state


def in_use(thing):
    if is_busy(thing):
        raise JsonRESTError("ResourceInUseException", "it is %s" % thing.state)


# --- Kinesis ---

def create_stream(response):
    made = streams["create_stream"](response)
    tags = response._get_param("Tags") or {}
    stream = response.kinesis_backend.streams[response._get_param("StreamName")]
    stream.tags = dict(tags)
    if MARK in tags:
        begin(stream, "CREATING")
        stream.known = False
        stream.changes = {name: 0 for name in DAILY}
    return made


def describe_stream_summary(backend, stream_arn, stream_name):
    stream = backend.describe_stream(stream_arn, stream_name)

    def not_found():
        raise kinesis.StreamNotFoundError(stream.stream_name, backend.account_id)

    stream.status = asked(stream, not_found)
    if stream.status == "GONE":
        backend.streams.pop(stream.stream_name)
        not_found()
    return stream


def check_count(stream, target):
    open_now = sum(shard.is_open for shard in stream.shards.values())
    if target > 2 * open_now or 2 * target < open_now:
        raise JsonRESTError("LimitExceededException", "UpdateShardCount cannot scale from %d to "
                            "%d" % (open_now, target))


def changing(name):
    """A change of a stream that makes it UPDATING."""
    change = getattr(kinesis.KinesisBackend, name)

    @functools.wraps(change)
    def changed(backend, *places, **names):
        words = dict(zip(change.__code__.co_varnames[1:], places), **names)
        stream = backend.describe_stream(words.get("stream_arn"), words.get("stream_name"))
        in_use(stream)
        if hasattr(stream, "state"):
            if name in DAILY:
                stream.changes[name] += 1
                if stream.changes[name] > DAILY[name]:
                    raise JsonRESTError("LimitExceededException", "%s was called more than %d "
                                        "times today" % (name, DAILY[name]))
            if name == "update_shard_count":
                check_count(stream, words["target_shard_count"])
            begin(stream, "UPDATING")
            stream.status = "UPDATING"
        return change(backend, *places, **names)
    setattr(kinesis.KinesisBackend, name, changed)


def register_stream_consumer(backend, stream_arn, consumer_name):
    stream = backend._find_stream_by_arn(stream_arn)
    if any(consumer.consumer_name == consumer_name for consumer in stream.consumers):
        raise JsonRESTError("ResourceInUseException", "the consumer exists")
    made = streams["register_stream_consumer"](backend, stream_arn, consumer_name)
    made.consumer_arn += ":1700000000"
    if hasattr(stream, "state"):
        begin(made, "CREATING")
        made.known = False
    return made


def describe_stream_consumer(backend, stream_arn, consumer_name, consumer_arn):
    if stream_arn and backend._find_stream_by_arn(stream_arn) is None:
        raise kinesis.StreamNotFoundError(stream_arn, backend.account_id)
    found = streams["describe_stream_consumer"](backend, stream_arn, consumer_name, consumer_arn)

    def not_found():
        raise kinesis.ConsumerNotFound(found.consumer_name, backend.account_id)

    if asked(found, not_found) == "GONE":
        streams["deregister_stream_consumer"](backend, None, None, found.consumer_arn)
        not_found()
    return found


def deregister_stream_consumer(backend, stream_arn, consumer_name, consumer_arn):
    found = streams["describe_stream_consumer"](backend, stream_arn, consumer_name, consumer_arn)
    in_use(found)
    begin(found, "DELETING")


def consumer_to_json(consumer, include_stream_arn=False):
    return dict(streams["to_json"](consumer, include_stream_arn),
                ConsumerStatus=getattr(consumer, "state", "ACTIVE"))


def delete_stream(backend, stream_arn, stream_name):
    stream = backend.describe_stream(stream_arn, stream_name)
    if stream.consumers:
        raise JsonRESTError("ResourceInUseException", "Stream %s has registered consumers"
                            % stream.stream_name)
    if not hasattr(stream, "state"):
        return streams["delete_stream"](backend, stream_arn, stream_name)
    in_use(stream)
    begin(stream, "DELETING")
    return stream


streams = {"create_stream": responses.KinesisResponse.create_stream,
           "delete_stream": kinesis.KinesisBackend.delete_stream,
           "to_json": kinesis.Consumer.to_json}
for action in ("register_stream_consumer", "describe_stream_consumer",
               "deregister_stream_consumer"):
    streams[action] = getattr(kinesis.KinesisBackend, action)
    setattr(kinesis.KinesisBackend, action, globals()[action])
kinesis.Consumer.to_json = consumer_to_json
responses.KinesisResponse.create_stream = create_stream
kinesis.KinesisBackend.describe_stream_summary = describe_stream_summary
kinesis.KinesisBackend.delete_stream = delete_stream
for action in ("increase_stream_retention_period", "decrease_stream_retention_period",
               "update_shard_count", "start_stream_encryption", "stop_stream_encryption",
               "update_stream_mode"):
    changing(action)


# --- DynamoDB ---

def create_table(backend, name, *places, **names):
    made = tables["create_table"](backend, name, *places, **names)
    if any(tag["Key"] == MARK for tag in names.get("tags") or ()):
        begin(made, "CREATING")
        made.known = False
    return made


def describe_table(backend, name):
    described = tables["describe_table"](backend, name)
    table = backend.get_table(name)

    def not_found():
        raise dynamodb.ResourceNotFoundException(table_name=name)

    state = asked(table, not_found)
    if state == "GONE":
        backend.tables.pop(table.name)
        not_found()
    described["Table"]["TableStatus"] = state
    return described


def update_table(backend, name, *places, **names):
    table = backend.get_table(name)
    in_use(table)
    if hasattr(table, "state"):
        begin(table, "UPDATING")
    return tables["update_table"](backend, name, *places, **names)


def delete_table(backend, name):
    table = backend.get_table(name)
    in_use(table)
    if not hasattr(table, "state") or table.deletion_protection_enabled:
        return tables["delete_table"](backend, name)
    begin(table, "DELETING")
    return table


tables = {name: getattr(dynamodb.DynamoDBBackend, name) for name in (
    "create_table", "describe_table", "update_table", "delete_table")}
dynamodb.DynamoDBBackend.create_table = create_table
dynamodb.DynamoDBBackend.describe_table = describe_table
dynamodb.DynamoDBBackend.update_table = update_table
dynamodb.DynamoDBBackend.delete_table = delete_table


# --- Secrets Manager ---

def unless_scheduled(name, words):
    call = getattr(secrets.SecretsManagerBackend, name)

    @functools.wraps(call)
    def called(backend, *places, **names):
        secret = backend.secrets.get(names.get("name") or names.get("secret_id") or places[0])
        if secret is not None and secret.is_deleted():
            raise InvalidRequestException(words)
        return call(backend, *places, **names)
    setattr(secrets.SecretsManagerBackend, name, called)


unless_scheduled("create_secret", "You can't create this secret because a secret with this name "
                 "is already scheduled for deletion.")
unless_scheduled("put_secret_value", "You can't perform this operation on the secret because it "
                 "was marked for deletion.")


# --- Firehose: a delivery stream is CREATING and DELETING for a while ---

def create_delivery_stream(backend, region, delivery_stream_name, *places, **names):
    made = hoses["create_delivery_stream"](backend, region, delivery_stream_name, *places, **names)
    tags = places[-1] if places else names.get("tags")
    if any(tag["Key"] == MARK for tag in tags or ()):
        hose = backend.delivery_streams[delivery_stream_name]
        begin(hose, "CREATING")
        hose.known = True
        hose.delivery_stream_status = "CREATING"
    return made


def describe_delivery_stream(backend, delivery_stream_name):
    hose = backend.delivery_streams.get(delivery_stream_name)

    def not_found():
        raise firehose.ResourceNotFoundException("Firehose %s not found." % delivery_stream_name)

    if hose is not None and hasattr(hose, "state"):
        hose.delivery_stream_status = asked(hose, not_found)
        if hose.delivery_stream_status == "GONE":
            hoses["delete_delivery_stream"](backend, delivery_stream_name)
            not_found()
    return hoses["describe_delivery_stream"](backend, delivery_stream_name)


def delete_delivery_stream(backend, delivery_stream_name):
    hose = backend.delivery_streams.get(delivery_stream_name)
    if hose is None or not hasattr(hose, "state"):
        hoses["delete_delivery_stream"](backend, delivery_stream_name)
        return
    in_use(hose)
    begin(hose, "DELETING")


def update_destination(backend, delivery_stream_name, *places, **names):
    hose = backend.delivery_streams.get(delivery_stream_name)
    if hose is not None:
        in_use(hose)
    return hoses["update_destination"](backend, delivery_stream_name, *places, **names)


hoses = {name: getattr(firehose.FirehoseBackend, name) for name in (
    "create_delivery_stream", "describe_delivery_stream", "delete_delivery_stream",
    "update_destination")}
firehose.FirehoseBackend.create_delivery_stream = create_delivery_stream
firehose.FirehoseBackend.describe_delivery_stream = describe_delivery_stream
firehose.FirehoseBackend.delete_delivery_stream = delete_delivery_stream
firehose.FirehoseBackend.update_destination = update_destination
