# Writes COUNT triples of a Deployment, a Service and a ConfigMap, about 2 kB each, as one multi-document file.
#   awk -v count=4000 -f corpus.awk >big.yaml
# With -v sound=1 they break no rule: a disruption budget joins each triple, a network policy each of the 50 namespaces.
BEGIN {
  line = "    "; for (i = 0; i < 60; i++) line = line "x"
  if (sound) for (n = 0; n < 50; n++)
    printf "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: default-deny\n  namespace: team-%d\nspec:\n  podSelector: {}\n  policyTypes: [Ingress, Egress]\n---\n", n
  for (n = 0; n < count; n++) {
    ns = "team-" n % 50
    printf "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-%d\n  namespace: %s\n  labels:\n    app.kubernetes.io/name: app-%d\n    app.kubernetes.io/part-of: shop\n", n, ns, n
    printf "spec:\n  replicas: 3\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: app-%d\n  template:\n    metadata:\n      labels:\n        app.kubernetes.io/name: app-%d\n    spec:\n", n, n
    if (sound) {
      printf "      automountServiceAccountToken: false\n      securityContext:\n        runAsNonRoot: true\n        seccompProfile: {type: RuntimeDefault}\n"
      printf "      topologySpreadConstraints:\n        - maxSkew: 1\n          topologyKey: kubernetes.io/hostname\n          whenUnsatisfiable: ScheduleAnyway\n          labelSelector:\n            matchLabels:\n              app.kubernetes.io/name: app-%d\n", n
    }
    printf "      containers:\n        - name: app\n          image: registry.example.com/shop/app-%d%s\n", n, sound ? sprintf("@sha256:%064d", n) : sprintf(":1.%d.0", n % 50)
    printf "          ports:\n            - name: http\n              containerPort: 8080\n"
    if (sound) printf "          securityContext:\n            allowPrivilegeEscalation: false\n            readOnlyRootFilesystem: true\n            capabilities: {drop: [ALL]}\n          livenessProbe:\n            tcpSocket: {port: http}\n"
    printf "          resources:\n            requests: {cpu: 100m, memory: 128Mi}\n            limits: {memory: 256Mi}\n          readinessProbe:\n            httpGet: {path: /ready, port: http}\n---\n"
    if (sound) printf "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: app-%d\n  namespace: %s\nspec:\n  maxUnavailable: 1\n  unhealthyPodEvictionPolicy: AlwaysAllow\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: app-%d\n---\n", n, ns, n
    printf "apiVersion: v1\nkind: Service\nmetadata:\n  name: app-%d\n  namespace: %s\nspec:\n  selector:\n    app.kubernetes.io/name: app-%d\n  ports:\n    - name: http\n      port: 80\n      targetPort: http\n---\n", n, ns, n
    printf "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app-%d\n  namespace: %s\ndata:\n  LOG_LEVEL: info\n  DATABASE_HOST: db.%s.svc\n  config.yaml: |\n    server:\n      port: 8080\n    features:\n      search: true\n", n, ns, ns
    for (i = 0; i < 13; i++) print line
    print "---"
  }
}
