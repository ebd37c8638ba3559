using Actions.Shared.Clusters.Diagnosis;

namespace Actions.Shared.Tests.Clusters.Diagnosis;

/// <summary>What registries, runtimes, schedulers and API servers say, and what it must not be taken for.</summary>
public class MessageSpecs
{
    [Theory]
    // containerd
    [InlineData("nginx:nope", """rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:nope": failed to resolve reference "docker.io/library/nginx:nope": docker.io/library/nginx:nope: not found""", CauseKind.ImageNotFound)]
    [InlineData("ghcr.io/acme/app@sha256:0000000000000000000000000000000000000000000000000000000000000000", "rpc error: code = NotFound desc = failed to resolve reference: ghcr.io/acme/app@sha256:0000000000000000000000000000000000000000000000000000000000000000: not found", CauseKind.ImageNotFound)]
    [InlineData("rg.fr-par.scw.cloud/acme/app:9", """Back-off pulling image "rg.fr-par.scw.cloud/acme/app:9": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "rg.fr-par.scw.cloud/acme/app:9": failed to resolve reference "rg.fr-par.scw.cloud/acme/app:9": rg.fr-par.scw.cloud/acme/app:9: not found""", CauseKind.ImageNotFound)]
    // Docker, CRI-O
    [InlineData("nginx:nope", "Error response from daemon: manifest for nginx:nope not found: manifest unknown: manifest unknown", CauseKind.ImageNotFound)]
    [InlineData("quay.io/acme/app:9", "reading manifest 9 in quay.io/acme/app: manifest unknown", CauseKind.ImageNotFound)]
    [InlineData("123456789012.dkr.ecr.eu-west-3.amazonaws.com/app:9", "initializing source docker://123456789012.dkr.ecr.eu-west-3.amazonaws.com/app:9: reading manifest 9 in 123456789012.dkr.ecr.eu-west-3.amazonaws.com/app: name unknown: The repository with name 'app' does not exist in the registry with id '123456789012'", CauseKind.ImageNotFound)]
    // Names that contain what is looked for
    [InlineData("ghcr.io/acme/access-denied-page:1", """failed to resolve reference "ghcr.io/acme/access-denied-page:1": ghcr.io/acme/access-denied-page:1: not found""", CauseKind.ImageNotFound)]
    [InlineData("ghcr.io/acme/not-found:unauthorized", """failed to resolve reference "ghcr.io/acme/not-found:unauthorized": failed to do request: Head "https://ghcr.io/v2/acme/not-found/manifests/unauthorized": dial tcp 140.82.121.33:443: i/o timeout""", CauseKind.RegistryUnreachable)]
    // Access
    [InlineData("acme/app:1", """rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/acme/app:1": failed to resolve reference "docker.io/acme/app:1": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed""", CauseKind.ImageAccessDenied)]
    [InlineData("acme/app:1", "Error response from daemon: pull access denied for acme/app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied", CauseKind.ImageAccessDenied)]
    [InlineData("ghcr.io/acme/app:1", """failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Aacme%2Fapp%3Apull&service=ghcr.io: 401 Unauthorized""", CauseKind.ImageAccessDenied)]
    [InlineData("ghcr.io/acme/app:1", """unexpected status from HEAD request to https://ghcr.io/v2/acme/app/manifests/1: 403 Forbidden""", CauseKind.ImageAccessDenied)]
    [InlineData("123456789012.dkr.ecr.eu-west-3.amazonaws.com/app:1", """failed to resolve reference "123456789012.dkr.ecr.eu-west-3.amazonaws.com/app:1": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials""", CauseKind.ImageAccessDenied)]
    [InlineData("123456789012.dkr.ecr.eu-west-3.amazonaws.com/app:1", "denied: Your authorization token has expired. Reauthenticate and try again.", CauseKind.ImageAccessDenied)]
    [InlineData("rg.fr-par.scw.cloud/acme/app:1", """failed to resolve reference "rg.fr-par.scw.cloud/acme/app:1": unexpected status from HEAD request to https://rg.fr-par.scw.cloud/v2/acme/app/manifests/1: 401 Unauthorized""", CauseKind.ImageAccessDenied)]
    [InlineData("europe-docker.pkg.dev/acme/r/app:1", "failed to authorize: failed to fetch oauth token: unexpected status: 403 Forbidden", CauseKind.ImageAccessDenied)]
    [InlineData("quay.io/acme/app:1", "initializing source docker://quay.io/acme/app:1: Requesting bearer token: invalid status code from registry 401 (Unauthorized)", CauseKind.ImageAccessDenied)]
    // Limits
    [InlineData("nginx", "unexpected status code https://registry-1.docker.io/v2/library/nginx/manifests/latest: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit.", CauseKind.ImageRateLimited)]
    [InlineData("public.ecr.aws/a/b:1", "toomanyrequests: Rate exceeded", CauseKind.ImageRateLimited)]
    // Platform, although it ends in 'not found'
    [InlineData("ghcr.io/acme/app:1", """failed to pull and unpack image "ghcr.io/acme/app:1": no match for platform in manifest: not found""", CauseKind.ImagePlatformMismatch)]
    [InlineData("acme/app:1", "Error response from daemon: no matching manifest for linux/arm64/v8 in the manifest list entries", CauseKind.ImagePlatformMismatch)]
    // Network
    [InlineData("registry.exmaple.com/app:1", """failed to do request: Head "https://registry.exmaple.com/v2/app/manifests/1": dial tcp: lookup registry.exmaple.com on 10.0.0.2:53: no such host""", CauseKind.RegistryUnreachable)]
    [InlineData("ghcr.io/acme/app:1", """failed to do request: Head "https://ghcr.io/v2/acme/app/manifests/1": net/http: TLS handshake timeout""", CauseKind.RegistryUnreachable)]
    [InlineData("ghcr.io/acme/app:1", "unexpected status from HEAD request to https://ghcr.io/v2/acme/app/manifests/1: 503 Service Unavailable", CauseKind.RegistryUnreachable)]
    [InlineData("acme/app:1", """failed to authorize: failed to fetch anonymous token: Get "https://auth.docker.io/token?scope=x": dial tcp 1.2.3.4:443: connect: connection refused""", CauseKind.RegistryUnreachable)]
    [InlineData("acme/app:1", "rpc error: code = DeadlineExceeded desc = context deadline exceeded", CauseKind.RegistryUnreachable)]
    [InlineData("acme/app:1", "failed to copy: httpReadSeeker: failed open: failed to do request: unexpected EOF", CauseKind.RegistryUnreachable)]
    [InlineData("registry.local/app:1", """failed to do request: Head "https://registry.local/v2/app/manifests/1": http: server gave HTTP response to HTTPS client""", CauseKind.RegistryNotTrusted)]
    [InlineData("registry.local/app:1", "tls: failed to verify certificate: x509: certificate is valid for a.local, not registry.local", CauseKind.RegistryNotTrusted)]
    // The rest
    [InlineData("acme/app:1", "failed to extract layer sha256:0: write /var/lib/containerd/tmp: no space left on device", CauseKind.ImagePullFailed)]
    [InlineData("acme/app:1", "", CauseKind.ImagePullFailed)]
    public void A_message_about_an_image_is_understood(string image, string message, CauseKind kind)
    {
        var explanation = ImagePullMessages.Explain(image, message);

        explanation.Kind.ShouldBe(kind);
        explanation.What.ShouldStartWith($"cannot pull {image}");
    }

