# credentials: each place that keys come from, asked for real on loopback; the
# order of the places; what is said where there are none; keys that end.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # for inner shells; each test is one of its own; stderr: run

load helper

setup() {
	local place=$BATS_TEST_TMPDIR/metadata
	metadata_start "$place"
	SERVER=$METADATA LOG=$place/log BEHAVIOUR=$place/behaviour
	export AWS_REGION=eu-west-1 AWS_ENDPOINT_URL=$SERVER
	# Nowhere, unless a test says otherwise.
	export AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:9
	mkdir "$HOME/.aws"
}

behave() {
	printf '%s\n' "$1" >"$BEHAVIOUR.new"
	mv "$BEHAVIOUR.new" "$BEHAVIOUR"
}

# get [COUNT MS [refused]]: what tests/unit/credentials.c is handed out; notes are left in notes.
get() {
	[ $# -gt 0 ] || set -- 1 0
	"$FX_BUILD/unit/credentials" "$@" 2>notes
}

# logged JQ-FILTER: what it makes of the requests.
logged() {
	jq -s -r "$1" "$LOG"
}

config() {
	cat >"$HOME/.aws/config"
}

keys_of() {
	printf '[%s]\naws_access_key_id = %s\naws_secret_access_key = SECRET%s\n' "$1" "$2" "$2"
}

imds() {
	export AWS_EC2_METADATA_SERVICE_ENDPOINT=$SERVER
}

@test "the environment: keys, a token with either name, an expiry" {
	export AWS_ACCESS_KEY_ID=AKID AWS_SECRET_ACCESS_KEY=SECRET
	[ "$(get)" = "AKID SECRET " ]
	[ "$(cat notes)" = "credentials: the environment" ]
	export AWS_SECURITY_TOKEN=OLD AWS_CREDENTIAL_EXPIRATION=2099-01-01T00:00:00Z
	[ "$(get)" = "AKID SECRET OLD" ]
	[ "$(cat notes)" = "credentials: the environment, until 2099-01-01T00:00:00Z" ]
	AWS_SESSION_TOKEN=NEW get | grep -x "AKID SECRET NEW"
	AWS_SECRET_ACCESS_KEY='' get | grep '^person .*AWS_SECRET_ACCESS_KEY'
	AWS_SESSION_TOKEN=$'A\r\nX-Forged: 1' get >said
	grep '^person .*AWS_SESSION_TOKEN holds a line break' said
	not grep Forged said
	AWS_CREDENTIAL_EXPIRATION=soon get | grep '^person .*AWS_CREDENTIAL_EXPIRATION'
}

@test "the environment: a blank before or after a key is refused by the variable's name" {
	export AWS_ACCESS_KEY_ID=AKID AWS_SECRET_ACCESS_KEY=SECRET AWS_SESSION_TOKEN=TOKEN
	[ "$(get)" = "AKID SECRET TOKEN" ]
	local name
	for name in AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN; do
		for value in ' X' 'X ' $'X\n' $'\tX'; do
			(export "$name=$value" && get) >said
			grep "^person .*$name " said || { echo "$name: $(cat said)" && false; }
		done
	done
	AWS_SECRET_ACCESS_KEY='two words' get | grep -x 'AKID two words TOKEN'
}

@test "the environment precedes a profile, also one named by AWS_PROFILE" {
	keys_of work AKIDFILE >"$HOME/.aws/credentials"
	export AWS_PROFILE=work
	[ "$(get)" = "AKIDFILE SECRETAKIDFILE " ]
	AWS_ACCESS_KEY_ID=AKID AWS_SECRET_ACCESS_KEY=SECRET get | grep -x "AKID SECRET "
}

@test "the credentials file precedes a program, which precedes the config file" {
	keys_of default AKIDCREDENTIALS >"$HOME/.aws/credentials"
	{
		keys_of default AKIDCONFIG
		echo 'credential_process = echo "{\"Version\":1,\"AccessKeyId\":\"AKIDPROCESS\",\"SecretAccessKey\":\"S\"}"'
	} | config
	get | grep "^AKIDCREDENTIALS "
	grep "the profile default in $HOME/.aws/credentials" notes
	rm "$HOME/.aws/credentials"
	[ "$(get)" = "AKIDPROCESS S " ]
	keys_of default AKIDCONFIG | config
	get | grep "^AKIDCONFIG "
	echo '[default]
aws_access_key_id = A' | config
	get | grep "^person .*aws_secret_access_key"
}

@test "no keys anywhere: the message names every place, and no key" {
	get >said
	for word in AWS_ACCESS_KEY_ID role_arn AWS_WEB_IDENTITY_TOKEN_FILE sso_account_id \
		"$HOME/.aws/credentials" credential_process "$HOME/.aws/config" \
		AWS_CONTAINER_CREDENTIALS IMDS; do
		grep -F "$word" said
	done
	grep '^person no AWS credentials: ' said
	AWS_EC2_METADATA_DISABLED=true get | grep AWS_EC2_METADATA_DISABLED
	printf '[default]\nlogin_session = x\n' | config
	get | grep 'login_session (aws login) is not supported'
}

@test "-v reports the source of the keys, and the tool signs with them" {
	imds
	run -2 --separate-stderr smget -v secretsmanager:key
	[ -z "$output" ]
	has "$stderr" "the instance's role harvester (IMDS), until "
	not grep -qE 'SECRETIMDS|TOKENIMDS' <<<"$stderr"
	logged 'last.headers | .authorization + " " + ."x-amz-security-token"' |
		grep '^AWS4-HMAC-SHA256 Credential=IMDS1/.* TOKENIMDS1$'
}

@test "the instance: IMDSv2, one token, its role" {
	imds
	export http_proxy=http://127.0.0.1:9 no_proxy=''
	[ "$(get 3 0)" = "$(yes "IMDS1 SECRETIMDS1 TOKENIMDS1" | head -3)" ]
	[ "$(logged '.[] | .method + " " + .target + " " + (.headers["x-aws-ec2-metadata-token"] // .headers["x-aws-ec2-metadata-token-ttl-seconds"])')" = \
		"PUT /latest/api/token 21600
GET /latest/meta-data/iam/security-credentials/ IMDSTOKEN
GET /latest/meta-data/iam/security-credentials/harvester IMDSTOKEN" ]
}

@test "the instance: version 1 if there is no token, unless it is switched off" {
	imds
	behave '{"answers":{"TOKEN":[[403,""],[404,""],[405,""],[403,""],[400,""],[500,""]]}}'
	for _ in 1 2 3; do
		get | grep ^IMDS
	done
	not grep -q IMDSTOKEN "$LOG"
	AWS_EC2_METADATA_V1_DISABLED=true get |
		grep '^person .*no token for version 2 (HTTP 403), and version 1 is disabled (AWS_EC2_METADATA_V1_DISABLED)'
	get | grep '^person .*HTTP 400'
	get | grep '^temporary .*HTTP 500'
}

@test "the instance: neither version is to be had, and the message says which fails how" {
	imds
	behave '{"answers":{"TOKEN":[[404,""],[403,""],"cut","cut"],"ROLE":[[401,""],0,0]}}'
	AWS_EC2_METADATA_V1_DISABLED=true get >said
	grep '^person .*no token for version 2 (HTTP 404), and version 1 is disabled' said
	not grep 'has no role' said
	get | grep '^person .*no token for version 2 (HTTP 403), and version 1 is refused (HTTP 401)'
	# The token gets lost on the way to a container: version 1 still works, unless it is disabled.
	get | grep ^IMDS1
	AWS_EC2_METADATA_V1_DISABLED=true get | grep '^person .*hop limit must be 2), and version 1 is disabled'
}

@test "the instance: no role, a role that is refused, no answer in time" {
	imds
	behave '{"answers":{"ROLE":[[404,""],[200,"harvester"],[200,""],[200,"a b"]],
		"IMDS":[[200,"{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"x\"}"]]}}'
	get | grep '^person no AWS credentials: .*the instance has no role'
	get | grep '^temporary .*harvester.*AssumeRoleUnauthorizedAccess'
	get | grep '^temporary .*none'
	get | grep '^temporary .*none'
	behave '{"answers":{"TOKEN":[0,0,0,0,[500,""],[500,""],[200,"T"]]}}'
	AWS_METADATA_SERVICE_NUM_ATTEMPTS=3 get | grep ^IMDS
}

