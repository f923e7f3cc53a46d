# contract: the questions that contract.bats and contract_aws.bats ask of the tools, in files by
# subject. A question is a function that is called with the name of a tool, and that uses what
# prepare_TOOL has set (contract/tools.bash).

for part in tools options input refused_lines output receipts signals messages statuses resources; do
	load "contract/$part"
done
unset part
