#!/usr/bin/env bash
# A Kubernetes control plane on this machine, without nodes: etcd, kube-apiserver, kube-controller-manager.
#
#   cluster.sh build                 makes sure that its programs are there (minutes at the first time, then nothing)
#   cluster.sh up [FOLDER]           starts it and prints the line that makes kubectl use it
#   cluster.sh down [FOLDER]         stops it and removes what it wrote, its logs excepted
#   cluster.sh status [FOLDER]       tells whether it runs
#   cluster.sh stop-server [FOLDER]  ends the API server at once, as a crash does
#   cluster.sh start-server [FOLDER] starts it again
#
# Each FOLDER (artifacts/cluster unless told) is a cluster of its own, with its own ports. When KUBECONFIG is set, that cluster is used, and
# nothing is started or stopped. CLUSTER_OWNER=PID ends the cluster when that process ends, however it ends.
# APISERVER_FLAGS adds flags to those of the API server.
set -euo pipefail
# shellcheck source=eng/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

programs="$cache/control-plane"
ready_within=120

# ---- Programs ----

# What is on PATH goes first, so that another release can be tested.
program() {
  local name="$1"
  if [[ -x $programs/$name ]]; then printf '%s' "$programs/$name"; else command -v "$name"; fi
}

complete() { program etcd && program kube-apiserver && program kube-controller-manager; } >/dev/null

# apt-get with a private copy of the machine's package sources, source packages included: nothing of the machine changes, and root is not needed.
private_apt() {
  apt-get -qq -o "Dir::Etc::sourcelist=/dev/null" -o "Dir::Etc::sourceparts=$work/sources" -o "Dir::State::lists=$work/lists" \
    -o "Dir::Cache=$work/cache" -o "APT::Sandbox::User=" "$@"
}

copy_sources() {
  local list='' parts='' file
  eval "$(apt-config shell list Dir::Etc::sourcelist/f parts Dir::Etc::sourceparts/d)"
  mkdir -p "$work/sources" "$work/lists/partial" "$work/cache/archives/partial"
  for file in "$list" "$parts"*.list; do
    [[ -f $file ]] && sed -nE 's/^deb(-src)?([[:space:]].*)$/deb\2\ndeb-src\2/p' "$file" | sort -u >"$work/sources/$(basename "$file")"
  done
  for file in "$parts"*.sources; do
    [[ -f $file ]] && sed -E 's/^Types:.*/Types: deb deb-src/' "$file" >"$work/sources/$(basename "$file")"
  done
  return 0
}

# Kubernetes from Debian's source package; etcd and Go from its binary packages, unpacked beside it.
compile() {
  local go=golang-1.19 reflect=golang-github-modern-go-reflect2-dev tree package version
  copy_sources
  private_apt update
  (cd "$work" && private_apt download etcd-server "$go-go" "$go-src" "$reflect" && private_apt source --download-only kubernetes) >&2
  for package in "$work"/*.deb; do dpkg-deb --extract "$package" "$work/unpacked"; done
  tree="$work/path/src/k8s.io/kubernetes"
  mkdir -p "$tree"
  tar --extract --gzip --file "$work"/kubernetes_*.orig.tar.gz --directory "$tree" --strip-components=1
  # The version without what Debian says about it: 1.20.5+really1.20.2-1.1 is 1.20.2.
  version="$(basename "$work"/kubernetes_*.dsc .dsc)"
  version="$(sed -E 's/^kubernetes_//; s/.*really//; s/[-+~].*//' <<<"$version")"
  # The vendored release of reflect2 corrupts memory when Go is newer than 1.17.
  rm -r "$tree/vendor/github.com/modern-go/reflect2"
  cp -r "$work/unpacked/usr/share/gocode/src/github.com/modern-go/reflect2" "$tree/vendor/github.com/modern-go/"
  # The build copies its own tools by rsync, which nothing else here needs.
  sed -i 's/rsync -pc {}/cp -p {}/' "$tree/hack/lib/golang.sh"
  export GOROOT="$work/unpacked/usr/lib/go-${go#golang-}" GOPATH="$work/path" GOCACHE="$work/gocache" GO111MODULE=off GOFLAGS='' CGO_ENABLED=0
  PATH="$GOROOT/bin:$PATH" make --no-print-directory -C "$tree" WHAT='cmd/kube-apiserver cmd/kube-controller-manager' \
    KUBE_BUILD_PLATFORMS="linux/$("$GOROOT/bin/go" env GOARCH)" \
    KUBE_GIT_VERSION="v$version" KUBE_GIT_COMMIT=0 KUBE_GIT_TREE_STATE=clean \
    KUBE_GIT_MAJOR="${version%%.*}" KUBE_GIT_MINOR="$(cut -d. -f2 <<<"$version")" >&2
  install -m 0755 "$work/unpacked/usr/bin/etcd" "$tree"/_output/bin/kube-apiserver "$tree"/_output/bin/kube-controller-manager "$work/cache/"
  mkdir -p "$programs"
  mv "$work/cache/etcd" "$work/cache/kube-apiserver" "$work/cache/kube-controller-manager" "$programs/"
}

