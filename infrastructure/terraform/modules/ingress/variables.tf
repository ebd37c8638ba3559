variable "project_id" {
  type        = string
  description = "Scaleway project that pays for the address, a UUID."
}

variable "zone" {
  type        = string
  description = "Zone of the load balancer, for example fr-par-1."

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]{3}-[0-9]$", var.zone))
    error_message = "A zone looks like fr-par-1; fr-par is a region."
  }
}

variable "namespace" {
  type        = string
  description = "Namespace of the controller. The namespace module lets it reach pods."
  default     = "ingress-nginx"
}

variable "load_balancer_type" {
  type        = string
  description = "Size of the load balancer: LB-S, LB-GP-M, LB-GP-L or LB-GP-XL."
  default     = "LB-S"

  validation {
    condition     = contains(["LB-S", "LB-GP-M", "LB-GP-L", "LB-GP-XL"], var.load_balancer_type)
    error_message = "The type is LB-S, LB-GP-M, LB-GP-L or LB-GP-XL."
  }
}

variable "chart_version" {
  type        = string
  description = "Version of the ingress-nginx chart."
  default     = "4.13.2"
}

variable "replicas" {
  type        = number
  description = "Replicas of the controller, one to a node."
  default     = 2

  validation {
    condition     = var.replicas >= 2
    error_message = "One replica means an outage at every upgrade of its node. Give at least 2."
  }
}

variable "tags" {
  type        = list(string)
  description = "Tags of the address, as key=value."
  default     = []
}
