namespace Actions.Shared.Tests.Validation.Structure;

/// <summary>Realistic manifests with one mistake each; « and » mark where it must be shown.</summary>
internal static class KubernetesMistakes
{
    public sealed record Mistake(string Name, string Rule, string Message, string? Hint, string Text)
    {
        public override string ToString() => Name;
    }

    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          labels:
            app: web
        spec:
          replicas: 2
          selector:
            matchLabels:
              app: web
          strategy:
            type: RollingUpdate
            rollingUpdate:
              maxSurge: 25%
              maxUnavailable: 0
          template:
            metadata:
              labels:
                app: web
            spec:
              containers:
                - name: web
                  image: registry.example.com/web:1.0
                  args: ["--port", "8080"]
                  env:
                    - name: MODE
                      value: fast
                  ports:
                    - name: http
                      containerPort: 8080
                  resources:
                    requests:
                      cpu: 100m
                      memory: 128Mi
                    limits:
                      memory: 256Mi
                  readinessProbe:
                    httpGet:
                      path: /healthz
                      port: http
                    periodSeconds: 10
                  securityContext:
                    runAsNonRoot: true
                    capabilities:
                      drop: ["ALL"]
                  volumeMounts:
                    - name: config
                      mountPath: /etc/web
              volumes:
                - name: config
                  configMap:
                    name: web
                    defaultMode: 0440
        """;

    private const string Service = """
        apiVersion: v1
        kind: Service
        metadata:
          name: web
        spec:
          type: ClusterIP
          selector:
            app: web
          ports:
            - name: http
              port: 80
              targetPort: http
        """;

    private const string CronJob = """
        apiVersion: batch/v1
        kind: CronJob
        metadata:
          name: backup
        spec:
          schedule: "0 3 * * *"
          concurrencyPolicy: Forbid
          suspend: false
          jobTemplate:
            spec:
              backoffLimit: 2
              template:
                spec:
                  restartPolicy: OnFailure
                  containers:
                    - name: backup
                      image: registry.example.com/backup:2.1
                      command: ["/bin/backup"]
        """;

    private const string ConfigMap = """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: web
          annotations:
            example.com/owner: team-a
        data:
          port: "8080"
          app.yaml: |
            debug: false
        """;

    private const string Secret = """
        apiVersion: v1
        kind: Secret
        metadata:
          name: web
        type: Opaque
        data:
          password: c2VjcmV0
        stringData:
          user: web
        """;

    private const string Ingress = """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: web
        spec:
          ingressClassName: nginx
          rules:
            - host: web.example.com
              http:
                paths:
                  - path: /
                    pathType: Prefix
                    backend:
                      service:
                        name: web
                        port:
                          number: 80
        """;

    private const string Claim = """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: data
        spec:
          accessModes: ["ReadWriteOnce"]
          resources:
            requests:
              storage: 10Gi
        """;

    private const string Role = """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata:
          name: reader
        rules:
          - apiGroups: [""]
            resources: ["pods"]
            verbs: ["get", "list"]
        """;

    private const string Autoscaler = """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: web
        spec:
          scaleTargetRef:
            apiVersion: apps/v1
            kind: Deployment
            name: web
          minReplicas: 2
          maxReplicas: 10
          metrics:
            - type: Resource
              resource:
                name: cpu
                target:
                  type: Utilization
                  averageUtilization: 70
        """;

    public static IReadOnlyList<string> Right { get; } = [Deployment, Service, CronJob, ConfigMap, Secret, Ingress, Claim, Role, Autoscaler];

    public static IReadOnlyList<Mistake> All { get; } =
    [
        // Types.
        Change("replicas in quotes", "schema-type", "`spec.replicas` must be an integer, but `3` is a string", "Remove the quotes: 3.", Deployment, "replicas: 2", "replicas: «\"3\"»"),
        Change("replicas in words", "schema-type", "`three` is a string", null, Deployment, "replicas: 2", "replicas: «three»"),
        Change("half a replica", "schema-type", "`1.5` is a number", null, Deployment, "replicas: 2", "replicas: «1.5»"),
        Change("a port in quotes", "schema-type", "`spec.template.spec.containers[0].ports[0].containerPort` must be an integer, but `8080` is a string", "Remove the quotes: 8080.", Deployment, "containerPort: 8080", "containerPort: «'8080'»"),
        Change("a number as variable", "schema-type", "`spec.template.spec.containers[0].env[0].value` must be a string, but `8080` is a number", "Quote it: \"8080\".", Deployment, "value: fast", "value: «8080»"),
        Change("yes as variable", "schema-type", "`yes` is the boolean true in YAML 1.1", "Quote it: \"yes\".", Deployment, "value: fast", "value: «yes»"),
        Change("off as variable", "schema-type", "`off` is the boolean false in YAML 1.1", "Quote it: \"off\".", Deployment, "value: fast", "value: «off»"),
        Change("true as variable", "schema-type", "`true` is a boolean", "Quote it: \"true\".", Deployment, "value: fast", "value: «true»"),
        Change("octal as variable", "schema-type", "`0777` is the number 511", "Quote it: \"0777\".", Deployment, "value: fast", "value: «0777»"),
        Change("an exponent as variable", "schema-type", "`1e3` is the number 1000", "Quote it: \"1e3\".", Deployment, "value: fast", "value: «1e3»"),
        Change("hexadecimal as variable", "schema-type", "`0x1f` is the number 31", "Quote it: \"0x1f\".", Deployment, "value: fast", "value: «0x1f»"),
        Change("underscores as variable", "schema-type", "`1_000` is the number 1000", "Quote it: \"1_000\".", Deployment, "value: fast", "value: «1_000»"),
        Change("a number as argument", "schema-type", "`spec.template.spec.containers[0].args[1]` must be a string, but `8080` is a number", "Quote it: \"8080\".", Deployment, "\"8080\"]", "«8080»]"),
        Change("an empty argument", "schema-type", "`spec.template.spec.containers[0].args[1]` must be a string, but it is empty (null)", null, Deployment, "\"8080\"]", "«~»]"),
        Change("a number as label", "schema-type", "`metadata.labels.app` must be a string, but `1.0` is the number 1", "Quote it: \"1.0\".", Deployment, "    app: web\nspec", "    app: «1.0»\nspec"),
        Change("a boolean as annotation", "schema-type", "`metadata.annotations[\"example.com/owner\"]` must be a string, but `true` is a boolean", "Quote it: \"true\".", ConfigMap, "team-a", "«true»"),
        Change("a number in a ConfigMap", "schema-type", "`data.port` must be a string", "Quote it: \"8080\".", ConfigMap, "\"8080\"", "«8080»"),
        Change("nested data in a ConfigMap", "schema-type", "`data.nested` must be a string, but it is an object", null, ConfigMap, "  port: \"8080\"", "  «nested»:\n    a: b\n    c: d"),
        Change("a boolean in quotes", "schema-type", "must be true or false, but `true` is a string", "Write true, without quotes.", Deployment, "runAsNonRoot: true", "runAsNonRoot: «\"true\"»"),
        Change("a misspelled boolean", "schema-type", "must be true or false, but `flase` is a string", "Did you mean false?", CronJob, "suspend: false", "suspend: «flase»"),
        Change("a number as boolean", "schema-type", "`spec.suspend` must be true or false, but `0` is a number", null, CronJob, "suspend: false", "suspend: «0»"),
        Change("a boolean as port", "schema-type", "must be an integer or a string, but `on` is the boolean true", "Write a number, or quote it: \"on\".", Service, "targetPort: http", "targetPort: «on»"),
        Change("half a port", "schema-type", "must be an integer or a string, but `80.5` is a number", null, Service, "targetPort: http", "targetPort: «80.5»"),
        Change("one argument without a list", "schema-type", "must be a list, but `serve` is a string", "Write it as a list: [serve].", Deployment, "args: [\"--port\", \"8080\"]", "args: «serve»"),
        Change("a dash without a space", "schema-type", "must be a list", "A space is missing after the dash: - serve.", Deployment, "args: [\"--port\", \"8080\"]", "args:\n            «-serve»"),
        Change("environment as a mapping", "schema-type", "`spec.template.spec.containers[0].env` must be a list, but it is an object", "Start each item with a dash", Deployment, "env:\n            - name: MODE\n              value: fast", "«env»:\n            MODE: fast\n            LEVEL: high"),
        Change("a selector as a list", "schema-type", "`spec.selector` must be an object, but it is a list", "Remove the dashes", Service, "selector:\n    app: web", "«selector»:\n    - app: web\n    - tier: front"),
        Change("labels without a space", "schema-type", "`metadata.labels` must be an object, but `app:web` is a string", "A space is missing after the colon: app: web.", Deployment, "labels:\n    app: web\nspec", "labels:\n    «app:web»\nspec"),
        Change("an image as a list", "schema-type", "must be a string, but it is a list", "It takes a single value", Deployment, "image: registry.example.com/web:1.0", "image: «[registry.example.com/web:1.0]»"),
        Change("a string for an object", "schema-type", "`spec.template.spec.containers[0].resources` must be an object, but `small` is a string", null, Deployment, "resources:\n            requests:\n              cpu: 100m\n              memory: 128Mi\n            limits:\n              memory: 256Mi", "resources: «small»"),
        Change("an empty list item", "schema-type", "`spec.template.spec.containers[0].env[0]` must be an object, but it is empty (null)", "Give it a value", Deployment, "env:\n            - name: MODE\n              value: fast", "env: [«~»]"),
        Change("a boolean quantity", "schema-type", "must be a quantity, but `true` is a boolean", null, Deployment, "cpu: 100m", "cpu: «true»"),

        // Required fields.
        Change("no selector", "schema-required", "`spec` lacks `selector`", "Add `selector` (an object) under `spec`.", Deployment, "spec:\n  replicas: 2\n  selector:\n    matchLabels:\n      app: web\n", "«spec»:\n  replicas: 2\n"),
        Change("no containers", "schema-required", "`spec.jobTemplate.spec.template.spec` lacks `containers`", "Add `containers` (a list)", CronJob, "        spec:\n          restartPolicy: OnFailure\n          containers:\n            - name: backup\n              image: registry.example.com/backup:2.1\n              command: [\"/bin/backup\"]", "        «spec»:\n          restartPolicy: OnFailure"),
        Change("a container without a name", "schema-required", "`spec.template.spec.containers[0]` lacks `name`", "Add `name` (a string)", Deployment, "        - name: web\n          image", "        - «image»"),
        Change("an empty container list", "schema-required", "`spec.jobTemplate.spec.template.spec.containers` is required, but empty (null)", null, CronJob, "containers:\n            - name: backup\n              image: registry.example.com/backup:2.1\n              command: [\"/bin/backup\"]", "«containers»:"),
        Change("a port without containerPort", "schema-required", "lacks `containerPort`", "(an integer)", Deployment, "- name: http\n              containerPort: 8080", "- «name»: http"),
        Change("no schedule", "schema-required", "`spec` lacks `schedule`", null, CronJob, "spec:\n  schedule: \"0 3 * * *\"", "«spec»:"),
        Change("no pathType", "schema-required", "lacks `pathType`", null, Ingress, "- path: /\n            pathType: Prefix", "- «path»: /"),
        Change("no verbs", "schema-required", "`rules[0]` lacks `verbs`", null, Role, "  - apiGroups: [\"\"]\n    resources: [\"pods\"]\n    verbs: [\"get\", \"list\"]", "  - «apiGroups»: [\"\"]\n    resources: [\"pods\"]"),
        Change("no maxReplicas", "schema-required", "`spec` lacks `maxReplicas`", null, Autoscaler, "spec:\n  scale", "«spec»:\n  scale", "  maxReplicas: 10\n"),
        Change("a mount without a path", "schema-required", "`spec.template.spec.containers[0].volumeMounts[0]` lacks `mountPath`", null, Deployment, "- name: config\n              mountPath: /etc/web", "- «name»: config"),

        // Unknown fields.
        Change("replcas", "schema-unknown-field", "Unknown field `replcas` in `spec`; did you mean `replicas`?", "Rename it to `replicas`.", Deployment, "replicas: 2", "«replcas»: 2"),
        Change("Replicas", "schema-unknown-field", "did you mean `replicas`?", "case matters", Deployment, "replicas: 2", "«Replicas»: 2"),
        Change("imagePulPolicy", "schema-unknown-field", "Unknown field `imagePulPolicy` in `spec.template.spec.containers[0]`; did you mean `imagePullPolicy`?", null, Deployment, "          args:", "          «imagePulPolicy»: Always\n          args:"),
        Change("image_pull_policy", "schema-unknown-field", "did you mean `imagePullPolicy`?", null, Deployment, "          args:", "          «image_pull_policy»: Always\n          args:"),
        Change("label", "schema-unknown-field", "Unknown field `label` in `metadata`; did you mean `labels`?", null, Service, "  name: web\n", "  name: web\n  «label»: {}\n"),
        Change("resources under ports", "schema-unknown-field", "Unknown field `resources` in `spec.template.spec.containers[0].ports[0]`; it belongs to `spec.template.spec.containers[]`", "indented too deep", Deployment, "              containerPort: 8080\n          resources:", "              containerPort: 8080\n              «resources»:\n                limits: {memory: 1Gi}\n          resources:"),
        Change("a probe beside the containers", "schema-unknown-field", "it belongs to `spec.template.spec.containers[]`", "not indented deep enough", Deployment, "      volumes:", "      «livenessProbe»:\n        tcpSocket: {port: http}\n      volumes:"),
        Change("containers beside the template's spec", "schema-unknown-field", "Unknown field `initContainers` in `spec.template`; it belongs to `spec.template.spec`", "move it into `spec`", Deployment, "    spec:\n", "    «initContainers»: []\n    spec:\n"),
        Change("containers beside replicas", "schema-unknown-field", "Unknown field `nodeSelector` in `spec`; it belongs to `spec.template.spec`", "move it into `template.spec`", Deployment, "  replicas: 2", "  replicas: 2\n  «nodeSelector»: {}"),
        Change("replicas in the pod", "schema-unknown-field", "Unknown field `replicas` in `spec.template.spec`; it belongs to `spec`", "indented too deep", Deployment, "      volumes:", "      «replicas»: 2\n      volumes:"),
        Change("labels beside metadata", "schema-unknown-field", "Unknown field `labels` in `Service`; it belongs to `metadata`", "move it into `metadata`", Service, "spec:\n", "«labels»: {}\nspec:\n"),
        Change("a selector in the metadata", "schema-unknown-field", "Unknown field `selector` in `metadata`; it belongs to `spec`", "Move `selector` to `spec`.", Service, "  name: web\n", "  name: web\n  «selector»: {}\n"),
        Change("limits in the container", "schema-unknown-field", "it belongs to `spec.template.spec.containers[].resources`", null, Deployment, "          args:", "          «limits»: {cpu: 1}\n          args:"),
        Change("a node port in the spec", "schema-unknown-field", "Unknown field `nodePort` in `spec`; it belongs to `spec.ports[]`", null, Service, "  type: ClusterIP", "  type: NodePort\n  «nodePort»: 30080"),
        Change("a field of nowhere", "schema-unknown-field", "Unknown field `zzzzzzz` in `rules[0]`.", "Known fields are `apiGroups`, `nonResourceURLs`, `resourceNames`, `resources` and `verbs`.", Role, "    verbs:", "    «zzzzzzz»: 1\n    verbs:"),
        Change("an old Ingress backend", "schema-unknown-field", "Unknown field `serviceName`", null, Ingress, "              service:\n                name: web\n                port:\n                  number: 80", "              «serviceName»: web"),

        // Quantities and other formats.
        Change("gb", "schema-format", "must be a quantity such as 500m or 1Gi, but `1gb` is a string", "Write 1Gi (1024³ bytes) or 1G (1000³ bytes).", Deployment, "memory: 256Mi", "memory: «1gb»"),
        Change("a space in a quantity", "schema-format", "`100 Mi` is a string", "Write it without a space: 100Mi.", Deployment, "memory: 256Mi", "memory: «100 Mi»"),
        Change("mb", "schema-format", "`512mb` is a string", "Write 512Mi (1024² bytes) or 512M (1000² bytes).", Deployment, "memory: 256Mi", "memory: «512mb»"),
        Change("cores", "schema-format", "`0.5 cores` is a string", "Write the bare number: 0.5.", Deployment, "cpu: 100m", "cpu: «0.5 cores»"),
        Change("a comma", "schema-format", "`1,5Gi` is a string", "Use a decimal point: 1.5Gi.", Claim, "storage: 10Gi", "storage: «1,5Gi»"),
        Change("a unit of nowhere", "schema-format", "`10Xi` is a string", "Write a number with an optional suffix", Claim, "storage: 10Gi", "storage: «10Xi»"),
        Change("an empty quantity", "schema-format", "it is the empty string", null, Claim, "storage: 10Gi", "storage: «\"\"»"),
        Change("plain text in a Secret", "schema-format", "`data.password` must be base64 data, but `hunter-2!` is a string", "stringData", Secret, "c2VjcmV0", "«hunter-2!»"),
        Change("base64 without padding", "schema-format", "must be base64 data", "padding included", Secret, "c2VjcmV0", "«c2VjcmV0MQ»"),
        Change("a timestamp without a zone", "schema-format", "must be an RFC 3339 time", null, ConfigMap, "  annotations:", "  creationTimestamp: «2026-01-31T10:00:00»\n  annotations:"),

        // Ranges.
        Change("too many replicas", "schema-range", "`spec.replicas` must fit a 32-bit integer (-2147483648 to 2147483647), but is 3000000000", null, Deployment, "replicas: 2", "replicas: «3000000000»"),
        Change("a port beyond 32 bits", "schema-range", "must fit a 32-bit integer", null, Service, "targetPort: http", "targetPort: «99999999999»"),

        // Ambiguity.
        Change("a time of day", "yaml-ambiguous-scalar", "`22:22` is a string to Kubernetes, but a base-60 number to other readers of YAML 1.1", "Quote it: \"22:22\".", Deployment, "value: fast", "value: «22:22»"),
        Change("a date", "yaml-ambiguous-scalar", "`2026-01-31` is a string to Kubernetes, but a date to other readers", "Quote it", ConfigMap, "team-a", "«2026-01-31»"),
        Change("a decimal mode", "yaml-ambiguous-scalar", "is the decimal number 644, which is not the file mode 0644", "Write 0644, in JSON 420.", Deployment, "defaultMode: 0440", "defaultMode: «644»"),
        Change("an octal number", "yaml-ambiguous-scalar", "`spec.replicas` is octal: Kubernetes reads `010` as 8", "Write 10, or 8", Deployment, "replicas: 2", "replicas: «010»"),
    ];

    private static Mistake Change(string name, string rule, string message, string? hint, string text, string from, string to, string remove = "")
    {
        if (from.Length > 0 && !text.Contains(from, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{name}: the manifest has no “{from}”.");
        }

        var changed = from.Length == 0 ? text : text.Replace(from, to, StringComparison.Ordinal);
        return new Mistake(name, rule, message, hint, remove.Length == 0 ? changed : changed.Replace(remove, "", StringComparison.Ordinal));
    }
}
