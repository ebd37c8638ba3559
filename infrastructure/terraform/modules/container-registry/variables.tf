variable "name" {
  type        = string
  description = "Name of the registry's namespace. It is part of every image's name and unique in its region."

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{2,48}[a-z0-9]$", var.name))
    error_message = "The name needs 4 to 50 characters: a-z, 0-9 and - inside."
  }
}

variable "project_id" {
  type        = string
  description = "Scaleway project that pays for the storage, a UUID."
}

variable "region" {
  type        = string
  description = "Region of the registry. Take the clusters' region: pulls from there cost no traffic."
  default     = "fr-par"
}

variable "description" {
  type        = string
  description = "What the images are for, shown in the console."
  default     = ""
}
