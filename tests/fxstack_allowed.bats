# fxstack_allowed: with IAM's checks enabled, fxstack works on topics, buckets, roles and policies
# with the policy that it writes for itself, and names an action that is missing.

load helper
load aws

setup_file() {
	aws_start --auth
}

stack() {
	jq -c . <<<'{"resource":"topic","name":"sns:alerts"}'
	jq -c "${1-.}" <<<'{"resource":"bucket","name":"s3://fx-archive","expire_days":90}'
	jq -c "${2-.}" <<<'{"resource":"role","name":"iam:producer","tools":["kput"]}'
	jq -c "${3-.}" <<<'{"resource":"policy","name":"iam:consumer","tools":["kread"]}'
	jq -c . <<<'{"resource":"stream","name":"kinesis:rates"}'
}

# fxstack_py CODE: Python with a user that has the stack's policy. allow(ACTION…) removes these
# actions, run(ARGUMENT…) runs fxstack as that user and returns its status and messages. moto
# checks actions, but not resources.
fxstack_py() {
	fxstack policy fxstack <first | jq -c '.Statement[].Resource = "*"' >policy
	aws_py 'import os, subprocess
document = json.load(open("policy"))
iam.create_user(UserName="person")
key = iam.create_access_key(UserName="person")["AccessKey"]
os.environ.update(AWS_ACCESS_KEY_ID=key["AccessKeyId"], AWS_SECRET_ACCESS_KEY=key["SecretAccessKey"])
def allow(*without):
    statements = [dict(one, Action=[action for action in one["Action"] if action not in without])
                  for one in document["Statement"]]
    iam.put_user_policy(UserName="person", PolicyName="own", PolicyDocument=json.dumps(
        dict(document, Statement=[one for one in statements if one["Action"]])))
def run(*arguments):
    done = subprocess.run(["fxstack"] + list(arguments), capture_output=True, text=True,
                          env=dict(os.environ, **json.loads(os.environ["FX_OURS"])))
    return done.returncode, done.stderr
'"$1"
}

setup() {
	aws_reset
	stack >first
	stack '.expire_days = 7' '.trust = "lambda"' '.tools = ["kput"]' |
		jq -c 'if .resource == "topic" then .encryption = "alias/mine" else . end' >second
}

@test "its own policy is enough, and it names each action that is missing" {
	fxstack_py '
def all_of_it():
    messages = ""
    for arguments in ("deploy", "first"), ("deploy", "second"), ("destroy", "--yes", "second"):
        status, said = run(*arguments)
        messages += said
    return status, messages
allow()
assert all_of_it() == (0, ""), all_of_it()
# moto does not check these.
unasked = {"s3:PutBucketTagging", "s3:TagResource", "sns:TagResource", "iam:TagRole",
           "iam:TagPolicy"}
tried = 0
for statement in document["Statement"]:
    for action in statement["Action"]:
        if action in unasked or action.startswith("kinesis:"):
            continue
        allow(action)
        status, messages = all_of_it()
        assert "a policy must allow " + action in messages, (action, messages)
        allow()
        assert run("destroy", "--yes", "first")[0] == 0, action
        tried += 1
assert tried > 20, tried'
}
