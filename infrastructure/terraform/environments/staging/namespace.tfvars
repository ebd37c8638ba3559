apiserver_url         = "https://00000000-0000-0000-0000-000000000000.api.k8s.fr-par.scw.cloud:6443"
certificate_authority = "" # output certificate_authority of the cluster layer

namespaces = {
  storefront = {
    deployers = [{ kind = "User", name = "github:repo:example/storefront:environment:staging" }]
  }
}
