# The image of actions/renovate-run. It lies at the root of the repository because the runner takes the Dockerfile's
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
COPY actions/renovate-run/RenovateRun.csproj actions/renovate-run/packages.lock.json actions/renovate-run/
COPY src/Actions.Shared/Actions.Shared.csproj src/Actions.Shared/packages.lock.json src/Actions.Shared/
RUN dotnet restore actions/renovate-run --locked-mode --use-current-runtime

COPY .editorconfig ./
COPY eng/BannedSymbols.txt eng/
COPY src/ src/
COPY actions/renovate-run/ actions/renovate-run/
RUN dotnet publish actions/renovate-run --no-restore -c Release --use-current-runtime -p:RunAnalyzers=false -o /app

# Renovate as its makers publish it: it installs the package managers that a repository needs when it needs them.
# Tests run Renovate 44.121.2, the newest that npm had then; of its image no digest was to be found, so that this is the one that is known.
FROM ghcr.io/renovatebot/renovate:44.139.0@sha256:67e76082eded90c6fa1d1552cc9d8d93d1eb06e13e81591aab57b6f4994217be
LABEL org.opencontainers.image.title="renovate-run" \
      org.opencontainers.image.description="Runs Renovate and tells for every repository what it did, what it could not do and what it did not see" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="ghcr.io/renovatebot/renovate:44.139.0"

COPY --from=build /app /app

# The runner mounts files that belong to its own user, and starts the container without a user of its own: only root can
# write them (docs/adr/0002-root-user-in-the-image.md). In a cluster the CronJob sets Renovate's own user, 12021.
USER root
ENTRYPOINT ["/app/renovate-run"]
CMD []
