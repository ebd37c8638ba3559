terraform {
  required_version = ">= 1.10.0, < 2.0.0"

  required_providers {
    scaleway = {
      source  = "scaleway/scaleway"
      version = "~> 2.81"
    }
  }

  # Bucket, key and endpoint come from environments/<environment>/<layer>.tfbackend.
  backend "s3" {}
}
