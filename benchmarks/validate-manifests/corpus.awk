# Writes COUNT triples of a Deployment, a Service and a ConfigMap, about 2 kB each, as one multi-document file.
#   awk -v count=4000 -f corpus.awk >big.yaml
BEGIN {
  line = "    "; for (i = 0; i < 60; i++) line = line "x"
  for (n = 0; n < count; n++) {
    ns = "team-" n % 50
    printf "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-%d\n  namespace: %s\n  labels:\n    app.kubernetes.io/name: app-%d\n    app.kubernetes.io/part-of: shop\n", n, ns, n
    printf "spec:\n  replicas: 3\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: app-%d\n  template:\n    metadata:\n      labels:\n        app.kubernetes.io/name: app-%d\n", n, n
    printf "    spec:\n      containers:\n        - name: app\n          image: registry.example.com/shop/app-%d:1.%d.0\n          ports:\n            - name: http\n              containerPort: 8080\n", n, n % 50
    printf "          resources:\n            requests: {cpu: 100m, memory: 128Mi}\n            limits: {memory: 256Mi}\n          readinessProbe:\n            httpGet: {path: /ready, port: http}\n---\n"
    printf "apiVersion: v1\nkind: Service\nmetadata:\n  name: app-%d\n  namespace: %s\nspec:\n  selector:\n    app.kubernetes.io/name: app-%d\n  ports:\n    - name: http\n      port: 80\n      targetPort: http\n---\n", n, ns, n
    printf "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app-%d\n  namespace: %s\ndata:\n  LOG_LEVEL: info\n  DATABASE_HOST: db.%s.svc\n  config.yaml: |\n    server:\n      port: 8080\n    features:\n      search: true\n", n, ns, ns
    for (i = 0; i < 13; i++) print line
    print "---"
  }
}
