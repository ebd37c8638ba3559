# A namespace that is safe to hand to a team: limits, no traffic that nobody asked for, and an account that deploys here and nowhere else.

locals {
  labels = merge({ "app.kubernetes.io/managed-by" = "terraform" }, var.labels)
}

resource "kubernetes_namespace_v1" "this" {
  metadata {
    name = var.name
    labels = merge(local.labels, {
      "pod-security.kubernetes.io/enforce" = var.pod_security
      "pod-security.kubernetes.io/audit"   = "restricted"
      "pod-security.kubernetes.io/warn"    = "restricted"
    })
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "kubernetes_resource_quota_v1" "this" {
  metadata {
    name      = "quota"
    namespace = kubernetes_namespace_v1.this.metadata[0].name
    labels    = local.labels
  }

  spec {
    hard = var.quota
  }
}

resource "kubernetes_limit_range_v1" "this" {
  metadata {
    name      = "defaults"
    namespace = kubernetes_namespace_v1.this.metadata[0].name
    labels    = local.labels
  }

  spec {
    limit {
      type = "Container"

      default_request = {
        cpu    = var.container_defaults.request_cpu
        memory = var.container_defaults.request_memory
      }

      # A limit on CPU throttles a container that could run; memory cannot be taken back.
      default = {
        memory = var.container_defaults.limit_memory
      }

      max = {
        memory = var.container_defaults.max_memory
      }
    }
  }
}
