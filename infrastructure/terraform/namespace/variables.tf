variable "apiserver_url" {
  type        = string
  description = "Where the API server answers: output apiserver_url of the cluster layer."

  validation {
    condition     = startswith(var.apiserver_url, "https://")
    error_message = "The API server is reached by https."
  }
}

variable "certificate_authority" {
  type        = string
  description = "Output certificate_authority of the cluster layer, base64."

  validation {
    condition     = can(base64decode(var.certificate_authority))
    error_message = "The certificate authority is base64, as in a kubeconfig."
  }
}

variable "kubernetes_token" {
  type        = string
  description = "IAM secret key that Terraform logs in to the cluster with. Give it as TF_VAR_kubernetes_token; it is neither in the plan nor in the state."
  sensitive   = true
  ephemeral   = true
}

variable "namespaces" {
  type = map(object({
    pod_security = optional(string, "restricted")
    quota        = optional(map(string))
    deployers    = optional(list(object({ kind = string, name = string })), [])
    labels       = optional(map(string), {})
  }))
  description = "Namespaces by name. deployers are users and groups of the cluster, for example GitHub's tokens of one environment."
}
