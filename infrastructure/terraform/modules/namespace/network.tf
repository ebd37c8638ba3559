# Nothing goes in or out, but what is named here. Applications add policies of their own.

resource "kubernetes_network_policy_v1" "default_deny" {
  metadata {
    name      = "default-deny"
    namespace = kubernetes_namespace_v1.this.metadata[0].name
    labels    = local.labels
  }

  spec {
    pod_selector {}
    policy_types = ["Ingress", "Egress"]
  }
}

resource "kubernetes_network_policy_v1" "dns" {
  metadata {
    name      = "allow-dns"
    namespace = kubernetes_namespace_v1.this.metadata[0].name
    labels    = local.labels
  }

  spec {
    pod_selector {}
    policy_types = ["Egress"]

    egress {
      to {
        namespace_selector {
          match_labels = { "kubernetes.io/metadata.name" = "kube-system" }
        }
        pod_selector {
          match_labels = { "k8s-app" = "kube-dns" }
        }
      }

      dynamic "ports" {
        for_each = ["UDP", "TCP"]

        content {
          protocol = ports.value
          port     = "53"
        }
      }
    }
  }
}

resource "kubernetes_network_policy_v1" "from_namespace" {
  for_each = { for name, namespace in { ingress = var.ingress_namespace, monitoring = var.monitoring_namespace } : name => namespace if namespace != null }

  metadata {
    name      = "allow-${each.key}"
    namespace = kubernetes_namespace_v1.this.metadata[0].name
    labels    = local.labels
  }

  spec {
    pod_selector {}
    policy_types = ["Ingress"]

    ingress {
      from {
        namespace_selector {
          match_labels = { "kubernetes.io/metadata.name" = each.value }
        }
      }
    }
  }
}
