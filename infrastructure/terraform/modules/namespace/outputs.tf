output "name" {
  description = "Name of the namespace."
  value       = kubernetes_namespace_v1.this.metadata[0].name
}

output "service_account" {
  description = "Service account that deploys here."
  value       = kubernetes_service_account_v1.deployer.metadata[0].name
}
