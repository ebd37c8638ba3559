output "service_accounts" {
  description = "Service account that deploys, by namespace."
  value       = { for name, namespace in module.namespace : name => namespace.service_account }
}