@test "the instance: metadata switched off is said first, before the places that were looked at" {
	imds
	behave '{"answers":{"TOKEN":[[403,""],[200,"T"]],"ROLE":[[403,""],[403,""]]}}'
	for _ in 1 2; do
		get >said
		grep '^person no AWS credentials: the metadata service is switched off or refuses (HTTP 403); AWS_ACCESS_KEY_ID is not set; .*no container' said
	done
}

@test "a blank around a region or a URL: the message names the variable and quotes the value" {
	AWS_REGION='eu-west-1 ' get 0 0 | grep -F 'AWS_REGION: "eu-west-1 " is not the name'
	AWS_REGION='' AWS_DEFAULT_REGION=' eu-west-1' get 0 0 |
		grep -F 'AWS_DEFAULT_REGION: " eu-west-1" is not the name'
	AWS_ENDPOINT_URL=" $SERVER" get 0 0 | grep -F "AWS_ENDPOINT_URL: \" $SERVER\" is not the URL"
	AWS_ENDPOINT_URL_KINESIS="$SERVER " get 0 0 |
		grep -F "AWS_ENDPOINT_URL_KINESIS: \"$SERVER \" is not the URL"
	AWS_ENDPOINT_URL='http://me:pass word@x' get 0 0 >said
	grep -F 'AWS_ENDPOINT_URL is not the URL' said
	not grep pass said
	AWS_EC2_METADATA_SERVICE_ENDPOINT=" $SERVER" get |
		grep "^person .*AWS_EC2_METADATA_SERVICE_ENDPOINT .*\" $SERVER\" is not"
	AWS_EC2_METADATA_SERVICE_ENDPOINT='http://me:pass@127.0.0.1' get >said
	grep '^person .*AWS_EC2_METADATA_SERVICE_ENDPOINT .* is not the URL' said
	not grep pass said
	AWS_CONTAINER_CREDENTIALS_FULL_URI="$SERVER/container " get | grep '^person .*FULL_URI holds a blank'
}

