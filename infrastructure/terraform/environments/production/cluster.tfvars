project_id         = "00000000-0000-0000-0000-000000000000"
name               = "storefront"
kubernetes_version = "1.35"
cluster_type       = "kapsule-dedicated-4"
api_access         = { "203.0.113.0/24" = "office and runners" }
github_oidc        = { audience = "storefront-production", repository = "example/storefront" }
load_balancer_type = "LB-GP-M"

pools = {
  a = { node_type = "PRO2-S", zone = "fr-par-1", size = 2, min_size = 2, max_size = 5 }
  b = { node_type = "PRO2-S", zone = "fr-par-1", size = 2, min_size = 2, max_size = 5 }
}
