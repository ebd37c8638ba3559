# The keys come from SCW_ACCESS_KEY and SCW_SECRET_KEY: never from a file of this repository.
provider "scaleway" {
  organization_id = var.organization_id
  region          = var.region
}