@test "a service that cannot be reached: which, where, and why" {
	role <<-'END'
		[default]
		role_arn = arn:1
		source_profile = source
	END
	AWS_ENDPOINT_URL_STS=http://127.0.0.1:9/x get >said
	grep -E '^temporary credentials: STS could not be reached for the role arn:1: http://127.0.0.1:9: .*[Cc]onnect' said
	not grep -E 'refused the role|no message' said
	behave '{"answers":{"STS":[[503,""],[503,""],[503,""],[403,""]]}}'
	get | grep '^temporary .*STS gave no keys for the role arn:1: HTTP 503$'
	get | grep '^person .*STS refused the role arn:1: HTTP 403$'
	rm "$HOME/.aws/config"
	AWS_CONTAINER_CREDENTIALS_FULL_URI='http://127.0.0.1:9/?token=x' get |
		grep '^temporary .*container.s endpoint: http://127.0.0.1:9: '
	get | grep '^person .*no instance.s role (IMDS: http://127.0.0.1:9: '
}

@test "the container: a full URI, a token that is read again each time, three attempts" {
	export AWS_CONTAINER_CREDENTIALS_FULL_URI="$SERVER/container?x=1"
	export http_proxy=http://127.0.0.1:9 no_proxy=''
	behave '{"answers":{"CONTAINER":[[500,""],[429,""]]}}'
	[ "$(get)" = "CONTAINER1 SECRETCONTAINER1 TOKENCONTAINER1" ]
	[ "$(logged length)" = 3 ]
	export AWS_CONTAINER_AUTHORIZATION_TOKEN=plain
	get
	[ "$(logged 'last.headers.authorization')" = plain ]
	export AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=$PWD/token
	echo first >token
	get
	[ "$(logged 'last.headers.authorization')" = first ]
	printf 'a\r\nX-Evil: b' >token
	get | grep '^person .*line'
	rm token
	get | grep '^person .*token'
	unset "${!AWS_CONTAINER_AUTHORIZATION@}"
	AWS_CONTAINER_AUTHORIZATION_TOKEN=$'a\nb' get | grep '^person .*line'
}

@test "null is absent, and a number may have an exponent, in each reply" {
	local keys='"SecretAccessKey":"S","Token":null,"Expiration":null,"Code":null'
	jq -n --arg keys "$keys" '{answers: {
		CONTAINER: [[200, "{\"AccessKeyId\":\"C\",\($keys)}"], [200, "{\"AccessKeyId\":null,\($keys)}"]],
		IMDS: [[200, "{\"AccessKeyId\":\"I\",\($keys)}"]],
		OIDC: [[200, "{\"accessToken\":\"NEW\",\"refreshToken\":null,\"expiresIn\":3.6E3}"]],
		SSO: [[200, "{\"roleCredentials\":{\"accessKeyId\":\"SSO\",\"secretAccessKey\":\"S\",\"sessionToken\":null,\"expiration\":4.1E12}}"]],
		STS: [[200, "<r><AccessKeyId>A</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken><Expiration/></r>"]]
	}}' >json
	behave "$(cat json)"
	[ "$(AWS_CONTAINER_CREDENTIALS_FULL_URI=$SERVER/container get)" = "C S " ]
	AWS_CONTAINER_CREDENTIALS_FULL_URI=$SERVER/container get | grep '^temporary .*no valid AccessKeyId'
	[ "$(AWS_EC2_METADATA_SERVICE_ENDPOINT=$SERVER get)" = "I S " ]
	{
		sso_profile 'profile sso'
		printf '[profile role]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = source\n'
		keys_of 'profile source' E
	} | config
	sso_token 2020-01-01T00:00:00Z
	[ "$(AWS_PROFILE=sso get)" = "SSO S " ]
	grep 'until 2099-12-03' notes
	jq -e '.accessToken == "NEW" and .refreshToken == "R" and
		(.expiresAt | fromdate - now | . > 3500 and . < 3700)' "$sso_cache"
	[ "$(AWS_PROFILE=role get)" = "A S T" ]
}