build() {
  if [[ -n ${KUBECONFIG:-} ]] || complete; then return; fi
  have apt-get || die "There are no packages of a control plane for this machine: start a cluster (kind, for example) and set KUBECONFIG."
  mkdir -p "$cache"
  exec 9>"$cache/control-plane.lock"
  flock 9
  complete && return # somebody else built it meanwhile
  say "Building a Kubernetes control plane, once for this machine (about 6 minutes)"
  work="$(mktemp -d "$cache/build.XXXXXX")"
  # Go makes its module folders read-only.
  trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT
  compile
  flock -u 9
}

# ---- Processes ----

# The process of a name in this folder; a number that was given to somebody else meanwhile does not count.
pid_of() {
  local pid
  pid="$(cat "$folder/$1.pid" 2>/dev/null)" || return 1
  [[ -r /proc/$pid/cmdline ]] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$folder" && printf '%s' "$pid"
}

# start NAME PROGRAM ARGUMENT...
start() {
  local name="$1"
  shift
  pid_of "$name" >/dev/null && return
  setsid nohup "$@" </dev/null >>"$folder/logs/$name.log" 2>&1 9>&- &
  printf '%s' $! >"$folder/$name.pid"
}

# stop NAME SIGNAL: sees it gone.
stop() {
  local pid
  pid="$(pid_of "$1")" || return 0
  kill -s "$2" "$pid" 2>/dev/null || true
  timeout 10 tail --pid="$pid" -f /dev/null || kill -s KILL "$pid" 2>/dev/null || true
  rm -f "$folder/$1.pid"
}

# A port of the loopback device that nobody listens at.
free_port() {
  local port
  while true; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  printf '%s' "$port"
}

certificates() {
  local tls="$folder/tls"
  mkdir -p "$tls"
  chmod 0700 "$tls"
  key() { openssl ecparam -name prime256v1 -genkey -noout -out "$tls/$1.key"; }
  signed() { # NAME SUBJECT EXTENSIONS
    key "$1"
    openssl req -new -key "$tls/$1.key" -subj "$2" |
      openssl x509 -req -days 30 -CA "$tls/ca.crt" -CAkey "$tls/ca.key" -set_serial "0x$(openssl rand -hex 8)" -extfile <(printf '%s' "$3") -out "$tls/$1.crt"
  }
  {
    key ca
    openssl req -x509 -new -key "$tls/ca.key" -days 30 -subj /CN=control-plane-ca -addext keyUsage=critical,keyCertSign -out "$tls/ca.crt"
    signed server /CN=kube-apiserver 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:kubernetes.default.svc'
    signed admin /O=system:masters/CN=admin 'extendedKeyUsage=clientAuth'
    key accounts
  } 2>"$folder/logs/certificates.log"
}

write_kubeconfig() {
  local tls="$folder/tls"
  (
    umask 077
    cat >"$folder/kubeconfig" <<END
apiVersion: v1
kind: Config
current-context: control-plane
clusters:
  - name: control-plane
    cluster:
      server: https://127.0.0.1:$server_port
      certificate-authority-data: $(base64 -w0 "$tls/ca.crt")
contexts:
  - name: control-plane
    context: {cluster: control-plane, user: admin}
users:
  - name: admin
    user:
      client-certificate-data: $(base64 -w0 "$tls/admin.crt")
      client-key-data: $(base64 -w0 "$tls/admin.key")
END
  )
}

start_etcd() {
  local flags=()
  knows etcd --unsafe-no-fsync && flags+=(--unsafe-no-fsync)
  start etcd "$(program etcd)" --data-dir "$folder/etcd" --logger zap --log-level warn "${flags[@]}" \
    --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
    --listen-peer-urls "http://127.0.0.1:$peer_port" --initial-advertise-peer-urls "http://127.0.0.1:$peer_port" \
    --initial-cluster "default=http://127.0.0.1:$peer_port"
}

start_server() {
  local tls="$folder/tls" flags=()
  read -ra flags <<<"${APISERVER_FLAGS:-}"
  start kube-apiserver "$(program kube-apiserver)" --etcd-servers "http://127.0.0.1:$etcd_port" \
    --bind-address 127.0.0.1 --secure-port "$server_port" --advertise-address 127.0.0.1 \
    --tls-cert-file "$tls/server.crt" --tls-private-key-file "$tls/server.key" --client-ca-file "$tls/ca.crt" --cert-dir "$tls" \
    --service-account-key-file "$tls/accounts.key" --service-account-signing-key-file "$tls/accounts.key" \
    --service-account-issuer https://kubernetes.default.svc --api-audiences https://kubernetes.default.svc,platform-actions \
    --authorization-mode RBAC --service-cluster-ip-range 10.96.0.0/16 --allow-privileged --profiling=false \
    --disable-admission-plugins ServiceAccount --endpoint-reconciler-type none "${flags[@]}"
}

