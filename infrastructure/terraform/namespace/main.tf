# The namespaces of the teams on one cluster.

module "namespace" {
  source   = "../modules/namespace"
  for_each = var.namespaces

  name         = each.key
  labels       = each.value.labels
  pod_security = each.value.pod_security
  quota        = each.value.quota
  deployer     = { subjects = each.value.deployers }
}