@test "the container: plain http only to known addresses; a refusal ends the search" {
	imds
	local url
	for url in http://example.com/ http://127.0.0.1.example.com/ http://169.254.170.3/ http:///x \
		http://127.0.0.1@example.com/ http://localhost@example.com/ ftp://127.0.0.1/ http:// \
		http://1270.0.0.1/; do
		AWS_CONTAINER_CREDENTIALS_FULL_URI=$url get | grep '^person .*FULL_URI' || { echo "$url" && false; }
	done
	[ ! -s "$LOG" ]
	AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=x get | grep '^person .*RELATIVE_URI'
	behave '{"answers":{"CONTAINER":[[404,""],[200,"{}"],[200,"<html>"]]}}'
	export AWS_CONTAINER_CREDENTIALS_FULL_URI=$SERVER/container
	get | grep '^person .*container.*HTTP 404'
	get | grep '^temporary .*AccessKeyId'
	get | grep '^temporary .*AccessKeyId'
}

@test "a program: run without a shell, its standard input is empty, its standard error is ours" {
	cat >program <<-'END'
		#!/bin/sh
		printf '%s|' "$@" >words
		cat >input
		echo help me >&2
		echo '{"Version":1,"AccessKeyId":"AKIDP","SecretAccessKey":"S","SessionToken":"T","Expiration":"2099-01-01T00:00:00Z"}'
	END
	chmod +x program
	printf '[default]\ncredential_process = "%s" "a b" $HOME ;x\n' "$PWD/program" | config
	echo record | get >said
	[ "$(cat said)" = "AKIDP S T" ]
	[ "$(cat words)" = 'a b|$HOME|;x|' ]
	[ ! -s input ]
	grep -x 'help me' notes
	grep 'credential_process of the profile default), until 2099' notes
}

