variable "organization_id" {
  type        = string
  description = "Scaleway organization, a UUID."

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.organization_id))
    error_message = "The organization is a UUID, as the console shows it under organization settings."
  }
}

variable "region" {
  type        = string
  description = "Region of the registry and of the states' bucket."
  default     = "fr-par"
}

variable "project" {
  type        = string
  description = "Name of the project that everything of this environment belongs to."
}

variable "registry" {
  type        = string
  description = "Name of the registry's namespace."
}

variable "state_bucket" {
  type        = string
  description = "Bucket of the Terraform states. It has to exist before the first run: see the README."
}

variable "administrators" {
  type        = set(string)
  description = "Ids of the IAM users who administer the account. Each of them needs a second factor; account-review tells who has none."
  default     = []
}

variable "monthly_budget" {
  type        = number
  description = "Euros a month that the organization means to spend. Reaching 80 % and 100 % of it sends a mail."

  validation {
    condition     = var.monthly_budget > 0 && floor(var.monthly_budget) == var.monthly_budget
    error_message = "The budget is a whole number of euros above 0."
  }
}

variable "budget_mail" {
  type        = list(string)
  description = "Mail addresses that hear of the budget."

  validation {
    condition     = length(var.budget_mail) > 0
    error_message = "A budget that nobody hears of warns nobody. Give at least one address."
  }
}
