#!/usr/bin/env bash
# Times a bump of one image in a tree of generated manifests:
#   benchmarks/images/run.sh [FILES]
# The image stands in every tenth file, then in every file.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
files="${1:-10000}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# generate DIRECTORY EVERY: FILES files, of which every EVERYth names the image team/app.
generate() {
  awk -v count="$files" -v root="$1" 'BEGIN { for (i = 0; i < count; i++) printf "%s/%03d/k%d\n", root, i / 100, i }' | xargs mkdir -p
  awk -v count="$files" -v every="$2" -v root="$1" 'BEGIN {
    for (i = 0; i < count; i++) {
      folder = sprintf("%s/%03d", root, i / 100)
      image = i % every == 0 ? "team/app" : "team/other-" i
      kind = int(i / every) % 3
      name = kind == 0 ? "deployment" : kind == 1 ? "values-" : "kustomization"
      # One kustomization is all that a directory may have.
      file = kind == 2 ? sprintf("%s/k%d/kustomization.yaml", folder, i) : sprintf("%s/%s%d.yaml", folder, name, i)
      if (kind == 0) {
        printf "# service %d\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-%d\n  labels: {app: web}\nspec:\n  replicas: 2\n  template:\n    spec:\n      containers:\n", i, i > file
        printf "        - name: app\n          image: %s:1.4.%d # bumped by the pipeline\n", image, i % 50 > file
        for (e = 0; e < 20; e++) printf "          # setting %d\n", e > file
        printf "          resources:\n            requests: {cpu: 100m, memory: 128Mi}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web-%d}\nspec: {ports: [{port: 80}]}\n", i > file
      } else if (kind == 1) {
        printf "replicas: 2\nimage:\n  repository: %s\n  tag: \"1.4.%d\"\n  pullPolicy: IfNotPresent\nservice:\n  type: ClusterIP\n", image, i % 50 > file
      } else {
        printf "resources:\n  - ../base\nimages:\n  - name: %s\n    newTag: 1.4.%d\n", image, i % 50 > file
      }
      close(file)
    }
  }'
}

generate "$work/few" 10
generate "$work/all" 1
for tree in few all; do
  printf '%s: ' "$tree"
  dotnet run -c Release "$here/bump.cs" -- "$work/$tree" team/app:1.5.0
done
