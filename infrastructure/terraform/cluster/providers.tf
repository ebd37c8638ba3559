# The keys come from SCW_ACCESS_KEY and SCW_SECRET_KEY: never from a file of this repository.
provider "scaleway" {
  project_id = var.project_id
  region     = var.region
}

# Kapsule takes an IAM secret key as a bearer token, so that the cluster's own admin token is not used.
provider "helm" {
  kubernetes = {
    host                   = module.cluster.apiserver_url
    cluster_ca_certificate = base64decode(module.cluster.certificate_authority)
    token                  = var.kubernetes_token
  }
}
