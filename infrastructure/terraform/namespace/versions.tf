terraform {
  required_version = ">= 1.10.0, < 2.0.0"

  required_providers {
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "~> 2.38"
    }
  }

  # Bucket, key and endpoint come from environments/<environment>/namespace.tfbackend.
  backend "s3" {}
}
