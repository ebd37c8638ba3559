# The image of actions/terraform-plan. It lies at the root of the repository because the runner takes the Dockerfile's
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
COPY actions/terraform-plan/TerraformPlan.csproj actions/terraform-plan/packages.lock.json actions/terraform-plan/
COPY src/Actions.Shared/Actions.Shared.csproj src/Actions.Shared/packages.lock.json src/Actions.Shared/
RUN dotnet restore actions/terraform-plan --locked-mode --use-current-runtime

COPY .editorconfig ./
COPY eng/BannedSymbols.txt eng/
COPY src/ src/
COPY actions/terraform-plan/ actions/terraform-plan/
RUN dotnet publish actions/terraform-plan --no-restore -c Release --use-current-runtime -p:RunAnalyzers=false -o /app

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble@sha256:099f6f87ed745377dd27bd722f0d1a352bca71b4fddaabfd75e7c064bcaa82da
LABEL org.opencontainers.image.title="terraform-plan" \
      org.opencontainers.image.description="Plans roots of Terraform or OpenTofu, shows what would change, and applies what was approved" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="mcr.microsoft.com/dotnet/runtime-deps:10.0-noble"

# For modules that come from git. A base that brings it is left as it is. Terraform itself is not here: its licence does not let us hand it on,
# and the version is the configuration's to choose (docs/adr/0017-terraform-is-fetched.md).
RUN command -v git || { apt-get update && apt-get install --yes --no-install-recommends git && rm -rf /var/lib/apt/lists/*; }

COPY --from=build /app /app

# The runner mounts files that belong to its own user, and starts the container without a user of its own: only root can
# write them (docs/adr/0002-root-user-in-the-image.md).
USER root
ENTRYPOINT ["/app/terraform-plan"]
