# policy: a user of IAM with one policy, for the bats files that load it (after helper and aws,
# whose server runs with --auth).
#
#   make_user              creates the user (in setup)
#   policy TOOL            its policy for the stack in ./stack, into ./policy
#   become FILE            from now on runs the tools as that user, with only that policy
#   become_admin           runs them as before
#   less FILE ACTION       become, without that action
#   each TOOL COMMAND…     COMMAND works with the tool's own policy, and fails without any one of
#   less_each FILE COMMAND…    its actions, except those in $optional; $afterwards runs after
#                          each failure
#   not_next_door FILE     the requests since $AWS_PLACE/judged was emptied would not have been
#                          allowed on similar resources

optional='' afterwards=true
admin_key=$AWS_ACCESS_KEY_ID admin_secret=$AWS_SECRET_ACCESS_KEY

# iam_call FORM: the reply's body.
iam_call() {
	aws_post /open "Version=2010-05-08&$1" "Content-Type: application/x-www-form-urlencoded" \
		"Authorization: AWS4-HMAC-SHA256 Credential=$admin_key/20250101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0"
}

make_user() {
	iam_call 'Action=CreateUser&UserName=tool' >/dev/null
	iam_call 'Action=CreateAccessKey&UserName=tool' >access
	user_key=$(sed -n 's|.*<AccessKeyId>\(.*\)</AccessKeyId>.*|\1|p' access)
	user_secret=$(sed -n 's|.*<SecretAccessKey>\(.*\)</SecretAccessKey>.*|\1|p' access)
}

become() {
	iam_call "Action=PutUserPolicy&UserName=tool&PolicyName=own&PolicyDocument=$(jq -r '@json | @uri' "$1")" >/dev/null
	AWS_ACCESS_KEY_ID=$user_key AWS_SECRET_ACCESS_KEY=$user_secret
}

become_admin() {
	AWS_ACCESS_KEY_ID=$admin_key AWS_SECRET_ACCESS_KEY=$admin_secret
}

less() {
	jq -c --arg action "$2" '.Statement |= map(.Action -= [$action] |
		if .Action == [] then .Action = ["sts:GetCallerIdentity"] else . end)' "$1" >less
	become less
}

# less_each POLICY COMMAND…: without each action COMMAND fails, and names the action and resource.
less_each() {
	local policy=$1 action words
	shift
	jq -r '.Statement[].Action[]' "$policy" >actions
	[ -s actions ]
	while read -r action; do
		[[ " $optional " != *" $action "* ]] || continue
		less "$policy" "$action"
		echo "without $action" # seen where the test fails
		run -2 --separate-stderr "$@" 3<&-
		# shellcheck disable=SC2154 # run's
		has "$stderr" "is not authorized to perform: $action on resource: $(resource_of "$policy" "$action")" || {
			echo "without $action: $stderr" >&2
			return 1
		}
		$afterwards
	done <actions
}

# The start of the ARN: for a secret, without the letters after its name; for objects, their bucket.
resource_of() {
	jq -r --arg action "$2" 'first(.Statement[] | select(.Action | index($action))).Resource[0] |
		sub("-[?]+$"; "") | sub("[*]$"; "")' "$1"
}

policy() {
	fxstack policy "$@" <stack >policy
}

not_next_door() {
	aws_python "$REPOSITORY/tests/server/iam.py" "$1" <"$AWS_PLACE/judged"
}

each() {
	policy "$1"
	become policy
	shift
	: >"$AWS_PLACE/judged"
	"$@"
	not_next_door policy
	less_each policy "$@"
}
