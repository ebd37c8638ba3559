variable "name" {
  type        = string
  description = "Name of the cluster. Its network is called after it."

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,48}[a-z0-9]$", var.name))
    error_message = "The name needs 3 to 50 characters: a-z, 0-9 and -, beginning with a letter and not ending with -."
  }
}

variable "project_id" {
  type        = string
  description = "Scaleway project that pays for the cluster, a UUID."

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.project_id))
    error_message = "The project is a UUID, as the console shows it under project settings."
  }
}

variable "region" {
  type        = string
  description = "Region of the cluster, for example fr-par."
  default     = "fr-par"

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]{3}$", var.region))
    error_message = "A region looks like fr-par; fr-par-1 is a zone."
  }
}

variable "kubernetes_version" {
  type        = string
  description = "Minor version such as 1.35 where Scaleway upgrades patches, a full version such as 1.35.2 where nobody does."

  validation {
    condition     = can(regex("^1\\.[0-9]{2}(\\.[0-9]+)?$", var.kubernetes_version))
    error_message = "A version looks like 1.35 or 1.35.2."
  }

  validation {
    condition     = (length(split(".", var.kubernetes_version)) == 2) == (var.auto_upgrade != null)
    error_message = "With auto_upgrade give the minor version only (1.35); without it give the patch as well (1.35.2)."
  }
}

variable "auto_upgrade" {
  type = object({
    day        = string
    start_hour = number
  })
  description = "When Scaleway may install patch versions: a day such as sunday (or any) and an hour in UTC. null leaves that to you."
  default = {
    day        = "sunday"
    start_hour = 3
  }

  validation {
    condition = var.auto_upgrade == null ? true : contains(
      ["any", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], var.auto_upgrade.day
    )
    error_message = "The day is any, or the English name of a weekday in lower case."
  }

  validation {
    condition     = var.auto_upgrade == null ? true : var.auto_upgrade.start_hour >= 0 && var.auto_upgrade.start_hour <= 23
    error_message = "The hour is from 0 to 23, in UTC."
  }
}

variable "type" {
  type        = string
  description = "kapsule for a shared control plane, kapsule-dedicated-4, -8 or -16 for one of your own."
  default     = "kapsule"

  validation {
    condition     = contains(["kapsule", "kapsule-dedicated-4", "kapsule-dedicated-8", "kapsule-dedicated-16"], var.type)
    error_message = "The type is kapsule, kapsule-dedicated-4, kapsule-dedicated-8 or kapsule-dedicated-16."
  }
}

variable "cni" {
  type        = string
  description = "Network plugin. It cannot be changed later. The namespace module's network policies need one that enforces them."
  default     = "cilium"

  validation {
    condition     = contains(["cilium", "cilium_native", "calico"], var.cni)
    error_message = "The plugin is cilium, cilium_native or calico; others do not enforce network policies."
  }
}

variable "api_access" {
  type        = map(string)
  description = "Who reaches the API server: CIDR range to what it is, for example {\"203.0.113.0/24\" = \"office\"}. Empty lets nobody in but Scaleway."

  validation {
    condition     = alltrue([for range in keys(var.api_access) : can(cidrnetmask(range)) || can(cidrhost(range, 0))])
    error_message = "Each key is a range such as 203.0.113.7/32."
  }

  validation {
    condition     = !anytrue([for range in keys(var.api_access) : endswith(range, "/0")])
    error_message = "The whole internet may not reach the API server. Name the ranges that need it; runners of GitHub change theirs, so run the deploy job on a runner of your own."
  }
}

variable "github_oidc" {
  type = object({
    audience   = string
    repository = string
  })
  description = "Lets workflows of one repository log in with GitHub's token: deploy-k8s then needs no stored secret (input oidc-audience). null switches it off."
  default     = null

  validation {
    condition     = var.github_oidc == null ? true : can(regex("^[^/*]+/[^/*]+$", var.github_oidc.repository))
    error_message = "The repository is owner/name, without wildcards."
  }
}

variable "pools" {
  type = map(object({
    node_type              = string
    size                   = number
    zone                   = optional(string)
    min_size               = optional(number)
    max_size               = optional(number)
    root_volume_type       = optional(string, "sbs_5k")
    root_volume_size_in_gb = optional(number)
    public_ip_disabled     = optional(bool, true)
    max_unavailable        = optional(number, 0)
    max_surge              = optional(number, 1)
    tags                   = optional(list(string), [])
  }))
  description = "Node pools by name. With min_size and max_size the pool is scaled between them and size is only its beginning."

  validation {
    condition     = length(var.pools) > 0
    error_message = "A cluster without a pool runs nothing, and Scaleway removes it from support. Give at least one."
  }

  validation {
    condition     = alltrue([for pool in values(var.pools) : (pool.min_size == null) == (pool.max_size == null)])
    error_message = "Give both min_size and max_size, or neither."
  }

  validation {
    condition     = alltrue([for pool in values(var.pools) : pool.min_size == null ? true : pool.min_size <= pool.size && pool.size <= pool.max_size])
    error_message = "The size of a pool lies between min_size and max_size."
  }

  validation {
    condition     = alltrue([for pool in values(var.pools) : pool.max_unavailable + pool.max_surge > 0])
    error_message = "A pool needs max_surge or max_unavailable above 0, or it can never be upgraded."
  }
}

variable "tags" {
  type        = list(string)
  description = "Tags of everything made here, as key=value."
  default     = []

  validation {
    condition     = alltrue([for tag in var.tags : can(regex("^[a-zA-Z0-9._/=+@ -]+$", tag))])
    error_message = "Scaleway's tags know letters, digits and . _ - / = + @; write key=value, not key:value."
  }
}