@test "a program: the process that runs it keeps nothing open that the tool has open" {
	cat >program <<-'END'
		#!/bin/sh
		for file in /proc/$PPID/fd/*; do readlink "$file"; done >fds
		echo '{"Version":1,"AccessKeyId":"AKIDP","SecretAccessKey":"S"}'
	END
	chmod +x program
	printf '[default]\ncredential_process = %s\n' "$PWD/program" | config
	get 7>inherited 200>inherited | grep '^AKIDP'
	grep socket fds
	not grep inherited fds
}

@test "a program that fails or prints something else" {
	local line
	for line in 'false' '/nonexistent/program' "'" 'echo {}' 'echo {"Version":2}' 'echo' \
		"echo '{\"Version\":1,\"AccessKeyId\":\"A\"}'" 'sh -c "kill -9 $$"' 'head -c 70000 /dev/zero'; do
		printf '[default]\ncredential_process = %s\n' "$line" | config
		get >said
		grep -E '^(person|temporary) .*credential_process' said || { echo "$line" && false; }
	done
	grep '^temporary .*64 KiB' said
}

@test "SSO: the token of a session, and the legacy form" {
	config <<-'END'
		[default]
		sso_session = corp
		sso_account_id = 123456789012
		sso_role_name = Read Only
		[sso-session corp]
		sso_start_url = https://corp.awsapps.com/start
		sso_region = eu-central-1
		[profile old]
		sso_start_url = https://corp.awsapps.com/start
		sso_region = eu-central-1
		sso_account_id = 123456789012
		sso_role_name = Old
		[profile half]
		sso_account_id = 123456789012
	END
	mkdir -p "$HOME/.aws/sso/cache"
	local cache=$HOME/.aws/sso/cache session old
	session=$(printf corp | sha1sum | cut -d' ' -f1)
	old=$(printf https://corp.awsapps.com/start | sha1sum | cut -d' ' -f1)
	get | grep '^person .*aws sso login --profile default'
	echo '{"accessToken":"BEARER","expiresAt":"2099-01-01T00:00:00Z"}' >"$cache/$session.json"
	[ "$(get)" = "SSO1 SECRETSSO1 TOKENSSO1" ]
	grep 'SSO, role Read Only (profile default), until ' notes
	[ "$(logged 'last | .target + " " + .headers["x-amz-sso_bearer_token"]')" = \
		"/federation/credentials?role_name=Read%20Only&account_id=123456789012 BEARER" ]
	echo '{"accessToken":"BEARER","expiresAt":"2020-01-01T00:00:00UTC"}' >"$cache/$old.json"
	AWS_PROFILE=old get | grep '^person .*has expired: run aws sso login --profile old'
	echo '{"accessToken":"OLDBEARER","expiresAt":"2099-01-01T00:00:00UTC"}' >"$cache/$old.json"
	AWS_PROFILE=old get | grep ^SSO2
	AWS_PROFILE=half get | grep '^person .*sso_start_url'
	behave '{"answers":{"SSO":[0,0,[401,"{}"],[403,"{}"]]}}'
	get | grep '^person .*aws sso login'
	get | grep '^person .*Read Only.*HTTP 403'
}

@test "SSO: a session that does not exist, lacks a key or contradicts the profile is named" {
	config <<-'END'
		[default]
		sso_session = lost
		sso_account_id = 1
		sso_role_name = R
		[profile lacking]
		sso_session = corp
		sso_account_id = 1
		sso_role_name = R
		[profile differing]
		sso_session = whole
		sso_start_url = https://other
		sso_account_id = 1
		sso_role_name = R
		[profile token]
		sso_session = whole
		sso_start_url = https://other
		sso_region = x
		aws_access_key_id = AKID
		aws_secret_access_key = S
		[sso-session corp]
		sso_start_url = https://corp
		[sso-session whole]
		sso_start_url = https://corp
		sso_region = eu-central-1
	END
	get | grep -F "sso_session = lost in the profile default: $HOME/.aws/config has no section [sso-session lost]"
	AWS_PROFILE=lacking get | grep -F "[sso-session corp] in $HOME/.aws/config has no sso_region"
	AWS_PROFILE=differing get | grep '^person .*sso_start_url of the profile differing differs from'
	# Without account and role it is for other tools.
	AWS_PROFILE=token get | grep '^AKID '
	# The reference is an error although the keys are elsewhere.
	AWS_ACCESS_KEY_ID=A AWS_SECRET_ACCESS_KEY=S get | grep '^person .*sso_session = lost'
}

@test "a profile with a section as in the other file gets a hint" {
	printf '[work]\nregion = eu-west-1\n[profile chained]\nrole_arn = arn:1\nsource_profile = work\n' | config
	AWS_PROFILE=work get | grep -F "$HOME/.aws/config has a section [work], which is ignored: write [profile work]"
	AWS_PROFILE=chained get | grep -F 'there is no profile work; '"$HOME"'/.aws/config has a section [work]'
	keys_of 'profile other' AKID >"$HOME/.aws/credentials"
	AWS_PROFILE=other get | grep -F 'credentials has a section [profile other], which is ignored: write [other]'
	# The keys are found, the region is not.
	keys_of work AKID >"$HOME/.aws/credentials"
	AWS_PROFILE=work get | grep ^AKID
	unset AWS_REGION
	AWS_PROFILE=work get 0 0 | grep 'no AWS region: .*write \[profile work\]'
}

@test "options: --profile precedes the environment, its keys and its web identity" {
	keys_of work AKIDWORK >"$HOME/.aws/credentials"
	keys_of other AKIDOTHER >>"$HOME/.aws/credentials"
	echo token >token
	export AWS_PROFILE=other AWS_ACCESS_KEY_ID=AKID AWS_SECRET_ACCESS_KEY=SECRET
	get | grep '^AKID '
	get 1 0 profile=work | grep '^AKIDWORK '
	unset AWS_ACCESS_KEY_ID
	export AWS_WEB_IDENTITY_TOKEN_FILE=$PWD/token AWS_ROLE_ARN=arn:9
	get 1 0 profile=work | grep '^AKIDWORK '
	get 1 0 profile=nowhere | grep -F 'the profile "nowhere" (--profile) is in neither'
	rm "$HOME/.aws/credentials"
	unset AWS_PROFILE
	get 1 0 profile=default | grep -F '"default" (--profile)'
	[ "$(AWS_PROFILE=default get)" = "STS1 SECRETSTS1 TOKEN&STS1" ]
}

@test "options: --role-arn is assumed with the credentials that are found otherwise" {
	export AWS_ACCESS_KEY_ID=AKID AWS_SECRET_ACCESS_KEY=SECRET
	local denied='<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>'
	behave "{\"answers\":{\"STS\":[[403,\"$denied\"]]}}"
	get 1 0 role_arn=arn:chosen | grep '^person .*arn:chosen: AccessDenied: no'
	get 1 0 role_arn=arn:chosen | grep ^STS1
	grep 'the role arn:chosen, assumed with the environment, until ' notes
	logged 'last.body' | grep 'RoleArn=arn%3Achosen&RoleSessionName=fxpipe-session-[0-9]*$'
	logged 'last.headers.authorization' | grep Credential=AKID/
	role <<-'END'
		[profile chained]
		role_arn = arn:1
		source_profile = source
		external_id = not-for-the-other
	END
	get 1 0 profile=chained role_arn=arn:2 | grep ^STS3
	[ "$(logged '.[2:] | map((.headers.authorization | capture("Credential=(?<k>[^/]*)").k) + " "
		+ (.body | capture("RoleArn=(?<r>[^&]*)").r)) | join(" ")')" = "AKIDSOURCE arn%3A1 STS2 arn%3A2" ]
	logged 'last.body' | not grep -q external
	# Keys that are refused are fetched again, those of the role too.
	get 2 0 refused role_arn=arn:2 >said
	[ "$(grep -c ^STS said)" = 2 ]
	[ "$(sort -u said | wc -l)" = 2 ]
}

@test "options: --region and --endpoint-url precede the environment; keys are not asked for at that URL" {
	[ "$(get 0 0)" = "$SERVER eu-west-1" ]
	[ "$(get 0 0 region=us-west-2)" = "$SERVER us-west-2" ]
	[ "$(get 0 0 endpoint_url=http://127.0.0.1:9/x)" = "http://127.0.0.1:9/x eu-west-1" ]
	AWS_ENDPOINT_URL_KINESIS=http://127.0.0.1:8 get 0 0 endpoint_url=http://127.0.0.1:9 | grep ':9 '
	AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true get 0 0 endpoint_url=http://127.0.0.1:9 | grep ':9 '
	role <<-'END'
		[default]
		role_arn = arn:1
		source_profile = source
	END
	get 1 0 endpoint_url=http://127.0.0.1:9 region=us-west-2 | grep ^STS1
	logged 'last.headers.authorization' | grep "Credential=AKIDSOURCE/.*/us-west-2/sts/"
}

