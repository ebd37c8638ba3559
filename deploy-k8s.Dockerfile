# The image of actions/deploy-k8s. It lies at the root of the repository because the runner takes the Dockerfile's
# own folder as the build context, and the build needs src/ as well (docs/adr/0001-root-dockerfiles.md).
# Every base is pinned by digest; Dependabot moves tag and digest together. The SDK is the one that the lock files are made with.

FROM mcr.microsoft.com/dotnet/sdk:10.0.401-noble@sha256:35d40304542c8689331f8cab17c65926cdf48fe711e289321d71924b230a7d29 AS build
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /source

# What links a native program. A base that brings it is left as it is.
RUN command -v gcc || { apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*; }

# Packages first: this layer stays as long as no dependency changes.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY actions/Directory.Build.props actions/
COPY actions/deploy-k8s/DeployK8s.csproj actions/deploy-k8s/packages.lock.json actions/deploy-k8s/
COPY src/Actions.Shared/Actions.Shared.csproj src/Actions.Shared/packages.lock.json src/Actions.Shared/
RUN dotnet restore actions/deploy-k8s --locked-mode --use-current-runtime

COPY .editorconfig ./
COPY eng/BannedSymbols.txt eng/
COPY src/ src/
COPY actions/deploy-k8s/ actions/deploy-k8s/
RUN dotnet publish actions/deploy-k8s --no-restore -c Release --use-current-runtime -p:RunAnalyzers=false -o /app

FROM registry.k8s.io/kubectl:v1.36.2@sha256:b0d792e0d8dfb9bb1b922b78b23137e2a34bb6f9667640353a9d2aadd1fd7761 AS kubectl

FROM docker.io/alpine/helm:4.2.2@sha256:ee6fe3e96d9f8ea8dd1af9ecd7bbb3e233616a25f145392376f020fd2a51eb33 AS helm

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble@sha256:099f6f87ed745377dd27bd722f0d1a352bca71b4fddaabfd75e7c064bcaa82da
LABEL org.opencontainers.image.title="deploy-k8s" \
      org.opencontainers.image.description="Deploys manifests to a Kubernetes cluster, waits until they run and says why when they do not" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="mcr.microsoft.com/dotnet/runtime-deps:10.0-noble"

# For kustomize roots (kubectl kustomize) and, with "helm: on", for charts (helm template).
COPY --from=kubectl /bin/kubectl /usr/local/bin/kubectl
COPY --from=helm /usr/bin/helm /usr/local/bin/helm
# Nothing else would notice a base of another architecture than the machine's.
RUN kubectl version --client && helm version
COPY --from=build /app /app

# The runner mounts files that belong to its own user, and starts the container without a user of its own: only root can
# write them (docs/adr/0002-root-user-in-the-image.md).
USER root
ENTRYPOINT ["/app/deploy-k8s"]
