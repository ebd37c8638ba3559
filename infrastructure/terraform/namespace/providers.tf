provider "kubernetes" {
  host                   = var.apiserver_url
  cluster_ca_certificate = base64decode(var.certificate_authority)
  token                  = var.kubernetes_token
}
