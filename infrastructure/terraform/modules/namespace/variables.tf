variable "name" {
  type        = string
  description = "Name of the namespace."

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.name)) && !startswith(var.name, "kube-")
    error_message = "A namespace is a DNS label (a-z, 0-9 and -, at most 63 characters) and does not begin with kube-."
  }
}

variable "labels" {
  type        = map(string)
  description = "More labels of the namespace."
  default     = {}
}

variable "pod_security" {
  type        = string
  description = "Pod Security Standard that the cluster enforces here: restricted, baseline or privileged."
  default     = "restricted"

  validation {
    condition     = contains(["restricted", "baseline", "privileged"], var.pod_security)
    error_message = "The standard is restricted, baseline or privileged."
  }
}

variable "quota" {
  type        = map(string)
  description = "What the namespace may ask for in all, by the names that a ResourceQuota knows. null is the default."
  nullable    = false
  default = {
    "requests.cpu"           = "4"
    "requests.memory"        = "8Gi"
    "limits.memory"          = "12Gi"
    "persistentvolumeclaims" = "10"
    "requests.storage"       = "100Gi"
    "pods"                   = "50"
    "services.loadbalancers" = "0"
    "services.nodeports"     = "0"
  }
}

variable "container_defaults" {
  type = object({
    request_cpu    = optional(string, "50m")
    request_memory = optional(string, "64Mi")
    limit_memory   = optional(string, "256Mi")
    max_memory     = optional(string, "4Gi")
  })
  description = "What a container gets that asks for nothing, and the most that one may ask for."
  default     = {}
}

variable "ingress_namespace" {
  type        = string
  description = "Namespace of the ingress controller, the only one outside that may reach pods. null lets nobody in."
  default     = "ingress-nginx"
}

variable "monitoring_namespace" {
  type        = string
  description = "Namespace of Prometheus, which may scrape. null lets it not."
  default     = "monitoring"
}

variable "deployer" {
  type = object({
    subjects = optional(list(object({
      kind = string
      name = string
    })), [])
  })
  description = "Who may deploy besides the service account: users and groups, for example GitHub's tokens of one repository's environment, {kind = \"User\", name = \"github:repo:shop/web:environment:production\"}."
  default     = {}

  validation {
    condition     = alltrue([for subject in var.deployer.subjects : contains(["User", "Group"], subject.kind)])
    error_message = "A subject's kind is User or Group."
  }
}
