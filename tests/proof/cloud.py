"""cloud: AWS on this machine for the proofs: moto's server, and the fault proxy in front
of it. Proofs that use it run in tests/.venv."""
import decimal
import json
import os
import subprocess
import sys
import time
import urllib.request

import boto3
from botocore.config import Config

import proof
from proof import must

SERVER = os.path.join(proof.REPOSITORY, "tests/server")
PATIENCE = 120 # seconds


def plain(item):
    """An item's strings as texts and numbers as decimals."""
    return {name: decimal.Decimal(text) if kind == "N" else text
            for name, typed in item.items() for kind, text in typed.items()}


class Cloud:
    """A moto of its own; place's environment is told of it."""

    def __init__(self, place):
        self.place = place
        self.settings = {
            "AWS_ACCESS_KEY_ID": "AKIDFXPIPEEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true"}
        place.environment.update(self.settings)
        self.processes = []
        self.moto = self.start("moto", place.file("moto.port"), [place.file("moto.port")])
        self.directory = None
        self.proxy = None
        self.use(self.moto)
        config = Config(region_name="us-east-1", retries={"total_max_attempts": 1})
        arguments = {"endpoint_url": self.moto, "config": config,
                     "aws_access_key_id": self.settings["AWS_ACCESS_KEY_ID"],
                     "aws_secret_access_key": self.settings["AWS_SECRET_ACCESS_KEY"]}
        self.kinesis = boto3.client("kinesis", **arguments)
        self.dynamodb = boto3.client("dynamodb", **arguments)

    def start(self, name, port, arguments):
        """Starts a server; its URL. Python is not ours: no sanitizers for it."""
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith(("AWS_", "FX_", "LD_PRELOAD", "ASAN_", "UBSAN_"))}
        environment.update(self.settings)
        process = subprocess.Popen([sys.executable, os.path.join(SERVER, name)] + arguments,
                                   stdin=subprocess.DEVNULL, env=environment)
        self.processes.append(process)
        deadline = time.monotonic() + PATIENCE
        while not os.path.exists(port):
            must(process.poll() is None and time.monotonic() < deadline, "%s does not start", name)
            time.sleep(0.02)
        with open(port, encoding="ascii") as file:
            return "http://127.0.0.1:%d" % int(file.read())

    def use(self, url):
        self.place.environment["AWS_ENDPOINT_URL"] = url

    def through(self, script):
        """From now on by way of the fault proxy."""
        if self.proxy is None:
            self.directory = self.place.file("faults")
            os.mkdir(self.directory)
            self.proxy = self.start("faults", os.path.join(self.directory, "port"),
                                    [self.moto, self.directory, json.dumps(script)])
            self.use(self.proxy)
        else:
            self.post("/script", script)

    def post(self, path, document):
        with urllib.request.urlopen(self.proxy + path, json.dumps(document).encode()) as reply:
            return reply.read()

    def counts(self):
        """How often what went wrong."""
        with urllib.request.urlopen(self.proxy + "/counts") as reply:
            return json.load(reply)

    def must_be_sound(self):
        """No signature was wrong, nothing asked that the service would not take."""
        with open(os.path.join(self.directory, "log"), encoding="utf-8") as log:
            for line in log:
                entry = json.loads(line)
                must(entry["breach"] is None, "a breach: %s", line.strip())

    def make_stream(self, name, shards):
        self.kinesis.create_stream(StreamName=name, ShardCount=shards)

    def make_table(self, name, *keys):
        """keys: NAME or NAME:TYPE, the partition key's first."""
        parts = [(key.partition(":")[0], key.partition(":")[2] or "S") for key in keys]
        self.dynamodb.create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": part, "KeyType": kind}
                       for (part, _), kind in zip(parts, ("HASH", "RANGE"))],
            AttributeDefinitions=[{"AttributeName": part, "AttributeType": type_}
                                  for part, type_ in parts])

    def raw_records(self, name):
        """All records, per shard, as boto3 reads them."""
        found = {}
        for shard in self.kinesis.list_shards(StreamName=name)["Shards"]:
            at = self.kinesis.get_shard_iterator(
                StreamName=name, ShardId=shard["ShardId"],
                ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
            found[shard["ShardId"]] = records = []
            while at:
                reply = self.kinesis.get_records(ShardIterator=at, Limit=10000)
                records += reply["Records"]
                at = reply.get("NextShardIterator") if reply["Records"] else None
        return found

    def records(self, name):
        """The data of all records, per shard."""
        return {shard: [record["Data"] for record in records]
                for shard, records in self.raw_records(name).items()}

    def hash_ranges(self, name):
        """The hash keys of each shard."""
        return {shard["ShardId"]: range(int(shard["HashKeyRange"]["StartingHashKey"]),
                                        int(shard["HashKeyRange"]["EndingHashKey"]) + 1)
                for shard in self.kinesis.list_shards(StreamName=name)["Shards"]}

    def items(self, name):
        """All items, as DynamoDB has them."""
        more = {"TableName": name}
        while True:
            reply = self.dynamodb.scan(**more)
            yield from reply["Items"]
            if "LastEvaluatedKey" not in reply:
                return
            more["ExclusiveStartKey"] = reply["LastEvaluatedKey"]

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class CloudPlace(proof.Place):
    """A place whose streams and tables are on AWS."""

    in_order = False # but those of a partition key

    def __init__(self):
        super().__init__()
        self.cloud = Cloud(self)

    def stream(self, name):
        return "kinesis:" + name

    def table(self, name):
        return "dynamodb:" + name

    def make_stream(self, name, shards):
        self.cloud.make_stream(name, shards)
        return []

    def make_table(self, name, *keys):
        self.cloud.make_table(name, *keys)
        return []

    def shards(self, _, count):
        return ["shardId-%012d" % i for i in range(count)]

    def remove(self):
        self.cloud.stop()
        super().remove()

    def __exit__(self, *problem):
        self.cloud.stop()
        super().__exit__(*problem)