    [Fact]
    public void An_image_that_the_registry_calls_missing_or_private_is_called_both() =>
        ImagePullMessages.Explain("acme/app:1", "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed")
            .What.ShouldBe("cannot pull acme/app:1: docker.io says that it does not exist or needs credentials");

    [Theory]
    [InlineData("couldn't find key DB_HOST in ConfigMap prod/settings", CauseKind.ConfigurationKeyMissing, "needs key DB_HOST of ConfigMap settings, which has no such key")]
    [InlineData("references non-existent secret key: tls.key", CauseKind.ConfigurationKeyMissing, "mounts key tls.key of a Secret, which has no such key")]
    [InlineData("secret \"db\" not found", CauseKind.ConfigurationMissing, "needs Secret db, which does not exist")]
    [InlineData("MountVolume.SetUp failed for volume \"x\" : object \"shop\"/\"db\" not registered", CauseKind.ConfigurationNotSynced, "waits for the kubelet to read its ConfigMaps and Secrets")]
    [InlineData("services have not yet been read at least once, cannot construct envvars", CauseKind.ConfigurationNotSynced, "waits for the kubelet to read its ConfigMaps and Secrets")]
    [InlineData("exec: \"/bin/serve\": stat /bin/serve: no such file or directory: unknown", CauseKind.CommandNotFound, "cannot start: the image has no program /bin/serve")]
    [InlineData("exec: \"/srv\": is a directory: unknown", CauseKind.CommandNotFound, "cannot start: /srv is a directory, not a program")]
    [InlineData("failed to generate container \"a\" spec: failed to generate spec: no command specified", CauseKind.CommandNotFound, "cannot start: neither the image nor the manifest says which program to run")]
    [InlineData("runc create failed: unable to start container process: chdir to cwd (\"/app\") set in config.json failed: permission denied: unknown", CauseKind.ContainerStartFailed, "cannot start: its working directory cannot be entered: chdir to cwd (\"/app\") set in config.json failed: permission denied: unknown")]
    [InlineData("failed to create subPath directory for volumeMount \"data\" of container \"app\"", CauseKind.VolumeMountFailed, "cannot start: failed to create subPath directory for volumeMount \"data\" of container \"app\"")]
    [InlineData("", CauseKind.ContainerStartFailed, "cannot start: CreateContainerError")]
    public void A_message_about_a_container_is_understood(string message, CauseKind kind, string what)
    {
        var explanation = ContainerStartMessages.Explain("CreateContainerError", message);

        explanation.Kind.ShouldBe(kind);
        explanation.What.ShouldBe(what);
    }

