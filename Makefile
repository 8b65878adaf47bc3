# Every step a person or CI runs. `make` alone lists them.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

FUNCTIONS := $(notdir $(patsubst %/,%,$(dir $(wildcard functions/*/main.go))))
# Functions that are told a collector must have been built for it.
TRACES ?= $(if $(OTLP_ENDPOINT),otel)
export TRACES
LINT := go tool -modfile=$(CURDIR)/scripts/tools/go.mod golangci-lint

##@ On this machine
.PHONY: run token seed setup build-web
run: setup build-local build-web template ## serve the whole stack here: API, functions, DynamoDB engine, issuer, page
	@exec dist/local/securedpets run

token: ## print an access token and nothing else: make -s token AS=admin|buyer|trainer|rider|nobody
	@scripts/build-local quiet && exec dist/local/securedpets token "$(AS)"

seed: ## replace the catalog by N pets through the API: make seed N=10000 (API=..., TOKEN=... for another than `make run`)
	@TOKEN="$${TOKEN:-$$($(MAKE) -s token AS=admin)}" go run ./scripts/seed -n "$(or $(N),100)" -api "$(or $(API),http://localhost:$(or $(PORT),8080))"

setup: ## check the tools and install what npm must (again only when a lock file changed)
	@scripts/setup infra/local web

build-web: setup ## build the web page into web/dist (again only when its sources changed)
	@scripts/build-web

##@ Build
.PHONY: build build-local
build: ## build the deployable programs: dist/lambda/<function>/bootstrap (linux/arm64, reproducible); with OpenTelemetry: TRACES=otel
	@scripts/build-lambda $(FUNCTIONS)

build-local: ## build the same programs for this machine: dist/local/<function>/bootstrap; TRACES=otel too
	@scripts/build-local

##@ Check
.PHONY: test test-go test-openapi test-cdk test-auth0 test-web test-browser test-long test-foreign lint fmt
# Without npm, `go test` skips what needs the engine or npm packages; here each skip is a failure.
test test-go test-openapi test-cdk test-auth0 test-foreign test-web test-browser test-long prove: export REQUIRE_ALL = 1
test: test-go test-openapi test-auth0 test-web test-browser ## set everything up and pass every test that needs no cloud
	@$(MAKE) -j 2 test-cdk test-long # each keeps one core busy

test-go: setup build-web build-local ## the Go packages with the race detector, and the README's session
	@scripts/setup infra/local/issuer/client-test
	@echo "test: the Go packages, with the race detector"
	@go test -race ./...
	@cd pkg/authorizer/examples/dynamodb && go test -race ./...
	@go test -race -tags otel ./functions/internal/telemetry ./functions/internal/rest

test-openapi: setup-openapi ## the OpenAPI document, linted, and the page's types that are generated from it
	@echo "test: the OpenAPI document"
	@npm run --silent --prefix scripts/openapi lint
	@npm run --silent --prefix scripts/openapi check

test-cdk: setup-cdk ## the CDK app (a cold compile takes a minute)
	@echo "test: the CDK app (a cold compile takes a minute)"
	@cd infra/cdk && go test -timeout 20m ./...

test-auth0: auth0-check ## the Auth0 tenant's files, its Action, and the local issuer with a foreign client
	@echo "test: the Auth0 tenant and the local issuer, with a foreign client"
	@npm run --silent --prefix infra/auth0 test

test-foreign: setup setup-cdk ## the judges that are not ours: peers of pkg/jwtauth, with 20 seconds of fuzzing; the official MCP client; the module under another name
	@echo "test: the module under another name"
	@scripts/test-rename
	@echo "test: the official MCP client, at a guarded server and the local issuer"
	@cd pkg/authorizer/examples/mcp && go test -race ./...
	@echo "test: pkg/jwtauth and its peers: bad days, and what they accept"
	@cd scripts/bench && go test ./...
	@scripts/fuzz 7s scripts/bench
	@echo "test: the commands of CONTRIBUTING.md"
	@scripts/test-contributing

test-web: setup ## the page's types and its logic, without a browser
	@echo "test: the page without a browser"
	@npm run --silent --prefix web check
	@npm run --silent --prefix web test

test-browser: setup build-web build-local ## the page in Chromium, through the whole stack
	@scripts/install-chromium
	@echo "test: the page in Chromium, through the whole stack"
	@npm run --silent --prefix web test:browser

test-long: setup ## a part of what fuzz and prove do at length
	@scripts/fuzz 5s pkg/jwtauth pkg/strictjson
	@echo "test: 1,000 histories of purchases, 5,000 contested attempts (two minutes)"
	@$(MAKE) prove ROUNDS=1000 ATTEMPTS=5000 CHECKS=100 | tail -n 60

lint: ## check style, import rules and shell scripts
	@scripts/lint

fmt: ## format the Go code
	@$(LINT) fmt
	@cd infra/cdk && $(LINT) fmt --config ../../.golangci.yml

.PHONY: prove
prove: setup ## prove at length that no sale is lost or made twice: 10,000 histories, 50,000 contested attempts (less: ROUNDS, ATTEMPTS, CHECKS)
	@REQUIRE_ALL=1 go test ./functions/pet-purchase -run 'TestProve|TestCost' -v -timeout 90m -large -rounds $(or $(ROUNDS),10000) -attempts $(or $(ATTEMPTS),50000) -rapid.checks $(or $(CHECKS),1000)

.PHONY: bench days mutate fuzz
bench: ## measure pkg/jwtauth beside raw crypto and its peers, and what linking it costs
	@cd scripts/bench && go run . && go run ./link

days: ## run the bad days of an issuer against pkg/jwtauth and its peers, and write the table of MIGRATING.md
	@cd scripts/bench && go test ./days -count 1 -update

mutate: setup ## break the code, a test must notice: make mutate SUITE=jwtauth|store|stack, or SUITE=generic [PKG=pkg/strictjson]
	@go run ./scripts/mutate $(if $(PKG),-pkg $(PKG)) $(SUITE)

fuzz: ## fuzz what an attacker writes: make fuzz FUZZTIME=10m for each target (by default 30s)
	@scripts/fuzz $(or $(FUZZTIME),30s)

##@ Supply chain
.PHONY: reproducible sbom vuln startup
reproducible: build ## build the programs a second time, elsewhere, and compare them byte by byte
	@scripts/reproducible

sbom: build setup ## list the modules of programs and page: dist/sbom/*.cdx.json (CycloneDX)
	@scripts/sbom

vuln: ## look for known holes that the code calls; says so when the database cannot be reached
	@scripts/vuln

startup: ## measure the start of each program beside a hello-world function
	@go run ./scripts/startup

##@ Infrastructure
.PHONY: synth deploy diff destroy golden setup-openapi setup-cdk template
synth: build setup-cdk ## synthesize the stack with every rule on, offline: make synth ENV=dev|prod [OTLP_ENDPOINT=https://...]
	@scripts/stack synth

deploy: build build-web setup-cdk ## deploy stack and page: make deploy ENV=dev|prod ISSUER=... AUDIENCE=... CLIENT_ID=... [OTLP_ENDPOINT=https://...]
	@scripts/stack deploy
	@scripts/deploy-page

diff: build setup-cdk ## show what a deployment would change, with the same settings
	@scripts/stack diff

destroy: setup-cdk ## remove the dev stack with its data, with the same settings; refuses prod
	@scripts/stack destroy

golden: setup-openapi ## write what derives from functions/contract and infra/cdk: OpenAPI document, README table, page's types, templates
	@go run ./scripts/contract generate
	@npm run --silent --prefix scripts/openapi types
	@scripts/golden

setup-openapi:
	@scripts/setup scripts/openapi

setup-cdk:
	@scripts/setup infra/cdk

template: # renew the committed template when infra/cdk changed
	@scripts/renew-template

##@ Identity
.PHONY: auth0-check auth0-preview auth0-deploy setup-auth0 rotate-keys
auth0-check: setup-auth0 ## check the Auth0 tenant's files offline, and its Action
	@npm run --silent --prefix infra/auth0 check
	@cd infra/auth0 && node --test test/authorize-pets.test.js | tail -n 8

auth0-preview: setup-auth0 ## show what auth0-deploy would change at the tenant AUTH0_DOMAIN (infra/auth0/README.md)
	@npm run --silent --prefix infra/auth0 preview

auth0-deploy: setup-auth0 ## bring the tenant AUTH0_DOMAIN to what the files say
	@npm run --silent --prefix infra/auth0 deploy

setup-auth0:
	@scripts/setup infra/auth0

rotate-keys: ## put a new signing key in front of the local issuer's; tokens in flight stay valid
	@scripts/build-local quiet && exec dist/local/securedpets rotate-keys

##@ Other
.PHONY: help clean
help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

clean: ## remove everything that was built or installed, and the data of `make run`
	rm -rf dist .local web/dist web/test-results infra/cdk/cdk.out
	rm -rf infra/local/node_modules scripts/openapi/node_modules infra/cdk/node_modules infra/auth0/node_modules infra/local/issuer/client-test/node_modules web/node_modules
