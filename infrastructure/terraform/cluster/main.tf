# One cluster of one environment, with the ingress controller that everything else on it needs.

locals {
  tags = ["cluster=${var.name}", "managed-by=terraform"]
}

module "cluster" {
  source = "../modules/kubernetes-cluster"

  name               = var.name
  project_id         = var.project_id
  region             = var.region
  type               = var.cluster_type
  kubernetes_version = var.kubernetes_version
  api_access         = var.api_access
  github_oidc        = var.github_oidc
  pools              = var.pools
  tags               = local.tags
}

module "ingress" {
  source = "../modules/ingress"

  project_id         = var.project_id
  zone               = "${var.region}-1"
  load_balancer_type = var.load_balancer_type
  tags               = local.tags

  depends_on = [module.cluster]
}