    [Theory]
    [InlineData(1, "exit code 1")]
    [InlineData(126, "exit code 126 (the command cannot be executed)")]
    [InlineData(127, "exit code 127 (the command was not found)")]
    [InlineData(137, "exit code 137 (SIGKILL, killed from outside)")]
    [InlineData(139, "exit code 139 (SIGSEGV, an invalid memory access)")]
    [InlineData(143, "exit code 143 (SIGTERM, asked to stop)")]
    [InlineData(255, "exit code 255")]
    public void An_exit_code_is_told_with_its_signal(int code, string expected) => ContainerExit.ExitCode(code).ShouldBe(expected);

    [Theory]
    [InlineData("0/5 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient cpu, 3 Insufficient memory. preemption: 0/5 nodes are available: 1 Preemption is not helpful for scheduling, 4 No preemption victims found for incoming pod.",
        CauseKind.UnschedulableResources, "finds no node: 3 of 5 lack memory, 2 of 5 lack cpu, 1 of 5 has a taint that is not tolerated ({node-role.kubernetes.io/control-plane: })")]
    [InlineData("0/3 nodes are available: 3 Too many pods.", CauseKind.UnschedulableResources, "finds no node: 3 of 3 run as many pods as allowed")]
    [InlineData("0/2 nodes are available: 1 node(s) had taint {a: b}, that the pod didn't tolerate, 1 node(s) were unschedulable.", CauseKind.UnschedulableTaints, "finds no node: 1 of 2 has a taint that is not tolerated ({a: b}), 1 of 2 is cordoned (unschedulable)")]
    [InlineData("0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind.", CauseKind.UnschedulableVolume, "finds no node: 1 of 1 has no matching volume to bind")]
    [InlineData("0/1 nodes are available: 1 node(s) exceed max volume count.", CauseKind.UnschedulableVolume, "finds no node: 1 of 1 has as many volumes as allowed")]
    [InlineData("0/4 nodes are available: 4 node(s) didn't satisfy existing pods anti-affinity rules.", CauseKind.UnschedulableAffinity, "finds no node: 4 of 4 run a pod that anti-affinity keeps away")]
    [InlineData("0/4 nodes are available: 4 node(s) didn't match pod affinity rules.", CauseKind.UnschedulableAffinity, "finds no node: 4 of 4 do not match podAffinity")]
    [InlineData("0/4 nodes are available: 4 node(s) didn't match pod topology spread constraints (missing required label).", CauseKind.UnschedulableTopology, "finds no node: 4 of 4 would break topologySpreadConstraints (label of the topology is missing)")]
    [InlineData("running PreFilter plugin \"VolumeBinding\": error getting PVC \"shop/data\"", CauseKind.Unschedulable, "cannot be placed: running PreFilter plugin \"VolumeBinding\": error getting PVC \"shop/data\"")]
    public void A_message_of_the_scheduler_is_understood(string message, CauseKind kind, string what)
    {
        var explanation = SchedulingMessages.Explain(message);

        explanation.Kind.ShouldBe(kind);
        explanation.What.ShouldBe(what);
    }