start_controllers() {
  local flags=(--secure-port 0)
  knows kube-controller-manager --port=0 && flags+=(--port=0)
  # Tests play the kubelet, so nobody may miss its heartbeats or clean up after it.
  start kube-controller-manager "$(program kube-controller-manager)" --kubeconfig "$folder/kubeconfig" \
    --service-account-private-key-file "$folder/tls/accounts.key" --root-ca-file "$folder/tls/ca.crt" \
    --controllers '*,-nodelifecycle,-podgc' --leader-elect=false --kube-api-qps 500 --kube-api-burst 1000 "${flags[@]}"
}

# Whether a program takes a flag; those that are deprecated are not in its help.
knows() { "$(program "$1")" "$2" --help; } >/dev/null 2>&1

answers() {
  curl --silent --fail --max-time 5 --cacert "$folder/tls/ca.crt" --cert "$folder/tls/admin.crt" --key "$folder/tls/admin.key" \
    "https://127.0.0.1:$server_port$1"
} >/dev/null 2>&1

# Waits until the API server answers at PATH; not if a process ended that it needs.
await() {
  local end=$((SECONDS + ready_within))
  until answers "$1"; do
    if ! pid_of etcd >/dev/null || ! pid_of kube-apiserver >/dev/null || [[ $SECONDS -ge $end ]]; then return 1; fi
    sleep 0.1
  done
}

start_all() {
  etcd_port="$(free_port)" peer_port="$(free_port)" server_port="$(free_port)"
  printf 'etcd_port=%s peer_port=%s server_port=%s\n' "$etcd_port" "$peer_port" "$server_port" >"$folder/ports"
  write_kubeconfig
  start_etcd
  start_server
  # The default namespace comes a moment after readiness, and tests want it.
  await /readyz && await /api/v1/namespaces/default || return 1
  start_controllers
  await /api/v1/namespaces/default/serviceaccounts/default
}

stop_all() {
  stop kube-controller-manager KILL
  stop kube-apiserver KILL
  stop etcd KILL
  rm -rf "$folder/etcd" "$folder/tls" "$folder/kubeconfig" "$folder/ports" "$folder/up"
}

running() { [[ -f $folder/up ]] && pid_of etcd && pid_of kube-apiserver && pid_of kube-controller-manager; } >/dev/null

# ---- Commands ----

locked() {
  mkdir -p "$folder/logs"
  exec 8>"$folder/lock"
  flock 8
}

# Ends the cluster when its owner ends.
guard() {
  setsid nohup "$root/eng/cluster.sh" outlive "$folder" "$CLUSTER_OWNER" </dev/null >/dev/null 2>&1 8>&- &
}

outlive() {
  tail --pid="$1" -f /dev/null
  down
  rm -rf "$folder/logs" "$folder/lock"
  rmdir "$folder" 2>/dev/null || true
}

up() {
  if [[ -n ${KUBECONFIG:-} ]]; then
    printf 'export KUBECONFIG=%q\n' "$KUBECONFIG"
    return
  fi
  build
  locked
  if ! running; then
    stop_all
    rm -f "$folder"/logs/*
    [[ -n ${CLUSTER_OWNER:-} ]] && guard
    certificates
    local attempt
    # Somebody else may take a port between the look and the use.
    for attempt in 1 2 3; do
      start_all 8>&- && break
      if [[ $attempt -eq 3 ]]; then
        tail -n 20 "$folder"/logs/*.log >&2
        stop_all
        die "The control plane did not start within $ready_within seconds; its logs are in $folder/logs."
      fi
      stop_all
      certificates
    done
    touch "$folder/up"
  fi
  printf 'export KUBECONFIG=%q\n' "$folder/kubeconfig"
}

down() {
  [[ -n ${KUBECONFIG:-} || ! -d $folder ]] && return
  locked
  stop_all
}

status() {
  if [[ -n ${KUBECONFIG:-} ]]; then
    say "KUBECONFIG is set: that cluster is used."
  elif running; then
    say "It runs: export KUBECONFIG=$folder/kubeconfig"
  else
    say "It does not run."
    return 1
  fi
}

stop_server() {
  locked
  stop kube-apiserver KILL
}

# Returns when it is ready.
start_server_again() {
  locked
  # shellcheck source=/dev/null
  source "$folder/ports"
  start_server 8>&-
  await /readyz || die "The API server did not start again; its log is in $folder/logs."
}

main() {
  local command="${1:-}"
  folder="${2:-$root/artifacts/cluster}"
  [[ $folder == /* ]] || folder="$PWD/$folder"
  case "$command" in
    build | up | down | status) "$command" ;;
    outlive) outlive "$3" ;; # of guard
    stop-server) stop_server ;;
    start-server) start_server_again ;;
    *) die "Usage: cluster.sh build|up|down|status|stop-server|start-server [FOLDER]" ;;
  esac
}

main "$@"
