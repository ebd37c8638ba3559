# Everything a person or CI runs here. `make help` lists the targets.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

actions := $(sort $(notdir $(patsubst %/,%,$(dir $(wildcard actions/*/*.csproj)))))
# Folders count as sources too: their time changes when a file in them goes away.
sources := $(shell find actions src Directory.Build.props Directory.Packages.props global.json ! -name '*.md' ! -name '* *')

# The images run on linux-x64 and linux-arm64, and the lock files are made for both. Elsewhere restore without them.
machine := $(shell uname -s)-$(shell uname -m)
rid := $(or $(patsubst Linux-x86_64,linux-x64,$(filter Linux-x86_64,$(machine))),\
	$(patsubst Linux-aarch64,linux-arm64,$(filter Linux-aarch64,$(machine))),\
	$(patsubst Darwin-arm64,osx-arm64,$(filter Darwin-arm64,$(machine))),\
	$(patsubst Darwin-x86_64,osx-x64,$(filter Darwin-x86_64,$(machine))))
restore := $(if $(filter linux-x64 linux-arm64,$(rid)),-p:RestoreLockedMode=true,-p:RuntimeIdentifiers=$(rid) -p:NuGetLockFilePath=bin/packages.$(rid).lock.json)

# A native program needs a C compiler to link it. Without one, the program is the same and starts more slowly.
linker := $(shell for cc in clang gcc; do echo 'int main(void) { return 0; }' | $$cc -x c -o /dev/null - 2>/dev/null && echo $$cc && break; done)
compile := $(if $(linker),,-p:PublishAot=false --no-self-contained)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: $(actions:%=artifacts/bin/%/.published) ## Publish every action to artifacts/bin/<action>/

artifacts/bin/%/.published: $(sources)
	$(if $(rid),,$(error No runtime identifier is known for $(machine): use "dotnet run --project actions/$*"))
	@rm -rf '$(@D)' && mkdir -p '$(@D)'
	@dotnet restore 'actions/$*' --nologo -v quiet $(restore)
	dotnet publish 'actions/$*' --no-restore --nologo -v quiet -c Release -r $(rid) -p:RunAnalyzers=false $(restore) $(compile) -o '$(@D)'
	@touch '$@'

.PHONY: demo
demo: build ## Validate examples/broken and examples/unsafe (mistakes) and k8s (none), and preview its deployment
	@eng/demo.sh

.PHONY: cluster
cluster: ## Start a Kubernetes control plane without nodes and print the line that makes kubectl use it
	@eng/cluster.sh up

.PHONY: cluster-down
cluster-down: ## Stop it
	@eng/cluster.sh down

.PHONY: demo-cluster
demo-cluster: build ## Deploy the sample application to a control plane on this machine
	@eng/demo-cluster.sh

.PHONY: renovate-run-now
renovate-run-now: ## Start a Renovate run in the cluster of the current context, and follow its log
	@eng/renovate-cluster.sh run-now

.PHONY: renovate-suspend
renovate-suspend: ## Let Renovate rest until it is resumed
	@eng/renovate-cluster.sh suspend

.PHONY: renovate-resume
renovate-resume: ## Let Renovate run by the clock again
	@eng/renovate-cluster.sh resume

.PHONY: renovate-last
renovate-last: ## Tell how the last Renovate runs ended, and show the log of the last one
	@eng/renovate-cluster.sh last

.PHONY: renovate-edit-config
renovate-edit-config: ## Edit the configuration of Renovate; a change that Renovate does not accept is not kept
	@eng/renovate-cluster.sh edit-config

.PHONY: k8s-validate
k8s-validate: artifacts/bin/validate-manifests/.published ## Validate the manifests of k8s/ and infrastructure/
	@artifacts/bin/validate-manifests/validate-manifests k8s infrastructure --pod-security restricted

.PHONY: k8s-apply
k8s-apply: artifacts/bin/deploy-k8s/.published ## Deploy k8s/ to the cluster of KUBECONFIG; MODE=preview only shows it
	@artifacts/bin/deploy-k8s/deploy-k8s --manifests k8s --application storefront --namespace storefront --mode $(or $(MODE),deploy)

.PHONY: k8s-apply-local
k8s-apply-local: demo-cluster ## Deploy k8s/ to a control plane on this machine

.PHONY: infra-validate
infra-validate: ## Check the Terraform of infrastructure/terraform, as far as its providers can be had
	@eng/infra-validate.sh

# A layer with the variables and the state of an environment.
layer = $(or $(LAYER),$(error Say which layer: LAYER=account, cluster or namespace))
infra = artifacts/bin/terraform-plan/terraform-plan infrastructure/terraform/$(layer) --lock-file update \
	--var-files ../environments/$(ENVIRONMENT)/$(layer).tfvars --backend-config ../environments/$(ENVIRONMENT)/$(layer).tfbackend
infra-plan infra-apply: ENVIRONMENT ?= staging

.PHONY: infra-plan
infra-plan: artifacts/bin/terraform-plan/.published ## Plan a layer of infrastructure/terraform; LAYER=cluster ENVIRONMENT=staging
	@$(infra)

.PHONY: infra-apply
infra-apply: artifacts/bin/terraform-plan/.published ## Apply the plan with that DIGEST; both need INPUT_PLAN_SECRET in the environment
	@$(infra) --mode apply --approved-digest '$(or $(DIGEST),$(error Say which plan: DIGEST=... as infra-plan printed it))'

.PHONY: test
test: ## Run every check and test; the last line is "N passed, N failed"
	@eng/test.sh

.PHONY: format
format: ## Format the code
	dotnet format Actions.sln

integration_tests := artifacts/msbuild/bin/Integration.Tests/release/Integration.Tests

.PHONY: docs
docs: ## Rewrite action.yml from the programs, the tables of the READMEs from action.yml, and the references
	dotnet build tests/Integration.Tests --nologo -v quiet -c Release
	UPDATE_DOCS=1 $(integration_tests) -noLogo -class '*OptionsSpecs'
	UPDATE_DOCS=1 $(integration_tests) -noLogo -class '*ReadmeSpecs'
	UPDATE_DOCS=1 $(integration_tests) -noLogo -class '*RuleReferenceSpecs'
	UPDATE_DOCS=1 $(integration_tests) -noLogo -class '*.ReferenceSpecs'

.PHONY: clean
clean: cluster-down ## Remove everything that was built
	rm -rf artifacts
