# Writes COUNT applications of eight objects that refer to each other, and two default-deny policies for each of 50 namespaces, as one multi-document file.
#   awk -v count=6250 -f graph.awk >50000-objects.yaml
BEGIN {
  for (n = 0; n < 50; n++) {
    printf "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: deny-in\n  namespace: team-%d\nspec:\n  podSelector: {}\n  policyTypes: [Ingress]\n---\n", n
    printf "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: deny-out\n  namespace: team-%d\nspec:\n  podSelector: {}\n  policyTypes: [Egress]\n---\n", n
  }
  for (n = 0; n < count; n++) {
    meta = sprintf("metadata:\n  name: app-%d\n  namespace: team-%d\n", n, n % 50)
    labels = sprintf("app: app-%d, part-of: shop", n)
    printf "apiVersion: apps/v1\nkind: Deployment\n%sspec:\n  selector:\n    matchLabels: {%s}\n  template:\n    metadata:\n      labels: {%s}\n", meta, labels, labels
    printf "    spec:\n      serviceAccountName: app-%d\n      containers:\n        - name: app\n          image: registry.example.com/shop/app-%d:1.4.2\n          ports:\n            - name: http\n              containerPort: 8080\n", n, n
    printf "          envFrom:\n            - configMapRef: {name: app-%d}\n          readinessProbe:\n            httpGet: {path: /ready, port: http}\n          livenessProbe:\n            httpGet: {path: /live, port: http}\n---\n", n
    printf "apiVersion: v1\nkind: Service\n%sspec:\n  selector: {%s}\n  ports:\n    - name: http\n      port: 80\n      targetPort: http\n---\n", meta, labels
    printf "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n%sspec:\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: app-%d}\n  minReplicas: 2\n  maxReplicas: 6\n---\n", meta, n
    printf "apiVersion: policy/v1\nkind: PodDisruptionBudget\n%sspec:\n  minAvailable: 1\n  selector:\n    matchLabels: {%s}\n---\n", meta, labels
    printf "apiVersion: networking.k8s.io/v1\nkind: Ingress\n%sspec:\n  rules:\n    - host: app-%d.example.com\n      http:\n        paths:\n          - path: /\n            pathType: Prefix\n            backend:\n              service:\n                name: app-%d\n                port: {name: http}\n---\n", meta, n, n
    printf "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n%sspec:\n  podSelector:\n    matchExpressions:\n      - {key: app, operator: In, values: [app-%d]}\n      - {key: track, operator: NotIn, values: [canary]}\n  policyTypes: [Ingress]\n---\n", meta, n
    printf "apiVersion: v1\nkind: ServiceAccount\n%sautomountServiceAccountToken: false\n---\n", meta
    printf "apiVersion: v1\nkind: ConfigMap\n%sdata:\n  LOG_LEVEL: info\n---\n", meta
  }
}
