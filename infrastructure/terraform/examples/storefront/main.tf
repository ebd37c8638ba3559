# A small application in nothing but terraform_data, which needs no provider: it plans anywhere, without network and credentials.
terraform {
  required_version = ">= 1.5"
}

variable "environment" {
  description = "The environment that the application runs in."
  type        = string
  default     = "staging"
}

variable "database_password" {
  description = "Password of the database. Set it by TF_VAR_database_password."
  type        = string
  default     = "only-for-the-example"
  sensitive   = true
}

variable "zones" {
  description = "Zones with a subnet each."
  type        = set(string)
  default     = ["fr-par-1", "fr-par-2"]
}

locals {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = ["s3:GetObject"]
    }]
  })
}

resource "terraform_data" "network" {
  input = { name = "storefront-${var.environment}", cidr = "10.1.0.0/16" }
}

resource "terraform_data" "subnet" {
  for_each = var.zones
  input    = { zone = each.key, network = terraform_data.network.output.name }
}

resource "terraform_data" "database" {
  input            = { engine = "postgresql", size = "db-small", password = var.database_password }
  triggers_replace = ["postgresql-16"]
}

resource "terraform_data" "assets" {
  input = { bucket = "storefront-${var.environment}-assets", policy = local.policy }
}

check "zones" {
  assert {
    condition     = length(var.zones) > 1
    error_message = "The application should run in more than one zone."
  }
}

output "network" {
  description = "Name of the network."
  value       = terraform_data.network.output.name
}
