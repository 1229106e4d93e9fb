# Everything here needs Go and make, and nothing else: no C compiler, no port, no network beyond loopback once the
# modules are there.
export CGO_ENABLED = 0

.PHONY: help run test tools bench build fuzz lint

help: ## this list
	@awk -F ': *## *' '/^[a-z]+:.*##/ {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## every built-in feature against the built-in sample receiver
	go run ./cmd/hookdrill run --receiver sample

test: ## everything we test; the contract (features/) against the sample receiver, unless HOOKDRILL_RECEIVER names another
	@.ci/tools --check
	go vet ./...
	HOOKDRILL_RECEIVER=$${HOOKDRILL_RECEIVER:-sample} go test ./...

tools: ## what some tests need from outside: npm's packages, PHP, Flask, webhook, Chromium; without, these are not run
	.ci/tools

build: ## the binary, in bin/
	go build -trimpath -o bin/hookdrill ./cmd/hookdrill

bench: ## how long a run and a scenario take
	go test ./cmd/hookdrill ./features ./mockplatforms/engine/... -run '^$$' -bench . -benchmem

FUZZTIME ?= 30s
fuzz: ## each fuzz target for FUZZTIME
	@grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u | while read -r dir; do \
		for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$dir/*_test.go | sed 's/func //'); do \
			echo "$$dir $$target"; go test $$dir -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) || exit 1; \
		done; \
	done

# Pinned: another version is another linter.
LINTER = github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.5.0
ACTIONLINT = github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
lint: ## the linters
	go run $(LINTER) run ./...
	go run $(ACTIONLINT) .github/examples/github.yml
