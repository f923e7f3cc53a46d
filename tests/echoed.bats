# echoed: what a service repeats of the credentials is not printed, whichever tool it answers.

load helper

@test "errors of AWS that quote the session token or the secret key" {
	local token secret port tool
	token=$(head -c 700 /dev/urandom | base64 -w0)
	secret=$(head -c 30 /dev/urandom | base64 -w0)
	export AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=$secret AWS_SESSION_TOKEN=$token AWS_REGION=eu-west-1
	serve < <(jq -n --arg token "$token" --arg secret "$secret" '
		("token " + $token + " is not valid") as $first |
		("secret " + $secret + " and " + ($token | @base64) + " are not valid") as $second |
		{answers: [($first, $second) | {status: 400,
			body: ({"__type": "SomeException", "message": .} | tojson)}]}')
	export AWS_ENDPOINT_URL=http://127.0.0.1:$port
	for tool in "smget secretsmanager:x" "kput -s kinesis:x" "kread -s kinesis:x" "kstat -s kinesis:x" \
		"ddbput -t dynamodb:x" "ddbget -t dynamodb:x a" "smget secretsmanager:x" "cwput -n x" "snspub -t arn:aws:sns:eu-west-1:123456789012:t" "s3get s3://some-bucket" "s3put s3://some-bucket"; do
		# shellcheck disable=SC2086 # words
		run -2 $tool <<<'{"metric":"a","value":1}'
		grep -F 'SomeException: ' <<<"$output"
		grep -F '[redacted]' <<<"$output"
		not grep -qF "${token:0:24}" <<<"$output"
		not grep -qF "${token:60:24}" <<<"$output"
		not grep -qF "${secret:0:20}" <<<"$output"
		not grep -qF "$(base64 <<<"$token" | head -c 30)" <<<"$output"
	done
}