    [Theory]
    [InlineData("admission webhook \"policy.example.com\" denied the request: pods must not exceeded quota: x, requested: a, used: b, limited: c", CauseKind.AdmissionDenied)]
    [InlineData("admission webhook \"policy.example.com\" denied the request without explanation", CauseKind.AdmissionDenied)]
    [InlineData("admission webhook \"validation.gatekeeper.sh\" denied the request: [must-have-owner] you must provide labels: {\"owner\"}", CauseKind.AdmissionDenied)]
    [InlineData("Internal error occurred: failed calling webhook \"vpod.example.com\": Post \"https://w.x.svc:443/v?timeout=30s\": context deadline exceeded", CauseKind.WebhookUnreachable)]
    [InlineData("pods \"a\" is forbidden: memory max limit to request ratio per Container is 2, but provided ratio is 4.000000", CauseKind.LimitRangeViolated)]
    [InlineData("pods \"a\" is forbidden: unable to validate against any pod security policy: []", CauseKind.PodSecurityViolated)]
    [InlineData("pods \"a\" is forbidden: User \"system:serviceaccount:x\" cannot create resource \"pods\"", CauseKind.PodCreationFailed)]
    public void A_refusal_of_the_API_server_is_understood(string message, CauseKind kind) => CreationMessages.Explain(message).Kind.ShouldBe(kind);

    [Theory]
    [InlineData("panic: listen tcp :8080: bind: address already in use", CauseKind.PortInUse)]
    [InlineData("exec /app/server: exec format error", CauseKind.ImagePlatformMismatch)]
    [InlineData("OSError: [Errno 30] Read-only file system: '/tmp/x'", CauseKind.FileSystemReadOnly)]
    [InlineData("Error: cannot find module 'express'", CauseKind.ContainerCrashed)]
    public void A_log_makes_a_crash_exact(string line, CauseKind kind)
    {
        var cause = new Cause(CauseKind.ContainerCrashed, CauseCertainty.Certain, "Container app of Pod shop/one crashed: exit code 1", "See the log.", new([]));

        var refined = LogTail.Refine(cause, ["starting", line, "", "  at Server.Run() in /src/Error.cs:line 4"]);

        refined.Kind.ShouldBe(kind);
        refined.Message.ShouldBe($"Container app of Pod shop/one crashed: exit code 1; its log says: {line}");
    }

    [Fact]
    public void A_log_says_nothing_on_other_causes()
    {
        var cause = new Cause(CauseKind.ReadinessProbeFailing, CauseCertainty.Transient, "x", "y.", new([]));

        LogTail.Refine(cause, ["address already in use"]).ShouldBe(cause);
        LogTail.Refine(cause with { Kind = CauseKind.ContainerCrashed }, ["", " "]).Message.ShouldBe("x");
    }

    [Theory]
    [InlineData("INFO ready;ERROR no database;INFO bye", "ERROR no database")]
    [InlineData("one;two;", "two")]
    [InlineData("", null)]
    public void The_line_of_a_log_that_counts_is_found(string log, string? line) => LogTail.KeyLine(log.Split(';')).ShouldBe(line);

    [Fact]
    public void Long_messages_take_no_long_time()
    {
        var text = string.Concat(Enumerable.Repeat("0/1 nodes are available: 1 node(s) a, exceeded quota: \"https://a\" requested: ", 50_000));

        SchedulingMessages.Explain(text[..4096]).What.Length.ShouldBeLessThan(2000);
        CreationMessages.Explain(text).What.Length.ShouldBeLessThan(2000);
        ImagePullMessages.Explain("a:1", text).What.Length.ShouldBeLessThan(2000);
        VolumeMessages.ExplainMount(text).What.Length.ShouldBeLessThan(2000);
    }
}