@test "options: every tool that can call AWS has them, and uses them" {
	local tool rest
	keys_of work AKIDWORK >"$HOME/.aws/credentials"
	unset AWS_REGION AWS_ENDPOINT_URL
	export AWS_ENDPOINT_URL_STS=$SERVER AWS_ACCESS_KEY_ID=AKID AWS_SECRET_ACCESS_KEY=S AWS_PROFILE=other
	echo '{"resource":"stream","name":"x","shards":1}' >stack
	echo '{"metric":"a","value":1}' >lines
	while read -r tool rest; do
		: >"$LOG"
		echo "$tool" >>tools
		# shellcheck disable=SC2086 # words
		run "$tool" --profile work --region ap-south-1 --endpoint-url "$SERVER/base" \
			--role-arn arn:aws:iam::123456789012:role/x $rest <lines
		echo "$tool: $output"
		logged '.[] | (.target | sub("/some-bucket.*"; "")) + " " + (.headers.authorization | capture("(?<c>Credential=.*)/aws4").c)' >calls
		grep "^/ Credential=AKIDWORK/[0-9]*/ap-south-1/sts\$" calls
		grep "^/base/* Credential=STS[0-9]*/[0-9]*/ap-south-1/" calls
		not grep -v "^/[base]* Credential=\(AKIDWORK\|STS[0-9]*\)/[0-9]*/ap-south-1/" calls
	done <<-'END'
		kput -s kinesis:x
		kread -s kinesis:x
		kack -s kinesis:x -g g
		kstat -s kinesis:x
		ddbput -t dynamodb:x
		ddbget -t dynamodb:x
		smget --no-cache x
		cwput
		snspub -t arn:aws:sns:ap-south-1:123456789012:x
		s3put s3://some-bucket/x
		s3get s3://some-bucket/x
		fxstack diff --aws stack
		fxfetch -p alphavantage -K secretsmanager:x BTC/USD
		fxhealth -s kinesis:x
		fxserve -t dynamodb:x
	END
	(cd "$REPOSITORY/man" && grep -l 'Fl -role-arn' ./*.1) | sed 's,^\./,,; s,\.1$,,' | sort >pages
	sort tools | diff - pages
}

@test "SSO: an expired token is renewed, in the cache too" {
	sso_profile default | config
	sso_token 2020-01-01T00:00:00Z
	jq '. + {startUrl: "u", more: [1]}' "$sso_cache" >before
	cp before "$sso_cache"
	behave '{"answers":{"OIDC":[[400,"{}"],[200,"<html>"]]}}'
	get | grep '^person .*has expired: run aws sso login'
	get | grep '^person .*has expired: run aws sso login'
	cmp "$sso_cache" before
	get | grep ^SSO1
	[ "$(logged 'map(select(.target == "/token")) | last.body')" = \
		'{"grantType":"refresh_token","clientId":"C","clientSecret":"S","refreshToken":"R"}' ]
	[ "$(logged 'last.headers["x-amz-sso_bearer_token"]')" = RENEWED ]
	jq -e '.accessToken == "RENEWED" and .refreshToken == "NEXT" and .more == [1] and .startUrl == "u"
		and (.expiresAt | fromdate - now | . > 3500 and . < 3700)' "$sso_cache"
	[ "$(stat -c %a "$sso_cache")" = 600 ]
	[ "$(find "$HOME/.aws/sso/cache" -type f | wc -l)" = 1 ]
	get
	[ "$(logged 'map(select(.target == "/token")) | length')" = 3 ]
	jq '.expiresAt = "2020-01-01T00:00:00Z" | .registrationExpiresAt = .expiresAt' "$sso_cache" >before
	cp before "$sso_cache"
	get | grep '^person .*has expired'
	[ "$(logged 'map(select(.target == "/token")) | length')" = 3 ]
}

role() {
	{
		cat
		keys_of 'profile source' AKIDSOURCE
	} | config
}

@test "a role: assumed with another profile's keys, at the region's STS, and signed" {
	role <<-'END'
		[default]
		role_arn = arn:aws:iam::123456789012:role/harvest
		source_profile = source
		external_id = a&b=c
		duration_seconds = 900
		role_session_name = me@home
	END
	[ "$(get)" = "STS1 SECRETSTS1 TOKEN&STS1" ]
	grep 'the role arn:aws:iam::123456789012:role/harvest, until ' notes
	[ "$(logged 'last.body')" = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fharvest&RoleSessionName=me%40home&ExternalId=a%26b%3Dc&DurationSeconds=900" ]
	logged 'last.headers.authorization' | grep "Credential=AKIDSOURCE/[0-9]*/eu-west-1/sts/aws4_request"
}

@test "a role: through another role, from the environment, by itself; circles and invalid chains" {
	role <<-'END'
		[default]
		role_arn = arn:1
		source_profile = middle
		[profile middle]
		role_arn = arn:2
		source_profile = source
		[profile environment]
		role_arn = arn:3
		credential_source = Environment
		[profile instance]
		role_arn = arn:3
		credential_source = Ec2InstanceMetadata
		[profile itself]
		role_arn = arn:4
		source_profile = itself
		aws_access_key_id = AKIDITSELF
		aws_secret_access_key = S
		[profile round]
		role_arn = arn:5
		source_profile = about
		[profile about]
		role_arn = arn:6
		source_profile = round
		[profile lost]
		role_arn = arn:7
		source_profile = nowhere
		[profile keyed]
		role_arn = arn:11
		source_profile = rich
		[profile rich]
		role_arn = arn:12
		source_profile = source
		aws_access_key_id = AKIDRICH
		aws_secret_access_key = S
		[profile circling]
		role_arn = arn:13
		source_profile = back
		aws_access_key_id = AKIDCIRCLING
		aws_secret_access_key = S
		[profile back]
		role_arn = arn:14
		source_profile = circling
		[profile both]
		role_arn = arn:7
		source_profile = source
		credential_source = Environment
		[profile neither]
		role_arn = arn:7
		[profile odd]
		role_arn = arn:7
		credential_source = Elsewhere
		[profile code]
		role_arn = arn:7
		source_profile = source
		mfa_serial = arn:8
	END
	get | grep ^STS2
	[ "$(logged 'map(.headers.authorization | capture("Credential=(?<k>[^/]*)").k) | join(" ")')" = "AKIDSOURCE STS1" ]
	export AWS_PROFILE
	AWS_PROFILE=environment get | grep '^person .*credential_source Environment: AWS_ACCESS_KEY_ID is not set'
	imds
	AWS_PROFILE=instance get | grep ^STS3
	AWS_PROFILE=itself get | grep ^STS4
	logged 'last.headers.authorization' | grep Credential=AKIDITSELF
	# A source_profile with keys of its own: its role is not assumed.
	AWS_PROFILE=keyed get | grep ^STS5
	logged 'last.headers.authorization' | grep Credential=AKIDRICH
	logged 'last.body' | grep RoleArn=arn%3A11
	AWS_PROFILE=circling get | grep '^person .*circle'
	AWS_PROFILE=round get | grep '^person .*circle'
	AWS_PROFILE=lost get | grep '^person .*nowhere'
	AWS_PROFILE=both get | grep '^person .*both'
	AWS_PROFILE=neither get | grep '^person .*neither'
	AWS_PROFILE=odd get | grep '^person .*Elsewhere'
	AWS_PROFILE=code get | grep '^person .*mfa_serial'
}

# As the service would: botocore computes each signature again.
@test "a role: the signatures are valid, with a token and without" {
	local python=$REPOSITORY/tests/.venv/bin/python
	[ -x "$python" ] || skip "no botocore: scripts/setup makes $python"
	role <<-'END'
		[default]
		role_arn = arn:1
		source_profile = middle
		[profile middle]
		role_arn = arn:2
		source_profile = source
	END
	get | grep ^STS2
	env -u LD_PRELOAD PYTHONPATH="$REPOSITORY/tests/server" "$python" - "$LOG" <<-'END'
		import json, sys
		from signature import verify
		secrets = {"AKIDSOURCE": "SECRETAKIDSOURCE", "STS1": "SECRETSTS1"}
		who = []
		for line in open(sys.argv[1], encoding="utf-8"):
		    call = json.loads(line)
		    who.append(verify(call["method"], call["target"], list(call["headers"].items()),
		                      call["body"].encode(), secrets))
		assert who == ["AKIDSOURCE", "STS1"], who
	END
}

@test "a role: a wrong clock is corrected by the service's" {
	role <<-'END'
		[default]
		role_arn = arn:1
		source_profile = source
	END
	local skewed='<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>old</Message></Error></ErrorResponse>'
	behave "{\"date\":3600,\"answers\":{\"STS\":[[403,\"$skewed\"]]}}"
	get | grep ^STS1
	logged 'map(.headers["x-amz-date"] | strptime("%Y%m%dT%H%M%SZ") | mktime) | .[1] - .[0] | . > 3590 and . < 3700' | grep true
}

@test "a role: calls to STS are retried if that can help, and its message is passed on" {
	role <<-'END'
		[default]
		role_arn = arn:1
		source_profile = source
	END
	local denied='<ErrorResponse><Error><Code>AccessDenied</Code><Message>no &amp; never</Message></Error></ErrorResponse>'
	local slow='<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>'
	behave "{\"answers\":{\"STS\":[[503,\"<html>\"],[400,\"$slow\"],0,
		[403,\"$denied\"],[500,\"\"],[500,\"\"],[500,\"\"],[200,\"<html>\"]]}}"
	get | grep ^STS1
	get | grep '^person .*arn:1: AccessDenied: no & never'
	get | grep '^temporary .*arn:1: HTTP 500'
	[ "$(logged length)" = 7 ]
	get | grep '^temporary .*holds no keys'
}

@test "a web identity: the token is read again each time, and nothing is signed" {
	imds
	export AWS_WEB_IDENTITY_TOKEN_FILE=$PWD/token AWS_ROLE_ARN=arn:9 AWS_ROLE_SESSION_NAME=pod
	echo first >token.1
	ln -s token.1 token
	behave '{"life":1}'
	get 1 0 | grep ^STS1
	[ "$(logged 'last.body')" = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3A9&RoleSessionName=pod&WebIdentityToken=first" ]
	[ "$(logged 'last.headers.authorization')" = null ]
	echo second >token.1
	get | grep ^STS2
	logged 'last.body' | grep 'WebIdentityToken=second$'
	rm token.1
	get | grep "^person .*token"
	AWS_ROLE_ARN='' get | grep '^person .*AWS_ROLE_ARN'
	unset AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN
	printf '[default]\nrole_arn = arn:10\nweb_identity_token_file = %s\n' "$PWD/token" | config
	echo third >token.1
	get | grep ^STS3
}

@test "keys that live a second are fetched again, but not continuously" {
	imds
	behave '{"life":1}'
	get 30 100 >said
	not grep -qv ^IMDS said
	[ "$(sort -u said | wc -l)" -ge 3 ]
	[ "$(logged 'map(select(.method == "PUT")) | length')" -le 15 ]
}

@test "keys that live two minutes are kept" {
	imds
	behave '{"life":120}'
	[ "$(get 50 1 | sort -u)" = "IMDS1 SECRETIMDS1 TOKENIMDS1" ]
	[ "$(wc -l <notes)" = 1 ]
}

@test "expired keys are used, and not fetched continuously" {
	imds
	behave '{"life":-3600}'
	[ "$(get 50 1 | sort -u)" = "IMDS1 SECRETIMDS1 TOKENIMDS1" ]
}

@test "receiving the same keys again, about to expire, does not cause continuous calls" {
	imds
	behave '{"life":2,"same":true}'
	get 30 20 | sort -u | grep -x "IMDS1 .*"
	[ "$(logged 'map(select(.method == "PUT")) | length')" -le 3 ]
}

@test "keys that were refused are fetched again: rotated files" {
	keys_of default AKIDOLD >"$HOME/.aws/credentials"
	"$FX_BUILD/unit/credentials" 400 20 refused >said 2>notes &
	fx_started+=($!)
	wait_for 60 grep -q AKIDOLD said
	keys_of default AKIDNEW >"$HOME/.aws/credentials.new"
	mv "$HOME/.aws/credentials.new" "$HOME/.aws/credentials"
	wait_for 60 grep -q AKIDNEW said
	[ "$(wc -l <notes)" = 2 ]
}

@test "an instance service that is unavailable for a while is waited for, and present keys are used" {
	imds
	behave '{"life":4,"answers":{"TOKEN":[[200,"T"],[500,""],[500,""],[500,""],[500,""]]}}'
	get 60 100 >said
	[ "$(head -30 said | grep -c ^IMDS1)" -ge 25 ]
	grep '^IMDS2 ' said
}

@test "a profile that does not exist, a file that cannot be parsed" {
	AWS_PROFILE=nowhere get | grep "^person .*nowhere.*$HOME/.aws/config"
	echo nonsense | config
	get | grep "^person $HOME/.aws/config, line 1: "
	AWS_ACCESS_KEY_ID=A AWS_SECRET_ACCESS_KEY=B AWS_CONFIG_FILE=/nonexistent get | grep -x "A B "
}
