# A Kapsule cluster in a network of its own, with its node pools.

resource "scaleway_vpc" "this" {
  name       = var.name
  project_id = var.project_id
  region     = var.region
  tags       = var.tags
}

resource "scaleway_vpc_private_network" "this" {
  name       = var.name
  project_id = var.project_id
  region     = var.region
  vpc_id     = scaleway_vpc.this.id
  tags       = var.tags
}

resource "scaleway_k8s_cluster" "this" {
  name               = var.name
  project_id         = var.project_id
  region             = var.region
  type               = var.type
  version            = var.kubernetes_version
  cni                = var.cni
  private_network_id = scaleway_vpc_private_network.this.id
  tags               = var.tags

  # Volumes and load balancers made from inside of the cluster hold data and addresses: taking them along is a decision of its own.
  delete_additional_resources = false

  dynamic "auto_upgrade" {
    for_each = var.auto_upgrade[*]

    content {
      enable                        = true
      maintenance_window_day        = auto_upgrade.value.day
      maintenance_window_start_hour = auto_upgrade.value.start_hour
    }
  }

  dynamic "open_id_connect_config" {
    for_each = var.github_oidc[*]

    content {
      issuer_url      = "https://token.actions.githubusercontent.com"
      client_id       = open_id_connect_config.value.audience
      username_claim  = "sub"
      username_prefix = "github:"
      required_claim  = ["repository=${open_id_connect_config.value.repository}"]
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "scaleway_k8s_acl" "this" {
  cluster_id    = scaleway_k8s_cluster.this.id
  region        = var.region
  no_ip_allowed = length(var.api_access) == 0 ? true : null

  dynamic "acl_rules" {
    for_each = var.api_access

    content {
      ip          = acl_rules.key
      description = acl_rules.value
    }
  }
}

resource "scaleway_k8s_pool" "this" {
  for_each = var.pools

  cluster_id             = scaleway_k8s_cluster.this.id
  name                   = each.key
  region                 = var.region
  zone                   = each.value.zone
  node_type              = each.value.node_type
  size                   = each.value.size
  min_size               = each.value.min_size
  max_size               = each.value.max_size
  autoscaling            = each.value.min_size != null
  autohealing            = true
  public_ip_disabled     = each.value.public_ip_disabled
  root_volume_type       = each.value.root_volume_type
  root_volume_size_in_gb = each.value.root_volume_size_in_gb
  tags                   = concat(var.tags, each.value.tags)
  wait_for_pool_ready    = true

  upgrade_policy {
    max_unavailable = each.value.max_unavailable
    max_surge       = each.value.max_surge
  }

  lifecycle {
    # The autoscaler moves it between min_size and max_size.
    ignore_changes = [size]
  }

  # Nodes without a public address reach the registry through the gateway.
  depends_on = [scaleway_vpc_gateway_network.this]
}

locals {
  needs_gateway = anytrue([for pool in values(var.pools) : pool.public_ip_disabled])
  gateway_zone  = coalesce(concat([for pool in values(var.pools) : pool.zone], ["${var.region}-1"])...)
}

resource "scaleway_vpc_public_gateway_ip" "this" {
  count = local.needs_gateway ? 1 : 0

  project_id = var.project_id
  zone       = local.gateway_zone
  tags       = var.tags
}

resource "scaleway_vpc_public_gateway" "this" {
  count = local.needs_gateway ? 1 : 0

  name       = var.name
  project_id = var.project_id
  zone       = local.gateway_zone
  type       = "VPC-GW-S"
  ip_id      = scaleway_vpc_public_gateway_ip.this[0].id
  tags       = var.tags
}

resource "scaleway_vpc_gateway_network" "this" {
  count = local.needs_gateway ? 1 : 0

  gateway_id         = scaleway_vpc_public_gateway.this[0].id
  private_network_id = scaleway_vpc_private_network.this.id
  zone               = local.gateway_zone
  enable_masquerade  = true

  ipam_config {
    push_default_route = true
  }
}
