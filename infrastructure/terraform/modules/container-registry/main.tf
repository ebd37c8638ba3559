# A private namespace of the Container Registry.

resource "scaleway_registry_namespace" "this" {
  name        = var.name
  project_id  = var.project_id
  region      = var.region
  description = var.description
  is_public   = false

  lifecycle {
    # With it go all images, also those that run.
    prevent_destroy = true
  }
}
