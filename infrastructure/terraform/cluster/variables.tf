variable "project_id" {
  type        = string
  description = "Scaleway project of the environment: output project_id of the account layer."
}

variable "region" {
  type        = string
  description = "Region of the cluster."
  default     = "fr-par"
}

variable "name" {
  type        = string
  description = "Name of the cluster."
}

variable "kubernetes_version" {
  type        = string
  description = "Minor version such as 1.35. The cluster pipeline checks all manifests against it before it plans."
}

variable "cluster_type" {
  type        = string
  description = "kapsule, or kapsule-dedicated-4, -8 or -16 for a control plane of your own."
  default     = "kapsule"
}

variable "api_access" {
  type        = map(string)
  description = "Who reaches the API server: CIDR range to what it is."
}

variable "github_oidc" {
  type = object({
    audience   = string
    repository = string
  })
  description = "The repository whose workflows log in with GitHub's token. null switches it off."
  default     = null
}

variable "pools" {
  type = map(object({
    node_type = string
    size      = number
    zone      = optional(string)
    min_size  = optional(number)
    max_size  = optional(number)
  }))
  description = "Node pools by name."
}

variable "load_balancer_type" {
  type        = string
  description = "Size of the load balancer in front of the ingress controller."
  default     = "LB-S"
}

variable "kubernetes_token" {
  type        = string
  description = "IAM secret key that Helm logs in to the cluster with. Give it as TF_VAR_kubernetes_token; it is neither in the plan nor in the state."
  sensitive   = true
  ephemeral   = true
}
