project_id         = "00000000-0000-0000-0000-000000000000"
name               = "storefront-staging"
kubernetes_version = "1.35"
api_access         = { "203.0.113.0/24" = "office and runners" }
github_oidc        = { audience = "storefront-staging", repository = "example/storefront" }

pools = {
  default = { node_type = "DEV1-M", size = 2, min_size = 1, max_size = 3 }
}
