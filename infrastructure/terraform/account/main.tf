# What an account has once: a project, a registry, the identities of the pipelines, the states' bucket and a budget.

resource "scaleway_account_project" "this" {
  name        = var.project
  description = "Managed by Terraform"

  lifecycle {
    prevent_destroy = true
  }
}

module "registry" {
  source = "../modules/container-registry"

  name        = var.registry
  project_id  = scaleway_account_project.this.id
  region      = var.region
  description = "Images of ${var.project}"
}

resource "scaleway_object_bucket" "state" {
  name       = var.state_bucket
  project_id = scaleway_account_project.this.id
  region     = var.region

  # A state that was written wrongly is had back from here.
  versioning {
    enabled = true
  }

  lifecycle_rule {
    id      = "old-states"
    enabled = true

    abort_incomplete_multipart_upload_days = 1

    noncurrent_version_expiration {
      noncurrent_days = 180
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}
